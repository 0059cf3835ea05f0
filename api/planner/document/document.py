"""文档 A GraphQL document, parsed, limited and validated once: its operations, fragments and variable checks.

Rejected here: syntax (GRAPHQL_SYNTAX), what the schema does not know (GRAPHQL_INVALID), too deep or wide (TOO_DEEP).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    parse,
    validate,
)

from api.errors import Problem, code
from api.planner.document.coercion import Coercion, Unfit
from api.planner.document.entries import Entries
from api.planner.document.faults import described, kind_of
from api.planner.document.limits import MOST_NESTED, MOST_TOKENS, NESTING, check
from api.planner.document.pricing import Pricing
from api.planner.document.selection import Reader, SelectedField
from api.planner.errors import TOO_DEEP
from api.planner.values import Variables
from api.planner.weighed import Weighed

GRAPHQL_SYNTAX = code(
    "GRAPHQL_SYNTAX",
    400,
    zh="GraphQL 语法错误",
    en="GraphQL syntax: {found}",
    next_zh="对照 GraphQL 规范改正文档",
    next_en="correct the document",
)
GRAPHQL_INVALID = code(
    "GRAPHQL_INVALID",
    400,
    zh="查询与接口不符",
    en="the schema does not know this: {found}",
    next_zh="对照接口文件改正",
    next_en="correct it against the schema",
)
BAD_VARIABLES = code(
    "BAD_VARIABLES",
    400,
    zh="变量的名称、类型或取值不符",
    en="variables: {found}",
    next_zh="改正变量的名称、类型或取值",
    next_en="correct the name, type or value of the variable",
)
UNKNOWN_OPERATION = code(
    "UNKNOWN_OPERATION",
    400,
    zh="文档中有多个操作或没有所指的操作，应指明其中一个",
    en="expected the name of one operation of the document, found {found}",
    next_zh="指明操作名称",
    next_en="give operationName",
)

BUDGET = 32 * 1024 * 1024
BYTES_A_CHARACTER, BYTES_A_NODE = 8, 1024
"""One character outside the first plane makes each of its text four bytes; a node with its tokens takes about 1 KB."""
_numbers = count()
_MOST_ERRORS = 5
_INTROSPECTION = {"__schema", "__type"}


class Refused(Exception):  # noqa: N818 - carries the errors of a whole document
    """A document that cannot run; `errors` are ready to be sent."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("the document cannot run")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `planned`: every root field is the planner's; `introspects`: one asks for the schema itself.

    `word` is what its type is called, `roots` are the names of its root fields, `below` those of the variables that are
    used anywhere but in the arguments of root fields. `fields` counts its fields with fragments expanded, `price` is
    the cost of what the planner does not price, `entries` checks and counts the entries of lists in its variables.
    """

    number: int
    name: str
    type: OperationType
    word: str
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    roots: frozenset[str]
    below: frozenset[str]
    planned: bool
    introspects: bool
    fields: int
    price: int
    entries: Callable[[Mapping[str, Any]], int]
    coerce: Callable[[Mapping[str, Any]], Variables]

    def root_fields(self, reader: Reader) -> list[SelectedField]:
        """The operation's root fields."""
        return reader.of("Query", [self.node.selection_set])


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may run."""

    text: str
    node: DocumentNode
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation to run; UNKNOWN_OPERATION when the name says none, or several are there and none is named."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise Problem(UNKNOWN_OPERATION, found="none" if name is None else "another name")
        return self.operations[name]


class Documents:
    """The documents a worker has seen, by their text; `planned` are the names of the planner's root fields.

    `budget` is the most they weigh, in bytes. What cannot run is not remembered: its sender could fill the memory.
    """

    def __init__(self, schema: GraphQLSchema, planned: Set[str], budget: int = BUDGET) -> None:
        self._schema, self._planned = schema, planned
        self._documents: Weighed[str, Document] = Weighed(budget)

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def weight(self) -> int:
        """The weight of all documents together, in bytes."""
        return self._documents.weight

    def get(self, text: str) -> Document | None:
        """The document of a text that is remembered."""
        return self._documents.get(text)

    def find(self, text: str) -> Document:
        """The document of a text; Refused or Problem when it cannot run."""
        document = self._documents.get(text)
        if document is None:
            document, nodes = self._read(text)
            weight = BYTES_A_CHARACTER * len(text.encode(errors="replace")) + BYTES_A_NODE * nodes
            self._documents.put(text, document, weight)
        return document

    def _read(self, text: str) -> tuple[Document, int]:
        try:
            node = parse(text, max_tokens=MOST_TOKENS)
        except GraphQLError as fault:
            raise Refused([_formatted(GRAPHQL_SYNTAX, fault, kind_of(fault))]) from None
        except RecursionError:
            raise Refused([_formatted(GRAPHQL_SYNTAX, GraphQLError(""), "nested too deeply")]) from None
        size = check(node)
        try:
            faults = validate(self._schema, node, max_errors=_MOST_ERRORS, hide_suggestions=True)
        except RecursionError:
            raise Problem(TOO_DEEP, what=NESTING, found=MOST_NESTED + 1, limit=MOST_NESTED) from None
        if faults:
            raise Refused([_formatted(GRAPHQL_INVALID, fault, described(fault, self._schema)) for fault in faults])
        return Document(text, node, self._operations(node, size.entries)), size.nodes

    def _operations(self, node: DocumentNode, entries: int) -> dict[str | None, Operation]:
        fragments = {part.name.value: part for part in node.definitions if isinstance(part, FragmentDefinitionNode)}
        operations: dict[str | None, Operation] = {}
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode):
                name = definition.name.value if definition.name else None
                roots = frozenset(_roots(definition, fragments))
                planned = definition.operation is OperationType.QUERY and roots <= self._planned
                pricing = Pricing(self._schema, fragments, self._planned)
                operations[name] = Operation(
                    number=next(_numbers),
                    name=name or "anonymous",
                    type=definition.operation,
                    word=definition.operation.value,
                    node=definition,
                    fragments=fragments,
                    roots=roots,
                    below=_below(definition, fragments),
                    planned=planned,
                    introspects=bool(roots & _INTROSPECTION),
                    fields=pricing.fields(definition),
                    price=pricing.price(definition) + entries,
                    entries=Entries(self._schema, definition),
                    coerce=_coercer(self._schema, definition),
                )
        return operations


def _roots(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> set[str]:
    """The names of all root fields; fragments at the root are followed, whatever they are skipped by."""
    waiting, seen, names = [operation.selection_set], set(), set()
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                waiting.append(fragments[selection.name.value].selection_set)
    return names


def _below(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> frozenset[str]:
    waiting: list[tuple[Node, bool]] = [(operation.selection_set, True)]
    names, seen = set(), set()
    while waiting:
        node, root = waiting.pop()
        if isinstance(node, VariableNode):
            names.add(node.name.value)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            waiting.append((fragments[node.name.value].selection_set, root))
        field = isinstance(node, FieldNode)
        parts = _parts(node, "arguments" if root and field else "")
        waiting += [(part, root and not field) for part in parts]
    return frozenset(names)


def _parts(node: Node, but: str) -> Iterator[Node]:
    for value in (getattr(node, key) for key in node.keys if key != but):
        for child in value if isinstance(value, tuple | list) else (value,):
            if isinstance(child, Node):
                yield child


def _coercer(schema: GraphQLSchema, operation: OperationDefinitionNode) -> Callable[[Mapping[str, Any]], Variables]:
    coercion = Coercion(schema, operation)

    def coerce(values: Mapping[str, Any]) -> Variables:
        try:
            return coercion(values)
        except Unfit as unfit:
            raise Refused(
                [
                    _formatted(BAD_VARIABLES, GraphQLError("", definition), str(misfit))
                    for definition, misfit in islice(unfit.faults, _MOST_ERRORS)
                ]
            ) from None

    return coerce


def _formatted(which: Any, fault: GraphQLError, text: str) -> dict[str, Any]:
    problem = Problem(which, found=text)
    error: dict[str, Any] = {"message": problem.text("en"), "extensions": problem.extensions()}
    if fault.locations:
        error["locations"] = [{"line": location.line, "column": location.column} for location in fault.locations]
    return error
