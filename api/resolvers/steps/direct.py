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
from api.planner.document.selection import Asked
from api.planner.document.selection import Reader as SelectionReader
from api.resolvers.execution import Call, read_row
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


async def take_all(call: Call) -> ExecutionResult:
    """Take the steps in their order. One that fails, which a refusal does not, ends the operation with no data."""
    reader = SelectionReader(call.schema, call.operation.fragments, call.variables)
    data: dict[str, Any] = {}
    errors: list[GraphQLError] = []
    for asked in reader.of("Mutation", [call.operation.node.selection_set]):
        try:
            data[asked.key] = await _taken(call, reader, asked, errors)
        except Exception as fault:
            return ExecutionResult(None, [*errors, located_error(fault, list(asked.nodes), [asked.key])])
    return ExecutionResult(data, errors or None)


async def _taken(call: Call, reader: SelectionReader, asked: Asked, errors: list[GraphQLError]) -> Any:
    if asked.name == _TYPENAME:
        return "Mutation"
    assert call.schema.mutation_type is not None
    field = call.schema.mutation_type.fields[asked.name]
    given = get_argument_values(field, asked.node, VariableValues({}, dict(call.variables)))
    payload = await take(call, asked.name, given["input"])
    shown: dict[str, Any] = {}
    for one in reader.below("StepPayload", asked):
        try:
            shown[one.key] = await _shown(call, reader, payload, one, asked.key)
        except Exception as fault:  # the step is taken all the same, and the answer says so
            shown[one.key] = None
            errors.append(located_error(fault, list(one.nodes), [asked.key, one.key]))
    return shown


async def _shown(call: Call, reader: SelectionReader, payload: StepPayload, asked: Asked, above: str) -> Any:
    if asked.name in _TABLES:
        table = _TABLES[asked.name]
        number = payload.touched.get(table)
        return number and orjson.Fragment(await read_row(call, TOUCHED[table], number, asked, [above]))
    if asked.name in _LISTS:
        return [_problem(reader, problem, asked) for problem in getattr(payload, asked.name)]
    return "StepPayload" if asked.name == _TYPENAME else payload.taken


def _problem(reader: SelectionReader, problem: ShownProblem, asked: Asked) -> dict[str, Any]:
    return {one.key: _plain(problem, one.name) for one in reader.below("StepProblem", asked)}


def _plain(problem: ShownProblem, name: str) -> Any:
    value = "StepProblem" if name == _TYPENAME else getattr(problem, _OF_PROBLEM[name])
    return value.name if isinstance(value, Enum) else value
