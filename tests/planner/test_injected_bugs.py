"""The differential test has teeth: each injected bug of the planner is found within a few queries."""

from typing import Any

import pytest

from api.access.formula.formula import TRUE
from api.access.policy import Policy
from api.database import Reader
from api.errors import Problem
from api.planner.plan import available, permit
from api.planner.sql import conditions, context, page, source, steps
from api.resolvers.schema import sdl
from tests.support.planner.asking import normal, planned, subject_of
from tests.support.planner.reference import Brute
from tests.support.planner.world import World

QUERIES = """
{ households(first: 50) { totalCount nodes { id phone members { idNumber health } cases { risks { kind } } } } }
{ monitoringCases(first: 50, filter: {risk: ["ILLNESS"]}) { totalCount nodes { id household { headName phone } } } }
{ households(first: 3, after: "SUR8MTA1") { nodes { id } pageInfo { hasPreviousPage hasNextPage startCursor } } }
{ households(last: 3, order: {by: UPDATED_AT}) { nodes { id } pageInfo { hasPreviousPage hasNextPage endCursor } } }
{ households(first: 50, filter: {region: "500110001"}) { totalCount nodes { id } } }
{ households(first: 50, filter: {region: "510104"}) { totalCount nodes { id } } }
{ nodes(ids: ["SG91c2Vob2xkOjEwMQ", "SG91c2Vob2xkOjEwMg", "SG91c2Vob2xkOjEwMw", "TWVtYmVyOjE", "TWVtYmVyOjI"]) { id } }
{ households(first: 50) { nodes { id availableSteps { step } proceedings { availableSteps { step mutation } } } } }
{ clues(first: 50) { nodes { id source household { id clues { totalCount } } } } }
""".strip().splitlines()


def no_masks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permit.Permit, "visible", lambda self, *_: (TRUE,) * len(self.arms))


def no_place_on_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context.Context, "fresh", lambda self, which, alias: (context.Row(alias, which, "0"), []))


def overlapping_arms(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = conditions.Place.facts

    def without_absences(self: conditions.Place, facts: permit.Facts, *, leading: bool = False) -> list[str]:
        return plain(self, tuple(fact for fact in facts if fact[1]), leading=leading)

    monkeypatch.setattr(conditions.Place, "facts", without_absences)


def region_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "region_sql", lambda *_, **__: [])


def cursor_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "_keyset", lambda *_: [])


def pages_backwards_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page.PageQuery, "backward", property(lambda _: False))


def own_place_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions.Place, "tier", lambda self, tier: f"{self.binder.home()}")


def steps_offered_to_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(available, "_in_state", lambda *_: TRUE)


def steps_offered_in_any_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "_states", lambda choices, arm, _, place: steps._offers(choices, arm, place))


BUGS = (
    no_masks,
    no_place_on_nodes,
    overlapping_arms,
    region_ignored,
    cursor_ignored,
    pages_backwards_lost,
    own_place_forgotten,
    steps_offered_to_everybody,
    steps_offered_in_any_state,
)


async def differences(world: World, policy: Policy, reader: Reader) -> int:
    count = 0
    for role, home in (("county:rural_revitalization:handler", "500110"), ("county:education:handler", "500110")):
        subject = subject_of(role, home, world)
        brute = Brute(world, policy, subject, sdl())
        for query in QUERIES:
            wanted, _ = brute.answer(query, {})
            try:
                answer: Any = await planned(reader, policy, subject, query, {})
            except Problem as problem:
                count += problem.code.name != "FIELD_HIDDEN"
                continue
            count += normal(answer) != normal(wanted)
    return count


async def test_there_is_nothing_to_find_without_a_bug(world: World, policy: Policy, reader: Reader) -> None:
    assert await differences(world, policy, reader) == 0


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
async def test_each_bug_is_found(
    world: World, policy: Policy, reader: Reader, monkeypatch: pytest.MonkeyPatch, bug: Any
) -> None:
    bug(monkeypatch)
    assert await differences(world, policy, reader) > 0
