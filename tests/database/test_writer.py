"""写入 The write pool: a full one is busy and not for ever, one that closes waits for a while and no longer."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from api.database import DATABASE_BUSY, DATABASE_REFUSED, DATABASE_UNAVAILABLE, Dsn, Writer, problem_of
from api.database import writer as module
from api.errors import Problem
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")


@pytest_asyncio.fixture
async def writer(database: Logins) -> AsyncIterator[Writer]:
    writer = Writer(database.app, 2)
    await writer.open()
    yield writer
    await writer.close()


async def test_it_writes_as_the_app_and_what_fails_is_rolled_back(writer: Writer, database: Logins) -> None:
    async with writer.connection() as connection:
        assert await connection.fetchval("SELECT current_user::text") == database.app.user
        async with connection.transaction():
            await connection.execute("INSERT INTO jotting VALUES ('kept')")
        for _ in range(3):  # more often than the pool has connections
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                async with connection.transaction():
                    await connection.execute("INSERT INTO jotting VALUES ('orphan', 404)")  # fails at COMMIT
    async with writer.connection() as connection:
        assert [row["text"] for row in await connection.fetch("SELECT text FROM jotting")] == ["kept"]


async def test_a_transaction_left_open_ends_with_its_loan(writer: Writer) -> None:
    async with writer.connection() as connection:
        await connection.execute("BEGIN")
        await connection.execute("INSERT INTO jotting VALUES ('left open')")
    async with writer.connection() as connection, writer.connection() as another:
        for looked in (connection, another):
            assert not looked.is_in_transaction()
            assert await looked.fetchval("SELECT count(*) FROM jotting WHERE text = 'left open'") == 0


async def test_a_full_pool_is_busy_and_not_for_ever(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    async with writer.connection(), writer.connection():
        with pytest.raises(Problem) as caught:
            async with writer.connection():
                pass
    assert caught.value.code is DATABASE_BUSY
    async with writer.connection() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_server_that_takes_no_writes_any_more_is_left(database: Logins) -> None:
    """Behind the same address another one does, as after a failover; the readers hear of it as well."""
    lost: list[bool] = []
    writer = Writer(database.app, 2, lambda: lost.append(True))
    await writer.open()
    async with writer.connection() as connection, writer.connection() as another:
        for demoted in (connection, another):
            await demoted.execute("SET default_transaction_read_only = on")
    with pytest.raises((asyncpg.ReadOnlySQLTransactionError, asyncpg.InterfaceError)) as caught:
        async with writer.connection() as connection, connection.transaction():
            await connection.execute("INSERT INTO jotting VALUES ('demoted')")
    problem = problem_of(caught.value)
    assert problem is not None
    assert problem.code is DATABASE_UNAVAILABLE
    assert lost
    async with writer.connection() as connection, writer.connection() as another:
        for promoted in (connection, another):
            await promoted.execute("INSERT INTO jotting VALUES ('promoted')")
    await writer.close()


async def test_a_cancelled_caller_gives_its_connection_back(writer: Writer) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with writer.connection() as connection, connection.transaction():
            await connection.execute("INSERT INTO jotting VALUES ('cancelled')")
            started.set()
            await connection.execute("SELECT pg_sleep(60)")

    for _ in range(3):
        started.clear()
        task = asyncio.create_task(slow())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with writer.connection() as connection, writer.connection():
        assert await connection.fetchval("SELECT count(*) FROM jotting WHERE text = 'cancelled'") == 0


async def test_it_closes_although_somebody_still_works(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.1)
    writer = Writer(database.app, 1)
    await writer.open()
    async with writer.connection() as connection:
        await writer.close()
        with pytest.raises(asyncpg.InterfaceError):
            await connection.fetchval("SELECT 1")
    await writer.close()  # once more harms nothing


async def test_before_it_is_open_and_after_it_is_closed_nothing_is_lent(database: Logins) -> None:
    writer = Writer(database.app, 1)
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            async with writer.connection():
                pass
        assert caught.value.code is DATABASE_UNAVAILABLE
        await writer.open()
        await writer.close()


async def test_an_unreachable_database_and_a_wrong_password_are_told_apart(database: Logins) -> None:
    app = database.app
    away = Dsn("127.0.0.1", 1, app.user, app.password, app.database)
    for login, expected in ((away, DATABASE_UNAVAILABLE), (app.as_user(app.user, "wrong"), DATABASE_REFUSED)):
        with pytest.raises(Problem) as caught:
            await Writer(login, 1).open()
        assert caught.value.code is expected


@pytest.mark.parametrize("ending", ["cancelled", "too long"])
async def test_a_lost_cancellation_holds_nobody_up(
    database: Logins, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """The request to cancel goes over a connection of its own, and may come before what it is to cancel."""
    monkeypatch.setattr(asyncpg.connect_utils, "_cancel", lost)
    monkeypatch.setattr(module, "STATEMENT", 0.3 if ending == "too long" else 15.0)
    writer = Writer(database.app, 1)
    await writer.open()
    asking = asyncio.Event()

    async def slow() -> None:
        async with writer.connection() as connection, connection.transaction():
            asking.set()
            await connection.execute("SELECT pg_sleep(5)")

    task = asyncio.create_task(slow())
    await asking.wait()
    await asyncio.sleep(0.1)
    if ending == "cancelled":
        task.cancel()
    async with asyncio.timeout(3):
        with pytest.raises(asyncio.CancelledError if ending == "cancelled" else TimeoutError):
            await task
        async with writer.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1
    await writer.close()


async def lost(**_: object) -> None:
    """As if it had come too early."""
