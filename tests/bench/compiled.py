"""编译结果 The SQL our planner writes for a question, with its parameters: what the limit runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.access.policy import Policy
from api.access.role import Role
from api.access.signin.accounts import Accounts
from api.clock import SystemClock
from api.database import Reader
from api.planner.document.document import Documents
from api.planner.document.selection import Reader as SelectionReader
from api.planner.plan.permit import Rights
from api.planner.plan.roots import PLANNED
from api.planner.statement import Decisions, compile_fields
from api.resolvers.schema import core
from tests.bench.data import World
from tests.bench.queries import OURS, Case


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement, the texts around what it yields, and the parameters of each request."""

    sql: str
    before: str
    after: str
    arguments: list[list[Any]]


async def compiled(world: World, case: Case) -> Compiled:
    """The statement of a question as its official asks it."""
    reader = Reader(world.cluster.logins.reader, 1)
    await reader.open()
    try:
        subject = await Accounts(reader, SystemClock()).subject(world.accounts[case.official], None)
    finally:
        await reader.close()
    schema = core()
    operation = Documents(schema, PLANNED).find(OURS[case.query]).operation(case.query)
    policy = Policy.load()
    rights = Rights(policy, Role(subject.tier, subject.department, subject.duty), policy.units.standing(subject.path))

    def coerced(variables: Mapping[str, Any]) -> Mapping[str, Any]:
        return operation.coerce(variables)

    first = coerced(case.ours[0])
    selection = SelectionReader(schema, operation.fragments, first)
    selected = operation.root_fields(selection)
    statement = compile_fields(selection, rights, selected, Decisions(first, subject), whole=True)
    before, after = statement.before.decode(), statement.after.decode()
    return Compiled(
        statement.sql, before, after, [statement.arguments(coerced(variables), subject) for variables in case.ours]
    )
