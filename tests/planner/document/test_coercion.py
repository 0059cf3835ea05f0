"""Variables prepared once per document are what graphql-core makes of them at each request; errors are its own."""

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from api.planner.document.coercion import Coercion, Unfit
from api.resolvers.schema import core

DECLARED = (
    "$a: String! $b: ID $c: Boolean = true $d: Int! = 3 $e: [Int!] $f: In $g: [In!]! = [] $h: Colour = RED"
    " $i: Float $j: [[String]] $k: String = null $l: One"
)
SCHEMA = build_schema("""
    type Query {
        ask(a: String, b: ID, c: Boolean, d: Int, i: Float, e: [Int!], f: In,
            g: [In!], h: Colour, j: [[String]], l: One): Int
    }
    enum Colour { RED GREEN }
    input In { x: Int! y: Colour = GREEN z: [String!] inner: In }
    input One @oneOf { p: Int q: String }
""")
LEAVES = st.sampled_from(["RED", "GREEN", "", "s", "七", 0, 1, 7, 2**31, -1, 1.5, True, False, None, "\ud800"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyzpq") | st.just("inner"), inner),
    max_leaves=8,
)
VARIABLES = st.dictionaries(st.sampled_from([*"abcdefghijkl", "other"]), VALUES, max_size=13)


def operation_of(declared: str) -> OperationDefinitionNode:
    (operation,) = parse(f"query Q({declared}) {{ ask }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def both(schema: GraphQLSchema, operation: OperationDefinitionNode, values: dict) -> tuple:
    wanted = get_variable_values(schema, operation.variable_definitions or (), dict(values))
    try:
        prepared = Coercion(schema, operation)(values)
    except Unfit as unfit:
        assert list(unfit.faults), "what does not fit is told"
        prepared = "unfit"
    return prepared, "unfit" if isinstance(wanted, list) else wanted.coerced


@given(VARIABLES, st.sets(st.sampled_from(DECLARED.split(" $")), min_size=1))
def test_prepared_is_what_graphql_core_makes_of_it(values: dict, declared: set[str]) -> None:
    variables = " ".join(f"${variable.removeprefix('$')}" for variable in sorted(declared))
    prepared, wanted = both(SCHEMA, operation_of(variables), values)
    assert prepared == wanted


@pytest.mark.parametrize(
    "values",
    [
        {"f": {"state": ["IDENTIFIED"], "category": ["MARGINAL", "UNSTABLE_LIFTED"], "region": "50"}},
        {"f": {"state": "IDENTIFIED", "headNamePrefix": None}},
        {"f": {"state": ["NO_SUCH"]}},
        {"f": {"noSuch": 1}},
        {"f": None, "o": {"by": "HEAD_NAME", "direction": "DESC"}},
        {"o": {}},
    ],
)
def test_enums_and_inputs_of_the_schema(values: dict) -> None:
    operation = operation_of("$f: HouseholdFilter $o: HouseholdOrder")
    prepared, wanted = both(core(), operation, values)
    assert prepared == wanted


def test_what_is_not_declared_is_left_out() -> None:
    assert Coercion(SCHEMA, operation_of("$b: ID"))({"b": "7", "more": 1}) == {"b": "7"}
