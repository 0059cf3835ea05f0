"""引擎 What Piccolo's stock transactions do wrong, done right. DESIGN §7"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from contextvars import Context
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from piccolo.columns import Integer, Text
from piccolo.engine.exceptions import TransactionError
from piccolo.table import Table

from api.database import DATABASE_BUSY, DATABASE_UNAVAILABLE, ENGINE, SafeEngine, configure
from api.database import engine as module
from api.errors import Problem
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")


class Note(Table, tablename="jotting"):
    text = Text(primary_key=True)
    tone = Integer(null=True, default=None)


@pytest_asyncio.fixture(autouse=True)
async def clean(engine: SafeEngine) -> AsyncIterator[None]:
    yield
    assert engine.transaction_exists() is False
    assert idle(engine) == engine.pool.get_size()
    await Note.delete(force=True)


def idle(engine: SafeEngine) -> int:
    return int(engine.pool.get_idle_size())


async def texts() -> list[str]:
    return sorted(await Note.select(Note.text).output(as_list=True))


async def add(text: str, tone: int | None = None) -> None:
    await Note.insert(Note(text=text, tone=tone))


async def test_a_failed_commit_gives_its_connection_back(engine: SafeEngine) -> None:
    for _ in range(10):  # more often than the pool has connections
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with engine.transaction():
                await add("orphan", tone=404)
    assert await texts() == []


async def test_a_serialization_failure_at_commit_too(engine: SafeEngine) -> None:
    async def write_skew(name: str, other: Awaitable[None]) -> None:
        async with engine.transaction(isolation="serializable"):
            before = await Note.count()
            await asyncio.create_task(other, context=Context())  # type: ignore[arg-type]
            await add(f"{name} {before}")

    with pytest.raises(asyncpg.SerializationError):
        await write_skew("mine", write_skew("theirs", asyncio.sleep(0)))
    assert await texts() == ["theirs 0"]


async def test_a_lost_link_keeps_the_first_error(engine: SafeEngine) -> None:
    async def lose() -> None:
        async with engine.transaction() as transaction:
            await add("lost")
            transaction.connection.terminate()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await lose()
    assert await texts() == []


async def test_a_cancelled_transaction_rolls_back(engine: SafeEngine) -> None:
    started = asyncio.Event()

    async def slow() -> None:
        async with engine.transaction():
            await add("cancelled")
            started.set()
            await engine.run_ddl("SELECT pg_sleep(60)")

    task = asyncio.create_task(slow())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await texts() == []


async def test_a_nested_transaction_is_a_savepoint(engine: SafeEngine) -> None:
    async with engine.transaction():
        await add("outer")
        with contextlib.suppress(ZeroDivisionError):
            async with engine.transaction():
                await add("inner")
                async with engine.transaction():
                    await add("innermost")
                raise ZeroDivisionError
        with contextlib.suppress(asyncpg.UniqueViolationError):
            async with engine.transaction():
                await engine.run_ddl("INSERT INTO tone VALUES (1), (1)")
        async with engine.transaction():
            await add("second")
    assert await texts() == ["outer", "second"]


async def test_nesting_can_be_refused(engine: SafeEngine) -> None:
    async with engine.transaction():
        with pytest.raises(TransactionError):
            engine.transaction(allow_nested=False)
        with pytest.raises(ValueError, match="outermost"):
            engine.transaction(isolation="serializable")


async def test_gathered_statements_wait_for_each_other(engine: SafeEngine) -> None:
    async with engine.transaction():
        await asyncio.gather(*(add(str(n)) for n in range(20)))
        assert await Note.count() == 20


async def test_gathered_savepoints_do_not_mix(engine: SafeEngine) -> None:
    async def attempt(number: int) -> None:
        async with engine.transaction():
            await add(f"{number} a")
            await asyncio.sleep(0)
            if number % 2:
                raise ZeroDivisionError
            await add(f"{number} b")

    async with engine.transaction():
        results = await asyncio.gather(*(attempt(n) for n in range(6)), return_exceptions=True)
    assert [isinstance(result, ZeroDivisionError) for result in results] == [False, True] * 3
    assert await texts() == ["0 a", "0 b", "2 a", "2 b", "4 a", "4 b"]


async def test_a_task_that_outlives_its_transaction_uses_the_pool(engine: SafeEngine) -> None:
    over = asyncio.Event()

    async def later() -> None:
        await over.wait()
        await add("after")

    with contextlib.suppress(ZeroDivisionError):
        async with engine.transaction():
            await add("before")
            task = asyncio.create_task(later())
            raise ZeroDivisionError
    over.set()
    await task
    assert await texts() == ["after"]


async def test_isolation_and_readonly(engine: SafeEngine) -> None:
    async with engine.transaction(isolation="serializable", readonly=True) as transaction:
        assert await transaction.connection.fetchval("SHOW transaction_isolation") == "serializable"
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await add("refused")
        await transaction.rollback()


async def test_manual_commit_and_rollback(engine: SafeEngine) -> None:
    async with engine.transaction() as transaction:
        await add("kept")
        await transaction.commit()
    async with engine.transaction() as transaction:
        await add("dropped")
        await transaction.rollback()
    assert await texts() == ["kept"]


async def test_a_bound_connection_stays_its_callers(engine: SafeEngine, database: Logins) -> None:
    connection = await database.owner.connect()
    async with engine.bound(connection):
        assert (await engine.run_ddl("SELECT current_user::text AS u"))[0]["u"] == "shouwang_owner"
        with contextlib.suppress(ZeroDivisionError):
            async with engine.transaction():
                await add("dropped")
                raise ZeroDivisionError
        async with engine.transaction(isolation="serializable"):
            await add("kept")
        task = asyncio.create_task(asyncio.sleep(0, engine))
    await task
    assert await connection.fetchval("SELECT string_agg(text, ',') FROM jotting") == "kept"
    await connection.close()
    assert (await engine.run_ddl("SELECT current_user::text AS u"))[0]["u"] == "shouwang_app"


async def test_batches_close_their_connection_and_let_errors_through(engine: SafeEngine) -> None:
    await asyncio.gather(*(add(str(n)) for n in range(5)))
    async with await Note.select().batch(batch_size=2) as batch:
        assert [len(rows) async for rows in batch] == [2, 2, 1]
    with pytest.raises(ZeroDivisionError):
        async with await Note.select().batch() as batch:
            raise ZeroDivisionError
    assert batch.connection.is_closed()
    wrong = await engine.batch(Note.raw("SELECT nothing FROM nowhere"))
    with pytest.raises(asyncpg.UndefinedTableError):
        async with wrong:
            pass
    assert wrong.connection.is_closed()


async def test_a_full_pool_is_busy_and_not_for_ever(engine: SafeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(4):
            transaction = await asyncio.create_task(_entered(engine))
            stack.push_async_callback(transaction.__aexit__, None, None, None)
        with pytest.raises(Problem) as caught:
            await add("one too many")
    assert caught.value.code is DATABASE_BUSY


async def _entered(engine: SafeEngine) -> Any:
    return await engine.transaction().__aenter__()


async def test_a_pool_closes_although_somebody_still_works(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE", 0.1)
    engine = SafeEngine({**database.app.arguments()})
    await engine.start_connection_pool(min_size=1, max_size=1)
    held = (await engine.acquire())._con
    await engine.close_connection_pool()
    assert held.is_closed()
    await engine.close_connection_pool()


async def test_without_a_pool_each_statement_connects_and_leaves(database: Logins) -> None:
    engine = SafeEngine({**database.app.arguments()})
    async with engine.transaction() as transaction:
        assert (await engine.run_ddl("SELECT 1 AS one"))[0]["one"] == 1
    assert transaction.connection.is_closed()
    assert (await engine.run_ddl("SELECT 1 AS one"))[0]["one"] == 1


async def test_an_unreachable_database_is_a_problem(database: Logins) -> None:
    engine = SafeEngine({**database.app.arguments(), "port": 5433})
    for attempt in (engine.start_connection_pool(min_size=1), engine.run_ddl("SELECT 1")):
        with pytest.raises(Problem) as caught:
            await attempt
        assert caught.value.code is DATABASE_UNAVAILABLE


async def test_an_engine_nobody_configured_connects_nowhere() -> None:
    for attempt in (SafeEngine().run_ddl("SELECT 1"), SafeEngine().start_connection_pool()):
        with pytest.raises(RuntimeError, match="configure"):
            await attempt


def test_importing_it_connects_nowhere() -> None:
    script = "import socket; socket.socket.connect = None; import api.piccolo_conf; print(api.piccolo_conf.DB.config)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("{}\n", "")


def test_configure_tells_every_part(database: Logins, engine: SafeEngine) -> None:
    configure(database.app)
    assert ENGINE.config["host"] == database.app.host
    assert ENGINE.config["user"] == "shouwang_app"
    assert ENGINE.config["password"]
