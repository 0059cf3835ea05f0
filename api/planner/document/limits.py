"""上限 Limits depth and width of a document: one memoised pass, before validation, over every fragment once.

Strawberry's own limiters expand fragments without a memo: 819 bytes cost them seconds.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.errors import Problem, Term
from api.planner.document.entries import Size, size_of
from api.planner.document.repetition import Repetition
from api.planner.errors import TOO_DEEP

MOST_TOKENS = 4_000
MOST_DEPTH = 18
MOST_FIELDS = 1_000
MOST_ALIASES = 100
MOST_FIELDS_OF_ALL = 2_000
"""Fields of all operations of a document together: each is validated with the fragments it uses."""
LONGEST = 64 * 1024
"""Characters of a document that is not a trusted one."""
DEPTH, FIELDS = Term("depth", "嵌套层数", "depth"), Term("fields", "字段数", "fields")
ALIASES, CHARACTERS = Term("aliases", "别名数", "aliases"), Term("characters", "字符数", "characters")
FIELDS_OF_ALL = Term("fieldsOfAll", "各操作的字段总数", "fields of all operations")
OPERATIONS, FRAGMENTS = Term("operations", "操作数", "operations"), Term("fragments", "片段数", "fragments")
NESTING = Term("nesting", "选择集与片段的嵌套层数", "nesting")
MOST_OPERATIONS = 100
MOST_FRAGMENTS = 200
MOST_NESTED = 100
"""Selection sets and fragments inside each other: graphql-core's rules walk them by recursion."""
LARGEST_PRICE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """Depth and number of fields of a selection set, its fragments expanded.

    `depth`    fields inside fields
    `fields`   all fields
    `aliases`  fields with an alias
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0


def check(document: DocumentNode) -> Size:
    """Refuse a document that is too deep or too wide: TOO_DEEP says in what, LIST_TOO_LONG for its own lists."""
    fragments = {part.name.value: part for part in document.definitions if isinstance(part, FragmentDefinitionNode)}
    operations = [part for part in document.definitions if isinstance(part, OperationDefinitionNode)]
    _within(OPERATIONS, len(operations), MOST_OPERATIONS)
    _within(FRAGMENTS, len(document.definitions) - len(operations), MOST_FRAGMENTS)
    size = size_of(document)
    extents: dict[str, Extent] = {}
    fields_of_all = 0
    for operation in operations:
        extent = _extent(operation.selection_set, fragments, extents, frozenset(), 0)
        _within(DEPTH, extent.depth, MOST_DEPTH)
        _within(FIELDS, extent.fields, MOST_FIELDS)
        _within(ALIASES, extent.aliases, MOST_ALIASES)
        fields_of_all += extent.fields
    _within(FIELDS_OF_ALL, fields_of_all, MOST_FIELDS_OF_ALL)
    for name in fragments:  # those no operation uses are validated as well
        _within(FIELDS, _fragment(name, fragments, extents, frozenset(), 0).fields, MOST_FIELDS)
    Repetition(fragments).check([part.selection_set for part in [*operations, *fragments.values()]])
    return size


def check_length(text: str) -> None:
    """TOO_DEEP for a text that is longer than any document a person writes."""
    _within(CHARACTERS, len(text), LONGEST)


def _within(what: Term, actual: int, limit: int) -> None:
    if actual > limit:
        raise Problem(TOO_DEEP, what=what, found=actual, limit=limit)


def _extent(
    selection_set: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
    extents: dict[str, Extent],
    inside: frozenset[str],
    nested: int,
) -> Extent:
    _within(NESTING, nested, MOST_NESTED)
    depth = fields = aliases = 0
    for selection in selection_set.selections:
        if isinstance(selection, FieldNode):
            inner = selection.selection_set
            below = _extent(inner, fragments, extents, inside, nested + 1) if inner else Extent()
            below = Extent(below.depth + 1, below.fields + 1, below.aliases + (selection.alias is not None))
        elif isinstance(selection, FragmentSpreadNode):
            below = _fragment(selection.name.value, fragments, extents, inside, nested + 1)
        elif isinstance(selection, InlineFragmentNode):
            below = _extent(selection.selection_set, fragments, extents, inside, nested + 1)
        depth, fields, aliases = max(depth, below.depth), fields + below.fields, aliases + below.aliases
    return Extent(depth, fields, aliases)


def _fragment(
    name: str,
    fragments: dict[str, FragmentDefinitionNode],
    extents: dict[str, Extent],
    inside: frozenset[str],
    nested: int,
) -> Extent:
    if name in inside or name not in fragments:
        return Extent()  # validation reports both
    if name not in extents:
        extents[name] = _extent(fragments[name].selection_set, fragments, extents, inside | {name}, nested)
    return extents[name]
