"""Whatever is asked, by whomever: the planned answer equals plain resolvers over brute force."""

import os
from collections import Counter

import pytest

from api.access.policy import Policy
from api.database import Reader
from api.errors import Problem
from api.planner.document.document import Refused
from api.resolvers.schema import core, sdl
from tests.support.planner.asking import SUBJECTS, normal, planned, subject_of
from tests.support.planner.queries import Author
from tests.support.planner.reference import Brute
from tests.support.planner.world import World

QUERIES = 400 if os.environ.get("SHOUWANG_HYPOTHESIS") == "soak" else 25


@pytest.mark.parametrize(("role", "home"), SUBJECTS)
async def test_planned_equals_brute_force(world: World, policy: Policy, reader: Reader, role: str, home: str) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, policy, subject, sdl())
    outcomes: Counter[str] = Counter()
    for seed in range(QUERIES):
        query, variables = Author(seed * 1000 + SUBJECTS.index((role, home)), core(), world).write()
        wanted, errors = brute.answer(query, variables)
        try:
            answer = await planned(reader, policy, subject, query, variables)
        except Problem as problem:
            outcomes[problem.code.name] += 1
            assert problem.code.name in {"FIELD_HIDDEN", "TOO_DEEP", *errors}, (query, variables)
            continue
        except Refused as refused:
            raise AssertionError((query, variables, refused.errors)) from None
        outcomes["answered"] += 1
        assert not errors, (query, variables, errors)
        assert normal(answer) == normal(wanted), (query, variables)
    assert outcomes["answered"] >= QUERIES * 0.6, outcomes
