"""Whatever is asked, by whomever: the planned answer equals plain resolvers over brute force."""

import json
import re
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio
from planner.queries import Author
from planner.reference import Brute, cursor_id
from planner.world import World

from api.access.policy import Policy
from api.access.role import role_named
from api.access.subject import Subject
from api.database import Reader
from api.errors import Problem
from api.planner.document import Documents, Refused
from api.planner.permit import Rights
from api.planner.selection import Reader as SelectionReader
from api.planner.statement import Decisions, compile_fields
from api.resolvers.schema import core, sdl

SUBJECTS = (
    ("nation:rural_revitalization:reviewer", "0"),
    ("province:rural_revitalization:handler", "50"),
    ("province:rural_revitalization:handler", "66"),
    ("city:rural_revitalization:handler", "5101"),
    ("county:rural_revitalization:handler", "500110"),
    ("county:rural_revitalization:reviewer", "50W"),
    ("county:leading_group:approver", "659001"),
    ("county:education:handler", "500110"),
    ("county:medical_insurance:handler", "510104"),
    ("county:civil_affairs:handler", "50W"),
    ("province:health:handler", "50"),
    ("township:rural_revitalization:handler", "500110001"),
    ("township:rural_revitalization:handler", "500110901"),
    ("village:rural_revitalization:handler", "500110001201"),
    ("county:rural_revitalization:inspector", "500110"),
    ("nation:rural_revitalization:policy_editor", "0"),
    ("county:hotline:handler", "500110"),
)


@pytest_asyncio.fixture(scope="module")
async def world(database: Any) -> World:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    await owner.close()
    return world


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()


def subject_of(role_name: str, home: str, world: World) -> Subject:
    role = role_named(role_name)
    path = ("0", *(code for code in world.units[home].values() if code))
    return Subject(1, 1, 1, role.tier, role.department, role.duty, world.unit_id[home], path, role.name, 0)


async def planned(reader: Reader, policy: Policy, subject: Subject, query: str, variables: dict[str, Any]) -> Any:
    operation = Documents(core()).find(query).operation(None)
    given = operation.coerce(variables)
    selection = SelectionReader(core(), operation.fragments, given)
    rights = Rights(policy, role_named(subject.role))
    statement = compile_fields(selection, rights, operation.asked(selection), Decisions(given, subject), whole=True)
    return json.loads(await reader.fetch(statement.sql, statement.arguments(given, subject)))


def normal(value: Any, key: str = "") -> Any:
    """Cursors by the row they stand on, moments in one spelling."""
    if isinstance(value, dict):
        return {name: normal(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [normal(one) for one in value]
    if isinstance(value, str) and key in ("cursor", "startCursor", "endCursor"):
        return cursor_id(value) if not value.isdigit() else value
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime.fromisoformat(value).isoformat()
    return value


@pytest.mark.parametrize(("role", "home"), SUBJECTS)
async def test_planned_equals_brute_force(world: World, policy: Policy, reader: Reader, role: str, home: str) -> None:
    subject = subject_of(role, home, world)
    brute = Brute(world, policy, subject, sdl())
    outcomes: Counter[str] = Counter()
    for seed in range(60):
        query, variables = Author(seed * 1000 + SUBJECTS.index((role, home)), core(), world).write()
        wanted, errors = brute.answer(query, variables)
        try:
            found = await planned(reader, policy, subject, query, variables)
        except Problem as problem:
            outcomes[problem.code.name] += 1
            assert problem.code.name in {"FIELD_HIDDEN", "TOO_DEEP", *errors}, (query, variables)
            continue
        except Refused as refused:
            raise AssertionError((query, variables, refused.errors)) from None
        outcomes["answered"] += 1
        assert not errors, (query, variables, errors)
        assert normal(found) == normal(wanted), (query, variables)
    assert outcomes["answered"] >= 40, outcomes
