"""Lists in a document are read as the specification says, whatever of them is a variable."""

import pytest
from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, build_schema, parse, value_from_ast

from api.planner.values import argument

SCHEMA: GraphQLSchema = build_schema(
    "type Query { ask(e: [Colour], n: [[Int]], i: [In]): Int } enum Colour { RED GREEN } input In { x: Int }"
)


def field_of(arguments: str) -> FieldNode:
    (operation,) = parse(f"query Q {{ ask({arguments}) }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return field


@pytest.mark.parametrize(
    ("name", "text", "variables"),
    [
        ("e", "[RED, $a]", {"a": "GREEN"}),
        ("e", "[$a]", {"a": "RED"}),
        ("e", "[$a, null]", {"a": "RED"}),
        ("e", "[$a, $b]", {"a": "RED", "b": None}),
        ("e", "[$a, $b]", {"a": "RED"}),
        ("e", "[RED]", {}),
        ("e", "[]", {}),
        ("n", "[[1, $a], $b]", {"a": 2, "b": [3]}),
        ("i", "[{x: $a}, $b]", {"a": 1, "b": {"x": 2}}),
    ],
)
def test_a_list_is_what_graphql_core_makes_of_it(name: str, text: str, variables: dict) -> None:
    node = field_of(f"{name}: {text}")
    value = argument(SCHEMA, "Query", node, name, variables)
    assert value is not None
    (argument_node,) = node.arguments or ()
    assert (
        value.get(variables)
        == value.now
        == value_from_ast(argument_node.value, SCHEMA.query_type.fields["ask"].args[name].type, variables)
    )  # type: ignore[union-attr]
