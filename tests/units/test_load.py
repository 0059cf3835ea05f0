"""Units in the database: what a load opens, moves, changes, closes and leaves alone."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import Problem
from api.roles import Logins
from api.rules.words.vocabulary import Tier
from api.units import bulk
from api.units.divisions import Divisions
from api.units.load import PATH, Loaded, load
from api.units.overrides import Added, Overrides
from api.units.tree import Unit, grow, within
from tests.support.databases import undone

VINTAGE, LATER, TODAY = date(2023, 6, 30), date(2024, 7, 1), date(2025, 3, 1)
NONE = Overrides(frozenset(), (), {}, frozenset(), frozenset({"71"}), {})
ROWS = [
    ("52", "甲省"),
    ("53", "乙省"),
    ("5201", "甲市"),
    ("520101", "甲县"),
    ("520171", "甲开发区"),
    ("530102", "乙县"),
    ("520101001", "甲乡"),
    ("530102001", "乙乡"),
    ("520101001001", "甲村"),
    ("520101001002", "丙村"),
    ("530102001001", "乙村"),
]
BASE = dataclasses.replace(NONE, moved={"530102": "53"})


def tree(rows: list[tuple[str, str]] = ROWS, **changes: Any) -> list[Unit]:
    return list(grow(Divisions(VINTAGE, rows), dataclasses.replace(BASE, **changes)))


def without(*codes: str) -> list[tuple[str, str]]:
    return [row for row in ROWS if not row[0].startswith(codes)]


async def put(connection: Any, units: list[Unit], on: date = LATER, **more: Any) -> Loaded:
    return await load(connection, units, vintage=VINTAGE, on=on, **more)


async def open_units(connection: Any) -> list[Unit]:
    rows = await connection.fetch(
        f"""SELECT u.code, u.name, u.tier, p.code AS parent, {", ".join("u." + tier for tier in PATH)},
            u.western, u.development_zone, u.unverified, u.statistical_code
            FROM unit u LEFT JOIN unit p ON p.id = u.parent AND p.valid_until IS NULL WHERE u.valid_until IS NULL
            ORDER BY length(u.code) <> 1, u.code COLLATE "C" """
    )
    return [Unit(row[0], row[1], Tier[row[2]], *row[3:]) for row in rows]


async def row(connection: Any, code: str, *columns: str) -> list[tuple[Any, ...]]:
    rows = await connection.fetch(f"SELECT {', '.join(columns)} FROM unit WHERE code = $1 ORDER BY id", code)
    return [tuple(row) for row in rows]


def in_order(units: list[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: (len(unit.code) != 1, unit.code))


async def test_the_first_load_holds_the_tree_from_the_vintage_on(connection: Any) -> None:
    assert await put(connection, tree()) == Loaded(12, 0, 0, 0, 0)
    assert await open_units(connection) == in_order(tree())
    assert await connection.fetch("SELECT DISTINCT valid_from, valid_until, successor FROM unit") == [
        (VINTAGE, None, None)
    ]


async def test_a_second_load_touches_no_row(connection: Any) -> None:
    await put(connection, tree())
    before = await connection.fetch("SELECT ctid, xmin, * FROM unit ORDER BY id")
    assert await put(connection, tree(), TODAY) == Loaded(0, 0, 0, 0, 12)
    assert await connection.fetch("SELECT ctid, xmin, * FROM unit ORDER BY id") == before


async def test_what_vanished_is_closed_and_kept(connection: Any) -> None:
    await put(connection, tree())
    assert await put(connection, tree(without("520101001002"))) == Loaded(0, 0, 0, 1, 11)
    assert await row(connection, "520101001002", "valid_from", "valid_until", "successor") == [
        (VINTAGE, date(2024, 6, 30), None)
    ]


async def test_what_is_new_opens_on_the_day_of_the_change(connection: Any) -> None:
    await put(connection, tree(without("520101001002")))
    assert await put(connection, tree()) == Loaded(1, 0, 0, 0, 11)
    assert await row(connection, "520101001002", "valid_from", "valid_until") == [(LATER, None)]


async def test_what_comes_back_is_another_row(connection: Any) -> None:
    await put(connection, tree())
    await put(connection, tree(without("520101001002")), LATER)
    assert await put(connection, tree(), TODAY) == Loaded(1, 0, 0, 0, 11)
    assert await row(connection, "520101001002", "valid_from", "valid_until") == [
        (VINTAGE, date(2024, 6, 30)),
        (TODAY, None),
    ]


async def test_a_new_name_or_flag_leaves_the_unit_who_it_is(connection: Any) -> None:
    await put(connection, tree())
    before = await row(connection, "5201", "id", "valid_from")
    renamed = [(code, "新甲市" if code == "5201" else name) for code, name in ROWS]
    western = tree(renamed, western=frozenset({"53"}))
    assert await put(connection, western) == Loaded(0, 0, 5, 0, 7)
    assert await row(connection, "5201", "id", "valid_from") == before
    assert await open_units(connection) == in_order(western)


async def test_what_moves_closes_and_names_its_successor(connection: Any) -> None:
    await put(connection, tree())
    zone = Added("53W", "新区", "53", True, True)
    moved = tree(added=(zone,), moved=BASE.moved | {"520101001": "53W"})
    assert await put(connection, moved) == Loaded(1, 3, 0, 0, 9)
    assert await open_units(connection) == in_order(moved)
    (old, closed, heir), (new, still, none) = await row(connection, "520101001001", "id", "valid_until", "successor")
    assert (closed, heir, still, none) == (date(2024, 6, 30), new, None, None)
    assert old != new
    assert [begun for (begun,) in await row(connection, "520101001001", "valid_from")] == [VINTAGE, LATER]


async def test_posts_that_go_on_and_proposals_that_wait_move_with_their_unit(connection: Any) -> None:
    await put(connection, tree())
    person = await connection.fetchval("INSERT INTO person (name) VALUES ('某人') RETURNING id")
    account = await connection.fetchval(
        "INSERT INTO account (person, name, state) VALUES ($1, 'a', 'ACTIVE') RETURNING id", person
    )
    for until in (None, LATER, date(2024, 6, 30)):
        post = await connection.fetchval(
            """INSERT INTO post (account, unit, tier, department, duty, since, until, province, city, county, township)
               SELECT $1, id, tier, 'HEALTH', 'HANDLER', '2023-07-01', $2, province, city, county, township FROM unit
               WHERE code = '520101001' RETURNING id""",
            account,
            until,
        )
    for state, department in (("PROPOSED", "HEALTH"), ("REJECTED", "WATER")):
        await connection.execute(
            """INSERT INTO appointment (change, state, unit, department, duty, delegated, reason, proposer, proposed_at,
                 proposed_person, proposed_account, version, carried, decided_at)
               SELECT 'GIVE', $2, id, $3, 'HANDLER', false, '补充', $1, now(), 1, 1, 1, false,
                 CASE WHEN $2 <> 'PROPOSED' THEN now() END
               FROM unit WHERE code = '520101001'""",
            post,
            state,
            department,
        )
    await put(connection, tree(moved=BASE.moved | {"520101001": "530102"}))
    posts = await connection.fetch(
        "SELECT p.county, u.valid_until IS NULL AS open FROM post p JOIN unit u ON u.id = p.unit ORDER BY p.id"
    )
    assert [tuple(row) for row in posts] == [("530102", True), ("530102", True), ("520101", False)]
    proposals = await connection.fetch("SELECT state, province, county FROM appointment ORDER BY id")
    assert [tuple(row) for row in proposals] == [("PROPOSED", "53", "530102"), ("REJECTED", "52", "520101")]


async def test_a_change_on_the_day_a_unit_began_is_refused_and_leaves_all_as_it_was(connection: Any) -> None:
    await put(connection, tree())
    with pytest.raises(Problem, match="UNITS_CHANGED_TOO_SOON"):
        await put(connection, tree(without("5201010010")), VINTAGE)
    assert await open_units(connection) == in_order(tree())


async def test_one_province_leaves_the_others_alone(connection: Any) -> None:
    await put(connection, tree())
    smaller = list(within(tree(without("520101001")), "52"))
    assert await put(connection, smaller, province="52") == Loaded(0, 0, 0, 3, 5)
    assert {unit.code for unit in await open_units(connection)} == {unit.code for unit in tree(without("520101001"))}


async def test_each_province_is_valid_from_the_vintage_when_it_comes_first(connection: Any) -> None:
    assert await put(connection, list(within(tree(), "53")), province="53") == Loaded(5, 0, 0, 0, 0)
    assert await put(connection, tree()) == Loaded(7, 0, 0, 0, 5)
    assert await row(connection, "520101001001", "valid_from") == [(VINTAGE,)]


async def test_one_province_takes_what_another_gave_up(connection: Any) -> None:
    await put(connection, tree())
    zone = Added("53W", "新区", "53", False, False)
    moved = tree(added=(zone,), moved=BASE.moved | {"520101001": "53W"})
    assert await put(connection, list(within(moved, "53")), province="53") == Loaded(1, 3, 0, 0, 5)
    assert await open_units(connection) == in_order(moved)


async def test_progress_ends_at_the_whole(database: Logins) -> None:
    progress: list[tuple[int, int]] = []
    async with undone(database.owner) as connection:
        await put(connection, tree(), progress=lambda done, total: progress.append((done, total)))
        assert await open_units(connection) == in_order(tree())
    assert progress == [(0, 12), (12, 12)]


OIDS = "SELECT indexrelid AS oid FROM pg_index WHERE indrelid = 'unit'::regclass"
SHAPE = """
    SELECT indexdef FROM pg_indexes WHERE tablename = 'unit'
    UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'unit'::regclass
    ORDER BY 1
