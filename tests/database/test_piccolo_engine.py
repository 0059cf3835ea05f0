"""引擎 What migrations need of Piccolo's engine: one connection, real transactions, nothing at import."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from piccolo.columns import Integer, Text
from piccolo.table import Table

from api.database import ENGINE, OwnConnection
from api.roles import Logins

pytestmark = pytest.mark.usefixtures("tables")


class Note(Table, tablename="jotting"):
    text = Text(primary_key=True)
    tone = Integer(null=True, default=None)


@pytest_asyncio.fixture
async def connection(database: Logins) -> AsyncIterator[OwnConnection]:
    connection = await database.owner.connect()
    yield connection
    await connection.execute("DELETE FROM jotting")
    await connection.close()


async def texts() -> list[str]:
    return sorted(await Note.select(Note.text).output(as_list=True))


async def add(text: str, tone: int | None = None) -> None:
    await Note.insert(Note(text=text, tone=tone))


async def test_statements_run_on_the_bound_connection(connection: OwnConnection) -> None:
    await connection.execute("SET application_name TO 'mine'")
    with ENGINE.bound(connection):
        assert await Note.raw("SHOW application_name") == [{"application_name": "mine"}]
        assert await ENGINE.run_ddl("SELECT current_user::text AS u") == [("shouwang_owner",)]
    assert not connection.is_closed()


async def test_a_failed_commit_leaves_the_connection_usable(connection: OwnConnection) -> None:
    with ENGINE.bound(connection):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            async with ENGINE.transaction():
                await add("orphan", tone=404)
        async with ENGINE.transaction():
            await add("kept")
        assert await texts() == ["kept"]


async def test_a_nested_transaction_is_a_savepoint(connection: OwnConnection) -> None:
    with ENGINE.bound(connection):
        async with ENGINE.transaction():
            await add("outer")
            with contextlib.suppress(ZeroDivisionError):
                async with ENGINE.transaction():
                    await add("inner")
                    raise ZeroDivisionError
            async with ENGINE.transaction():
                await add("second")
        assert await texts() == ["outer", "second"]


async def test_nesting_can_be_refused(connection: OwnConnection) -> None:
    with ENGINE.bound(connection):
        async with ENGINE.transaction(allow_nested=False):
            with pytest.raises(RuntimeError, match="already open"):
                ENGINE.transaction(allow_nested=False)


async def test_a_lost_link_keeps_the_first_error(database: Logins) -> None:
    connection = await database.owner.connect()

    async def lose() -> None:
        async with ENGINE.transaction():
            connection.terminate()
            await ENGINE.run_ddl("SELECT 1")

    with ENGINE.bound(connection), pytest.raises(asyncpg.InterfaceError, match="connection is closed"):
        await lose()


async def test_other_tasks_have_no_part_in_it(connection: OwnConnection) -> None:
    bound = asyncio.Event()

    async def elsewhere() -> None:
        await bound.wait()
        await texts()

    task = asyncio.create_task(elsewhere())
    with ENGINE.bound(connection):
        bound.set()
        with pytest.raises(RuntimeError, match="no connection is bound"):
            await task


async def test_without_a_connection_nothing_runs(connection: OwnConnection) -> None:
    with ENGINE.bound(connection):
        pass
    for attempt in (texts, ENGINE.get_new_connection, lambda: asyncio.to_thread(ENGINE.transaction)):
        with pytest.raises(RuntimeError, match="no connection is bound"):
            await attempt()


def test_importing_it_connects_nowhere() -> None:
    script = "import socket; socket.socket.connect = None; import api.piccolo_conf as p; print(p.DB.config)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("{}\n", "")
