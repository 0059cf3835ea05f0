"""场地 What breaks: a PostgreSQL server of its own that may be killed, a proxy before it, and `serve` behind that."""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from api import grants, migrate, roles
from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.database import Dsn
from api.embedded import SUPERUSER, Server, postmaster
from api.roles import ROLES, Logins
from api.rules.units import NATION
from api.units.country import Files, _record
from tests.support.faults.drill import Drill
from tests.support.faults.proxy import Proxy
from tests.support.faults.serve import Serve
from tests.support.planner.world import World
from tests.support.product import urls
from tests.support.resolvers.service import insert_officials

CHOSEN = Path(os.environ["SHOUWANG_POSTGRES_BIN"]) if os.environ.get("SHOUWANG_POSTGRES_BIN") else None


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that the server's account reaches, removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="shouwang-faults-"))
    home.chmod(0o711)
    try:
        yield home
    finally:
        for file in home.rglob("postmaster.pid"):
            postmaster.stop(file.parent)
        shutil.rmtree(home, ignore_errors=True)


async def prepared(server: Server, database: str = "drilled") -> tuple[Logins, dict[str, int]]:
    """A database with the small world and its officials, as `serve` would have made it but for the country's units."""
    admin = Dsn(server.host, server.port, SUPERUSER, server.passwords[SUPERUSER], "postgres")
    logins = Logins.named(admin.to_database(database), server.passwords)
    await roles.create(admin, logins)
    await roles.create_database(admin, logins)
    await migrate.migrate(logins.owner)
    await grants.grant(logins.owner, logins)
    world = World()
    owner = await logins.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    await _record(owner, NATION, Files().digest())  # the country takes minutes to load and is nothing to these tests
    await owner.close()
    return logins, accounts


def behind(logins: Logins, proxy: Proxy) -> Logins:
    """The logins through the proxy."""
    return Logins(
        **{
            role: replace(getattr(logins, role), host="127.0.0.1", port=proxy.port, sslmode="disable")
            for role in ("owner", "app", "reader", "nation")
        }
    )


@dataclass
class Ground:
    """The server, the logins past the proxy, the proxy, the service and its callers."""

    server: Server
    logins: Logins
    proxy: Proxy
    home: Path
    accounts: dict[str, int]
    serve: Serve
    drill: Drill
    servers: list[Server] = field(default_factory=list)

    async def admin(self, sql: str) -> Any:
        """One statement of the superuser's, past the proxy."""
        login = Dsn(self.server.host, self.server.port, SUPERUSER, self.server.passwords[SUPERUSER], "postgres")
        connection = await login.connect()
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()

    async def backends(self, role: str) -> list[int]:
        """The server processes that work for a role, the busy ones first."""
        user = getattr(self.logins, role).user
        rows = await self.admin(
            f"select pid from pg_stat_activity where usename = '{user}' order by state = 'active' desc, query_start"
        )
        return [row["pid"] for row in rows]

    @property
    def postmaster(self) -> int:
        pid = postmaster.is_alive(self.server.data)
        assert pid is not None
        return pid

    def stop_server(self) -> None:
        """As its operator stops it: fast."""
        postmaster.stop(self.server.data)

    def start_server(self) -> None:
        """As its operator starts it again."""
        self.servers.append(Server(self.server.home, CHOSEN, roles=ROLES).start())

    def kill(self, pid: int, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(pid, number)


@asynccontextmanager
async def ground(home: Path, **environment: str) -> AsyncIterator[Ground]:
    """The whole of it, with `serve` started while the proxy refuses: whoever enters lets it in."""
    with Server(home / "home", CHOSEN, roles=ROLES) as server:
        logins, accounts = await prepared(server)
        proxy = Proxy(logins.owner)
        await proxy.start()
        proxy.refusing = True
        mine = home / "mine"
        issuer = LocalIssuer.of(mine, SystemClock())
        tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
        serve = Serve(mine, {**urls(behind(logins, proxy)), **environment})
        drill = Drill(serve.address, tokens.__getitem__, logins.owner.connect)
        ground = Ground(server, logins, proxy, mine, accounts, serve, drill)
        try:
            yield ground
        finally:
            serve.close()
            await proxy.stop()
            for started in ground.servers:
                started.stop()
