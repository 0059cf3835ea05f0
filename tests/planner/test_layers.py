"""省级策略进入语句 Rows for single units in statements: right for every subject, shared by those alike, no longer."""

from dataclasses import replace
from itertools import product

import pytest

from api.access.actions import ACTIONS
from api.access.formula.unit_folding import Places
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Rule
from api.access.role import role_named
from api.access.subject import Subject
from api.access.versions.provincial import effective, refinement_findings
from api.database import Reader
from api.errors import Problem
from api.planner.document.document import Refused
from api.planner.plan.permit import Rights
from api.resolvers.schema import core, sdl
from api.rules.units import tier_of
from api.rules.words.vocabulary import Kind
from tests.support.planner.asking import SUBJECTS, compiled, normal, planned, subject_of
from tests.support.planner.queries import Author
from tests.support.planner.reference import Brute
from tests.support.planner.world import World

HOUSEHOLDS = "{ households(first: 20) { totalCount nodes { id headName phone unit { name } } } }"
COUNTY = ("county:rural_revitalization:handler", "500110")


def rule(text: str) -> Rule:
    return Rule(*text.split(", "), source=Source("layer"))


LAYERS = {
    "50": [
        rule("county:rural_revitalization:handler, view.contact, household, subtree, *, 500110001, deny, ours"),
        rule("county, read, clue, subtree, *, 50W, deny, ours"),
        rule("province, view.income, household|case, subtree, *, 50W, deny, ours"),
        rule("province, view.income, household|case, subtree, *, 500110, deny, ours"),
        rule("village, read, measure, own, *, 50, deny, ours"),
        rule("township, identification.verify_at_home, proceeding, subtree, *, 500110001, deny, ours"),
    ],
    "51": [
        rule("county, view.health, household, sector, *, 510104, deny, ours"),
        rule("city, read, case, subtree, IDENTIFIED, 510104, deny, ours"),
    ],
}


def places(world: World) -> Places:
    return {code: ("0", *(code_ for code_ in path.values() if code_)) for code, path in world.units.items()}


@pytest.fixture(scope="module")
def layered(world: World) -> Policy:
    tree = places(world)
    assert not any(refinement_findings(province, rows, [], tree) for province, rows in LAYERS.items())
    return effective(Policy.load(), LAYERS, tree)


@pytest.mark.parametrize(("role", "home"), SUBJECTS)
async def test_planned_equals_brute_force(world: World, layered: Policy, reader: Reader, role: str, home: str) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, layered, subject, sdl())
    answered = 0
    for seed in range(8):
        query, variables = Author(700 + seed, core(), world).write()
        wanted, _ = brute.answer(query, variables)
        try:
            answer = await planned(reader, layered, subject, query, variables)
        except (Problem, Refused):
            continue
        answered += 1
        assert normal(answer) == normal(wanted), (query, variables)
    assert answered >= 4


def statement(policy: Policy, subject: Subject) -> str:
    return compiled(policy, subject, HOUSEHOLDS, {})[0].sql


async def test_rows_of_other_provinces_leave_the_statement_as_it_is(world: World) -> None:
    nation = Policy.load()
    foreign = [
        rule(f"county, view.contact, household, subtree, *, 5301{number:02d}, deny, ours") for number in range(99)
    ]
    tree = {**places(world), **{foreign_rule.unit: ("0", "53", "5301", foreign_rule.unit) for foreign_rule in foreign}}
    policy = effective(nation, {"53": foreign}, tree)
    subject = subject_of(*COUNTY, world)
    assert statement(policy, subject) == statement(nation, subject)


async def test_many_rows_of_ones_own_do_not_lengthen_the_statement(world: World, reader: Reader) -> None:
    subject = subject_of("province:rural_revitalization:handler", "50", world)
    lengths = []
    for count in (2, 20, 400):
        rows = [rule(f"province, view.basic, household, subtree, *, 5002{n:02X}, deny, ours") for n in range(count)]
        tree = {**places(world), **{row.unit: ("0", "50", row.unit) for row in rows}}
        policy = effective(Policy.load(), {"50": rows}, tree)
        lengths.append(len(statement(policy, subject)))
        assert "data" not in await planned(reader, policy, subject, HOUSEHOLDS, {})
    assert lengths[0] == lengths[1] == lengths[2]


def key(policy: Policy, role: str, path: tuple[str, ...]) -> tuple[str, str, str]:
    return Rights(policy, role_named(role), policy.units.standing(path)).key


async def test_the_key_tells_every_folded_fact(layered: Policy) -> None:
    role = COUNTY[0]
    paths = (
        ("0", "50", "500110"),
        ("0", "50", "50W"),
        ("0", "50", "500111"),
        ("0", "51", "5101", "510104"),
        ("0", "66", "659001"),
    )
    keys = [key(layered, role, path) for path in paths]
    assert len({*keys[:3]}) == 3  # a row below it, its own row, and no row but the province's
    assert keys[4] == key(layered, role, ("0", "66", "659002"))  # units no row names are alike, parameters tell them
    other = replace(LAYERS["50"][0], action="view.bank")
    changed = effective(Policy.load(), {**LAYERS, "50": [*LAYERS["50"], other]}, layered.units.places)
    assert key(changed, role, paths[4])[1:] == keys[4][1:]
    assert {key(changed, role, path) for path in paths}.isdisjoint(keys)


async def test_subjects_of_one_key_have_the_same_formulas(world: World, layered: Policy) -> None:
    shared: dict[tuple[str, str, str], Rights] = {}
    met = 0
    for name in {role for role, _ in SUBJECTS}:
        role = role_named(name)
        homes = (code for code in world.units if tier_of(code) is role.tier)
        for home in homes:
            rights = Rights(layered, role, layered.units.standing(places(world)[home]))
            first = shared.setdefault(rights.key, rights)
            met += first is not rights
            for action, kind in product(ACTIONS, Kind):
                if ACTIONS[action].kind in (None, kind):
                    assert rights.formula(action, kind) == first.formula(action, kind), (name, home, action, kind)
    assert met > 20


@pytest.mark.parametrize("reach", ["own", "cooperating", "own|cooperating"])
async def test_the_nations_own_and_cooperating_rows_are_read_too(
    world: World, reader: Reader, policy: Policy, reach: str
) -> None:
    reviewer = "national:rural_revitalization:reviewer"
    rows = [
        rule(f"{reviewer}, view.health|view.contact, household|clue|proceeding, {reach}, *, *, allow, ours"),
        rule(f"{reviewer}, view.public|view.basic, household|case, {reach}, *, *, deny, ours"),
    ]
    extended = Policy(policy.model, [*policy.rules, *rows], policy.links)
    subject = subject_of(reviewer, "0", world)
    brute = Brute(world, extended, subject, sdl())
    for seed in range(6):
        query, variables = Author(900 + seed, core(), world).write()
        wanted, _ = brute.answer(query, variables)
        try:
            answer = await planned(reader, extended, subject, query, variables)
        except (Problem, Refused):
            continue
        assert normal(answer) == normal(wanted), (query, variables)
