"""语句时限 Every statement of every connection ends: nobody connects without a limit, and the limits hold."""

import ast
import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import api
from api.database import LONG, Reader, Writer, link_settings, problem_of, reader, watched_connection, writer
from api.errors import Problem
from api.roles import Logins

PACKAGE = Path(api.__path__[0])
DRIVER = {"connect", "create_pool", "Connection"}
MAY_CONNECT = {"database/dsn.py": "connect", "database/writer.py": "create_pool"}
LIMITS = {"STATEMENT", "LONG", "NATIONAL", "command_timeout"}
"""Names that a limit may have; numbers may stand for themselves."""
SHORT = 0.3
STILL_RUNNING = """select count(*) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()
  and state = 'active' and datname = current_database()"""


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Every call of a method of that name, with its file."""
    return [
        (str(file.relative_to(PACKAGE)), node)
        for file in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
    ]


def test_nobody_goes_past_the_ways_that_have_limits() -> None:
    past = {
        (file, name)
        for name in DRIVER
        for file, call in calls(name)
        if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "asyncpg"
    }
    assert past == set(MAY_CONNECT.items())


def test_no_connection_is_opened_without_a_limit_but_the_readers_which_has_its_own() -> None:
    unlimited, limited = set(), 0
    for file, call in [*calls("connect"), *calls("create_pool")]:
        arguments = {keyword.arg: keyword.value for keyword in call.keywords}
        limit = arguments.get("command_timeout")
        if isinstance(limit, ast.Constant) and limit.value is None:
            unlimited.add(file)
        elif limit is not None:
            limited += 1
            assert isinstance(limit, ast.Constant) or ast.unparse(limit) in LIMITS, (file, ast.unparse(limit))
    assert unlimited == {"database/reader.py"}
    assert limited > 10
    assert 0 < link_settings.STATEMENT < LONG < float("inf")


async def test_what_the_driver_is_told_has_a_limit(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default too: whatever connects, the driver hears of a limit, and of the server's watch over the client."""
    heard: list[dict[str, Any]] = []
    connect = asyncpg.connect

    async def listening(**arguments: Any) -> Any:
        heard.append(arguments)
        return await connect(**arguments)

    monkeypatch.setattr(asyncpg, "connect", listening)
    for login in (database.owner, database.app, database.reader, database.nation):
        await (await login.connect()).close()
        async with watched_connection(login):
            pass
    assert len(heard) == 8
    assert all(0 < arguments["command_timeout"] <= LONG for arguments in heard)
    assert all(arguments["server_settings"]["client_connection_check_interval"] for arguments in heard)
    assert all(arguments["timeout"] for arguments in heard)


async def own(database: Logins) -> None:
    connection = await database.app.connect(command_timeout=SHORT)
    try:
        await connection.execute("select pg_sleep(60)")
    finally:
        connection.terminate()


async def watched(database: Logins) -> None:
    async with watched_connection(database.nation, command_timeout=SHORT) as connection:
        await connection.execute("select pg_sleep(60)")


async def pooled(database: Logins) -> None:
    pool = Writer(database.app, 1)
    await pool.open()
    try:
        async with pool.connection() as connection, connection.transaction():
            await connection.fetchval("select pg_sleep(60)")
    finally:
        await pool.close()


async def read_rows(database: Logins) -> None:
    await read(database, lambda opened: opened.rows("select pg_sleep(60)"))


async def read_bytes(database: Logins) -> None:
    until = asyncio.get_running_loop().time() + SHORT
    await read(database, lambda opened: opened.fetch("select pg_sleep(60)::text::json", (), until))


async def read(database: Logins, work: Callable[[Reader], Awaitable[object]]) -> None:
    opened = Reader(database.reader, 1)
    await opened.open()
    try:
        await work(opened)
    finally:
        await opened.close()


@pytest.mark.parametrize("way", [own, watched, pooled, read_rows, read_bytes])
async def test_a_statement_that_hangs_ends(
    database: Logins, monkeypatch: pytest.MonkeyPatch, way: Callable[[Logins], Awaitable[None]]
) -> None:
    monkeypatch.setattr(writer, "STATEMENT", SHORT)
    monkeypatch.setattr(reader, "LIMIT", SHORT)
    begun = time.monotonic()
    with pytest.raises((Problem, TimeoutError)) as caught:
        await way(database)
    assert time.monotonic() - begun < 10
    problem = caught.value if isinstance(caught.value, Problem) else problem_of(caught.value)
    assert problem is not None
    assert problem.code.status == 503
    watcher = await database.owner.connect()
    for _ in range(200):
        if not await watcher.fetchval(STILL_RUNNING):
            break
        await asyncio.sleep(0.05)
    assert not await watcher.fetchval(STILL_RUNNING)
    await watcher.close()
