"""Nothing hidden shows: change all that a subject may not see, and every answer stays the same to the byte.

Lists, nodes, counts, filters, orders, cursors, nested lists, aliases and error texts are asked alike; if any of them
told anything about a hidden row or field, some answer would differ.
"""

import os
from typing import Any

import pytest

from api.access.policy import Policy
from api.database import Reader
from api.resolvers.schema import core, sdl
from api.rules.privacy.revealing import PUBLIC_THEMES, reveals
from api.rules.words.vocabulary import Group
from api.schema.catalogue import Field, Type, catalogue
from tests.support.planner.asking import SUBJECTS, answer, subject_of
from tests.support.planner.queries import Author
from tests.support.planner.reference import Brute
from tests.support.planner.world import World

QUERIES = 300 if os.environ.get("SHOUWANG_HYPOTHESIS") == "soak" else 12
WATCHED = ("Household", "Member", "Survey", "Clue", "MonitoringCase", "Risk", "Proceeding", "Plan", "Measure")
CHOSEN = [official for official in SUBJECTS if official[0].split(":")[0] != "national"]


def another(field: Field, value: Any) -> Any:
    """A different value of the same kind; None where the column's own CHECK leaves no simple other one."""
    if field.spec.words is not None:
        return next(word.name for word in field.spec.words if word.name != value)
    match field.scalar.cast:
        case "text":
            return "ZZ" if field.scalar.form == "quoted" else f"另{value or ''}"
        case "integer":
            return (value or 0) + 1
        case "numeric":
            return (value or 0) + 1
        case "boolean":
            return not value
        case "text[]":
            return ["ZZ"]
    return None


def hidden_changes(brute: Brute, world: World) -> list[tuple[str, int, dict[str, Any]]]:
    """Every hidden column of every row of the household's tables, with another value."""
    changes = []
    for name in WATCHED:
        type_ = catalogue()[name]
        for row in world.tables[type_.table]:
            seen = brute.visible(type_, row)
            changed = {
                column: another(field, row[column])
                for column, field in type_.by_column.items()
                if _may_change(type_, column, field) and not (seen and _shows(brute, type_, row, field))
            }
            changed = {column: value for column, value in changed.items() if value is not None}
            if changed:
                changes.append((type_.table, row["id"], changed))
    return changes


def _shows(brute: Brute, type_: Type, row: Any, field: Field) -> bool:
    veiled = field.spec.veiled and reveals(row["theme"], row["item"])
    if veiled and field.name == "item" and row["theme"] in PUBLIC_THEMES:
        return True  # this item alone makes it health: another one would lift the veil
    return brute.shows(type_, row, field.spec.group) and not (veiled and not brute.shows(type_, row, Group.HEALTH))


def _may_change(type_: Type, column: str, field: Field) -> bool:
    # states of cases decide what departments see through policy and triggers, so only hidden rows may change there;
    # keys, places and the projections of the newest case follow other rows and are changed with those
    keys = {"id", "household", "number", "monitoring_state", "category", "safety_net", "version", "year", "revision"}
    return (
        field.spec.public
        and field.name in type_.fields
        and column not in keys
        and field.spec.group is not Group.STRUCTURE
    )


@pytest.mark.parametrize(("role", "home"), CHOSEN)
async def test_hidden_rows_and_fields_change_no_answer(
    world: World, policy: Policy, reader: Reader, database: Any, role: str, home: str
) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, policy, subject, sdl())
    seeds = [seed * 100 + CHOSEN.index((role, home)) for seed in range(QUERIES)]
    before = [await answer(reader, policy, subject, seed, world) for seed in seeds]
    owner = await database.owner.connect()
    changes = hidden_changes(brute, world)
    assert changes, "this subject sees everything: nothing could be proved"
    try:
        await owner.execute("alter table clue disable trigger user; alter table measure disable trigger user")
        for table, number, changed in changes:
            names = ", ".join(f'"{name}" = ${index}' for index, name in enumerate(changed, 2))
            await owner.execute(f'update "{table}" set {names} where id = $1', number, *changed.values())
        after = [await answer(reader, policy, subject, seed, world) for seed in seeds]
    finally:
        for table, number, changed in changes:
            row = next(candidate for candidate in world.tables[table] if candidate["id"] == number)
            names = ", ".join(f'"{name}" = ${index}' for index, name in enumerate(changed, 2))
            await owner.execute(f'update "{table}" set {names} where id = $1', number, *(row[name] for name in changed))
        await owner.execute("alter table clue enable trigger user; alter table measure enable trigger user")
        await owner.close()
    for seed, left, right in zip(seeds, before, after, strict=True):
        assert left == right, (Author(seed, core(), world).write(), left, right)


@pytest.mark.parametrize(("role", "home"), CHOSEN)
async def test_hidden_households_might_as_well_not_exist(
    world: World, policy: Policy, reader: Reader, database: Any, role: str, home: str
) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, policy, subject, sdl())
    household = catalogue()["Household"]
    hidden = [row["id"] for row in world.tables["household"] if not brute.visible(household, row)]
    assert hidden
    seeds = [seed * 100 + 7 + CHOSEN.index((role, home)) for seed in range(QUERIES)]
    before = [await answer(reader, policy, subject, seed, world) for seed in seeds]
    owner = await database.owner.connect()
    try:
        # moved out of sight of everybody below the nation, children and all, by a code nobody has
        for table in ("household", "clue", "monitoring_case", "involvement"):
            key = "id" if table == "household" else "household"
            await owner.execute(f"alter table {table} disable trigger user")
            await owner.execute(
                f"update {table} set province='99', city=null, county='999999', township=null, village=null"
                f" where {key} = any($1::bigint[])",
                hidden,
            )
        after = [await answer(reader, policy, subject, seed, world) for seed in seeds]
    finally:
        for table in ("household", "clue", "monitoring_case", "involvement"):
            for row in world.tables[table]:
                path = [row[tier] for tier in ("province", "city", "county", "township", "village")]
                await owner.execute(
                    f"update {table} set province=$2, city=$3, county=$4, township=$5, village=$6 where id=$1",
                    row["id"],
                    *path,
                )
            await owner.execute(f"alter table {table} enable trigger user")
        await owner.close()
    for seed, left, right in zip(seeds, before, after, strict=True):
        assert left == right, (Author(seed, core(), world).write(), left, right)
