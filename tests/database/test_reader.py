"""读取 The read pool: bytes, prepared statements, deadlines, lost connections, exhaustion. DESIGN §4"""

import asyncio
import time
from typing import Any

import asyncpg
import pytest

from api.database import (
    DATABASE_BUSY,
    DATABASE_REFUSED,
    DATABASE_UNAVAILABLE,
    DEADLINE_EXCEEDED,
    NOT_STORABLE,
    Dsn,
    Reader,
)
from api.database import reader as module
from api.errors import Code, Problem
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def refused(attempt: Any) -> Code:
    with pytest.raises(Problem) as caught:
        await attempt
    assert caught.value.__cause__ is None
    return caught.value.code


async def backends(admin: Dsn, database: Logins) -> list[int]:
    connection = await admin.connect()
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND usename = 'shouwang_reader'", database.reader.database
    )
    await connection.close()
    return [row["pid"] for row in rows]


async def kill(admin: Dsn, database: Logins) -> None:
    connection = await admin.connect()
    for pid in await backends(admin, database):
        await connection.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
    await connection.close()


async def test_it_returns_the_json_as_it_came(reader: Reader) -> None:
    answer = await reader.fetch("""SELECT ('{"a":  [1,' || $1 || ', "中文"]}')::json""", ["null"])
    assert type(answer) is bytes
    assert answer == '{"a":  [1,null, "中文"]}'.encode()
    assert await reader.fetch("SELECT json_agg(n)::json FROM generate_series(1, $1::int) n", [3]) == b"[1, 2, 3]"


async def test_several_megabytes(reader: Reader) -> None:
    answer = await reader.fetch("SELECT to_json(repeat('x', $1::int))::json", [5_000_000])
    assert len(answer) == 5_000_002


async def test_rows_of_an_ordinary_read(reader: Reader) -> None:
    rows = await reader.rows("SELECT n, n * $1 AS twice FROM generate_series(1, 2) n", [2])
    assert [tuple(row) for row in rows] == [(1, 2), (2, 4)]


async def test_it_reads_only_and_plans_without_jit(reader: Reader) -> None:
    assert await reader.fetch("SELECT to_json(current_setting('jit'))::json", []) == b'"off"'
    assert await reader.fetch("SELECT to_json(current_setting('default_transaction_read_only'))::json", []) == b'"on"'


async def _error(attempt: Any) -> BaseException:
    [error] = await asyncio.gather(attempt, return_exceptions=True)
    assert isinstance(error, BaseException)
    return error


async def test_statements_are_prepared_once_and_the_oldest_goes(database: Logins) -> None:
    reader = Reader(database.reader, 1, budget=3 * module.weight_of("SELECT to_json(1)::json"))
    await reader.open()
    for number in (1, 2, 3, 1, 4, 1):
        assert await reader.fetch(f"SELECT to_json({number})::json", []) == str(number).encode()
    assert [sql[15] for sql in reader._slots[0].statements] == ["3", "4", "1"]
    named = await reader.rows(
        "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT to_json(_)::json'"
    )
    assert sorted(row["statement"][15] for row in named) == ["1", "3", "4"]
    await reader.close()


async def test_a_long_statement_is_named_too(reader: Reader) -> None:
    sql = f"SELECT to_json(1)::json /* {'long ' * 10_000} */"
    for _ in range(2):
        assert await reader.fetch(sql, []) == b"1"
    held = await asyncio.gather(*(reader.rows("SELECT statement FROM pg_prepared_statements") for _ in range(2)))
    assert any(row["statement"] == sql for rows in held for row in rows)


async def test_at_a_deadline_the_statement_is_cancelled_and_the_connection_used_again(
    reader: Reader, admin: Dsn, database: Logins
) -> None:
    await asyncio.sleep(0.1)  # the last test's own reader has left
    before = sorted(await backends(admin, database))
    started = time.monotonic()
    slow = reader.fetch("SELECT to_json(pg_sleep(60)::text)::json", [], soon(0.1))
    assert await refused(slow) is DEADLINE_EXCEEDED
    assert await refused(reader.rows("SELECT pg_sleep(60)", [], soon(0.1))) is DEADLINE_EXCEEDED
    assert await refused(reader.fetch("SELECT to_json(pg_sleep(60)::text)::json", [], soon(-1))) is DEADLINE_EXCEEDED
    assert time.monotonic() - started < 10
    for _ in range(4):
        assert await reader.fetch("SELECT to_json(1)::json", [], soon(5)) == b"1"
    assert sorted(await backends(admin, database)) == before


