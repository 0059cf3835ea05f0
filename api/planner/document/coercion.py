"""变量 The variables of an operation, coerced as the specification says; what can be prepared is, once per document.

graphql-core works types and defaults out of the document anew at each request (45 µs), and repeats what does not fit
once per fault: its time is quadratic in what a caller sends. What does not fit is told by `misfits`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    coerce_input_value,
    get_nullable_type,
    type_from_ast,
)
from graphql.execution.values import get_variable_values

from api.planner.document.misfits import MISSING, Misfit, misfits
from api.planner.values import Variables

Take = Callable[[Any], Any]
"""Takes a value as what it stands for; Undefined for one that does not fit."""
_LARGEST_INT = 2**31 - 1


class _Variable(NamedTuple):
    """The type and default of a variable."""

    name: str
    take: Take
    required: bool
    default: Any


class Unfit(Exception):  # noqa: N818 - carries what does not fit
    """Variables that do not fit.

    faults  what is wrong, one by one: the definition of the variable, and the kind and place in it
    """

    def __init__(self, faults: Iterator[tuple[VariableDefinitionNode, Misfit]]) -> None:
        super().__init__("the variables do not fit")
        self.faults = faults


class Coercion:
    """Coerces the variables of one operation; Unfit when they cannot be."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema, operation.variable_definitions or ()
        self._variables = [self._read(definition) for definition in self._definitions]

    def __call__(self, values: Mapping[str, Any]) -> Variables:
        """The coerced variables, those not declared left out."""
        coerced: dict[str, Any] = {}
        for name, take, required, default in self._variables:
            if name in values:
                value = take(values[name])
                if value is Undefined:
                    raise Unfit(self._misfits(values))
                coerced[name] = value
            elif default is not Undefined:
                coerced[name] = default
            elif required:
                raise Unfit(self._misfits(values))
        return coerced

    def _misfits(self, values: Mapping[str, Any]) -> Iterator[tuple[VariableDefinitionNode, Misfit]]:
        """Find the faults of each variable, with their place in it; the definition says where in the document."""
        for definition in self._definitions:
            type_: Any = type_from_ast(self._schema, definition.type)
            name = definition.variable.name.value
            if name in values:
                for misfit in misfits(values[name], type_):
                    yield definition, misfit
            elif isinstance(type_, GraphQLNonNull) and definition.default_value is None:
                yield definition, Misfit(MISSING, (), ())

    def _read(self, definition: VariableDefinitionNode) -> _Variable:
        name = definition.variable.name.value
        type_: Any = type_from_ast(self._schema, definition.type)
        default: Any = Undefined
        if definition.default_value is not None:
            coerced = get_variable_values(self._schema, [definition], {})
            default = Undefined if isinstance(coerced, list) else coerced.coerced[name]
        return _Variable(name, _taking(type_, {}), isinstance(type_, GraphQLNonNull), default)


def _taking(type_: GraphQLInputType, takers: dict[Any, Take]) -> Take:
    """Choose the function that coerces values of the type; `takers` holds input objects met already, which may nest."""
    takes: Any = get_nullable_type(type_)
    if isinstance(takes, GraphQLEnumType):
        return _word({name: coerce_input_value(name, takes) for name in takes.values}, type_)
    if isinstance(takes, GraphQLInputObjectType) and not takes.is_one_of:
        return takers.get(takes) or _object(takes, type_, takers)
    return _EXACT.get(getattr(takes, "name", ""), _coerced)(type_)


def _coerced(type_: GraphQLInputType) -> Take:
    return lambda value: coerce_input_value(value, type_)


def _text(type_: GraphQLInputType) -> Take:
    return lambda value: value if type(value) is str else coerce_input_value(value, type_)


def _boolean(type_: GraphQLInputType) -> Take:
    return lambda value: value if type(value) is bool else coerce_input_value(value, type_)


def _int(type_: GraphQLInputType) -> Take:
    def take(value: Any) -> Any:
        fits = type(value) is int and -_LARGEST_INT <= value <= _LARGEST_INT
        return value if fits else coerce_input_value(value, type_)

    return take


def _word(words: Mapping[str, Any], type_: GraphQLInputType) -> Take:
    return lambda value: words[value] if type(value) is str and value in words else coerce_input_value(value, type_)


_EXACT = {"String": _text, "ID": _text, "Boolean": _boolean, "Int": _int}


def _object(object_: GraphQLInputObjectType, type_: GraphQLInputType, takers: dict[Any, Take]) -> Take:
    """Fields that are given, in the order of the type; whatever is amiss, or has a default, is looked at as a whole."""
    fields: list[tuple[str, str, Take, bool]] = []

    def take(value: Any) -> Any:
        if type(value) is not dict:
            return coerce_input_value(value, type_)
        taken: dict[str, Any] = {}
        for name, out, take_field, owed in fields:
            if name in value:
                taken_value = taken[out] = take_field(value[name])
                if taken_value is Undefined:
                    return Undefined
            elif owed:
                return coerce_input_value(value, type_)
        return object_.out_type(taken) if len(taken) == len(value) else Undefined

    takers[object_] = take
    for name, field in object_.fields.items():
        by_itself = field.default is None and field.default_value is Undefined
        owed = isinstance(field.type, GraphQLNonNull) or not by_itself
        fields.append((name, field.out_name or name, _taking(field.type, takers), owed))
    return take
