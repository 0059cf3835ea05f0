"""No error of a document or its variables repeats what was typed, at any position of any input of the schema. Q38"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLField, get_named_type, is_enum_type, is_input_object_type, is_leaf_type

from api.errors import Problem
from api.planner.document.document import Documents, Refused
from api.resolvers.schema import core
from tests.support.planner.canaries import BROKEN, CANARY, LITERALS, NUMBER, VALUES


def documents() -> Documents:
    """Documents of the product's schema."""
    return Documents(core(), frozenset())


def roots() -> list[tuple[str, str, GraphQLField]]:
    """(operation, name, field) of every root field that takes arguments."""
    types = (
        ("query", core().query_type),
        ("mutation", core().mutation_type),
        ("subscription", core().subscription_type),
    )
    return [(word, name, field) for word, type_ in types if type_ for name, field in type_.fields.items() if field.args]


def refused(text: str, variables: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """What a document and its variables are refused with; nothing where they fit."""
    try:
        operation = documents_of_all.find(text).operation(None)
        if variables is not None:
            operation.coerce(variables)
    except Refused as refusal:
        return refusal.errors
    except Problem as problem:
        return [{"message": str(problem), "extensions": problem.extensions()}]
    return []


documents_of_all = documents()


def silent(errors: list[dict[str, Any]]) -> bool:
    """Whether no error repeats the canary."""
    text = json.dumps(errors, ensure_ascii=False)
    return CANARY not in text and str(NUMBER) not in text


def nested(type_: Any, value: Any, depth: int = 3) -> Iterator[Any]:
    """The value at every position of an input type."""
    type_ = get_named_type(type_)
    yield value
    if is_input_object_type(type_) and depth:
        for name, field in type_.fields.items():
            for inner in nested(field.type, value, depth - 1):
                yield {name: inner}


@pytest.mark.parametrize(("word", "name", "field"), roots(), ids=lambda value: value if isinstance(value, str) else "")
def test_no_position_of_a_root_field_s_inputs_repeats_what_was_typed(word: str, name: str, field: GraphQLField) -> None:
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    definitions = ", ".join(f"${argument}: {declared.type}" for argument, declared in field.args.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    text = f"{word} ({definitions}) {{ {name}({passed}){selection} }}"
    refusals = 0
    for argument, declared in field.args.items():
        for literal in LITERALS:
            assert silent(refused(f"{word} {{ {name}({argument}: {literal}){selection} }}"))
        for value in (inner for typed in VALUES for inner in nested(declared.type, typed)):
            errors = refused(text, {argument: value, CANARY: CANARY})
            refusals += bool(errors)
            assert silent(errors)
    assert refusals


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_document_is_told_by_kind_and_place(text: str) -> None:
    errors = refused(text)
    assert errors
    assert silent(errors)


def test_an_error_still_says_where_and_which_name_of_the_schema() -> None:
    errors = refused('{ households(first: "x") { totalCount } }')
    assert "Int" in errors[0]["message"]
    assert errors[0]["locations"] == [{"line": 1, "column": 21}]
    enum = next(name for name, type_ in core().type_map.items() if is_enum_type(type_) and not name.startswith("__"))
    assert refused(f"query ($a: {enum}!) {{ me {{ name }} }}")