"""


async def test_the_tree_is_the_owners_alone(database: Logins) -> None:
    connection = await database.app.connect()
    before = await connection.fetchval("SELECT count(*) FROM unit")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await put(connection, tree())
    assert await connection.fetchval("SELECT count(*) FROM unit") == before
    await connection.close()


async def test_a_large_load_leaves_indexes_and_constraints_as_they_were(
    database: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MANY", 1)
    async with undone(database.owner) as connection:
        before = await connection.fetch(SHAPE)
        indexes = {row["oid"] for row in await connection.fetch(OIDS)}
        await put(connection, tree())
        assert await connection.fetch(SHAPE) == before
        assert indexes != {row["oid"] for row in await connection.fetch(OIDS)}, "they were made anew"
        assert await open_units(connection) == in_order(tree())
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute("UPDATE unit SET parent = -1 WHERE code = '52'")


async def test_a_code_is_open_once(connection: Any) -> None:
    await put(connection, tree())
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(
            "INSERT INTO unit (code, name, tier, western, development_zone, unverified, valid_from)"
            " SELECT code, name, tier, western, development_zone, unverified, valid_from FROM unit WHERE code = '52'"
        )


TOWNSHIPS = [f"5201010{n:02}" for n in range(1, 5)]


@st.composite
def changes(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[Unit]:
    """A small province in some state: townships and villages present or not, renamed, moved to a zone or not."""
    townships = draw(st.lists(st.sampled_from(TOWNSHIPS), unique=True))
    villages = [f"{t}00{n}" for t in townships for n in draw(st.lists(st.integers(1, 3), unique=True))]
    names = st.sampled_from("东西南北")
    rows = [("52", "省"), ("5201", "市"), ("520101", "县")] + [(code, draw(names)) for code in townships + villages]
    moved = draw(st.lists(st.sampled_from(TOWNSHIPS), unique=True))
    zone = Added("52W", "区", "52", True, draw(st.booleans()))
    return tree(rows, added=(zone,), moved={code: "52W" for code in moved if code in townships})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(changes(), min_size=1, max_size=4))
async def test_after_any_history_the_open_units_are_those_of_the_last_load(
    connection: Any, states: list[list[Unit]]
) -> None:
    await connection.execute("DELETE FROM unit")
    for year, units in enumerate(states, 2024):
        before = await connection.fetchval("SELECT count(*) FROM unit")
        did = await put(connection, units, date(year, 1, 1))
        assert await open_units(connection) == in_order(units)
        assert await connection.fetchval("SELECT count(*) FROM unit") == before + did.opened + did.moved
        assert did.opened + did.moved + did.changed + did.unchanged == len(units)
    overlaps = await connection.fetchval(
        """SELECT count(*) FROM unit a JOIN unit b ON a.code = b.code AND a.id < b.id
           AND daterange(a.valid_from, a.valid_until, '[]') && daterange(b.valid_from, b.valid_until, '[]')"""
    )
    assert overlaps == 0
