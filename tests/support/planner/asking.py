"""How the planner's tests ask: subjects of every tier, one statement per query, answers made comparable."""

import json
import re
from datetime import datetime
from typing import Any

from api.access.policy import Policy
from api.access.role import role_named
from api.access.subject import Subject
from api.database import Reader
from api.errors import Problem
from api.planner.document.document import Documents
from api.planner.document.selection import Reader as SelectionReader
from api.planner.plan.permit import Rights
from api.planner.plan.roots import PLANNED
from api.planner.statement import Decisions, Statement, compile_fields
from api.planner.values import Variables
from api.resolvers.schema import core
from tests.support.planner.queries import Author
from tests.support.planner.reference import cursor_id
from tests.support.planner.world import World

DOCUMENTS = Documents(core(), PLANNED)
SUBJECTS = (
    ("national:rural_revitalization:reviewer", "0"),
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
    ("national:rural_revitalization:policy_editor", "0"),
    ("county:hotline:handler", "500110"),
)


def subject_of(role_name: str, home: str, world: World) -> Subject:
    role = role_named(role_name)
    path = ("0", *(code for code in world.units[home].values() if code))
    return Subject(1, 1, 1, role.tier, role.department, role.duty, world.unit_id[home], path, role.name, 0)


async def planned(reader: Reader, policy: Policy, subject: Subject, query: str, variables: dict[str, Any]) -> Any:
    statement, arguments = compiled(policy, subject, query, variables)
    return json.loads(statement.around(await reader.fetch(statement.sql, statement.arguments(arguments, subject))))


def compiled(policy: Policy, subject: Subject, query: str, variables: dict[str, Any]) -> tuple[Statement, Variables]:
    operation = DOCUMENTS.find(query).operation(None)
    coerced = operation.coerce(variables)
    selection = SelectionReader(core(), operation.fragments, coerced)
    rights = Rights(policy, role_named(subject.role), policy.units.standing(subject.path))
    selected = operation.root_fields(selection)
    return compile_fields(selection, rights, selected, Decisions(coerced, subject), whole=True), coerced


async def answer(reader: Reader, policy: Policy, subject: Subject, seed: int, world: World) -> bytes | str:
    """The answer to a random query of a seed, or the text of its refusal."""
    query, variables = Author(seed, core(), world).write()
    try:
        statement, values = compiled(policy, subject, query, variables)
        return statement.around(await reader.fetch(statement.sql, statement.arguments(values, subject)))
    except Problem as problem:
        return str(problem)


def normal(value: Any, key: str = "") -> Any:
    """Cursors by the row they stand on, moments in one spelling."""
    if isinstance(value, dict):
        return {name: normal(value, name) for name, value in value.items()}
    if isinstance(value, list):
        return [normal(value) for value in value]
    if isinstance(value, str) and key in ("cursor", "startCursor", "endCursor"):
        return cursor_id(value) if not value.isdigit() else value
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return datetime.fromisoformat(value).isoformat()
    return value
