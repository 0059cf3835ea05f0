"""docs/examples: every query there is valid and answers from a real world, with its own sample variables' names."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from graphql import OperationDefinitionNode, OperationType, parse, validate

from api.planner.identifiers import global_id
from api.resolvers.http.page import ASSETS
from api.resolvers.schema import core
from api.workflow.policy.publish import bring_baseline
from tests.support.resolvers.progress import report, request_of, watched
from tests.support.resolvers.service import Service
from tests.support.resolvers.sockets import connected

EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in Path("docs/examples").glob("*.graphql")}
SAMPLE = re.compile(r"^# variables: (\{.*\})\n", re.MULTILINE)


def sample(text: str) -> dict[str, Any]:
    match = SAMPLE.search(text)
    return json.loads(match[1]) if match else {}


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_is_valid_and_names_its_variables(name: str) -> None:
    document = parse(EXAMPLES[name])
    assert validate(core(), document) == []
    (operation,) = [
        definition for definition in document.definitions if isinstance(definition, OperationDefinitionNode)
    ]
    declared = {variable.variable.name.value: variable for variable in operation.variable_definitions or ()}
    values = sample(EXAMPLES[name])
    assert set(values) <= set(declared)
    assert {
        name
        for name, variable in declared.items()
        if variable.type.kind == "non_null_type" and not variable.default_value
    } <= set(values)
    assert re.match(r"# [\u4e00-\u9fff]+ [A-Z]", EXAMPLES[name]), "the first line says in both languages what it is for"


def test_names_are_one_namespace_so_that_a_client_is_generated_from_all() -> None:
    names = [definition.name.value for text in EXAMPLES.values() for definition in parse(text).definitions]  # type: ignore[attr-defined]
    assert len(names) == len(set(names))


def kind_of(name: str) -> OperationType:
    (operation,) = [
        definition
        for definition in parse(EXAMPLES[name]).definitions
        if isinstance(definition, OperationDefinitionNode)
    ]
    return operation.operation


SUBSCRIPTIONS = [name for name in EXAMPLES if kind_of(name) is OperationType.SUBSCRIPTION]
ASKED_BY = {
    "village": "village",
    "clue-report": "village",
    "officials": "national",
    "requests": "national",
    "request": "national",
    "policy-versions": "editor",
    "policy-difference": "editor",
}
"""Who asks; the county where nothing is said."""
NOBODY = ("findPerson",)
"""Answers null: nobody of the small world has that number."""


async def identifiers(service: Service) -> dict[str, Any]:
    """Variables of rows that are there: of a household with a case, and what hangs on it."""
    page = await service.ask(
        """{ households(first: 1, filter: {region: "500110", monitoringState: [IDENTIFIED]}) {
          nodes { id members(first: 1) { id } cases { id } } }
        village: households(first: 1, filter: {region: "500110001201"}) { nodes { id version } } }"""
    )
    household, reported = page["households"]["nodes"][0], page["village"]["nodes"][0]
    unit = global_id("Unit", service.world.unit_id["500110"])
    drafted = (await service.ask("{ policyVersions(first: 1) { nodes { id } } }", "editor"))["policyVersions"]["nodes"]
    clue = {**sample(EXAMPLES["clue-report"])["input"], **reported}
    return {
        "officials": {"region": "50"},
        "household": {"id": household["id"]},
        "node": {"id": household["id"]},
        "nodes": {"ids": [household["id"], unit, household["members"][0]["id"]]},
        "reveal": {"id": household["members"][0]["id"]},
        "find-person": {"idNumber": "500110198005060010"},
        "history": {"id": household["cases"][-1]["id"]},
        "step-check": {"id": household["id"]},
        "clue-report": {"input": clue},
        "policy-difference": {"id": drafted[0]["id"]},
        "request": {"id": global_id("NationalRequest", request_of(service, "50"))},
    }


async def variables_of(service: Service, name: str) -> dict[str, Any]:
    return {**sample(EXAMPLES[name]), **(await identifiers(service)).get(name, {})}


@pytest_asyncio.fixture(scope="module")
async def stored(service: Service, database: Any) -> Service:
    """The service with the baseline's version in the database, and in force."""
    owner = await database.owner.connect()
    await bring_baseline(owner, datetime.now(UTC))
    await owner.close()
    assert service.application._endpoint is not None
    head = service.application._endpoint.worker.head
    for _ in range(1000):
        if head.current.publication == 1:
            return service
        await asyncio.sleep(0.02)
    raise AssertionError("the worker did not follow")


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - SUBSCRIPTIONS))
async def test_each_answers_from_a_real_world(stored: Service, name: str) -> None:
    data = await stored.ask(EXAMPLES[name], ASKED_BY.get(name, "county"), **await variables_of(stored, name))
    assert all(filled(value) for field, value in data.items() if field not in NOBODY), data


def filled(value: Any) -> bool:
    """Whether a root field answered with something: a row, rows, or a step that was taken; what it nests as well."""
    if isinstance(value, dict):
        nested = [part for name, part in value.items() if name in ("items", "history", "rows", "clue")]
        return bool(value.get("nodes", value.get("edges", value.get("taken", True)))) and all(map(filled, nested))
    return bool(value)


async def test_a_subscription_is_told_of_a_step(stored: Service) -> None:
    async with connected(stored.address) as client:
        cursor = (await client.begin(stored.token("village")))["payload"]["cursor"]
        await client.subscribe("h", EXAMPLES["happened"], after=cursor, actions=["clue.report"])
        values = await variables_of(stored, "clue-report")
        values["input"]["key"] = "a second one"
        taken = (await stored.ask(EXAMPLES["clue-report"], "village", **values))["clueReport"]
        assert taken["taken"], taken
        heard = await client.happened("h")
    assert (heard["action"], heard["object"]["__typename"]) == ("clue.report", "Clue")
    assert heard["object"]["id"] == taken["clue"]["id"]
    assert heard["object"]["household"]["id"] == values["input"]["id"]


async def test_a_subscription_follows_an_execution(stored: Service, database: Any) -> None:
    app, request = await database.app.connect(), request_of(stored, "50")
    async with connected(stored.address) as client:
        await client.begin(stored.token("national"))
        identifier = global_id("NationalRequest", request)
        await client.subscribe("p", EXAMPLES["execution-progress"], request=identifier)
        await watched(stored, request)
        for done in (0, 2):
            await report(stored, app, request, done, 2)
            assert (await client.next("p"))["executionProgress"] == {"done": done, "total": 2}
    await app.close()


def test_the_page_holds_the_examples_as_they_are() -> None:
    """api/resolvers/http/assets/examples.json is built by tests/web; without Node it can still be seen to be stale."""
    shipped = {
        example["query"]: example["variables"] for example in json.loads((ASSETS / "examples.json").read_bytes())
    }
    expected = {SAMPLE.sub("", text, count=1): sample(text) for text in EXAMPLES.values()}
    assert {query: json.loads(values or "{}") for query, values in shipped.items()} == expected
