"""连接 The address and login of a database. Every part is always stated, so PG* environment variables never matter."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import asyncpg

from api.database.connection import OwnConnection
from api.database.link_settings import LINK_SETTINGS, STATEMENT, set_socket_options
from api.errors import Problem, Term, code

BAD_URL = code(
    "BAD_DATABASE_URL",
    500,
    zh="数据库地址应形如 {expected}，问题在：{found}",
    en="a database URL has the form {expected}; what is wrong: {found}",
    next_zh="改正 DATABASE_URL（以及 DATABASE_URL_APP、_READER、_NATION）后重新启动",
    next_en="correct DATABASE_URL (and DATABASE_URL_APP, _READER, _NATION) and start again",
)
FORM = "postgresql://user:password@host:5432/database?sslmode=verify-full&sslrootcert=FILE"
CONNECTING = 10.0  # seconds
MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class Dsn:
    """One login to one database. `host` is a name, an address, or the folder of a Unix socket."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str
    sslmode: str = "prefer"
    sslrootcert: str | None = None

    @classmethod
    def from_url(cls, url: str) -> "Dsn":
        """Read a libpq URL; BAD_DATABASE_URL says which part is wrong and never repeats the password.

        >>> Dsn.from_url("postgresql://me:secret@db.example/shouwang?sslmode=require")
        Dsn(host='db.example', port=5432, user='me', database='shouwang', sslmode='require', sslrootcert=None)
        """
        try:
            parts = urlsplit(url)
            query = {
                name: values[-1] for name, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()
            }
            port = int(query.pop("port", "") or parts.port or 5432)
        except ValueError as error:
            raise Problem(
                BAD_URL, expected=FORM, found=Term("port", "端口或参数", "the port or the parameters")
            ) from error
        host = query.pop("host", None) or unquote(parts.hostname or "")
        dsn = cls(
            host=host,
            port=port,
            user=unquote(parts.username or "") or query.pop("user", ""),
            password=unquote(parts.password or "") or query.pop("password", ""),
            database=unquote(parts.path.lstrip("/")),
            sslmode=query.pop("sslmode", "prefer"),
            sslrootcert=query.pop("sslrootcert", None),
        )
        wrong = dsn._wrong(parts.scheme, query)
        if wrong:
            raise Problem(BAD_URL, expected=FORM, found=wrong)
        return dsn

    def _wrong(self, scheme: str, unknown: dict[str, str]) -> Term | None:
        modes = ", ".join(MODES)
        checks = (
            (scheme in ("postgresql", "postgres"), Term("scheme", "协议", "the scheme")),
            (bool(self.host), Term("host", "缺少主机", "no host")),
            (bool(self.user), Term("user", "缺少用户", "no user")),
            (bool(self.database), Term("database", "缺少数据库名", "no database")),
            (self.sslmode in MODES, Term("sslmode", f"sslmode，可选：{modes}", f"sslmode, one of {modes}")),
            (not unknown, Term("parameter", "有不认识的参数", "an unknown parameter")),
        )
        return next((what for right, what in checks if not right), None)

    @property
    def url(self) -> str:
        """The same as a URL, without its password: fit for a message."""
        host = f"@/{quote(self.database)}?host={quote(self.host, safe='')}&port={self.port}"
        if not self.host.startswith("/"):
            host = f"@{self.host}:{self.port}/{quote(self.database)}"
        return f"postgresql://{quote(self.user)}{host}"

    def as_user(self, user: str, password: str) -> "Dsn":
        """The same database with another login."""
        return replace(self, user=user, password=password)

    def to_database(self, database: str) -> "Dsn":
        """The same login to another database of the same server."""
        return replace(self, database=database)

    def arguments(self) -> dict[str, Any]:
        """Every connection argument of asyncpg that an environment variable could otherwise fill in."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "database": self.database,
            "ssl": self._ssl(),
            "direct_tls": False,
            "target_session_attrs": "any",
            "krbsrvname": "postgres",
            "gsslib": "gssapi",
        }

    async def connect(
        self,
        *,
        command_timeout: float | None = STATEMENT,
        server_settings: Mapping[str, str] | None = None,
        **more: Any,
    ) -> OwnConnection:
        """A connection of its own, outside any pool; the caller closes it.

        `command_timeout` is the seconds that each statement may take, `timeout` (CONNECTING) those to connect.
        """
        settings = {**LINK_SETTINGS, **(server_settings or {})}
        more = {"timeout": CONNECTING, "command_timeout": command_timeout, "server_settings": settings, **more}
        connection: OwnConnection = await asyncpg.connect(**self.arguments(), **more)
        set_socket_options(connection)
        return connection

    def _ssl(self) -> ssl.SSLContext | str | bool:
        if self.host.startswith("/") or self.sslmode == "disable":
            return False
        if self.sslmode == "prefer":
            return "prefer"
        context = ssl.create_default_context(cafile=self.sslrootcert)
        context.check_hostname = self.sslmode == "verify-full"
        if self.sslmode == "require":
            context.verify_mode = ssl.CERT_NONE
        return context
