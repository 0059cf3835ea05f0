"""失效连接 A start without a database, an end while links hang, what HTTP tells. RULES: nothing waits for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from graphql import GraphQLError

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from api.database import DATABASE_UNAVAILABLE
from api.errors import Problem
from api.planner.identifiers import global_id
from api.resolvers.http import answers
from api.resolvers.rate import RATE_LIMITED, Rate
from api.roles import Logins
from tests.support.faults.ground import behind
from tests.support.faults.proxy import Proxy
from tests.support.planner.world import World
from tests.support.product import running, settings_of
from tests.support.resolvers.service import insert_officials

QUERY = "{ households(first: 1) { totalCount } }"


@pytest_asyncio.fixture
async def proxy(database: Logins) -> AsyncIterator[Proxy]:
    proxy = Proxy(database.owner)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest_asyncio.fixture(scope="module")
async def account(database: Logins) -> int:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    await owner.close()
    return accounts["county"]


def headers_of(home: Path, account: int) -> dict[str, str]:
    return {"authorization": f"Bearer {LocalIssuer.of(home, SystemClock()).issue(account, None)}"}


async def test_a_worker_starts_and_waits_without_a_database(
    database: Logins, proxy: Proxy, account: int, tmp_path: Path
) -> None:
    headers = headers_of(tmp_path, account)
    proxy.refusing = True
    async with (
        running(settings_of(behind(database, proxy), tmp_path)) as (_, address),
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):

        async def ask() -> httpx.Response:
            return await client.post("/graphql", json={"query": QUERY}, headers=headers)

        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).json() == {"ready": False, "code": "DATABASE_UNAVAILABLE"}
        for answer in (await ask(), await client.post("/token", json={})):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"
        proxy.refusing = False
        begun = time.monotonic()
        while (await ask()).status_code != 200:
            assert time.monotonic() - begun < 10
            await asyncio.sleep(0.1)


async def test_it_ends_in_time_while_links_hang(database: Logins, proxy: Proxy, account: int, tmp_path: Path) -> None:
    headers = headers_of(tmp_path, account)
    async with httpx.AsyncClient(timeout=30) as client:
        async with running(settings_of(behind(database, proxy), tmp_path)) as (_, address):
            answer = await client.post(f"{address}/graphql", json={"query": QUERY}, headers=headers)
            assert answer.status_code == 200
            proxy.swallowing = True
            begun = time.monotonic()
        assert time.monotonic() - begun < 12


@pytest.mark.parametrize("code", ["DATABASE_UNAVAILABLE", "RATE_LIMITED"])
def test_a_problem_that_leaves_no_data_is_told_by_status(code: str) -> None:
    problem: Any = {
        "DATABASE_UNAVAILABLE": Problem(DATABASE_UNAVAILABLE, retry=1),
        "RATE_LIMITED": Problem(RATE_LIMITED, cost=2, remaining=1, retry_after=3),
    }[code]
    faults = [GraphQLError("other"), GraphQLError("it", original_error=problem)]
    assert answers.unavailable_of(faults) is problem
    assert answers.unavailable_of(faults[:1]) is None


STEP = (
    "mutation($in: ClueReportInput!) { done: clueReport(input: $in) { taken } }",
    {"id": global_id("Household", 101), "version": 1, "key": "while-away", "source": "CADRE_SCREENING"},
)
EXECUTED = (
    "mutation($in: AccountDisableInput!) { done: accountDisable(input: $in) { taken } }",
    {"account": global_id("Account", 1), "key": "while-away", "reason": "调离"},
)
MANY = (
    "mutation($in: RequestTakeUpInput!) { done: requestTakeUp(input: $in) { taken } }",
    {
        "id": global_id("NationalRequest", 1),
        "version": 1,
        "key": "too-much",
        "items": [global_id("RequestItem", 1)] * 9,
    },
)


async def test_mutations_tell_by_status_that_they_may_come_back(
    database: Logins, proxy: Proxy, account: int, tmp_path: Path
) -> None:
    """503 without a database and 429 beyond the rate, at both doors, over HTTP, whatever media type is asked for."""
    headers = headers_of(tmp_path, account)
    async with (
        running(settings_of(behind(database, proxy), tmp_path)) as (application, address),
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):

        async def ask(document: str, values: Any, media: str = "application/json") -> tuple[int, str, str]:
            body = {"query": document, "variables": {"in": values}}
            answer = await client.post("/graphql", json=body, headers={**headers, "accept": media})
            faults = answer.json().get("errors") or [{"extensions": {"code": ""}}]
            return answer.status_code, faults[0]["extensions"]["code"], answer.headers.get("retry-after", "")

        assert (await client.post("/graphql", json={"query": QUERY}, headers=headers)).status_code == 200
        assert application._endpoint is not None
        application._endpoint.worker.rate = Rate(tmp_path / "small", 1, 3)
        for _ in range(2):
            status, code, wait = await ask(*MANY)
            if status == 429:
                break
        assert (status, code) == (429, "RATE_LIMITED")
        assert int(wait) >= 1
        application._endpoint.worker.rate = None
        proxy.refusing = True
        proxy.cut()
        for mutation in (STEP, EXECUTED):
            for media in ("application/json", "application/graphql-response+json"):
                assert await ask(*mutation, media) == (503, "DATABASE_UNAVAILABLE", "1"), mutation
