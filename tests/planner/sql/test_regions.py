"""A region that is the subject's own unit, above it, below it or elsewhere: the same rows as brute force, less work."""

from typing import Any

import pytest

from api.access.policy import Policy
from api.database import Reader
from api.resolvers.schema import sdl
from tests.support.planner.asking import SUBJECTS, compiled, normal, planned, subject_of
from tests.support.planner.reference import Brute
from tests.support.planner.world import World

QUERY = """query Q($region: String!) {
  households(first: 200, filter: {region: $region}) { totalCount nodes { id members { name } } }
  monitoringCases(first: 200, filter: {region: $region}) { totalCount nodes { id } pageInfo { hasNextPage } }
  clues(last: 200, filter: {region: $region}) { nodes { id } }
}"""


def regions_of(home: str, world: World) -> list[str]:
    path = ["0", *(code for code in world.units[home].values() if code)]
    below = [code for code, units in world.units.items() if home in units.values()]
    return list(dict.fromkeys([*path, *below[:4], "510104", "500110", "no such unit"]))


@pytest.mark.parametrize(("role", "home"), SUBJECTS)
async def test_any_region_shows_what_brute_force_shows(
    world: World, policy: Policy, reader: Reader, role: str, home: str
) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, policy, subject, sdl())
    for region in regions_of(home, world):
        variables: dict[str, Any] = {"region": region}
        wanted, errors = brute.answer(QUERY, variables)
        assert not errors
        assert normal(await planned(reader, policy, subject, QUERY, variables)) == normal(wanted), region


def test_one_s_own_unit_asks_nothing_of_other_arms(world: World, policy: Policy) -> None:
    subject = subject_of("county:rural_revitalization:handler", "500110", world)
    query = "query Q($region: String!) { households(filter: {region: $region}) { totalCount nodes { id } } }"
    own, _ = compiled(policy, subject, query, {"region": "500110"})
    everything, _ = compiled(policy, subject, query, {"region": "50"})
    assert "cooperating" not in own.sql
    assert "cooperating" in everything.sql
