"""混合查询 A query whose root fields are not all planned: what is planned is read first, by one statement. DESIGN §4

Both ways to an answer fail alike: an argument that is no good, a price, a database that is away refuse the request
before anything else of it runs, as they do where every field is planned. The schema's own fields are answered in a
thread: nothing is awaited below them, and the largest answer takes seconds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode, SelectionSetNode

from api.planner.document.selection import Reader as SelectionReader
from api.planner.document.selection import SelectedField
from api.planner.plan.roots import PLANNED
from api.resolvers.execution import OperationContext, read_roots
from api.resolvers.schema import execute, execute_meta

META_FIELDS = frozenset({"__schema", "__type", "__typename"})


async def answer_mixed(ctx: OperationContext, variables: Mapping[str, Any]) -> ExecutionResult:
    """The answer to a query, its root fields in their order; Problem when a planned field can't be read."""
    reader = SelectionReader(ctx.schema, ctx.operation.fragments, ctx.variables)
    fields = ctx.operation.root_fields(reader)
    planned = [field for field in fields if field.name in PLANNED]
    meta = [field for field in fields if field.name in META_FIELDS]
    others = [field for field in fields if field.name not in PLANNED | META_FIELDS]
    data: dict[str, Any] = orjson.loads(await read_roots(ctx, planned)) if planned else {}
    results = []
    if meta:
        account, document = ctx.subject.account, _only(ctx, meta)
        results.append(await ctx.worker.aside(account, execute_meta, document, dict(variables), ctx))
    if others:
        results.append(await execute(_only(ctx, others), dict(variables), None, ctx))
    errors = [error for result in results for error in result.errors or ()]
    if any(result.data is None for result in results):
        return ExecutionResult(None, errors or None)
    for result in results:
        data |= result.data or {}
    return ExecutionResult({field.key: data[field.key] for field in fields}, errors or None)


def _only(ctx: OperationContext, fields: Sequence[SelectedField]) -> DocumentNode:
    """A document that asks for these root fields alone, with the fragments of the whole one."""
    whole = ctx.operation.node
    operation = OperationDefinitionNode(
        operation=whole.operation,
        name=whole.name,
        variable_definitions=whole.variable_definitions,
        directives=whole.directives,
        selection_set=SelectionSetNode(selections=tuple(node for field in fields for node in field.nodes)),
    )
    return DocumentNode(definitions=(operation, *ctx.operation.fragments.values()))
