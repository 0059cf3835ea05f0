"""逐项办理 A mutation of nothing but steps: taken one after the other, answered without the executor. DESIGN §4

The executor and Strawberry take as long as the step itself, most of it to find out again what is known of these few
fields. What is mixed with other mutations goes through them; a test holds both to the same answers.
"""

from enum import Enum
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLError, located_error
from graphql.execution.values import VariableValues, get_argument_values

from api.planner.document.document import Operation
from api.planner.document.selection import Reader as SelectionReader
from api.planner.document.selection import SelectedField
from api.resolvers.execution import OperationContext, read_row
from api.resolvers.steps.mutations import STEPS, TOUCHED, ShownProblem, StepPayload, take
from api.schema.names import camel

_TABLES = {camel(table): table for table in TOUCHED}
_TYPENAME = "__typename"
_OF_PROBLEM = {camel(name): name for name in ShownProblem.__annotations__}
_LISTS = ("problems", "alerts")
_NAMES = STEPS.keys() | {_TYPENAME}


def only_steps(operation: Operation) -> bool:
    """Whether every root field is a step."""
    return operation.roots <= _NAMES and not operation.roots <= {_TYPENAME}


async def take_all(ctx: OperationContext) -> ExecutionResult:
    """Take the steps in their order. One that fails, which a refusal does not, ends the operation with no data."""
    reader = SelectionReader(ctx.schema, ctx.operation.fragments, ctx.variables)
    data: dict[str, Any] = {}
    errors: list[GraphQLError] = []
    for selected in reader.of("Mutation", [ctx.operation.node.selection_set]):
        try:
            data[selected.key] = await _taken(ctx, reader, selected, errors)
        except Exception as fault:
            return ExecutionResult(None, [*errors, located_error(fault, list(selected.nodes), [selected.key])])
    return ExecutionResult(data, errors or None)


async def _taken(
    ctx: OperationContext, reader: SelectionReader, selected: SelectedField, errors: list[GraphQLError]
) -> Any:
    if selected.name == _TYPENAME:
        return "Mutation"
    assert ctx.schema.mutation_type is not None
    field = ctx.schema.mutation_type.fields[selected.name]
    arguments = get_argument_values(field, selected.node, VariableValues({}, dict(ctx.variables)))
    payload = await take(ctx, selected.name, arguments["input"])
    values: dict[str, Any] = {}
    for part in reader.below("StepPayload", selected):
        try:
            values[part.key] = await _part_value(ctx, reader, payload, part, selected.key)
        except Exception as fault:  # the step is taken all the same, and the answer says so
            values[part.key] = None
            errors.append(located_error(fault, list(part.nodes), [selected.key, part.key]))
    return values


async def _part_value(
    ctx: OperationContext, reader: SelectionReader, payload: StepPayload, selected: SelectedField, above: str
) -> Any:
    if selected.name in _TABLES:
        table = _TABLES[selected.name]
        number = payload.touched.get(table)
        return number and orjson.Fragment(await read_row(ctx, TOUCHED[table], number, selected, [above]))
    if selected.name in _LISTS:
        return [_problem(reader, problem, selected) for problem in getattr(payload, selected.name)]
    return "StepPayload" if selected.name == _TYPENAME else payload.taken


def _problem(reader: SelectionReader, problem: ShownProblem, selected: SelectedField) -> dict[str, Any]:
    return {part.key: _plain(problem, part.name) for part in reader.below("StepProblem", selected)}


def _plain(problem: ShownProblem, name: str) -> Any:
    value = "StepProblem" if name == _TYPENAME else getattr(problem, _OF_PROBLEM[name])
    return value.name if isinstance(value, Enum) else value
