"""定价 The cost of what the planner does not price: other root fields, the schema itself, fields asked for twice.

A planned field costs by the objects it may write, see cost.py. Everything else is run by the executor, field by field:
its price is the number of fields it may resolve, a list standing for as many objects as it is expected to hold.
"""

from collections.abc import Mapping, Set

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from api.planner.document.limits import LARGEST_PRICE

ROOT = 250
"""A root field that is not planned runs statements of its own, or asks the policy."""
STEP = 50
"""A field of a mutation is a transaction of its own; a subscription is looked at by each event."""
LENGTH = 20
META = 40
"""Fields of the schema itself are cheap: this many cost 1."""
LENGTHS = {
    "__Schema.types": 450,
    "__Schema.directives": 6,
    "__Type.fields": 8,
    "__Type.inputFields": 5,
    "__Type.enumValues": 5,
    "__Type.possibleTypes": 2,
    "__Type.interfaces": 1,
    "__Field.args": 1,
    "Query.rules": 200,
    "Query.workflows": 16,
    "Workflow.steps": 6,
    "WorkflowStep.arguments": 3,
    "WorkflowStep.questions": 2,
    "WorkflowStep.sources": 2,
}
"""Lengths of lists that are known; those of the schema and of workflows are averages, so that their product holds."""


class Pricing:
    """Prices the operations of one document."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], planned: Set[str]
    ) -> None:
        self._schema, self._fragments, self._planned = schema, fragments, planned

    def fields(self, operation: OperationDefinitionNode) -> int:
        """The number of the operation's fields, fragments expanded: the cost of planning it."""
        return sum(1 + self._below(node) for node in self._of([operation.selection_set]))

    def _below(self, node: FieldNode) -> int:
        return 0 if node.selection_set is None else sum(1 + self._below(n) for n in self._of([node.selection_set]))

    def price(self, operation: OperationDefinitionNode) -> int:
        """The price of root fields that are not planned, and of fields asked for again, 1 each."""
        nodes = self._of([operation.selection_set])
        repeated = len(nodes) - len({(node.alias or node.name).value for node in nodes})
        if operation.operation is not OperationType.QUERY or self._schema.query_type is None:
            return repeated + STEP * sum(node.name.value != "__typename" for node in nodes)
        roots = [node for node in nodes if node.name.value not in self._planned]
        return repeated + min(LARGEST_PRICE, sum(self._root(node) for node in roots))

    def _root(self, node: FieldNode) -> int:
        name = node.name.value
        if name == "__typename":
            return 0
        if name.startswith("__"):
            return 1 + self._resolved(self._schema.query_type, node) // META
        return ROOT + self._resolved(self._schema.query_type, node)

    def _resolved(self, parent: GraphQLNamedType | None, node: FieldNode) -> int:
        """Count the fields that may be resolved at a field and below; each occurrence counts, merged or not."""
        field = self._schema.get_field(parent, node.name.value) if isinstance(parent, GraphQLObjectType) else None
        if field is None or node.selection_set is None or parent is None:
            return 1
        listed = is_list_type(get_nullable_type(field.type))
        length = LENGTHS.get(f"{parent.name}.{node.name.value}", LENGTH) if listed else 1
        below = sum(self._resolved(get_named_type(field.type), part) for part in self._of([node.selection_set]))
        return 1 + length * below

    def _of(self, sets: list[SelectionSetNode]) -> list[FieldNode]:
        """The fields of selection sets, fragments followed once each."""
        nodes: list[FieldNode] = []
        waiting, visited = list(sets), set[str]()
        while waiting:
            for part in waiting.pop().selections:
                if isinstance(part, FieldNode):
                    nodes.append(part)
                elif isinstance(part, InlineFragmentNode):
                    waiting.append(part.selection_set)
                elif isinstance(part, FragmentSpreadNode) and part.name.value not in visited:
                    visited.add(part.name.value)
                    waiting.append(self._fragments[part.name.value].selection_set)
        return nodes
