"""What one request costs: other roots, the schema, repeated names and lists; both doors refuse alike. RULES §5"""

import threading
from typing import Any

import pytest
from graphql import get_introspection_query

from api.planner.cost import MOST
from api.planner.document.document import Documents
from api.planner.document.entries import DECLARED, MOST_ENTRIES
from api.planner.document.pricing import LENGTHS
from api.planner.plan.roots import PLANNED
from api.resolvers import mixed
from api.resolvers.schema import core
from api.rules.registry import RULES
from api.workflow.registry import WORKFLOWS
from tests.support.resolvers.service import Service

DIRECT = "query($category: [Category!]) { households(first: 1, filter: {category: $category}) { totalCount } %s }"
OTHER = "__schema { queryType { name } }"


def chain(length: int) -> str:
    parts = [f"fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(length)]
    return f"query {{ ...F0 }} {' '.join(parts)} fragment F{length} on Query {{ me {{ name }} }}"


def price(text: str) -> int:
    return Documents(core(), PLANNED).find(text).operation(None).price


def code_of(body: dict[str, Any]) -> tuple[str, Any, Any]:
    (error,) = body["errors"]
    return error["extensions"]["code"], error.get("path"), body.get("data")


def test_every_root_that_is_not_planned_costs() -> None:
    query = core().query_type
    assert query is not None
    for name, field in query.fields.items():
        if name in PLANNED:
            continue
        selection = " { __typename }" if hasattr(getattr(field.type, "of_type", field.type), "fields") else ""
        required = [arg for arg in field.args.values() if str(arg.type).endswith("!")]
        if not required and not str(field.type).startswith("["):
            assert price(f"{{ {name}{selection} }}") >= 250, name
    assert price("{ workflows { name } }") >= 250


def test_a_hundred_lists_that_nobody_plans_are_too_dear() -> None:
    roots = " ".join(f"a{number}: thresholdFilings(year: 2026) {{ __typename }}" for number in range(99))
    assert price(f"{{ {roots} }}") > MOST


def test_the_schema_costs_and_its_usual_query_is_allowed() -> None:
    usual = price(get_introspection_query())
    assert 1_000 < usual < MOST
    inner = "__schema { types { fields { args { type { name } } } } }"
    often = " ".join(f"a{number}: {inner}" for number in range(90))
    assert price(f"{{ {often} }}") > MOST


def test_names_asked_for_again_cost() -> None:
    assert price("{ me { name } }") == 0
    assert price("{ " + "me { name } " * 50 + "}") >= 49


async def test_merged_names_are_bounded_before_they_are_compared(service: Service) -> None:
    body = (await service.post({"query": "{ " + "me { name } " * 495 + "}"})).json()
    assert code_of(body) == ("TOO_DEEP", None, None)
    nested = "{ me { posts { " + "unit { name } " * 490 + "} } }"
    assert code_of((await service.post({"query": nested})).json())[0] == "TOO_DEEP"


@pytest.mark.parametrize(
    ("length", "code"), [(60, None), (150, "TOO_DEEP"), (490, "TOO_DEEP"), (900, "GRAPHQL_SYNTAX")]
)
async def test_a_chain_of_fragments_is_answered_or_refused_by_its_length(
    service: Service, length: int, code: str | None
) -> None:
    body = (await service.post({"query": chain(length)})).json()
    assert "INTERNAL" not in str(body)
    if code is None:
        assert body["data"] == {"me": {"name": body["data"]["me"]["name"]}}
    else:
        assert code_of(body) == (code, None, None)


@pytest.mark.parametrize("other", ["", OTHER], ids=["planned", "executed"])
async def test_entries_of_lists_are_bounded_and_cost_at_both_doors(service: Service, other: str) -> None:
    async def ask(entries: int) -> Any:
        variables = {"category": ["MARGINAL", "UNSTABLE_LIFTED"] * (entries // 2)}
        answer = await service.post({"query": DIRECT % other, "variables": variables})
        return answer.status_code, answer.json()

    _, few = await ask(2)
    status, many = await ask(MOST_ENTRIES)
    assert (status, many["data"]["households"]) == (200, few["data"]["households"]), "repeated entries say nothing new"
    assert many["extensions"]["cost"] - few["extensions"]["cost"] == MOST_ENTRIES - 2
    status, refused = await ask(MOST_ENTRIES + 2)
    assert (status, code_of(refused)) == (200, ("LIST_TOO_LONG", None, None))
    _, flood = await ask(60_000)
    assert code_of(flood)[0] == "LIST_TOO_LONG"
    assert flood["errors"][0]["message"].count("MARGINAL") == 0


@pytest.mark.parametrize("other", ["", OTHER], ids=["planned", "executed"])
async def test_lists_written_in_the_document_are_bounded_too(service: Service, other: str) -> None:
    literal = "MARGINAL " * (MOST_ENTRIES + 1)
    query = f"{{ households(first: 1, filter: {{category: [{literal}]}}) {{ totalCount }} {other} }}"
    answer = await service.post({"query": query}, accept="application/graphql-response+json")
    assert (answer.status_code, code_of(answer.json())) == (400, ("LIST_TOO_LONG", None, None))


def test_an_argument_may_declare_its_own_bound() -> None:
    assert DECLARED == {"rows": 5_000, "cases": 5_000, "items": 10_000}
    text = "mutation($input: PolicyEditInput!) { policyEdit(input: $input) { taken } }"
    operation = Documents(core(), PLANNED).find(text).operation(None)
    assert operation.entries({"input": {"rows": [{}] * 5_000}}) == 5_000
    with pytest.raises(Exception, match=r"input\.rows"):
        operation.entries({"input": {"rows": [{}] * 5_001}})


async def test_the_schema_is_asked_off_the_loop(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    plain = mixed.execute_meta

    def execute_meta(*arguments: Any) -> Any:
        threads.append(threading.get_ident())
        return plain(*arguments)

    monkeypatch.setattr(mixed, "execute_meta", execute_meta)
    body = (await service.post({"query": get_introspection_query()})).json()
    assert len(body["data"]["__schema"]["types"]) > 100
    assert body["extensions"]["cost"] > 1_000
    assert threads
    assert threads[0] != threading.get_ident()


async def test_long_documents_are_read_and_planned_off_the_loop(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = service.application._endpoint.worker  # type: ignore[union-attr]
    work = []
    plain = type(worker).aside

    async def aside(self: Any, account: int, function: Any, *arguments: Any) -> Any:
        work.append(function.__name__)
        return await plain(self, account, function, *arguments)

    monkeypatch.setattr(type(worker), "aside", aside)
    fields = " ".join(f"a{number}: name" for number in range(90))
    await service.ask(f"{{ me {{ {fields} }} }}")
    assert work == ["find", "make"]
    await service.ask(f"{{ me {{ {fields} }} }}")
    assert work == ["find", "make"], "the second time it is remembered"


def test_the_known_lengths_are_those_of_the_tables() -> None:
    """A price that is too low lets a caller ask for more than he pays; one far too high refuses honest questions."""
    workflows = list(WORKFLOWS.values())
    steps = [step for workflow in workflows for step in workflow.steps]
    assert len(workflows) <= LENGTHS["Query.workflows"] <= 2 * len(workflows)
    priced = LENGTHS["Query.workflows"] * LENGTHS["Workflow.steps"]
    assert len(steps) <= priced <= 2 * len(steps)
    arguments = sum(len(step.arguments) for step in steps)
    assert arguments <= priced * LENGTHS["WorkflowStep.arguments"] <= 3 * arguments
    assert len(RULES) <= LENGTHS["Query.rules"] <= 2 * len(RULES)
