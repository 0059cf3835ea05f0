"""测试库 Databases made for tests, and the one place where SHOUWANG_CLOCK counts. DESIGN §10 "Two times"

The mark is the database's comment: only its owner can write it, the server's own role cannot, and no clone inherits it.
"""

from dataclasses import replace

from api.clock import Clock, SetClock, SystemClock
from api.cluster import Cluster
from api.database import LONG, Dsn, problems
from api.errors import Problem, code
from api.roles import create_database, quoted
from api.settings import Settings

MARK = "shouwang testdb"
NOT_A_TEST_DATABASE = code(
    "NOT_A_TEST_DATABASE",
    500,
    zh="数据库 {name} 不是由 shouwang testdb 建立的测试库",
    en="the database {name} was not made by `shouwang testdb`",
    next_zh="去掉 SHOUWANG_CLOCK，或用 shouwang testdb 另建测试库",
    next_en="unset SHOUWANG_CLOCK, or make a test database by `shouwang testdb`",
)


async def make(cluster: Cluster, name: str, *, fresh: bool = False) -> Cluster:
    """Make the test database `name`, or bring it up to date; `fresh` drops it first. Ready to use.

    NOT_A_TEST_DATABASE when one of that name exists that is not marked: it is left alone.
    """
    target = replace(cluster, logins=cluster.logins.to_database(name), makes_database=False)
    exists = await _exists(cluster.admin, name)
    if exists and not await is_test_database(cluster.admin.to_database(name)):
        raise Problem(NOT_A_TEST_DATABASE, name=name)
    if exists and fresh:
        await _execute(cluster.admin, f"DROP DATABASE {quoted(name)} WITH (FORCE)")
    await target.create_roles()
    await create_database(cluster.admin, target.logins)
    await _execute(target.logins.owner, f"COMMENT ON DATABASE {quoted(name)} IS '{MARK}'")
    await target.prepare()
    return target


async def is_test_database(login: Dsn) -> bool:
    """Whether `shouwang testdb` made the login's database."""
    with problems():
        connection = await login.connect()
    try:
        comment = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return bool(comment == MARK)
    finally:
        await connection.close()


async def clock(settings: Settings, login: Dsn) -> Clock:
    """The machine's clock, or the set one; NOT_A_TEST_DATABASE when SHOUWANG_CLOCK is set for any other database."""
    if settings.clock is None:
        return SystemClock()
    if not await is_test_database(login):
        raise Problem(NOT_A_TEST_DATABASE, name=login.database)
    return SetClock(settings.clock)


async def _exists(admin: Dsn, name: str) -> bool:
    with problems():
        connection = await admin.connect()
    try:
        return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
    finally:
        await connection.close()


async def _execute(login: Dsn, statement: str) -> None:
    connection = await login.connect(command_timeout=LONG)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
