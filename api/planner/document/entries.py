"""列表项 Entries of lists in an operation's variables: counted, because each costs, and bounded. RULES §5 Scalars

The types are walked once per document; a request walks only variables whose type holds a list. A place is named by
declared names alone, so that no error holds what somebody typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLSchema,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    get_nullable_type,
    type_from_ast,
)

from api.errors import Problem, Term
from api.planner.errors import LIST_TOO_LONG, TOO_DEEP

MOST_ENTRIES = 200
DECLARED = {"rows": 5_000, "cases": 5_000, "items": 10_000}
"""The most entries where an argument declares its own bound: rows and cases of a policy, items of a request."""

Count = Callable[[Any, str, int], int]
MOST_OF_A_NODE: Mapping[str, tuple[Term, int]] = {
    "directives": (Term("directives", "指令数", "directives"), 8),
    "arguments": (Term("arguments", "参数数", "arguments"), 50),
    "fields": (Term("inputFields", "输入字段数", "fields of an input"), 100),
    "variable_definitions": (Term("variables", "变量数", "variables"), 200),
}
"""The most parts of a kind that one node of a document may hold: rules of validation compare each with each."""


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers of entries that a document holds.

    `nodes`    all its nodes
    `entries`  the entries of the lists written in it; each costs 1
    """

    nodes: int
    entries: int


def size_of(document: DocumentNode) -> Size:
    """The size of a document; LIST_TOO_LONG for a list in it beyond the common bound, TOO_DEEP for a node too wide."""
    nodes = entries = 0
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        nodes += 1
        if isinstance(node, ListValueNode):
            if len(node.values) > MOST_ENTRIES:
                raise Problem(LIST_TOO_LONG, path="query", found=len(node.values), limit=MOST_ENTRIES)
            entries += len(node.values)
        for key in node.keys:
            part = getattr(node, key)
            if isinstance(part, Node):
                waiting.append(part)
            elif isinstance(part, tuple | list):
                if key in MOST_OF_A_NODE and len(part) > MOST_OF_A_NODE[key][1]:
                    what, limit = MOST_OF_A_NODE[key]
                    raise Problem(TOO_DEEP, what=what, found=len(part), limit=limit)
                waiting.extend(item for item in part if isinstance(item, Node))
    return Size(nodes, entries)


class Entries:
    """Counts the entries of the lists in one operation's variables; LIST_TOO_LONG beyond a list's bound."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        # a bare list of a mutation's variables stands for whichever argument it is given to
        self._most = max(DECLARED.values()) if operation.operation is OperationType.MUTATION else MOST_ENTRIES
        self._counts: list[tuple[str, Count]] = []
        for definition in operation.variable_definitions or ():
            count = _counting(type_from_ast(schema, definition.type), {})
            if count is not None:
                self._counts.append((definition.variable.name.value, count))

    def __call__(self, variables: Mapping[str, Any]) -> int:
        """The number of entries of all lists; each costs 1."""
        return sum(count(variables.get(name), name, self._most) for name, count in self._counts)


def _counting(type_: Any, met: dict[Any, Count]) -> Count | None:
    """Choose the function that counts entries of a type's values; None when its values hold no list."""
    plain: Any = None if type_ is None else get_nullable_type(type_)
    if isinstance(plain, GraphQLList):
        return _list(_counting(plain.of_type, met))
    if isinstance(plain, GraphQLInputObjectType):
        return met.get(plain) or _object(plain, met)
    return None


def _list(inner: Count | None) -> Count:
    def count(value: Any, path: str, most: int) -> int:
        if not isinstance(value, list):
            return 0 if inner is None else inner(value, path, most)
        if len(value) > most:
            raise Problem(LIST_TOO_LONG, path=path, found=len(value), limit=most)
        return len(value) + (0 if inner is None else sum(inner(item, path, most) for item in value))

    return count


def _object(plain: GraphQLInputObjectType, met: dict[Any, Count]) -> Count | None:
    parts: list[tuple[str, Count, int]] = []

    def count(value: Any, path: str, _: int) -> int:
        if not isinstance(value, dict):
            return 0
        return sum(part(value[name], f"{path}.{name}", most) for name, part, most in parts if name in value)

    met[plain] = count
    for name, field in plain.fields.items():
        part = _counting(field.type, met)
        if part is not None:
            parts.append((name, part, DECLARED.get(name, MOST_ENTRIES)))
    if not parts:
        del met[plain]
        return None
    return count
