"""迁移 Migrations: once, in order, by one process at a time, all of each or nothing. DESIGN §7"""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest
import pytest_asyncio
from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from api import migrate
from api.database import ENGINE, Dsn
from api.errors import Problem
from api.migrate import sql_migration
from api.roles import Logins
from tests.support.databases import fresh_database

PROCESS = """
import asyncio, json, os, sys
from api.database import Dsn
from api.migrate import migrate
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(asyncio.run(migrate(Dsn(**json.loads(os.environ["DSN"]))))))
"""


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The migrations of a release of this test's own, after the product's."""
    modules = migrate.modules()
    monkeypatch.setattr(migrate, "modules", lambda: modules)
    return modules


@pytest_asyncio.fixture
async def owner(admin: Dsn, template: Logins) -> AsyncIterator[Dsn]:
    """The owner's login to a migrated database of this test's own."""
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        yield template.owner.to_database(name)


def migration(identifier: str, sql: str, backwards: str | None = None) -> ModuleType:
    async def forwards() -> MigrationManager:
        return sql_migration(identifier, "a test's", sql, backwards)

    return cast("ModuleType", SimpleNamespace(ID=identifier, forwards=forwards))


async def query(login: Dsn, sql: str) -> Any:
    connection = await login.connect()
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def at_once(count: int, owner: Dsn) -> list[list[str]]:
    """What each of several processes ran that began to migrate at one moment."""
    environment = {**os.environ, "DSN": json.dumps(dataclasses.asdict(owner))}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
                )
            )
            for _ in range(count)
        ]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == b"ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write(b"go\n")
            process.stdin.flush()
        told = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return [json.loads(answer) for answer in told]


async def test_four_processes_at_once_run_each_migration_once(admin: Dsn, template: Logins) -> None:
    async with fresh_database(admin, template.owner.user) as name:
        empty = template.owner.to_database(name)
        assert sorted(at_once(4, empty), key=len) == [[], [], [], list(migrate.modules())]
        assert await query(empty, "SELECT count(*) FROM migration") == len(migrate.modules())


async def test_several_statements_of_sql_in_one_migration(known: dict[str, ModuleType], owner: Dsn) -> None:
    known["9001"] = migration(
        "9001",
        """CREATE TABLE oak (n int, facts jsonb DEFAULT '{"a": {}}'); INSERT INTO oak VALUES (1);
        CREATE FUNCTION grow() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;""",
    )
    assert await migrate.migrate(owner) == ["9001"]
    assert await migrate.migrate(owner) == []
    assert await query(owner, "SELECT n + grow() FROM oak") == 2
    assert await query(owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'oak'") == "shouwang_owner"


async def test_a_failing_migration_leaves_nothing_and_the_ones_before_it_stay(
    known: dict[str, ModuleType], owner: Dsn
) -> None:
    known["9002"] = migration("9002", "CREATE TABLE elm (n int)")
    known["9003"] = migration("9003", "CREATE TABLE ash (n int); SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate.migrate(owner)
    assert await query(owner, "SELECT to_regclass('elm') IS NOT NULL AND to_regclass('ash') IS NULL")
    assert await query(owner, "SELECT max(name) FROM migration WHERE name > '9'") == "9002"
    known["9003"] = migration("9003", "CREATE TABLE ash (n int)")
    assert await migrate.migrate(owner) == ["9003"]


async def test_a_migration_that_refuses_a_transaction(known: dict[str, ModuleType], owner: Dsn) -> None:
    async def forwards() -> MigrationManager:
        manager = sql_migration("9004", "a test's", "CREATE INDEX CONCURRENTLY elm_n ON elm (n)")
        manager.wrap_in_transaction = False
        return manager

    known["9003"] = migration("9003", "CREATE TABLE elm (n int)")
    known["9004"] = cast("ModuleType", SimpleNamespace(ID="9004", forwards=forwards))
    assert await migrate.migrate(owner) == ["9003", "9004"]
    assert await query(owner, "SELECT to_regclass('elm_n') IS NOT NULL")


async def test_a_migration_goes_back(known: dict[str, ModuleType], owner: Dsn) -> None:
    manager = sql_migration("9005", "a test's", "CREATE TABLE fir (n int)", "DROP TABLE fir")
    connection = await owner.connect()
    with ENGINE.bound(connection):
        await manager.run()
        await manager.run(backwards=True)
    await connection.close()
    assert await query(owner, "SELECT to_regclass('fir') IS NULL")


async def test_a_database_of_a_newer_release_is_left_alone(known: dict[str, ModuleType], owner: Dsn) -> None:
    connection = await owner.connect()
    await connection.execute("INSERT INTO migration (name, app_name) VALUES ('9999', 'api')")
    known["9998"] = migration("9998", "CREATE TABLE yew (n int)")
    with pytest.raises(Problem, match="NEWER_DATABASE") as caught:
        await migrate.migrate(owner)
    assert caught.value.facts == {"found": "9999"}
    assert await connection.fetchval("SELECT to_regclass('yew') IS NULL")
    await connection.close()


async def test_migrating_is_quiet(known: dict[str, ModuleType], owner: Dsn, capsys: pytest.CaptureFixture[str]) -> None:
    known["9001"] = migration("9001", "SELECT 1")
    assert await migrate.migrate(owner) == ["9001"]
    assert capsys.readouterr() == ("", "")


async def test_the_tables_and_their_migrations_agree() -> None:
    """When this fails: PICCOLO_CONF=api.piccolo_conf piccolo migrations new api --auto."""
    assert await migrate.pending_changes() == []
