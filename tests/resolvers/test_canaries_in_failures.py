"""Whatever fails behind a request, the database or our own code, neither answer nor log repeats what was typed. Q38"""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.database import Reader
from api.workflow.engine import idempotency
from tests.support.planner.reference import global_id
from tests.support.resolvers.canaries import CANARY, Watcher, sings, watching
from tests.support.resolvers.service import Service, serving
from tests.support.resolvers.sockets import connected

REPORT = """mutation R($input: ClueReportInput!) { %s clueReport(input: $input) {
  taken problems { code message zh next } } }"""
READ = "query H($n: String!) { household(number: $n) { number } }"
STATES = (
    *("23505", "23514", "23502", "23503", "22001", "22P02", "P0001", "XX000", "42P01", "42501", "40001", "40P01"),
    *("53100", "53200", "55P03", "57014", "57P01", "58030", "08006", "0A000", "25006", "28000", "3D000"),
)
FAIL = """create or replace function sing() returns trigger language plpgsql as $$
begin
  raise exception using errcode = '{state}', message = new::text, detail = new::text, hint = new::text,
    column = '{canary}', constraint = '{canary}';
end $$"""
END = """create or replace function sing() returns trigger language plpgsql as $$
begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$"""


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with serving(database, tmp_path_factory.mktemp("home"), SHOUWANG_RATE="0") as service:
        yield service


@pytest_asyncio.fixture(scope="module")
async def watched(service: Service, server: Any) -> AsyncIterator[Watcher]:
    with watching(service.application._settings.home, server.home) as watcher:
        yield watcher


@pytest_asyncio.fixture(scope="module")
async def owner(database: Any, service: Service) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    await connection.execute(END)
    await connection.execute("create trigger sing before insert on idempotency for each row execute function sing()")
    yield connection
    await connection.execute("drop trigger sing on idempotency; drop function sing()")
    await connection.close()


def report(service: Service, number: int) -> dict[str, Any]:
    household = service.world.tables["household"][0]["id"]
    return {"input": {"id": global_id("Household", household), "version": 1, "key": f"{CANARY}{number}",
                      "source": "CADRE_SCREENING", "reason": CANARY}}  # fmt: skip


def is_silent(answer: httpx.Response) -> bool:
    """Whether neither body nor headers repeat a canary."""
    return not sings(answer.text) and not any(sings(f"{name}: {value}") for name, value in answer.headers.items())


@pytest.mark.parametrize("failing", [*STATES, "the connection ends"])
async def test_a_step_that_the_database_breaks_repeats_nothing(
    service: Service, watched: Watcher, owner: Any, failing: str
) -> None:
    await owner.execute(END if failing not in STATES else FAIL.format(state=failing, canary=CANARY))
    for number, (document, official) in enumerate([(REPORT % "", "village"), (REPORT % "__typename", "county")]):
        body = {"query": document, "variables": report(service, number)}
        answer = await service.post(body, official, accept="application/graphql-response+json")
        assert "errors" in answer.json(), answer.text
        assert is_silent(answer), answer.text
    async with connected(service.address) as client:
        await client.begin(service.token("village"))
        await client.subscribe("1", REPORT % "", **report(service, 2))
        message = await client.hear()
        assert "errors" in str(message) or message["type"] == "error", message
        assert not sings(str(message)), message
    assert watched.heard() == []


async def test_a_read_that_the_database_refuses_repeats_nothing(
    service: Service, watched: Watcher, database: Any, owner: Any
) -> None:
    await owner.execute(f'revoke select on household from "{database.reader.user}"')
    try:
        answer = await service.post({"query": READ, "variables": {"n": CANARY}})
    finally:
        await owner.execute(f'grant select on household to "{database.reader.user}"')
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert is_silent(answer)
    assert any("incident" in line for line in watched.keeper.lines), "the operator finds it in the log"
    assert watched.heard() == []


@pytest.mark.parametrize("kind", [ValueError, KeyError, AssertionError, RecursionError, OSError])
async def test_a_fault_of_ours_repeats_nothing(
    service: Service, watched: Watcher, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise kind(f"{CANARY} again") from kind(CANARY)

    monkeypatch.setattr(idempotency.IdempotencyKey, "of", broken)
    monkeypatch.setattr(Reader, "fetch", broken)
    monkeypatch.setattr(Reader, "rows", broken)
    body = {"query": REPORT % "", "variables": report(service, 7)}
    for answer in (
        await service.post(body, "village"),
        await service.post({"query": READ, "variables": {"n": CANARY}}),
        await service.client.get(f"/readyz?{CANARY}"),
        await service.client.post("/token", json={"account": CANARY, "password": CANARY}),
        await service.client.get(
            f"/notices/{global_id('Proceeding', 1)}", headers={"authorization": f"Bearer {CANARY}"}
        ),
    ):
        assert is_silent(answer), answer.text
    assert watched.heard() == []


async def test_a_task_that_nobody_waits_for_repeats_nothing(service: Service, watched: Watcher) -> None:
    async def fail() -> None:
        raise ValueError(CANARY)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    await asyncio.sleep(0)
    assert any("ValueError at" in line for line in watched.keeper.lines)
    assert watched.heard() == []
