"""上限 How deep and how wide a document may be: one memoised pass, before validation, over every fragment once.

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
from api.planner.errors import TOO_DEEP

MOST_TOKENS = 4_000
MOST_DEPTH = 18
MOST_FIELDS = 1_000
MOST_ALIASES = 100
MOST_DIRECTIVES = 8
DEPTH, FIELDS = Term("depth", "嵌套层数", "depth"), Term("fields", "字段数", "fields")
ALIASES, DIRECTIVES = Term("aliases", "别名数", "aliases"), Term("directives", "指令数", "directives")


@dataclass(frozen=True, slots=True)
class Extent:
    """What a selection set amounts to with its fragments expanded."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


def check(document: DocumentNode) -> None:
    """Refuse a document that is too deep or too wide; TOO_DEEP says in what."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    extents: dict[str, Extent] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            extent = _extent(definition.selection_set, fragments, extents, frozenset())
            _within(DEPTH, extent.depth, MOST_DEPTH)
            _within(FIELDS, extent.fields, MOST_FIELDS)
            _within(ALIASES, extent.aliases, MOST_ALIASES)


def _within(what: Term, actual: int, limit: int) -> None:
    if actual > limit:
        raise Problem(TOO_DEEP, what=what, found=actual, limit=limit)


def _extent(
    selection_set: SelectionSetNode,
    fragments: dict[str, FragmentDefinitionNode],
    extents: dict[str, Extent],
    inside: frozenset[str],
) -> Extent:
    depth = fields = aliases = 0
    for selection in selection_set.selections:
        _within(DIRECTIVES, len(selection.directives or ()), MOST_DIRECTIVES)
        if isinstance(selection, FieldNode):
            below = (
                _extent(selection.selection_set, fragments, extents, inside) if selection.selection_set else Extent()
            )
            below = Extent(below.depth + 1, below.fields + 1, below.aliases + (selection.alias is not None))
        elif isinstance(selection, FragmentSpreadNode):
            below = _fragment(selection.name.value, fragments, extents, inside)
        elif isinstance(selection, InlineFragmentNode):
            below = _extent(selection.selection_set, fragments, extents, inside)
        depth, fields, aliases = max(depth, below.depth), fields + below.fields, aliases + below.aliases
    return Extent(depth, fields, aliases)


def _fragment(
    name: str, fragments: dict[str, FragmentDefinitionNode], extents: dict[str, Extent], inside: frozenset[str]
) -> Extent:
    if name in inside or name not in fragments:
        return Extent()  # validation reports both
    if name not in extents:
        extents[name] = _extent(fragments[name].selection_set, fragments, extents, inside | {name})
    return extents[name]
