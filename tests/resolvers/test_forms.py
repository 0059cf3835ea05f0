"""What a client needs to generate forms: vocabularies in both languages, and arguments of steps with their types."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull

from api.codes import lists
from api.resolvers.schema import core, schema
from api.resolvers.steps.mutations import STEPS
from api.workflow.registry import steps

ARGUMENT = "name zh en required type many vocabulary codeList references"
DOCUMENT = f"""{{
  vocabularies {{ name zh en words {{ name zh en }} }}
  workflows {{ steps {{ step arguments {{ {ARGUMENT} arguments {{ {ARGUMENT} }} }} }} }} }}"""


async def answer() -> dict[str, Any]:
    result = await schema().execute(DOCUMENT)
    assert result.errors is None
    assert result.data is not None
    return result.data


@pytest.mark.asyncio
async def test_every_enum_of_the_schema_is_a_vocabulary_with_all_its_words_in_both_languages() -> None:
    vocabularies = {vocabulary["name"]: vocabulary for vocabulary in (await answer())["vocabularies"]}
    enums = {
        name: list(enum.values)
        for name, enum in core().type_map.items()
        if isinstance(enum, GraphQLEnumType) and not name.startswith("__")
    }
    assert {name: [word["name"] for word in vocabulary["words"]] for name, vocabulary in vocabularies.items()} == enums
    for vocabulary in vocabularies.values():
        for text in (vocabulary, *vocabulary["words"]):
            assert any("\u4e00" <= character <= "\u9fff" or character.isdigit() for character in text["zh"]), text
            assert any("a" <= character <= "z" for character in text["en"]), text


@pytest.mark.asyncio
async def test_every_argument_of_a_mutation_is_told_with_the_type_its_input_has() -> None:
    data = await answer()
    by_step = {step["step"]: step for workflow in data["workflows"] for step in workflow["steps"]}
    assert by_step.keys() == steps().keys()
    vocabularies = {vocabulary["name"] for vocabulary in data["vocabularies"]}
    mutation = core().mutation_type
    assert mutation is not None
    for name, (_, step) in STEPS.items():
        input_type = mutation.fields[name].args["input"].type
        assert isinstance(input_type, GraphQLNonNull)
        check(input_type.of_type, by_step[step.id.action]["arguments"], vocabularies)


def check(input_type: Any, arguments: list[dict[str, Any]], vocabularies: set[str]) -> None:
    assert isinstance(input_type, GraphQLInputObjectType)
    for argument in arguments:
        field = input_type.fields[argument["name"]]
        written = f"[{argument['type']}!]" if argument["many"] else argument["type"]
        assert str(field.type) == written + "!" * argument["required"], argument["name"]
        assert (argument["vocabulary"] is not None) == (argument["type"] in vocabularies)
        assert (argument["references"] is not None) == (argument["type"] == "ID")
        assert argument["codeList"] is None or argument["codeList"] in {code_list.name for code_list in lists.read()}
        if argument.get("arguments"):
            entry = core().type_map[argument["type"]]
            assert {below["name"] for below in argument["arguments"]} == set(entry.fields)  # type: ignore[attr-defined]
            check(entry, argument["arguments"], vocabularies)