async def test_a_cancelled_request_leaves_nothing_running(reader: Reader, admin: Dsn) -> None:
    task = asyncio.create_task(reader.fetch("SELECT to_json(pg_sleep(60)::text)::json /* left */", [], soon(30)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.gather(*(reader.fetch("SELECT to_json(1)::json", []) for _ in range(4))) == [b"1"] * 4
    connection = await admin.connect()
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%/* left */%' AND state = 'active' AND pid <> $1"
    assert await connection.fetchval(running, connection.get_server_pid()) == 0
    await connection.close()


async def test_lost_connections_are_replaced_without_anybody_noticing(
    reader: Reader, admin: Dsn, database: Logins
) -> None:
    assert await reader.fetch("SELECT to_json(1)::json", []) == b"1"
    await kill(admin, database)
    many = (reader.fetch("SELECT to_json($1::int)::json", [n]) for n in range(8))
    assert await asyncio.gather(*many) == [str(n).encode() for n in range(8)]
    await kill(admin, database)
    assert (await reader.rows("SELECT 1 AS number"))[0]["number"] == 1


async def test_a_connection_lost_in_the_middle_of_a_read(reader: Reader, admin: Dsn, database: Logins) -> None:
    slow = asyncio.create_task(reader.fetch("SELECT to_json(pg_sleep(0.3)::text)::json", []))
    await asyncio.sleep(0.1)
    await kill(admin, database)
    assert await slow == b'""'


async def test_the_database_gone_and_back(admin: Dsn, database: Logins) -> None:
    reader = Reader(database.reader, 2)
    await reader.open()
    connection = await admin.connect()
    await connection.execute("ALTER ROLE shouwang_reader NOLOGIN")
    try:
        await kill(admin, database)
        for attempt in (reader.fetch("SELECT to_json(1)::json", []), reader.rows("SELECT 1")):
            assert await refused(attempt) is DATABASE_REFUSED
    finally:
        await connection.execute("ALTER ROLE shouwang_reader LOGIN")
        await connection.close()
    assert await reader.fetch("SELECT to_json(1)::json", []) == b"1"
    await reader.close()


async def test_no_database_at_all(database: Logins) -> None:
    nowhere = Dsn("/nowhere", 5432, "u", "p", "d")
    assert await refused(Reader(nowhere, 2).open()) is DATABASE_UNAVAILABLE
    wrong = database.reader.as_user("shouwang_reader", "wrong")
    assert await refused(Reader(wrong, 2).open()) is DATABASE_REFUSED


async def test_closed_is_closed(database: Logins) -> None:
    reader = Reader(database.reader, 1)
    assert await refused(reader.fetch("SELECT to_json(1)::json", [])) is DATABASE_UNAVAILABLE
    await reader.open()
    slow = asyncio.create_task(reader.fetch("SELECT to_json(pg_sleep(60)::text)::json", []))
    await asyncio.sleep(0.1)
    await reader.close()
    assert await refused(slow) is DATABASE_UNAVAILABLE
    assert await refused(reader.fetch("SELECT to_json(1)::json", [])) is DATABASE_UNAVAILABLE


async def test_a_request_waits_its_turn_and_not_for_ever(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module.PATIENCE == 1.0
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    held = [reader._free.pop(), reader._free.pop()]
    started = time.monotonic()
    assert await refused(reader.fetch("SELECT to_json(1)::json", [], soon(0.01))) is DATABASE_BUSY
    assert time.monotonic() - started < 0.2
    assert await refused(reader.fetch("SELECT to_json(1)::json", [])) is DATABASE_BUSY
    assert await refused(reader.rows("SELECT 1")) is DATABASE_BUSY
    assert time.monotonic() - started >= 0.4
    monkeypatch.setattr(module, "PATIENCE", 60)
    waiting = [asyncio.create_task(reader.fetch("SELECT to_json($1::int)::json", [n])) for n in range(20)]
    await asyncio.sleep(0)
    waiting[3].cancel()
    for slot in held:
        reader._release(slot)
    rest = await asyncio.gather(*waiting, return_exceptions=True)
    assert [answer for answer in rest if isinstance(answer, bytes)] == [str(n).encode() for n in range(20) if n != 3]
    assert sorted(map(id, reader._free)) == sorted(map(id, held))


async def test_a_request_cancelled_as_its_turn_comes_gives_the_connection_on(reader: Reader) -> None:
    held = [reader._free.pop(), reader._free.pop()]
    waiting = asyncio.create_task(reader._wait(None))
    await asyncio.sleep(0)
    reader._release(held[0])
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert reader._free == held[:1]
    reader._release(held[1])


@pytest.mark.parametrize("value", ["\0", "\ud800", "a" * 10, 2**40])
async def test_values_no_column_can_hold(reader: Reader, value: object) -> None:
    sql = (
        "SELECT to_json($1::int)::json"
        if not isinstance(value, str) or value[0] == "a"
        else "SELECT to_json($1::text)::json"
    )
    if value is None:
        assert await reader.fetch(sql, [value]) is None
        return
    problem = await _error(reader.fetch(sql, [value]))
    assert isinstance(problem, Problem)
    assert problem.code is NOT_STORABLE
    assert "aaa" not in str(problem)


async def test_our_own_mistakes_are_not_dressed_up(reader: Reader) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        await reader.fetch("SELECT to_json(n)::json FROM nowhere", [])
    with pytest.raises(asyncpg.InterfaceError, match="expects 1 argument"):
        await reader.fetch("SELECT to_json($1::int)::json", [])
    assert len(reader._free) == 2


async def test_a_table_that_changed_under_a_prepared_statement(reader: Reader, database: Logins) -> None:
    sql = "SELECT to_json(count(tone))::json FROM jotting"
    assert await reader.fetch(sql, []) == b"0"
    owner = await database.owner.connect()
    await owner.execute("ALTER TABLE jotting ADD COLUMN more int, ALTER COLUMN text TYPE varchar(9)")
    await owner.close()
    assert await asyncio.gather(*(reader.fetch(sql, []) for _ in range(4))) == [b"0"] * 4


async def test_renewed_connections_are_replaced_before_their_next_use(database: Logins) -> None:
    """The idle ones and the busy ones: what runs is not disturbed."""
    renewed = Reader(database.reader, 2)
    await renewed.open()
    pid = "select pg_backend_pid() as pid, pg_sleep($1)"

    async def pids() -> set[int]:
        rows = await asyncio.gather(*(renewed.rows(pid, (0.3,)) for _ in range(2)))
        return {row[0]["pid"] for row in rows}

    before = await pids()
    running = asyncio.create_task(renewed.rows(pid, (0.5,)))
    await asyncio.sleep(0.2)
    renewed.renew()
    assert (await running)[0]["pid"] in before
    assert (await pids()).isdisjoint(before)
    await renewed.close()
