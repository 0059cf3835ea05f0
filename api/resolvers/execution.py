"""读取 Answer planned fields: find or compile the statement, check its cost, run it, hand on the bytes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import orjson
import strawberry
from graphql import GraphQLResolveInfo, GraphQLSchema
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.access.policy import Policy
from api.access.subject import Subject
from api.errors import Problem
from api.planner.cost import MOST
from api.planner.document.document import Documents, Operation
from api.planner.document.selection import Reader as SelectionReader
from api.planner.document.selection import SelectedField
from api.planner.errors import TOO_DEAR
from api.planner.identifiers import global_id
from api.planner.plan.roots import PLANNED, ROW_NUMBER, Builder, plan_root, row_by_id
from api.planner.statement import Decisions, Statement, compile_fields
from api.planner.values import Variables, shape
from api.resolvers.rate import Allowance
from api.resolvers.worker import Process
from api.schema.catalogue import catalogue

DEADLINE = 10.0


@dataclass(slots=True)
class Call:
    """One request from sign-in to answer: it holds one policy version throughout."""

    process: Process
    schema: GraphQLSchema
    subject: Subject
    policy: Policy
    operation: Operation
    variables: Variables
    deadline: float
    cost: int = 0
    masked: dict[str, str] = field(default_factory=dict)
    allowance: Allowance | None = None

    def spend(self, cost: int) -> None:
        """Add to the cost of the call; TOO_DEAR beyond its limit, RATE_LIMITED beyond the account's."""
        self.cost += cost
        if self.cost > MOST:
            raise Problem(TOO_DEAR, cost=self.cost, limit=MOST)
        if self.process.rate is not None:
            self.allowance = self.process.rate.spend(self.subject.account, cost)


def call_of(info: strawberry.Info) -> Call:
    """The request that a resolver answers."""
    call: Call = info._raw_info.context  # noqa: SLF001 - Strawberry has no other way to the context's call
    return call


async def read_operation(call: Call) -> bytes:
    """The `data` of an operation all of whose root fields are planned: one statement."""
    statement = _find(call, ("whole", _shape(call.variables)), None, whole=True, variables=call.variables)
    return await _run(call, statement, call.variables)


async def read_field(info: strawberry.Info) -> Any:
    """A planned root field reached through the executor; its value is spliced into the answer as it is."""
    raw: GraphQLResolveInfo[Any] = info._raw_info  # noqa: SLF001 - Strawberry has no other way to the field's nodes
    call: Call = raw.context
    where = ("field", raw.path.key, _shape(call.variables))
    statement = _find(call, where, _asked(raw), whole=False, variables=call.variables)
    return _spliced(await _run(call, statement, call.variables))


async def read_back(info: strawberry.Info, type_name: str, number: int) -> Any:
    """A row by its id, as the field of a mutation's answer asks for it, under the subject's rights."""
    raw: GraphQLResolveInfo[Any] = info._raw_info  # noqa: SLF001 - Strawberry has no other way to the field's nodes
    return _spliced(await read_row(raw.context, type_name, number, _asked(raw), raw.path.as_list()[:-1]))


async def read_row(
    call: Call, type_name: str, number: int, selected: SelectedField, above: Sequence[str | int]
) -> bytes:
    """A row by its id, as what is asked below the path `above` wants it, under the subject's rights."""
    variables = {**call.variables, ROW_NUMBER: number}
    # what a step is given says nothing of how its answer is read: each of its yes and no would be a plan of its own
    below = {name: value for name, value in call.variables.items() if name in call.operation.below}
    where = ("back", type_name, *above, selected.key, _shape(below))
    statement = _find(call, where, selected, whole=False, variables=variables, build=row_by_id(type_name))
    prefix = "".join(f"{part}." for part in above if isinstance(part, str))
    return await _run(call, statement, variables, prefix)


def _asked(raw: GraphQLResolveInfo[Any]) -> SelectedField:
    nodes = tuple(raw.field_nodes)
    return SelectedField(str(raw.path.key), nodes[0].name.value, nodes)


async def readable(call: Call, type_name: str, number: int) -> bool:
    """Whether the subject may read this row now: what `node` answers."""
    if type_name not in catalogue():
        return False
    probe = replace(call, operation=_probe(call.schema), variables={"id": global_id(type_name, number)}, masked={})
    return await read_operation(probe) != b'{"node":null}'


@cache
def _probe(schema: GraphQLSchema) -> Operation:
    return Documents(schema, PLANNED).find("query($id: ID!) { node(id: $id) { id } }").operation(None)


def _find(
    call: Call,
    where: tuple[Any, ...],
    selected: SelectedField | None,
    *,
    whole: bool,
    variables: Variables,
    build: Builder = plan_root,
) -> Statement:
    rights = call.process.rights(call.policy, call.subject)
    key = (call.operation.number, where, rights.key)

    def make(decisions: Decisions) -> Statement:
        reader = SelectionReader(call.schema, call.operation.fragments, variables)
        fields = call.operation.root_fields(reader) if selected is None else [selected]
        return compile_fields(reader, rights, fields, decisions, whole=whole, build=build)

    return call.process.plans.find(key, variables, call.subject, make)


async def _run(call: Call, statement: Statement, variables: Variables, above: str = "") -> bytes:
    arguments = statement.arguments(variables, call.subject)
    call.spend(statement.cost(variables))
    call.masked.update({f"{above}{path}": how for path, how in statement.masked.items()} if above else statement.masked)
    return statement.around(await call.process.reader.fetch(statement.sql, arguments, call.deadline))


def _shape(variables: Variables) -> Any:
    return tuple([(name, shape(value)) for name, value in variables.items()])


@dataclass(frozen=True, slots=True)
class Finished:
    """A value that is JSON already."""

    fragment: orjson.Fragment


def _spliced(text: bytes) -> Finished | None:
    return None if text == b"null" else Finished(orjson.Fragment(text))


class Splicing(StrawberryGraphQLCoreExecutionContext):
    """An executor that lets finished values pass; everything else it completes as ever."""

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """The value of a field."""
        if type(result) is Finished:
            return result.fragment
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


def deadline() -> float:
    """When a request that begins now has to be answered, on the loop's clock."""
    return asyncio.get_running_loop().time() + DEADLINE


def extensions(call: Call) -> Mapping[str, Any]:
    """What every answer tells of itself: its cost, the policy version, what was masked, and what may still be spent."""
    answer = {"cost": call.cost, "costLimit": MOST, "policyVersion": call.policy.version[:16], "masked": call.masked}
    left = call.allowance
    if left is not None:
        answer["rate"] = {"limit": left.limit, "remaining": left.remaining, "reset": left.reset}
    return answer
