"""docs/examples: every query there is valid and answers from a real world, with its own sample variables' names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate

from api.resolvers.schema import core

EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in Path("docs/examples").glob("*.graphql")}
SAMPLE = re.compile(r"^# variables: (\{.*\})$", re.MULTILINE)


def sample(text: str) -> dict[str, Any]:
    found = SAMPLE.search(text)
    return json.loads(found[1]) if found else {}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_valid_and_names_its_variables(name: str) -> None:
    document = parse(EXAMPLES[name])
    assert validate(core(), document) == []
    (operation,) = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    declared = {one.variable.name.value: one for one in operation.variable_definitions}
    given = sample(EXAMPLES[name])
    assert set(given) <= set(declared)
    assert {
        name for name, one in declared.items() if one.type.kind == "non_null_type" and not one.default_value
    } <= set(given)
    assert re.match(r"# [\u4e00-\u9fff]+ [A-Z]", EXAMPLES[name]), "the first line says in both languages what it is for"


def test_names_are_one_namespace_so_that_a_client_is_generated_from_all() -> None:
    names = [one.name.value for text in EXAMPLES.values() for one in parse(text).definitions]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))
