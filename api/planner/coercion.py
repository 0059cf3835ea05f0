"""变量 The variables of an operation, coerced as the specification says; what can be prepared is, once per document.

graphql-core works types and defaults out of the document anew at each request (45 µs). It is asked only for those
that do not fit, because it finds the words for them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLError,
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

from api.planner.values import Variables

_EXACT = {"String": str, "ID": str, "Boolean": bool, "Int": int}
_LARGEST_INT = 2**31 - 1


class _Variable(NamedTuple):
    """What a variable takes; values of `exact` are taken as they are, texts that are `words` as what they stand for."""

    name: str
    takes: GraphQLInputType
    exact: type | None
    words: Mapping[str, Any]
    required: bool
    default: Any


class Unfit(Exception):  # noqa: N818 - carries what graphql-core found
    """Variables that do not fit."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("the variables do not fit")
        self.errors = errors


class Coercion:
    """Coerces the variables of one operation; Unfit when they cannot be."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema, operation.variable_definitions or ()
        self._variables = [self._read(one) for one in self._definitions]

    def __call__(self, given: Mapping[str, Any]) -> Variables:
        """The coerced variables, those not declared left out."""
        coerced: dict[str, Any] = {}
        for name, type_, exact, words, required, default in self._variables:
            if name not in given:
                if default is not Undefined:
                    coerced[name] = default
                elif required:
                    return self._whole(given)
                continue
            value = given[name]
            kind = type(value)
            if kind is str and value in words:
                value = words[value]
            elif kind is not exact or (kind is int and not -_LARGEST_INT <= value <= _LARGEST_INT):
                value = coerce_input_value(value, type_)
                if value is Undefined:
                    return self._whole(given)
            coerced[name] = value
        return coerced

    def _whole(self, given: Mapping[str, Any]) -> Variables:
        result = get_variable_values(self._schema, self._definitions, dict(given))
        if isinstance(result, list):
            raise Unfit(result)
        return result.coerced

    def _read(self, definition: VariableDefinitionNode) -> _Variable:
        name = definition.variable.name.value
        type_: Any = type_from_ast(self._schema, definition.type)
        takes = get_nullable_type(type_)
        exact = _EXACT.get(getattr(takes, "name", ""))
        named = takes.values if isinstance(takes, GraphQLEnumType) else ()
        words = {one: coerce_input_value(one, takes) for one in named}
        default: Any = Undefined
        if definition.default_value is not None:
            known = get_variable_values(self._schema, [definition], {})
            default = Undefined if isinstance(known, list) else known.coerced[name]
        return _Variable(name, type_, exact, words, isinstance(type_, GraphQLNonNull), default)
