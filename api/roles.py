"""角色 Four login roles with secrets of their own; what each may do is told in `grants`. DESIGN §7

owner   owns the tables and runs the migrations; the server itself does not keep it
app     reads and writes rows; no DDL, owns nothing, member of nothing
reader  SELECT without the sealed columns: the planner's statements run as it
nation  nothing but to connect, until a SECURITY DEFINER function named nation_… is there for it
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

import asyncpg

from api.database import LONG, Connection, Dsn, problems
from api.errors import Problem, code

ROLES = ("owner", "app", "reader", "nation")
LOCK = 0x53686F75726F6C65  # "Shourole": roles are the whole server's, two processes must not alter one at a time

ROLES_NOT_CREATABLE = code(
    "ROLES_NOT_CREATABLE",
    500,
    zh="数据库用户 {found} 不能创建登录角色",
    en="the database user {found} may not create login roles",
    next_zh="授予其 CREATEROLE，或自行创建角色并设置 DATABASE_URL_APP、DATABASE_URL_READER、DATABASE_URL_NATION",
    next_en="grant it CREATEROLE, or create the roles and set DATABASE_URL_APP, DATABASE_URL_READER, "
    "DATABASE_URL_NATION",
)


DATABASE_NOT_CREATABLE = code(
    "DATABASE_NOT_CREATABLE",
    500,
    zh="数据库用户 {found} 不能创建数据库 {name}",
    en="the database user {found} may not create the database {name}",
    next_zh="授予其 CREATEDB，或由管理员创建该数据库并以其为所有者",
    next_en="grant it CREATEDB, or let an administrator create the database with it as owner",
)


@dataclass(frozen=True, slots=True)
class Logins:
    """The four logins to one database."""

    owner: Dsn
    app: Dsn
    reader: Dsn
    nation: Dsn

    @classmethod
    def named(cls, server: Dsn, passwords: Mapping[str, str], prefix: str = "shouwang") -> "Logins":
        """The logins `<prefix>_<role>` with the passwords by role."""
        return cls(**{role: server.as_user(f"{prefix}_{role}", passwords[role]) for role in ROLES})

    def to_database(self, database: str) -> "Logins":
        """The same logins to another database of the same server."""
        return Logins(**{role.name: getattr(self, role.name).to_database(database) for role in fields(self)})


async def create(admin: Dsn, logins: Logins, roles: tuple[str, ...] = ROLES) -> None:
    """Create the roles or give them their passwords again; ROLES_NOT_CREATABLE when `admin` may not."""
    with problems():
        connection = await admin.connect(command_timeout=LONG)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        for role in roles:
            await _create(connection, getattr(logins, role))
    except asyncpg.InsufficientPrivilegeError:
        raise Problem(ROLES_NOT_CREATABLE, found=admin.user) from None
    finally:
        await connection.close()


async def create_database(admin: Dsn, logins: Logins) -> None:
    """Create the logins' database, owned by `owner`, unless it is there; or DATABASE_NOT_CREATABLE."""
    with problems():
        connection = await admin.connect(command_timeout=LONG)
    name = logins.owner.database
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {quoted(name)} OWNER {quoted(logins.owner.user)}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return  # another process was faster
    except asyncpg.InsufficientPrivilegeError:
        raise Problem(DATABASE_NOT_CREATABLE, found=admin.user, name=name) from None
    finally:
        await connection.close()


async def _create(connection: Connection, login: Dsn) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", login.user)
    # the verifier, not the password: a server may log its DDL
    await connection.execute(
        f"{'ALTER' if exists else 'CREATE'} ROLE {quoted(login.user)} LOGIN PASSWORD '{_verifier(login.password)}'"
    )
    # every login may set its own password and its own defaults, so both are made right again
    await connection.execute(f"ALTER ROLE {quoted(login.user)} RESET ALL")
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", login.database):
        await connection.execute(f"ALTER ROLE {quoted(login.user)} IN DATABASE {quoted(login.database)} RESET ALL")


_LOCKING = """
SELECT p.oid::regprocedure::text AS signature FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace
  AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname IN ('pg_notify', 'lo_creat', 'lo_create', 'lo_from_bytea',
    'lo_open', 'lo_put', 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite'))
  AND has_function_privilege($1, p.oid, 'EXECUTE') ORDER BY 1"""


async def restrict(admin: Dsn, logins: Logins) -> bool:
    """Leave advisory locks, notifications by function and large objects to the other logins than the reader's.

    False where `admin` is no superuser: only one can take functions of PostgreSQL away. Steps take no lock that the
    reader could hold either way (docs/decisions/0029-signed-in-to-the-database.md).
    """
    with problems():
        connection = await admin.to_database(logins.owner.database).connect()
    try:
        if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
            return False
        others = ", ".join(quoted(login.user) for login in (logins.owner, logins.app, logins.nation))
        for row in await connection.fetch(_LOCKING, logins.reader.user):
            await connection.execute(f"REVOKE EXECUTE ON FUNCTION {row['signature']} FROM PUBLIC")
            await connection.execute(f"GRANT EXECUTE ON FUNCTION {row['signature']} TO {others}")
    finally:
        await connection.close()
    return True


def _verifier(password: str) -> str:
    salt, rounds = os.urandom(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${rounds}:{salt64}${stored64}:{server64}"


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
