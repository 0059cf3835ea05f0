"""可信文档 Documents by identifier, the only ones that run when enforced; and who may introspect. DESIGN §8"""

import dataclasses
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from api.errors import Problem
from api.resolvers.http.introspection import check_introspection, may_introspect
from api.resolvers.http.request import GraphQLRequest
from api.resolvers.http.trusted import BAD_MANIFEST, Trusted
from api.settings import read
from tests.support.resolvers.sockets import connected

ME = "query Me { me { name } }"
UNIT = "query Unit($code: String!) { unit(code: $code) { name } }"
SCHEMA = "{ __schema { queryType { name } } }"
HAPPENED = "subscription { happened { cursor } }"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Manifests as graphql-codegen, Relay and Apollo write them."""
    (tmp_path / "codegen.json").write_text(json.dumps({digest(ME): ME}), encoding="utf-8")
    (tmp_path / "relay.json").write_text(json.dumps({hashlib.md5(UNIT.encode()).hexdigest(): UNIT}), encoding="utf-8")
    operations = [{"id": "schema", "name": "S", "type": "query", "body": SCHEMA}, {"id": "told", "body": HAPPENED}]
    apollo = {"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}
    (tmp_path / "apollo.json").write_text(json.dumps(apollo), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no manifest", encoding="utf-8")
    return tmp_path


def trusted(folder: Path, mode: str) -> Trusted:
    return Trusted.of(read({"SHOUWANG_DOCUMENTS": str(folder), "SHOUWANG_DOCUMENTS_MODE": mode}))


@pytest.fixture
def enforced(service: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(service.application._endpoint, "trusted", trusted(folder, "enforce"))
    return service


async def code_of(service: Any, body: Any) -> str:
    answer = (await service.post(body)).json()
    assert "data" not in answer
    return str(answer["errors"][0]["extensions"]["code"])


async def test_a_document_is_asked_for_by_its_identifier(enforced: Any) -> None:
    whole = {"me": {"name": "county@500110"}}
    for body in (
        {"documentId": digest(ME)},
        {"documentId": f"sha256:{digest(ME)}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(ME)}}},
        {"query": ME, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(ME)}}},
        {"query": ME},
    ):
        assert (await enforced.post(body)).json()["data"] == whole, body
    relay = {"documentId": hashlib.md5(UNIT.encode()).hexdigest(), "variables": {"code": "50"}}
    assert (await enforced.post(relay)).json()["data"]["unit"]["name"]
    by_digest = {"documentId": digest(UNIT), "variables": {"code": "50"}}
    assert (await enforced.post(by_digest)).json()["data"]["unit"]["name"]


async def test_nothing_else_runs_when_enforced(enforced: Any) -> None:
    for query in ("{ me { name } }", ME + " ", SCHEMA.replace("name", "kind"), "{ nothing }", "{", ""):
        assert await code_of(enforced, {"query": query}) == "DOCUMENT_NOT_TRUSTED", query
    other = "{ me { id } }"
    apq = {"query": other, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(other)}}}
    assert await code_of(enforced, apq) == "DOCUMENT_NOT_TRUSTED", "a client registers nothing"
    assert await code_of(enforced, {"documentId": digest(other)}) == "DOCUMENT_UNKNOWN"
    assert await code_of(enforced, {"documentId": ""}) == "DOCUMENT_UNKNOWN"
    assert await code_of(enforced, {"query": ME, "documentId": digest(UNIT)}) == "DOCUMENT_MISMATCH"
    assert await code_of(enforced, {"documentId": 1}) == "BAD_BODY"
    assert await code_of(enforced, {"variables": {}}) == "BAD_BODY"


async def test_over_the_socket_too(enforced: Any) -> None:
    async with connected(enforced.address) as client:
        await client.begin(enforced.token("county"))
        await client.say(type="subscribe", id="1", payload={"documentId": digest(ME)})
        assert (await client.next("1"))["me"]
        assert (await client.hear())["type"] == "complete"
        for query in ("{ me { name } }", "subscription { happened { at } }"):
            await client.subscribe("2", query)
            message = await client.hear()
            assert message["payload"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        await client.say(type="subscribe", id="3", payload={"documentId": "told"})
        await client.quiet()
        await client.say(type="subscribe", id="3", payload={"documentId": "told"})
        assert (await client.closed())[0] == 4409, "the subscription runs"


async def test_log_lets_run_and_tells_the_digest_alone(
    service: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service.application._endpoint, "trusted", trusted(folder, "log"))
    typed = '{ unit(code: "50") { name } }'
    with caplog.at_level(logging.INFO, "shouwang.documents"):
        assert (await service.post({"query": ME})).json()["data"]
        assert not caplog.records
        assert (await service.post({"query": typed})).json()["data"]
    assert [record.getMessage() for record in caplog.records] == [f"not trusted: sha256:{digest(typed)}"]


async def test_off_runs_anything_and_still_finds_by_identifier(
    service: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await code_of(service, {"documentId": digest(ME)}) == "DOCUMENT_UNKNOWN"
    monkeypatch.setattr(service.application._endpoint, "trusted", trusted(folder, "off"))
    assert (await service.post({"documentId": digest(ME)})).json()["data"]
    assert (await service.post({"query": "{ me { id } }"})).json()["data"]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "1", '{"a": 1}', '{"operations": [{"id": "a"}]}', '{"operations": [{"id": 1, "body": "{ me }"}]}',
     json.dumps({digest("another"): ME}), json.dumps({f"sha256:{digest('another')}": ME})],
)  # fmt: skip
def test_a_manifest_that_is_none_stops_the_start(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        trusted(tmp_path, "enforce")
    assert caught.value.code is BAD_MANIFEST
    assert caught.value.facts["file"] == "bad.json"


def test_enforced_without_a_folder_nothing_runs() -> None:
    none = Trusted.of(read({"SHOUWANG_DOCUMENTS_MODE": "enforce"}))
    with pytest.raises(Problem, match="DOCUMENT_NOT_TRUSTED"):
        none.admit(GraphQLRequest(ME, {}, None))
    with pytest.raises(Problem, match="BAD_SETTING"):
        read({"SHOUWANG_DOCUMENTS_MODE": "strict"})


INTROSPECTING = (
    SCHEMA,
    '{ __type(name: "Member") { name } }',
    "query { me { name } ...S } fragment S on Query { ...T } fragment T on Query { __schema { queryType { name } } }",
    "query ($n: Boolean!) { ... on Query @include(if: $n) { __schema { queryType { name } } } me { name } }",
    "{ again: __schema { queryType { name } } }",
)


@pytest.mark.parametrize("query", INTROSPECTING)
async def test_who_may_introspect_is_a_matter_of_identity(
    service: Any, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = service.application._endpoint.worker
    body = {"query": query, "variables": {"n": True}}
    assert (await service.post(body)).json()["data"]
    closed = dataclasses.replace(worker.settings, introspection="policy_editor")
    monkeypatch.setattr(worker, "settings", closed)
    assert await code_of(service, body) == "INTROSPECTION_CLOSED"
    assert (await service.post(body, "editor")).json()["data"]
    assert (await service.post({"query": "{ __typename me { __typename name } }"})).json()["data"]
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe("1", query, n=True)
        assert (await client.hear())["payload"][0]["extensions"]["code"] == "INTROSPECTION_CLOSED"


def test_words_of_roles() -> None:
    class County:
        role = "county:health:handler"

    subject: Any = County()
    for words, allowed in (
        ("everyone", True), ("nobody", False), ("county", True), ("health", True), ("handler", True),
        ("county:health:handler", True), ("County, national", True), ("national,education", False),
    ):  # fmt: skip
        assert may_introspect(subject, read({"SHOUWANG_INTROSPECTION": words}).introspection) is allowed, words
    for words in ("conty", "county:health", "everyone,", "county handler"):
        with pytest.raises(Problem, match="BAD_SETTING: environment variable SHOUWANG_INTROSPECTION"):
            check_introspection(read({"SHOUWANG_INTROSPECTION": words}))
    for words in ("everyone", "Nobody", "county, HANDLER", "national:health:inspector"):
        check_introspection(read({"SHOUWANG_INTROSPECTION": words}))
