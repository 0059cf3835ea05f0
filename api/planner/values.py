"""参数值 Argument values: what is known when a plan is made, and how to get the value again at each execution.

A plan is shared by requests whose variables have the same `shape`; whatever the shape does not fix stays a
parameter. A null counts as absent, everywhere.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    value_from_ast,
)

from api.access.subject import Subject
from api.errors import INVALID_INPUT, Problem, Term

Variables = Mapping[str, Any]
_IN_A_LIST = Term("variables", "列表中的每个变量都有值", "a value for every variable in a list")
Getter = Callable[[Variables, Subject], Any]
"""Reads one parameter of a statement from a request's variables and its subject."""
Decider = Callable[[Variables, Subject], Hashable]
"""Reads what a plan depends on; its answer is part of the key of the plan."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: `now` is the one the plan is made with, `get` reads it from a request's coerced variables.

    `fixed` says that the document itself holds it.
    """

    now: Any
    get: Callable[[Variables], Any]
    fixed: bool = False
    parts: Mapping[str, "Value"] | None = None

    def part(self, name: str) -> "Value | None":
        """A field of an input object; None when it is absent or null."""
        if not isinstance(self.now, dict) or self.now.get(name) is None:
            return None
        if self.parts is not None:
            return self.parts.get(name)
        get = self.get
        return Value(self.now[name], lambda variables: get(variables)[name])


ABSENT = Value(None, lambda _: None, fixed=True)
"""What a filter that says something by its absence is given."""


def argument(schema: GraphQLSchema, parent: str, node: FieldNode, name: str, variables: Variables) -> Value | None:
    """The value of a field's argument; None when it is absent or null."""
    for argument_node in node.arguments or ():
        if argument_node.name.value == name:
            field = schema.get_type(parent).fields[node.name.value]  # type: ignore[union-attr]
            return _value(argument_node.value, field.args[name].type, variables)
    return None


def _value(node: ValueNode, type_: GraphQLInputType, variables: Variables) -> Value | None:
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, VariableNode):
        name = node.name.value
        now = variables.get(name)
        if now is None:
            return None
        if is_list_type(get_nullable_type(type_)) and not isinstance(now, list):
            return Value([now], lambda request: [request[name]])
        return Value(now, lambda request: request[name])
    if isinstance(node, ObjectValueNode):
        return _object(node, type_, variables)
    if isinstance(node, ListValueNode):
        listed = _list(node, type_, variables)
        if listed is not None:
            return listed
    if _has_variable(node):

        def read(request: Variables) -> Any:
            value = value_from_ast(node, type_, dict(request))
            if value is Undefined:
                raise Problem(INVALID_INPUT, expected=_IN_A_LIST)
            return value

        return Value(read(variables), read)
    constant = value_from_ast(node, type_)
    return _constant(constant)


def _list(node: ListValueNode, type_: GraphQLInputType, variables: Variables) -> Value | None:
    """A list of single values, read one by one; None where one of them is null or absent, or all are fixed."""
    inner: Any = get_nullable_type(type_)
    if not is_list_type(inner) or any(isinstance(item, ListValueNode | ObjectValueNode) for item in node.values):
        return None
    items = [_value(item, inner.of_type, variables) for item in node.values]
    present = [item for item in items if item is not None]
    if len(present) < len(items) or all(item.fixed for item in present):
        return None
    return Value([item.now for item in present], lambda request: [item.get(request) for item in present])


def _object(node: ObjectValueNode, type_: GraphQLInputType, variables: Variables) -> Value:
    named = get_named_type(type_)
    parts: dict[str, Value] = {}
    if is_input_object_type(named):
        for field in node.fields or ():
            part = _value(field.value, named.fields[field.name.value].type, variables)
            if part is not None:
                parts[field.name.value] = part
        for name, declared in named.fields.items():
            if name not in parts and declared.default_value not in (None, ...) and name not in _named(node):
                parts[name] = _constant(declared.default_value)
    now = {name: part.now for name, part in parts.items()}
    fixed = all(part.fixed for part in parts.values())
    return Value(now, lambda request: {name: part.get(request) for name, part in parts.items()}, fixed, parts)


def _named(node: ObjectValueNode) -> set[str]:
    return {field.name.value for field in node.fields or ()}


def _constant(value: Any) -> Value:
    return Value(value, lambda _: value, fixed=True)


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, VariableNode):
        return True
    return any(_has_variable(item) for item in getattr(node, "values", ()))


_ONE_SHAPE = (str, int)


def shape(value: Any) -> Any:
    """The part of a variable's value that a plan depends on: presence, booleans, enum members, list size 0, 1, 2+.

    >>> shape({"first": 20, "state": ["A", "B", "C"], "region": None})
    (('first', 1), ('state', ('list', 2)))
    """
    if type(value) in _ONE_SHAPE:
        return 1
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return tuple(sorted((name, shape(item)) for name, item in value.items() if item is not None))
    if isinstance(value, list):
        return ("list", min(len(value), 2))
    return 1
