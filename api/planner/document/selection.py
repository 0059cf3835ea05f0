"""选择集 Selected fields: fragments, aliases, merged fields, @skip and @include folded into plain fields per type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
    is_object_type,
)

from api.planner.values import Variables


@dataclass(frozen=True, slots=True)
class SelectedField:
    """One response key: the field behind it and every node that was merged into it."""

    key: str
    name: str
    nodes: tuple[FieldNode, ...]

    @property
    def node(self) -> FieldNode:
        """The first node; validation has made sure that all have the same arguments."""
        return self.nodes[0]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads selection sets of one operation under one request's variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Variables

    def of(self, type_name: str, sets: Sequence[SelectionSetNode]) -> list[SelectedField]:
        """The fields asked of an object of this type, in response order."""
        merged = _Merged()
        for selection_set in sets:
            self._collect(type_name, selection_set, merged)
        return [SelectedField(key, nodes[0].name.value, tuple(nodes)) for key, nodes in merged.keys.items()]

    def below(self, type_name: str, selected: SelectedField) -> list[SelectedField]:
        """The fields asked of the object that a field leads to."""
        return self.of(type_name, [node.selection_set for node in selected.nodes if node.selection_set is not None])

    def _collect(self, type_name: str, selection_set: SelectionSetNode, merged: "_Merged") -> None:
        for selection in selection_set.selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                merged.keys.setdefault((selection.alias or selection.name).value, []).append(selection)
            elif isinstance(selection, FragmentSpreadNode):
                self._spread(type_name, selection.name.value, merged)
            elif isinstance(selection, InlineFragmentNode) and (
                selection.type_condition is None or self._applies(selection.type_condition.name.value, type_name)
            ):
                self._collect(type_name, selection.selection_set, merged)

    def _spread(self, type_name: str, name: str, merged: "_Merged") -> None:
        # a fragment is visited once per object, as the specification says; a second visit would be exponential
        if name in merged.visited:
            return
        merged.visited.add(name)
        fragment = self.fragments[name]
        if self._applies(fragment.type_condition.name.value, type_name):
            self._collect(type_name, fragment.selection_set, merged)

    def _applies(self, condition: str, type_name: str) -> bool:
        if condition == type_name:
            return True
        abstract, concrete = self.schema.get_type(condition), self.schema.get_type(type_name)
        return is_abstract_type(abstract) and is_object_type(concrete) and self.schema.is_sub_type(abstract, concrete)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            name = directive.name.value
            if name in ("skip", "include"):
                value = (directive.arguments or ())[0].value
                if isinstance(value, VariableNode):
                    holds = bool(self.variables.get(value.name.value))
                else:
                    holds = isinstance(value, BooleanValueNode) and value.value
                if holds is (name == "skip"):
                    return False
        return True


@dataclass(slots=True)
class _Merged:
    keys: dict[str, list[FieldNode]] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
