"""牵涉 How many officials and households a change touches is what asking every official about every row would count."""

from datetime import date
from typing import Any

import pytest

from api.access.formula.formula import FALSE, evaluate
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.request import Request
from api.access.review.difference import difference
from api.access.role import Role
from api.access.subject import Subject
from api.database import Reader
from api.planner import extent as extents
from api.planner.extent import extent
from api.resolvers.schema import sdl
from api.rules.words.vocabulary import Department, Duty, Kind, Tier
from api.schema.catalogue import catalogue
from tests.support.planner.reference import Brute
from tests.support.planner.world import TIERS, World

ON = date(2026, 6, 1)
EDITS = (
    "county, view.bank, household, subtree, *, 500110, deny, ours",
    "county:rural_revitalization, read|view.basic, case, subtree, IDENTIFIED, *, deny, ours",
    "county:education, view.income, household|measure, sector, *, *, allow, ours",
    "casework, view.health, household, cooperating, *, *, allow, ours",
    "casework, read, clue|plan, cooperating, *, *, deny, ours",
    "oversight, view.identity, proceeding, subtree, *, *, allow, ours",
    "national:rural_revitalization, view.contact, household, cooperating, *, *, allow, ours",
    "village:leading_group, read, measure, own, PLANNED, *, deny, ours",
)
HELD = (
    ("COUNTY", "RURAL_REVITALIZATION", "REVIEWER", "50W", None),
    ("COUNTY", "EDUCATION", "HANDLER", "500110", None),
    ("COUNTY", "EDUCATION", "HANDLER", "510104", None),
    ("NATIONAL", "RURAL_REVITALIZATION", "REVIEWER", "0", None),
    ("PROVINCE", "RURAL_REVITALIZATION", "HANDLER", "50", None),
    ("CITY", "LEADING_GROUP", "INSPECTOR", "5101", None),
    ("TOWNSHIP", "RURAL_REVITALIZATION", "HANDLER", "500110001", None),
    ("VILLAGE", "LEADING_GROUP", "HANDLER", "500110001201", None),
    ("COUNTY", "RURAL_REVITALIZATION", "HANDLER", "659001", date(2026, 5, 31)),
)


@pytest.fixture(scope="module")
async def staffed(world: World, database: Any) -> World:
    """The world with an official of most tiers; one of them left the day before."""
    owner = await database.owner.connect()
    try:
        for tier, department, duty, unit, until in HELD:
            await _hold(owner, world, (tier, department, duty), unit, until)
    finally:
        await owner.close()
    return world


async def _hold(owner: Any, world: World, office: tuple[str, str, str], unit: str, until: date | None) -> None:
    person = await owner.fetchval("insert into person (name) values ('测试官员') returning id")
    name = f"{'.'.join(office)}@{unit}".lower()
    account = await owner.fetchval(
        "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, name
    )
    await owner.execute(
        "insert into post (account, unit, tier, department, duty, since, until) values ($1, $2, $3, $4, $5, $6, $7)",
        account,
        world.unit_id[unit],
        *office,
        date(2024, 1, 1),
        until,
    )


def edited(text: str) -> Rule:
    return Rule(*text.split(", "), source=Source("edit"))


def seats(world: World) -> list[tuple[Role, str]]:
    mine = [row for row in world.tables["post"] if row["since"] <= ON <= (row.get("until") or ON)]
    posts = [(row["tier"], row["department"], row["duty"], _home(row)) for row in mine]
    posts += [(tier, department, duty, unit) for tier, department, duty, unit, until in HELD if until is None]
    return [(Role(Tier[tier], Department[department], Duty[duty]), home) for tier, department, duty, home in posts]


def _home(row: Any) -> str:
    return next((row[tier] for tier in reversed(TIERS) if row[tier]), "0")


def brute(world: World, policy: Policy, members: tuple[Role, ...], kinds: tuple[Kind, ...], formula: Any) -> set[int]:
    """Every household that some official of the roles could gain or lose by one of its rows."""
    subject = Subject(1, 1, 1, Tier.NATIONAL, Department.HEALTH, Duty.HANDLER, 1, ("0",), "national:health:handler", 0)
    looker = Brute(world, policy, subject, sdl())
    households: set[int] = set()
    for type_ in (
        catalogue()[name] for name in ("Household", "Clue", "MonitoringCase", "Proceeding", "Plan", "Measure")
    ):
        if type_.kind not in kinds:
            continue
        for row in world.tables[type_.table]:
            for role, home in seats(world):
                request = Request.of(role, home, "read", type_.kind, looker._facts(type_, row))
                if role in members and evaluate(formula, request.facts):
                    households.add(row["id"] if type_.name == "Household" else row["household"])
    return households


@pytest.mark.parametrize("edit", EDITS)
async def test_counts_what_asking_everybody_about_everything_would(
    staffed: World, reader: Reader, policy: Policy, edit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extents, "FEW", 1)
    row = edited(edit)
    changes = difference(policy, Policy(policy.model, [*policy.rules, row], policy.links))
    assert changes
    for change in changes:
        for gains, formula in ((True, change.gains), (False, change.loses)):
            if formula == FALSE:
                continue
            counted = await extent(reader, change, ON, gains=gains)
            assert counted.officials == sum(role in change.members for role, _ in seats(staffed))
            wanted = brute(staffed, policy, change.members, change.kinds, formula)
            assert (counted.households, counted.at_least) == (len(wanted), False)
            assert sum(county.households for county in counted.counties) == len(wanted)


async def test_examples_are_counties_and_the_count_is_bounded(
    staffed: World, reader: Reader, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extents, "MOST", 3)
    monkeypatch.setattr(extents, "FEW", 1)
    row = edited("county, view.bank, household, subtree, *, *, deny, ours")
    changes = difference(policy, Policy(policy.model, [*policy.rules, row], policy.links))
    extents_counted = [await extent(reader, change, ON, gains=False) for change in changes]
    large = next(counted for counted in extents_counted if counted.at_least)
    assert large.households == 3
    assert all(set(vars(type(county))["__slots__"]) == {"code", "name", "households"} for county in large.counties)
    assert {county.code for county in large.counties} <= staffed.units.keys()


async def test_what_is_about_no_household_counts_none(staffed: World, reader: Reader, policy: Policy) -> None:
    row = edited("county:health, read, threshold, all, *, *, deny, ours")
    (change, *_) = difference(policy, Policy(policy.model, [*policy.rules, row], policy.links))
    counted = await extent(reader, change, ON, gains=False)
    assert (counted.households, counted.counties) == (None, ())


async def test_a_handful_is_not_told_exactly(staffed: World, reader: Reader, policy: Policy) -> None:
    row = edited("county:rural_revitalization, view.bank, household, subtree, WITHDRAWN|EXITED, 500110, deny, ours")
    changes = difference(policy, Policy(policy.model, [*policy.rules, row], policy.links))
    wanted = brute(staffed, policy, changes[0].members, changes[0].kinds, changes[0].loses)
    assert 0 < len(wanted) < extents.FEW
    counted = await extent(reader, changes[0], ON, gains=False)
    assert (counted.households, counted.fewer, counted.at_least, counted.counties) == (extents.FEW, True, False, ())
