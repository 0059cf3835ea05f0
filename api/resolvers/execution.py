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
from api.resolvers.worker import Worker
from api.schema.catalogue import catalogue

DEADLINE = 10.0
MANY_FIELDS = 40
"""An operation of more fields is planned in a thread: 1 000 of them take a quarter of a second."""


@dataclass(slots=True)
class OperationContext:
    """One request from sign-in to answer: it holds one policy version throughout."""

    worker: Worker
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
        if self.worker.rate is not None:
            self.allowance = self.worker.rate.spend(self.subject.account, cost)


def context_of(info: strawberry.Info) -> OperationContext:
    """The request that a resolver answers."""
    ctx: OperationContext = info._raw_info.context  # noqa: SLF001 - Strawberry has no other way to the context's call
    return ctx


async def read_operation(ctx: OperationContext) -> bytes:
    """The `data` of an operation all of whose root fields are planned: one statement."""
    statement = await _find(ctx, ("whole", _shape(ctx.variables)), None, whole=True, variables=ctx.variables)
    return await _run(ctx, statement, ctx.variables)


async def read_roots(ctx: OperationContext, fields: Sequence[SelectedField]) -> bytes:
    """An object of the planned root fields among others: one statement."""
    where = ("roots", _shape(ctx.variables))
    statement = await _find(ctx, where, fields, whole=True, variables=ctx.variables)
    return await _run(ctx, statement, ctx.variables)


async def read_back(info: strawberry.Info, type_name: str, number: int) -> Any:
    """A row by its id, as the field of a mutation's answer asks for it, under the subject's rights."""
    raw: GraphQLResolveInfo[Any] = info._raw_info  # noqa: SLF001 - Strawberry has no other way to the field's nodes
    return _spliced(await read_row(raw.context, type_name, number, _selected_field(raw), raw.path.as_list()[:-1]))


async def read_row(
    ctx: OperationContext, type_name: str, number: int, selected: SelectedField, above: Sequence[str | int]
) -> bytes:
    """A row by its id, as what is asked below the path `above` wants it, under the subject's rights."""
    variables = {**ctx.variables, ROW_NUMBER: number}
    # what a step is given says nothing of how its answer is read: each of its yes and no would be a plan of its own
    below = {name: value for name, value in ctx.variables.items() if name in ctx.operation.below}
    where = ("back", type_name, *above, selected.key, _shape(below))
    statement = await _find(ctx, where, [selected], whole=False, variables=variables, build=row_by_id(type_name))
    prefix = "".join(f"{part}." for part in above if isinstance(part, str))
    return await _run(ctx, statement, variables, prefix)


def _selected_field(raw: GraphQLResolveInfo[Any]) -> SelectedField:
    nodes = tuple(raw.field_nodes)
    return SelectedField(str(raw.path.key), nodes[0].name.value, nodes)


async def readable(ctx: OperationContext, type_name: str, number: int) -> bool:
    """Whether the subject may read this row now: what `node` answers."""
    if type_name not in catalogue():
        return False
    probe = replace(ctx, operation=_probe(ctx.schema), variables={"id": global_id(type_name, number)}, masked={})
    return await read_operation(probe) != b'{"node":null}'


@cache
def _probe(schema: GraphQLSchema) -> Operation:
    return Documents(schema, PLANNED).find("query($id: ID!) { node(id: $id) { id } }").operation(None)


async def _find(
    ctx: OperationContext,
    where: tuple[Any, ...],
    selected: Sequence[SelectedField] | None,
    *,
    whole: bool,
    variables: Variables,
    build: Builder = plan_root,
) -> Statement:
    rights = ctx.worker.rights(ctx.policy, ctx.subject)
    key = (ctx.operation.number, where, rights.key)

    def make(decisions: Decisions) -> Statement:
        reader = SelectionReader(ctx.schema, ctx.operation.fragments, variables)
        fields = ctx.operation.root_fields(reader) if selected is None else selected
        return compile_fields(reader, rights, fields, decisions, whole=whole, build=build)

    plans = ctx.worker.plans
    statement = plans.get(key, variables, ctx.subject)
    if statement is None:
        decisions = Decisions(variables, ctx.subject)
        if ctx.operation.fields > MANY_FIELDS:
            # compiling it takes longer than others should wait for the loop; a thread lets them in between
            statement = await ctx.worker.aside(ctx.subject.account, make, decisions)
        else:
            statement = make(decisions)
        plans.keep(key, decisions, statement)
    return statement


async def _run(ctx: OperationContext, statement: Statement, variables: Variables, above: str = "") -> bytes:
    arguments = statement.arguments(variables, ctx.subject)
    ctx.spend(statement.cost(variables))
    ctx.masked.update({f"{above}{path}": how for path, how in statement.masked.items()} if above else statement.masked)
    return statement.around(await ctx.worker.reader.fetch(statement.sql, arguments, ctx.deadline))


def _shape(variables: Variables) -> Any:
    return tuple([(name, shape(value)) for name, value in variables.items()])


@dataclass(frozen=True, slots=True)
class RawJson:
    """A value that is JSON already."""

    fragment: orjson.Fragment


def _spliced(text: bytes) -> RawJson | None:
    return None if text == b"null" else RawJson(orjson.Fragment(text))


class SplicingExecutor(StrawberryGraphQLCoreExecutionContext):
    """An executor that lets finished values pass; everything else it completes as ever."""

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """The value of a field."""
        if type(result) is RawJson:
            return result.fragment
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


def deadline() -> float:
    """The moment by which a request that begins now has to be answered, on the loop's clock."""
    return asyncio.get_running_loop().time() + DEADLINE


def extensions(ctx: OperationContext) -> Mapping[str, Any]:
    """The `extensions` of every answer: its cost, the policy version, the masked fields, and the cost left to spend."""
    answer = {"cost": ctx.cost, "costLimit": MOST, "policyVersion": ctx.policy.version[:16], "masked": ctx.masked}
    left = ctx.allowance
    if left is not None:
        answer["rate"] = {"limit": left.limit, "remaining": left.remaining, "reset": left.reset}
    return answer
