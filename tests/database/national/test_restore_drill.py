"""A logical restore into another server: numbers of old transactions come again, and open nothing. RULES §4

pg_dump of a database with executed items, restored into a fresh server, whose transactions are counted on until one
has the very number that an outcome was written in.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from api import grants, roles
from api.database import Dsn
from api.embedded import SUPERUSER, Server
from api.embedded.account import Account
from api.embedded.binaries import find
from api.roles import ROLES, Logins
from tests.support.national.nationally import Case, Nationally

WITHDRAWN = """update monitoring_case set state = 'WITHDRAWN', ended_on = '2026-09-01', safety_net = false,
  due_on = null, version = version + 1 where id = $1"""
BURN = "do $$ begin for n in 1..{count} loop perform pg_current_xact_id(); commit; end loop; end $$"
ANYBODY = """create or replace function written_by_us(inserter xid) returns boolean language plpgsql stable
set search_path = pg_catalog, pg_temp as $$ begin return true; end $$"""


@pytest.fixture(scope="module")
def chosen() -> Path | None:
    path = os.environ.get("SHOUWANG_POSTGRES_BIN")
    return Path(path) if path else None


@pytest.fixture(scope="module")
def another(chosen: Path | None) -> Iterator[Server]:
    """A server that has counted few transactions."""
    home = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    home.chmod(0o711)
    with Server(home / "home", chosen, roles=ROLES, durable=False) as server:
        yield server
    shutil.rmtree(home)


def dumped(database: Dsn, server: Server, chosen: Path | None) -> str:
    """The database as SQL statements."""
    program = (chosen or find(None, Account.choose()).folder) / "pg_dump"
    environment = {**os.environ, "PGPASSWORD": server.passwords[SUPERUSER]}
    command = [program, "-h", database.host, "-p", str(database.port), "-U", SUPERUSER, "--inserts", database.database]
    text = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith("\\"))


@pytest_asyncio.fixture(scope="module")
async def executed(nationally: Nationally) -> Case:
    """A case that was withdrawn by an executed request, in a transaction of a high number."""
    case = await nationally.identified()
    await nationally.owner.execute(BURN.format(count=20000))
    await nationally.execute(await nationally.filed([await nationally.proposed(case)]))
    return case


@pytest_asyncio.fixture(scope="module")
async def restored(
    executed: Case, database: Logins, server: Server, another: Server, chosen: Path | None
) -> AsyncIterator[Logins]:
    """The four logins to the restored database."""
    assert executed
    admin = Dsn(another.host, another.port, SUPERUSER, another.passwords[SUPERUSER], "postgres")
    logins = Logins.named(admin.to_database("restored"), another.passwords)
    await roles.create(admin, logins)
    await roles.create_database(admin, logins)
    connection = await admin.to_database("restored").connect()
    await connection.execute(dumped(database.owner, server, chosen))
    await connection.close()
    await grants.grant(logins.owner, logins)
    yield logins


BACK = (
    "update monitoring_case set state = 'IDENTIFIED', ended_on = null where id = $1",
    (
        "update household h set monitoring_state = 'IDENTIFIED' from monitoring_case c"
        " where c.household = h.id and c.id = $1"
    ),
)


async def test_a_number_that_comes_again_opens_nothing(executed: Case, restored: Logins) -> None:
    owner, app = await restored.owner.connect(), await restored.app.connect()
    number = executed.number
    sql = "select written_in::text::bigint from executed_item where monitoring_case = $1"
    written_in = await owner.fetchval(sql, number)
    for statement in BACK:
        await owner.execute(statement, number)
    now = int(await owner.fetchval("select pg_current_xact_id()::text"))
    assert now < written_in, "a fresh server has counted less than the one that wrote the outcome"
    await owner.execute(BURN.format(count=written_in - now - 1))
    async with app.transaction():
        assert int(await app.fetchval("select pg_current_xact_id()::text")) == written_in
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only an executed national request"):
            async with app.transaction():
                await app.execute(WITHDRAWN, number)
        assert await app.fetchval("select state from monitoring_case where id = $1", number) == "IDENTIFIED"
        # the number alone would have opened the case: else the drill would show nothing
        await owner.execute(ANYBODY)
        await app.execute(WITHDRAWN, number)
        assert await app.fetchval("select state from monitoring_case where id = $1", number) == "WITHDRAWN"
    for connection in (owner, app):
        await connection.close()
