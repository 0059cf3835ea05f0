"""两道门 Planned or not, a query is answered and refused alike: data, codes, paths, status and headers."""

import random
from typing import Any

import pytest

from api.database import DATABASE_BUSY, DEADLINE_EXCEEDED, Reader
from api.errors import Problem
from api.resolvers.http.trusted import Trusted
from api.resolvers.rate import RATE_LIMITED, Rate
from api.resolvers.schema import core
from tests.support.planner.queries import Author
from tests.support.resolvers.service import Service
from tests.support.resolvers.sockets import connected

OTHERS = ("other: __schema { queryType { name } }", "other: workflows { name }", "other: rules { name }")
BROKEN = {
    "BAD_ID": (
        'bad: node(id: "x") { id }',
        'bad: household(id: "TWVtYmVyOjE") { id }',
        'bad: nodes(ids: ["x"]) { id }',
    ),
    "BAD_CURSOR": (
        'bad: households(after: "zzz") { nodes { id } }',
        'bad: clues(before: "SEVBRF9OQU1FfDEyNHzpkrEK5LiD") { nodes { id } }',
    ),
    "FIELD_HIDDEN": (
        'bad: households(filter: {risk: ["ILLNESS"]}) { totalCount }',
        'bad: monitoringCases(filter: {risk: ["ILLNESS"]}) { totalCount }',
    ),
    "BAD_PAGE": (
        "bad: households(first: -1) { totalCount }",
        "bad: units(first: 1, last: 1) { nodes { id } }",
        "bad: clues(first: 100000) { nodes { id } }",
    ),
    "ASK_FOR_ONE": ("bad: household { id }",),
    "TOO_DEAR": ("bad: households(first: 200) { nodes { surveys(first: 200) { nodes { id household { id } } } } }",),
    "LIST_TOO_LONG": ("bad: households(filter: {category: [%s]}) { totalCount }" % ("MARGINAL " * 201),),
    "GRAPHQL_INVALID": ("bad: nothing", "bad: units(first: true) { totalCount }"),
    "GRAPHQL_SYNTAX": ("bad: units(first: ) { totalCount }",),
}
BROKEN["TOO_MANY_IDS"] = ("bad: nodes(ids: [" + '"TWVtYmVyOjE" ' * 101 + "]) { id }",)
ACCEPTS = ("application/json", "application/graphql-response+json")
HEADERS = ("content-type", "retry-after", "cache-control", "allow", "www-authenticate")


def with_root(query: str, root: str, *, first: bool) -> str:
    """The query with one more root field."""
    close = ") {" if query.startswith("query Q(") else " {"
    head, _, rest = query.partition(close)
    if first:
        return f"{head}{close} {root} {rest}"
    depth, end = 1, 0
    for end, character in enumerate(rest):  # noqa: B007 - the place where it stops is what is wanted
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0:
            break
    return f"{head}{close} {rest[:end]} {root} {rest[end:]}"


def outcome_of(body: dict[str, Any]) -> tuple[Any, Any]:
    """Data without the other root, and each error by code and path."""
    data = body.get("data", "none")
    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if key != "other"}
    errors = [(error["extensions"]["code"], error.get("path")) for error in body.get("errors", [])]
    return data, errors


async def answered(service: Service, official: str, query: str, variables: Any, accept: str) -> Any:
    answer = await service.post({"query": query, "variables": variables}, official, accept=accept)
    headers = {name: answer.headers.get(name) for name in HEADERS}
    return answer.status_code, headers, *outcome_of(answer.json())


async def through_socket(service: Service, official: str, query: str, variables: Any) -> Any:
    """The same over a socket: data and errors, without a status."""
    async with connected(service.address) as client:
        await client.begin(service.token(official))
        await client.say(type="subscribe", id="1", payload={"query": query, "variables": variables})
        message = await client.hear()
    return outcome_of(message["payload"] if message["type"] == "next" else {"errors": message["payload"]})


@pytest.mark.parametrize("seed", range(12))
async def test_valid_queries_are_answered_alike(service: Service, seed: int) -> None:
    chance = random.Random(seed)
    official = chance.choice(["national", "province", "county", "education", "village"])
    query, variables = Author(seed + 500, core(), service.world).write()
    for accept in ACCEPTS:
        planned = await answered(service, official, query, variables, accept)
        mixed = with_root(query, chance.choice(OTHERS), first=chance.random() < 0.5)
        assert await answered(service, official, mixed, variables, accept) == planned, (query, mixed)


@pytest.mark.parametrize("code", BROKEN)
async def test_broken_queries_are_refused_alike(service: Service, code: str) -> None:
    chance = random.Random(code)
    for seed, broken in enumerate(BROKEN[code]):
        query, variables = Author(seed + 900, core(), service.world).write()
        bad = with_root(query, broken, first=chance.random() < 0.5)
        other = with_root(bad, OTHERS[seed % len(OTHERS)], first=chance.random() < 0.5)
        for accept in ACCEPTS:
            planned = await answered(service, "national", bad, variables, accept)
            assert code in {error[0] for error in planned[3]}, planned
            assert await answered(service, "national", other, variables, accept) == planned, (bad, other)
        by_socket = await through_socket(service, "national", bad, variables)
        assert await through_socket(service, "national", other, variables) == by_socket == planned[2:]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Problem(DATABASE_BUSY, retry=3), 503),
        (Problem(DEADLINE_EXCEEDED), 503),
        (RuntimeError("a defect"), 500),
    ],
    ids=["busy", "late", "defect"],
)
async def test_what_fails_while_it_runs_is_told_alike(
    service: Service, fault: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*_: Any) -> bytes:
        raise fault

    monkeypatch.setattr(Reader, "fetch", fetch)
    query = "query Q { units(first: 1) { totalCount } }"
    planned = await answered(service, "county", query, {}, ACCEPTS[1])
    assert planned[0] == status
    for root in OTHERS:
        assert await answered(service, "county", with_root(query, root, first=True), {}, ACCEPTS[1]) == planned


async def test_an_empty_bucket_is_told_alike(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def spend(*_: Any) -> None:
        raise Problem(RATE_LIMITED, cost=9, remaining=0, retry_after=7)

    monkeypatch.setattr(Rate, "spend", spend)
    query = "query Q { units(first: 1) { totalCount } }"
    planned = await answered(service, "county", query, {}, ACCEPTS[1])
    assert (planned[0], planned[1]["retry-after"], planned[2:]) == (429, "7", ("none", [("RATE_LIMITED", None)]))
    for root in OTHERS:
        assert await answered(service, "county", with_root(query, root, first=False), {}, ACCEPTS[1]) == planned


async def test_trusted_documents_go_through_the_same_doors(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = service.application._endpoint
    query = "query Q($id: ID!) { node(id: $id) { id } }"
    texts = {"planned": query, "mixed": with_root(query, OTHERS[0], first=True)}
    monkeypatch.setattr(endpoint, "trusted", Trusted(texts, "enforce"))
    answers = []
    for name in texts:
        body = {"documentId": name, "variables": {"id": "nonsense"}}
        answer = await service.post(body, accept=ACCEPTS[1])
        answers.append((answer.status_code, *outcome_of(answer.json())))
        assert (await service.client.get("/graphql", params=body)).status_code == 405
    assert answers[0] == answers[1] == (400, "none", [("BAD_ID", None)])
