"""Whatever is sent: a 4xx or a GraphQL error with a stable code, and the process unharmed."""

import gzip
import json

import pytest

from tests.support.resolvers.service import Service

GOOD = "{ me { name } }"
BODIES = {
    "string": (b'"abc"', "BAD_BODY"),
    "number": (b"123", "BAD_BODY"),
    "null": (b"null", "BAD_BODY"),
    "true": (b"true", "BAD_BODY"),
    "list": (b"[1]", "BAD_BODY"),
    "empty": (b"", "BAD_BODY"),
    "broken": (b'{"query": "', "BAD_BODY"),
    "deep": (b"[" * 100_000, "BAD_BODY"),
    "not utf-8": (b'{"query": "\xff"}', "BAD_BODY"),
    "gzip": (gzip.compress(b"{}"), "BAD_BODY"),
    "NaN": (b'{"query": "{ me { name } }", "variables": {"a": NaN}}', "BAD_BODY"),
    "lone surrogate": (b'{"query": "{ me { name } }", "variables": {"a": "\\ud800"}}', "BAD_BODY"),
    "no query": (b"{}", "BAD_BODY"),
    "query a number": (b'{"query": 5}', "BAD_BODY"),
    "variables a list": (b'{"query": "{ me { name } }", "variables": []}', "BAD_BODY"),
    "extensions a number": (b'{"query": "{ me { name } }", "extensions": 0}', "BAD_BODY"),
    "too large": (b'{"query": "' + b"x" * (1024 * 1024) + b'"}', "BODY_TOO_LARGE"),
}
QUERIES = {
    "unknown field": ("{ nothing }", "GRAPHQL_INVALID"),
    "syntax": ("{ me {", "GRAPHQL_SYNTAX"),
    "nested without end": ("{" * 3000, "GRAPHQL_SYNTAX"),
    "two operations": ("query A { me { name } } query B { me { name } }", "UNKNOWN_OPERATION"),
    "bad cursor": ('{ households(after: "zzz") { nodes { id } } }', "BAD_CURSOR"),
    "cursor of another order": ('{ households(after: "SEVBRF9OQU1FfDEyNHzpkrEK5LiD") { nodes { id } } }', "BAD_CURSOR"),
    "negative first": ("{ households(first: -1) { nodes { id } } }", "BAD_PAGE"),
    "huge first": ("{ households(first: 100000) { nodes { id } } }", "BAD_PAGE"),
    "first beyond Int": ("{ households(first: 99999999999) { nodes { id } } }", "GRAPHQL_INVALID"),
    "first and last": ("{ households(first: 1, last: 1) { nodes { id } } }", "BAD_PAGE"),
    "negative first, only counted": ("{ households(first: -1) { totalCount } }", "BAD_PAGE"),
    "bad id": ('{ node(id: "x") { id } }', "BAD_ID"),
    "id beyond bigint": ('{ node(id: "SG91c2Vob2xkOjk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5") { id } }', "BAD_ID"),
    "id without end": (f'{{ node(id: "{"SG91c2Vob2xkOjEx" + "MTEx" * 2000}") {{ id }} }}', "BAD_ID"),
    "id of another type": ('{ household(id: "TWVtYmVyOjE") { id } }', "BAD_ID"),
    "neither id nor number": ("{ household { id } }", "ASK_FOR_ONE"),
    "too many ids": (f"{{ nodes(ids: {json.dumps(['TWVtYmVyOjE'] * 101)}) {{ id }} }}", "TOO_MANY_IDS"),
    "NUL": ('{ households(filter: {headNamePrefix: "a\\u0000"}) { nodes { id } } }', "BAD_TEXT"),
    "NUL in a list": ('{ households(filter: {risk: ["A", "\\u0000"]}) { nodes { id } } }', "BAD_TEXT"),
    "wrong type": ("{ households(first: true) { nodes { id } } }", "GRAPHQL_INVALID"),
    "impossible day": ('{ clues(filter: {dueUntil: "2026-02-30"}) { nodes { id } } }', "GRAPHQL_INVALID"),
    "too dear": (
        "{ households(first: 200) { nodes { surveys(first: 200) { nodes { id household { id } } } } } }",
        "TOO_DEAR",
    ),
    "too deep": ("{ units { nodes " + "{ parent " * 20 + "{ id } " + "} " * 20 + "} }", "TOO_DEEP"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_bad_bodies(service: Service, name: str) -> None:
    body, code = BODIES[name]
    answer = await service.post(body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert await service.ask(GOOD)


@pytest.mark.parametrize("name", QUERIES)
async def test_bad_queries(service: Service, name: str) -> None:
    query, code = QUERIES[name]
    answer = await service.post({"query": query})
    assert answer.status_code < 500
    error = answer.json()["errors"][0]
    assert error["extensions"]["code"] == code
    assert error["extensions"]["next"]["zh"]
    assert error["message"]
    assert await service.ask(GOOD)


async def test_wide_documents_are_refused_before_they_are_expanded(service: Service) -> None:
    query = "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    answer = await service.post({"query": query + " fragment F60 on Query { me { name } }"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_DEEP"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content-type": "text/plain"}, 415, "BAD_MEDIA_TYPE"),
        ({"content-type": "text/application/jsonx"}, 415, "BAD_MEDIA_TYPE"),
        ({"accept": "text/csv"}, 406, "NOT_ACCEPTABLE"),
        ({"authorization": ""}, 401, "TOKEN_MISSING"),
        ({"authorization": "Bearer nonsense"}, 401, "TOKEN_MALFORMED"),
    ],
)
async def test_bad_headers(service: Service, headers: dict[str, str], status: int, code: str) -> None:
    answer = await service.post(json.dumps({"query": GOOD}).encode(), **headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_no_token(service: Service) -> None:
    answer = await service.post({"query": GOOD}, None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="shouwang"'
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOKEN_MISSING"
    assert (await service.client.get("/evidence/x")).headers["www-authenticate"] == 'Bearer realm="shouwang"'


async def test_a_bad_token_is_told_by_its_code_and_never_repeated(service: Service) -> None:
    answer = await service.post({"query": GOOD}, None, authorization="Bearer secret.but.wrong")
    challenge = 'Bearer realm="shouwang", error="invalid_token", error_description="TOKEN_MALFORMED"'
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge)


async def test_get_is_refused_so_that_no_query_is_in_an_address(service: Service) -> None:
    answer = await service.client.get("/graphql", params={"query": GOOD})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "query", ["{ nothing }", '{ node(id: "x") { id } }', "{ households(first: -1) { totalCount } }"]
)
async def test_status_follows_the_media_type(service: Service, query: str) -> None:
    for accept, status in (("application/json", 200), ("application/graphql-response+json", 400)):
        answer = await service.post({"query": query}, accept=accept)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith(accept)
        assert "data" not in answer.json()
