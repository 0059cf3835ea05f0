"""迁移 Migrations: once, in order, by one process at a time, all of each or nothing. DESIGN §7"""

import asyncio
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import asyncpg
import pytest
import pytest_asyncio
from piccolo.columns import BigSerial, ForeignKey, Integer, Text

import migrations
from api import migrate
from api.database import Dsn
from api.errors import Problem
from api.migration import Changes
from api.roles import Logins
from tests.support.databases import fresh_database

COLUMNS = """
SELECT array_agg(concat_ws(' ', a.attrelid::regclass || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN NOT a.attnotnull THEN 'null' END, nullif(a.attidentity::text, ''), (SELECT collname FROM pg_collation
    WHERE oid = a.attcollation)) ORDER BY a.attrelid::regclass::text, a.attname)
FROM pg_attribute a WHERE a.attnum > 0
  AND (a.attrelid = to_regclass('oak') OR (a.attrelid = 'unit'::regclass AND a.attname = 'nickname'))
"""
PROCESS = """
import asyncio, json, os, sys
from api.database import Dsn
from api.migrate import migrate
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(asyncio.run(migrate(Dsn(**json.loads(os.environ["DSN"]))))))
"""


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The migrations of a release of this test's own, after the product's."""
    modules = migrate.modules()
    monkeypatch.setattr(migrate, "modules", lambda: modules)
    return modules


@pytest_asyncio.fixture
async def owner(admin: Dsn, template: Logins) -> AsyncIterator[Dsn]:
    """The owner's login to a migrated database of this test's own."""
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        yield template.owner.to_database(name)


def migration(identifier: str, sql: str) -> ModuleType:
    async def forwards() -> Changes:
        return Changes(identifier, "a test's").sql(sql)

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
        outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return [json.loads(answer) for answer in outputs]


async def test_four_processes_at_once_run_each_migration_once(admin: Dsn, template: Logins) -> None:
    async with fresh_database(admin, template.owner.user) as name:
        empty = template.owner.to_database(name)
        assert sorted(at_once(4, empty), key=len) == [[], [], [], list(migrate.modules())]
        assert await query(empty, "SELECT count(*) FROM migration") == len(migrate.modules())


async def test_several_statements_of_sql_in_one_migration(release: dict[str, ModuleType], owner: Dsn) -> None:
    release["9001"] = migration(
        "9001",
        """CREATE TABLE oak (n int, facts jsonb DEFAULT '{"a": {}}'); INSERT INTO oak VALUES (1);
        CREATE FUNCTION grow() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;""",
    )
    assert await migrate.migrate(owner) == ["9001"]
    assert await migrate.migrate(owner) == []
    assert await query(owner, "SELECT n + grow() FROM oak") == 2
    assert await query(owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'oak'") == "shouwang_owner"


async def test_a_failing_migration_leaves_the_database_as_it_was(release: dict[str, ModuleType], owner: Dsn) -> None:
    release["9002"] = migration("9002", "CREATE TABLE elm (n int)")
    release["9003"] = migration("9003", "CREATE TABLE ash (n int); SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate.migrate(owner)
    assert await query(owner, "SELECT to_regclass('elm') IS NULL AND to_regclass('ash') IS NULL")
    assert await query(owner, "SELECT count(*) FROM migration WHERE name > '9'") == 0
    release["9003"] = migration("9003", "CREATE TABLE ash (n int)")
    assert await migrate.migrate(owner) == ["9002", "9003"]


async def test_a_migration_that_refuses_a_transaction_keeps_those_before_it(
    release: dict[str, ModuleType], owner: Dsn
) -> None:
    async def forwards() -> Changes:
        changes = Changes("9004", "a test's").sql("CREATE INDEX CONCURRENTLY elm_n ON elm (n)")
        changes.wrap_in_transaction = False
        return changes

    release["9003"] = migration("9003", "CREATE TABLE elm (n int)")
    release["9004"] = cast("ModuleType", SimpleNamespace(ID="9004", forwards=forwards))
    release["9005"] = migration("9005", "SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate.migrate(owner)
    assert await query(owner, "SELECT to_regclass('elm_n') IS NOT NULL")
    assert await query(owner, "SELECT array_agg(name ORDER BY name) FROM migration WHERE name > '9'") == [
        "9003",
        "9004",
    ]


async def test_new_tables_have_identities_and_compare_texts_by_code_point(
    release: dict[str, ModuleType], owner: Dsn
) -> None:
    async def forwards() -> Changes:
        changes = Changes("9001", "a test's")
        unit, oak = changes.table("Unit", "unit"), changes.new_table("Oak", "oak")
        oak.add("id", BigSerial, primary_key=True)
        oak.add("unit", ForeignKey, references=unit)
        oak.add("name", Text, unique=True)
        oak.add("height", Integer, null=True)
        unit.add("nickname", Text, null=True)
        return changes.sql("CREATE INDEX oak_unit ON oak (unit, id)")

    release["9001"] = cast("ModuleType", SimpleNamespace(ID="9001", forwards=forwards))
    assert await migrate.migrate(owner) == ["9001"]
    assert await query(owner, COLUMNS) == [
        "oak.height integer null",
        "oak.id bigint d",
        "oak.name text C",
        "oak.unit bigint",
        "unit.nickname text null C",
    ]
    assert await query(
        owner, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'oak_unit_fkey'"
    ) == ("FOREIGN KEY (unit) REFERENCES unit(id) ON UPDATE CASCADE ON DELETE RESTRICT")


async def test_migrations_only_go_forwards() -> None:
    with pytest.raises(NotImplementedError, match="restore a backup"):
        await Changes("9005", "a test's").sql("CREATE TABLE fir (n int)").run(backwards=True)


async def test_a_database_of_a_newer_release_is_left_alone(release: dict[str, ModuleType], owner: Dsn) -> None:
    connection = await owner.connect()
    await connection.execute("INSERT INTO migration (name, app_name) VALUES ('9999_later', 'api')")
    release["9998"] = migration("9998", "CREATE TABLE yew (n int)")
    with pytest.raises(Problem, match="NEWER_DATABASE") as caught:
        await migrate.migrate(owner)
    assert caught.value.facts == {"found": "9999_later"}
    assert await connection.fetchval("SELECT to_regclass('yew') IS NULL")
    await connection.close()


async def test_a_database_of_the_development_history_is_refused_and_left_as_it_is(
    release: dict[str, ModuleType], owner: Dsn
) -> None:
    connection = await owner.connect()
    await connection.execute(
        "UPDATE migration SET name = '2026-11-23T18:00:00:000002' WHERE name = '0001_first_release'"
    )
    await connection.execute("DROP TRIGGER guard ON post")
    release["9998"] = migration("9998", "CREATE TABLE yew (n int)")
    with pytest.raises(Problem, match="DEVELOPMENT_DATABASE") as caught:
        await migrate.migrate(owner)
    assert caught.value.facts == {"found": "2026-11-23T18:00:00:000002"}
    assert await connection.fetchval("SELECT to_regclass('yew') IS NULL")
    later = sorted(release.keys() - {"0001_first_release", "9998"})
    applied = await connection.fetchval("SELECT array_agg(name ORDER BY name) FROM migration")
    assert applied == [*later, "2026-11-23T18:00:00:000002"]
    assert not await connection.fetchval(
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'post'::regclass AND tgname = 'guard'"
    )
    await connection.close()


async def test_migrations_of_another_application_are_none_of_ours(owner: Dsn) -> None:
    connection = await owner.connect()
    await connection.execute("INSERT INTO migration (name, app_name) VALUES ('2020-01-01', 'another')")
    assert await migrate.migrate(owner) == []
    await connection.close()


async def test_a_migration_waits_briefly_for_a_lock_and_tries_again(
    release: dict[str, ModuleType], owner: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSE", 0.05)
    release["9001"] = migration("9001", "CREATE TABLE oak (n int); ALTER TABLE unit ADD COLUMN nickname text")
    holder = await owner.connect()
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("LOCK TABLE unit IN ACCESS SHARE MODE")
    migrating = asyncio.create_task(migrate.migrate(owner))
    await asyncio.sleep(0.3)
    assert not migrating.done()
    reader = await owner.connect()
    await asyncio.wait_for(reader.execute("SELECT FROM unit LIMIT 1"), 2)  # nobody queues behind it for long
    await transaction.rollback()
    assert await migrating == ["9001"]
    assert await holder.fetchval("SELECT count(*) FROM migration WHERE name = '9001'") == 1
    await reader.close()
    await holder.close()


async def test_a_migration_that_never_gets_its_lock_says_so_and_changes_nothing(
    release: dict[str, ModuleType], owner: Dsn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr(migrate, "PAUSE", 0)
    monkeypatch.setattr(migrate, "ATTEMPTS", 3)
    release["9001"] = migration("9001", "CREATE TABLE oak (n int); ALTER TABLE unit ADD COLUMN nickname text")
    holder = await owner.connect()
    async with holder.transaction():
        await holder.execute("LOCK TABLE unit IN ACCESS SHARE MODE")
        with pytest.raises(Problem, match="DATABASE_IN_USE") as caught:
            await migrate.migrate(owner)
        assert caught.value.facts == {"attempts": 3}
    assert await holder.fetchval("SELECT to_regclass('oak') IS NULL")
    await holder.close()


async def test_migrating_is_quiet(
    release: dict[str, ModuleType], owner: Dsn, capsys: pytest.CaptureFixture[str]
) -> None:
    release["9001"] = migration("9001", "SELECT 1")
    assert await migrate.migrate(owner) == ["9001"]
    assert capsys.readouterr() == ("", "")


def test_each_migration_has_a_number_of_its_own_and_the_name_of_its_file() -> None:
    files = sorted(path.stem for path in Path(migrations.__path__[0]).glob("*.py") if path.stem != "__init__")
    assert list(migrate.modules()) == files
    assert all(migrate.OURS.fullmatch(identifier) for identifier in files)
    assert [int(identifier[:4]) for identifier in files] == list(range(1, len(files) + 1))


async def test_the_tables_and_their_migrations_agree() -> None:
    """When this fails: PICCOLO_CONF=api.piccolo_conf piccolo migrations new api --auto."""
    assert await migrate.pending_changes() == []
