"""docs/examples: every query there is valid and answers from a real world, with its own sample variables' names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate
from resolvers.conftest import Service

from api.planner.identifiers import global_id
from api.resolvers.page import ASSETS
from api.resolvers.schema import core

EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in Path("docs/examples").glob("*.graphql")}
SAMPLE = re.compile(r"^# variables: (\{.*\})\n", re.MULTILINE)


def sample(text: str) -> dict[str, Any]:
    found = SAMPLE.search(text)
    return json.loads(found[1]) if found else {}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_valid_and_names_its_variables(name: str) -> None:
    document = parse(EXAMPLES[name])
    assert validate(core(), document) == []
    (operation,) = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
    given = sample(EXAMPLES[name])
    assert set(given) <= set(declared)
    assert {
        name for name, one in declared.items() if one.type.kind == "non_null_type" and not one.default_value
    } <= set(given)
    assert re.match(r"# [\u4e00-\u9fff]+ [A-Z]", EXAMPLES[name]), "the first line says in both languages what it is for"


def test_names_are_one_namespace_so_that_a_client_is_generated_from_all() -> None:
    names = [one.name.value for text in EXAMPLES.values() for one in parse(text).definitions]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))


async def identifiers(service: Service) -> dict[str, Any]:
    """Variables of rows that are there."""
    page = await service.ask(
        '{ households(first: 1, filter: {region: "500110"}) { nodes { id members(first: 1) { id } } } }'
    )
    household = page["households"]["nodes"][0]
    unit = global_id("Unit", service.world.unit_id["500110"])
    return {
        "household": {"id": household["id"]},
        "node": {"id": household["id"]},
        "nodes": {"ids": [household["id"], unit, household["members"][0]["id"]]},
        "reveal": {"id": household["members"][0]["id"]},
        "find-person": {"idNumber": "500110198005060010"},
    }


@pytest.mark.parametrize("name", EXAMPLES)
async def test_each_answers_from_a_real_world(service: Service, name: str) -> None:
    variables = {**sample(EXAMPLES[name]), **(await identifiers(service)).get(name, {})}
    data = await service.ask(EXAMPLES[name], "village" if name == "village" else "county", **variables)
    assert all(filled(value) for field, value in data.items() if field not in NOBODY), data


NOBODY = ("findPerson",)
"""Answers null: nobody of the small world has that number."""


def filled(value: Any) -> bool:
    """Whether a root field answered with something: a row, a page with rows, a list with rows."""
    return bool(value.get("nodes", value.get("edges", True)) if isinstance(value, dict) else value)


def test_the_page_holds_the_examples_as_they_are() -> None:
    """api/resolvers/assets/examples.json is built by tests/web; without Node it can still be seen to be stale."""
    shown = {one["query"]: one["variables"] for one in json.loads((ASSETS / "examples.json").read_bytes())}
    expected = {SAMPLE.sub("", text, count=1): sample(text) for text in EXAMPLES.values()}
    assert {query: json.loads(given or "{}") for query, given in shown.items()} == expected
