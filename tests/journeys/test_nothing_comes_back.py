"""Nothing that was typed comes back in errors and refusals: every root field, every text, identifier and number. Q38

Each root field is asked with values of the right types, so that steps, policy edits, appointments and searches go as
far as their own checks; once with a marked text at every text, once at every identifier, once at every whole number.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from api.resolvers.schema import core
from api.workflow.registry import WORKFLOWS
from tests.support.journeys.country import Country
from tests.support.planner.reference import global_id

MARK = "zqxmark"
TEXTS = (f"{MARK}一段文字", f"{MARK}电话13800138000身份证11010119900307771X", f"{MARK}:{MARK}:{MARK}", f"p, {MARK}")
NUMBER = 918273645
MARKED = (MARK, "13800138000", "11010119900307771X", str(NUMBER))
PLAIN: dict[str, Any] = {
    "Int": 1,
    "Float": 1.5,
    "Boolean": True,
    "Decimal": "12.00",
    "Date": "2026-03-01",
    "DateTime": "2026-03-01T00:00:00+08:00",
    "JSON": {},
}
OFFICIALS = ("county", "editor")
TARGETS = {workflow.mutation(step): step.target for workflow in WORKFLOWS.values() for step in workflow.steps}


def roots() -> Iterator[tuple[str, str, GraphQLField]]:
    """(operation, name, field) of every root field with arguments that is asked by POST."""
    for word, type_ in (("query", core().query_type), ("mutation", core().mutation_type)):
        assert type_ is not None
        yield from ((word, name, field) for name, field in type_.fields.items() if field.args)


def value_of(type_: Any, root: str, marked: dict[str, Any], depth: int = 4) -> Any:
    """A value of an input type, with every optional field; `marked` are the values of scalars to put instead."""
    if isinstance(type_, GraphQLNonNull):
        return value_of(type_.of_type, root, marked, depth)
    if isinstance(type_, GraphQLList):
        return [value_of(type_.of_type, root, marked, depth)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: value_of(field.type, root, marked, depth - 1)
            for name, field in type_.fields.items()
            if depth > 0 or isinstance(field.type, GraphQLNonNull)
        }
    plain = {**PLAIN, "String": "一段文字", "ID": global_id(TARGETS.get(root, "Household"), 1)}
    return {**plain, **marked}[type_.name]


def selection_of(field: GraphQLField) -> str:
    """What to read of an answer: its problems where it has any, nothing that was stored."""
    type_: Any = get_named_type(field.type)
    if is_leaf_type(type_):
        return ""
    problems = get_named_type(type_.fields["problems"].type) if "problems" in getattr(type_, "fields", {}) else None
    if problems is None:
        return " { __typename }"
    leaves = (name for name, field in problems.fields.items() if is_leaf_type(get_named_type(field.type)))
    return f" {{ problems {{ {' '.join(leaves)} }} }}"


async def answer(country: Country, official: str, word: str, name: str, field: GraphQLField, marked: Any) -> str:
    """The text of an answer."""
    definitions = ", ".join(f"${argument}: {declared.type}" for argument, declared in field.args.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in field.args)
    query = f"{word} ({definitions}) {{ {name}({passed}){selection_of(field)} }}"
    variables = {argument: value_of(declared.type, name, marked) for argument, declared in field.args.items()}
    response = await country.client.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {country.tokens[official]}"},
    )
    return response.text


@pytest.mark.parametrize("word", ["query", "mutation"])
async def test_no_answer_repeats_what_was_typed(country: Country, word: str) -> None:
    if "editor" not in country.tokens:
        await country.appoint("editor", "0", "RURAL_REVITALIZATION", "POLICY_EDITOR")
    marks: list[dict[str, Any]] = [*({"String": text} for text in TEXTS), {"ID": f"{MARK}=="}, {"Int": NUMBER}]
    codes: set[str] = set()
    repeated = []
    for operation, name, field in roots():
        for official in OFFICIALS if operation == word else ():
            for marked in marks:
                text = await answer(country, official, word, name, field, marked)
                codes.update(_codes(json.loads(text)))
                if any(mark in text for mark in MARKED):
                    repeated.append((name, official, text[:300]))
    assert repeated == []
    assert len(codes) >= {"query": 6, "mutation": 4}[word], codes


def _codes(body: Any) -> Iterator[str]:
    """Every code an answer holds."""
    if isinstance(body, dict):
        yield from ([body["code"]] if isinstance(body.get("code"), str) else [])
        for value in body.values():
            yield from _codes(value)
    elif isinstance(body, list):
        for value in body:
            yield from _codes(value)
