"""数据库对象 Functions, triggers and views: created again when their file changed, and only then. DESIGN §7"""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from api import migrate
from api.database import Dsn, OwnConnection
from api.database.objects import FOLDER, STATEMENT, declared
from api.roles import Logins
from tests.support.databases import fresh_database

STATE = """
select jsonb_object_agg(kind || ' ' || name, version) from (
  select 'function' as kind, proname::text as name, oid || ' ' || xmin as version from pg_proc
    where pronamespace = 'public'::regnamespace
  union all select 'view', relname, oid::text from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'v'
  union all select 'trigger', c.relname || '.' || tgname, t.oid::text from pg_trigger t
    join pg_class c on c.oid = tgrelid where not tgisinternal) o
"""
CHINESE = re.compile("[\u4e00-\u9fff]")
FILES = sorted(FOLDER.rglob("*.sql"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of a release of this test's own."""
    copy = tmp_path / "sql"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr("api.database.objects.FOLDER", copy)
    return copy


@pytest_asyncio.fixture
async def owner(admin: Dsn, template: Logins) -> AsyncIterator[Dsn]:
    """The owner's login to a migrated database of this test's own."""
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        yield template.owner.to_database(name)


@pytest_asyncio.fixture
async def connection(owner: Dsn) -> AsyncIterator[OwnConnection]:
    connection = await owner.connect()
    yield connection
    await connection.close()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


async def changed(connection: OwnConnection, owner: Dsn) -> set[str]:
    """Names of the objects that `migrate` made anew, removed or replaced."""
    before = dict(await state(connection))
    assert await migrate.migrate(owner) == []
    after = dict(await state(connection))
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


async def state(connection: OwnConnection) -> dict[str, str]:
    await connection.set_type_codec("jsonb", encoder=str, decoder=__import__("json").loads, schema="pg_catalog")
    rows: dict[str, str] = await connection.fetchval(STATE)
    return rows


async def test_the_database_has_what_the_files_declare(connection: OwnConnection) -> None:
    assert {f"{kind} {name}" for kind, name in declared()} == set(await state(connection))


async def test_migrating_again_touches_nothing(folder: Path, connection: OwnConnection, owner: Dsn) -> None:
    edit(folder / "triggers" / "note.sql", "-- 备注 Notes", "-- 备注 The notes")
    assert await changed(connection, owner) == set()


async def test_a_changed_body_is_replaced_in_place(folder: Path, connection: OwnConnection, owner: Dsn) -> None:
    edit(folder / "triggers" / "note.sql", "notes are history: they are never changed", "notes stay")
    assert await changed(connection, owner) == {"function keep_notes"}
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="notes stay"):
        await connection.execute("delete from note")
    assert await changed(connection, owner) == set()


async def test_other_arguments_make_it_and_its_triggers_anew(
    folder: Path, connection: OwnConnection, owner: Dsn
) -> None:
    edit(folder / "functions" / "refusal.sql", "refuse_locked(what text)", "refuse_locked(deed text)")
    edit(folder / "functions" / "refusal.sql", "may do this: %', what", "may do this: %', deed")
    assert await changed(connection, owner) == {"function refuse_locked"}
    edit(folder / "triggers" / "note.sql", "keep_notes", "keep_note")
    assert await changed(connection, owner) == {"function keep_notes", "function keep_note", "trigger note.append_only"}


async def test_a_function_of_another_result_takes_its_views_with_it(
    folder: Path, connection: OwnConnection, owner: Dsn
) -> None:
    file = folder / "views" / "test.sql"
    file.write_text(
        "-- 测试\n\ncreate function height() returns int\nlanguage sql\nreturn 1;\n\n"
        "create view heights as\n  select height() as height;\n\n"
        "create view all_heights as\n  select height from heights;\n",
        encoding="utf-8",
    )
    objects = {"function height", "view heights", "view all_heights"}
    assert await changed(connection, owner) == objects
    edit(file, "returns int\nlanguage sql\nreturn 1", "returns text\nlanguage sql\nreturn '1'")
    assert await changed(connection, owner) == objects
    assert await connection.fetchval("select height from all_heights") == "1"
    file.unlink()
    assert await changed(connection, owner) == objects
    assert await connection.fetchval("select to_regclass('heights') is null")


async def test_a_changed_trigger_and_a_changed_view_are_made_anew(
    folder: Path, connection: OwnConnection, owner: Dsn
) -> None:
    edit(folder / "triggers" / "person.sql", "insert or update or delete on person", "insert or delete on person")
    edit(
        folder / "views" / "case_moment.sql",
        "create view risk_moment as\n  select",
        "create view risk_moment as\n select",
    )
    assert await changed(connection, owner) == {"trigger person.guard", "view risk_moment"}


async def test_a_missing_object_and_a_missing_mark_are_made_good(connection: OwnConnection, owner: Dsn) -> None:
    await connection.execute("drop trigger guard on post; comment on function owner_signed_in() is null")
    assert await changed(connection, owner) >= {"trigger post.guard", "function owner_signed_in"}
    assert await changed(connection, owner) == set()


async def test_objects_of_others_are_left_alone(connection: OwnConnection, owner: Dsn) -> None:
    await connection.execute("create view report as select 1 as n; create function mine() returns int return 1")
    assert await changed(connection, owner) == set()


async def test_what_fails_changes_nothing(folder: Path, connection: OwnConnection, owner: Dsn) -> None:
    edit(folder / "triggers" / "note.sql", "notes are history", "notes stay")
    edit(folder / "triggers" / "person.sql", "on person", "on personnel")
    before = await state(connection)
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate.migrate(owner)
    assert await state(connection) == before


async def test_a_definer_function_belongs_to_nobody_until_it_is_granted(
    folder: Path, connection: OwnConnection, owner: Dsn
) -> None:
    file = folder / "functions" / "test.sql"
    file.write_text(
        "-- 测试\n\ncreate function nation_test() returns int\nlanguage plpgsql security definer\n"
        "as $$\nbegin\n  return 1;\nend $$;\n",
        encoding="utf-8",
    )
    assert await changed(connection, owner) == {"function nation_test"}
    for role in ("app", "reader", "nation"):
        assert not await connection.fetchval(
            f"select has_function_privilege('shouwang_{role}', 'nation_test()', 'execute')"
        )


def test_a_name_is_declared_once(folder: Path) -> None:
    shutil.copy(folder / "triggers" / "note.sql", folder / "triggers" / "again.sql")
    with pytest.raises(ValueError, match="keep_notes is declared twice"):
        declared()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_says_what_it_guards_and_holds_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("-- ")
    assert CHINESE.search(first)
    assert re.search(r"[A-Za-z]{3}.*(RULES §|DESIGN §|Q\d)", first), "what it guards, in English, and its source"
    assert [line for line in STATEMENT.sub("", text).splitlines() if line and not line.startswith("--")] == []
    assert [line for line in text.splitlines() if len(line) > 120 or line != line.rstrip() or "\t" in line] == []
    assert text.endswith(";\n")
    assert len(text.splitlines()) <= 300


async def test_no_function_finds_a_table_by_the_callers_path(connection: OwnConnection) -> None:
    """Whoever may make temporary tables could otherwise lend a guard tables of their own."""
    open_paths = await connection.fetch(
        "select proname::text from pg_proc where pronamespace = 'public'::regnamespace and not exists ("
        "select from unnest(proconfig) s where s in ('search_path=public, pg_temp', 'search_path=pg_catalog, pg_temp'))"
    )
    assert [row["proname"] for row in open_paths] == []
