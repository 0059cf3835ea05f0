"""失效连接 Half-open links, a start without a database, an end while links hang. RULES: nothing waits for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
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
from api.resolvers.http import answers
from api.resolvers.rate import RATE_LIMITED
from api.roles import Logins
from tests.support.faults.proxy import Proxy
from tests.support.planner.world import World
from tests.support.product import running, settings_of
from tests.support.resolvers.service import insert_officials

HOLE = 8.0
DEADLINE, HEALING = 10.5, 3.0
"""Seconds in which every request is answered; after which none fails that begins later."""
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


def behind(database: Logins, proxy: Proxy) -> Logins:
    """The logins through the proxy."""
    return Logins(
        **{
            role: replace(getattr(database, role), host="127.0.0.1", port=proxy.port, sslmode="disable")
            for role in ("owner", "app", "reader", "nation")
        }
    )


def headers_of(home: Path, account: int) -> dict[str, str]:
    return {"authorization": f"Bearer {LocalIssuer.of(home, SystemClock()).issue(account, None)}"}


async def test_a_half_open_link_costs_seconds_and_every_request_is_answered(
    database: Logins, proxy: Proxy, account: int, tmp_path: Path
) -> None:
    headers = headers_of(tmp_path, account)
    history: list[tuple[float, float, int]] = []

    async def ask(client: httpx.AsyncClient, path: str) -> None:
        begun = time.monotonic()
        if path == "/graphql":
            answer = await client.post(path, json={"query": QUERY}, headers=headers)
        elif path == "/token":
            answer = await client.post(path, json={"account": "nobody", "password": "a wrong one, long enough"})
        else:
            answer = await client.get(path)
        history.append((begun, time.monotonic(), answer.status_code))

    async with (
        running(settings_of(behind(database, proxy), tmp_path)) as (_, address),
        httpx.AsyncClient(base_url=address, timeout=30) as client,
    ):
        await ask(client, "/graphql")
        assert history.pop()[2] == 200
        began, tasks = time.monotonic(), []
        proxy.swallowing = True
        healed = began + HOLE
        while time.monotonic() < healed + 2 * HEALING:
            proxy.swallowing = time.monotonic() < healed
            tasks += [asyncio.create_task(ask(client, path)) for path in ("/graphql", "/token", "/livez")]
            await asyncio.sleep(0.25)
        await asyncio.gather(*tasks)
    assert max(ended - begun for begun, ended, _ in history) <= DEADLINE
    assert {status for _, _, status in history} <= {200, 401, 429, 503}
    late = [status for begun, _, status in history if begun > healed + HEALING]
    assert len(late) > 10
    assert 503 not in late


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
