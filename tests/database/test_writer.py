"""写入 The app role's pool: warm connections, prepared statements, open transactions, lost connections, exhaustion."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.database import DATABASE_BUSY, DATABASE_UNAVAILABLE, Dsn, Writer
from api.database.writer import STALE
from api.errors import Problem
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")
PID = "select pg_backend_pid()"


@pytest_asyncio.fixture
async def writer(database: Logins) -> AsyncIterator[Writer]:
    opened = Writer(database.app, 2)
    await opened.open()
    yield opened
    await opened.close()


async def pid(writer: Writer) -> int:
    async with writer.lease() as connection:
        return int(await connection.fetchval(PID))


async def kill(admin: Dsn, *pids: int) -> None:
    connection = await admin.connect()
    for one in pids:
        await connection.execute(f"select pg_terminate_backend({one}, 5000)")
    await connection.close()


async def test_the_driver_s_own_words(writer: Writer) -> None:
    async with writer.lease() as connection:
        assert await connection.fetchval("select $1::int + 1", 1) == 2
        assert tuple(await connection.fetchrow("select $1::int, $2::text", 1, "甲")) == (1, "甲")
        rows = await connection.fetch("select n from generate_series(1, $1::int) n", 3)
        assert [row["n"] for row in rows] == [1, 2, 3]
        await connection.execute("select 1; select 2")
        undone = connection.transaction()
        await undone.start()
        insert = "insert into promise (account, key, asked, at) values ($1, $2, $3, now())"
        await connection.execute(insert, 1, "first", b"")
        await connection.executemany(insert, [(1, "second", b""), (1, "third", b"")])
        assert await connection.fetchval("select count(*) from promise where account = $1", 1) == 3
        await undone.rollback()
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            assert connection.is_in_transaction()
            assert await connection.fetchval("select current_setting('transaction_read_only')") == "on"
        assert await connection.fetchval("select '[1]'::json") == "[1]"


async def test_the_connection_used_last_is_used_next_and_statements_are_prepared_once(writer: Writer) -> None:
    assert len({await pid(writer) for _ in range(5)}) == 1
    async with writer.lease() as connection:
        count = "select count(*) from pg_prepared_statements where statement = $1"
        for _ in range(3):
            assert await connection.fetchval("select $1::int", 5) == 5
        assert await connection.fetchval(count, "select $1::int") == 1


async def test_a_table_changed_under_a_statement(writer: Writer, database: Logins) -> None:
    owner = await database.owner.connect()
    await owner.execute(
        "create table changing (n int); grant select on changing to public; insert into changing values (1)"
    )
    try:
        for sql in ("select * from changing", "select c from changing c"):
            async with writer.lease() as connection:
                await connection.fetchrow(sql)
                await owner.execute("alter table changing add column m int default 2")
                with pytest.raises(STALE):
                    await connection.fetchrow(sql)
                row = await connection.fetchrow(sql)
                assert row["m" if "*" in sql else "c"] is not None
            await owner.execute("alter table changing drop column m")
    finally:
        await owner.execute("drop table changing")
        await owner.close()


async def test_nobody_inherits_an_open_transaction(writer: Writer) -> None:
    async with writer.lease() as connection:
        first = await connection.fetchval(PID)
        await connection.transaction().start()
    async with writer.lease() as connection:
        assert await connection.fetchval(PID) != first
        assert not connection.is_in_transaction()


async def test_a_cancelled_block_gives_its_connection_back(writer: Writer) -> None:
    async def slow() -> None:
        async with writer.lease() as connection, connection.transaction():
            await connection.fetchval("select pg_sleep(60)")

    tasks = [asyncio.create_task(slow()) for _ in range(2)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(set(await asyncio.gather(*(pid(writer) for _ in range(6))))) <= 2
    async with writer.lease() as connection:
        assert not connection.is_in_transaction()


async def test_lost_connections_are_replaced(writer: Writer, admin: Dsn) -> None:
    first = await pid(writer)
    await kill(admin, first)
    await asyncio.sleep(0.05)  # the driver hears of it in the loop's next rounds
    assert await pid(writer) != first


async def test_whoever_waits_gets_the_next_one_or_is_told(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Writer.patience == 5.0
    monkeypatch.setattr(Writer, "patience", 0.1)
    held = [await writer.take(), await writer.take()]
    with pytest.raises(Problem) as caught:
        await pid(writer)
    assert caught.value.code is DATABASE_BUSY
    monkeypatch.setattr(Writer, "patience", 60)
    waiting: list[Any] = [asyncio.create_task(pid(writer)) for _ in range(8)]
    await asyncio.sleep(0)
    waiting[2].cancel()
    for slot in held:
        writer.give_back(slot)
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert len([one for one in found if isinstance(one, int)]) == 7


async def test_what_runs_when_it_is_closed_may_end(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    for patience, ends in ((5.0, True), (0.05, False)):
        writer = Writer(database.app, 2)
        await writer.open()
        monkeypatch.setattr(Writer, "patience", patience)

        async def slow(writer: Writer = writer) -> Any:
            async with writer.lease() as connection, connection.transaction():
                return await connection.fetchval("select pg_sleep(0.4) is null")

        running = asyncio.create_task(slow())
        await asyncio.sleep(0.1)
        await writer.close()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
        assert (outcome is False) is ends, outcome


async def test_closed_is_closed(database: Logins) -> None:
    writer = Writer(database.app, 1)
    await writer.open()
    await writer.close()
    with pytest.raises(Problem) as caught:
        await pid(writer)
    assert caught.value.code is DATABASE_UNAVAILABLE
