"""总时限 A request has a time in which it is answered, at every door and whatever it waits for."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.routing import Mount, Route

from api.access.signin.local_issuer import LocalIssuer
from api.app import Application
from api.clock import SystemClock
from api.errors import Problem
from api.resolvers import endpoint, time_limit
from api.resolvers.http import timed
from api.resolvers.socket import socket, stream
from api.resolvers.time_limit import TimeLimits
from api.roles import Logins
from tests.support.planner.world import World
from tests.support.product import running, settings_of
from tests.support.resolvers.service import insert_officials

SHORT = 0.4
ASKS_NOBODY = {"/livez", "/.well-known/jwks.json"}
"""Doors that wait for nothing, besides the page and its files."""


@pytest_asyncio.fixture(scope="module")
async def product(
    database: Logins, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Application, str, str]]:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    await owner.close()
    home = tmp_path_factory.mktemp("home")
    token = LocalIssuer.of(home, SystemClock()).issue(accounts["village"], None)
    async with running(settings_of(database, home)) as (application, address):
        yield application, address, token


@pytest.fixture
def hanging(product: tuple[Application, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks the database waits for ever, and requests have little time."""

    async def for_ever(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(60)

    application = product[0]
    assert application._endpoint is not None
    worker = application._endpoint.worker
    for module in (endpoint, timed, socket, stream):
        monkeypatch.setattr(module, "READ", SHORT)
    monkeypatch.setattr(worker.tokens, "authenticate", for_ever)
    monkeypatch.setattr(worker.passwords, "account", for_ever)


def doors(application: Application) -> list[tuple[str, str]]:
    """Every address with a method it takes; the page's files are files."""
    routes = [route for route in application._rest.routes if not isinstance(route, Mount)]
    assert all(isinstance(route, Route) for route in routes)
    addresses = {(min(route.methods or {"GET"}), route.path.replace("{id}", "x")) for route in routes}  # type: ignore[attr-defined]
    return sorted(addresses | {("POST", "/graphql")})


@pytest.mark.usefixtures("hanging")
async def test_every_door_answers_in_time(product: tuple[Application, str, str]) -> None:
    application, address, token = product
    body = {"query": "{ me { name } }", "account": "nobody", "password": "a wrong one, long enough", "current": "x"}
    silent: dict[str, int] = {}
    async with httpx.AsyncClient(base_url=address, timeout=10) as client:
        for method, path in doors(application):
            headers = {"authorization": f"Bearer {token}"}
            content = {"content": json.dumps(body)} if method == "POST" else {}
            answer = await client.request(
                method, path, headers={**headers, "content-type": "application/json"}, **content
            )
            if answer.status_code == 503:
                assert answer.json()["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED", path
                assert answer.headers["retry-after"], path
                continue
            silent[path] = answer.status_code
    page = {path for path in silent if path.startswith("/graphql") or path in ("/", "/graphiql")}
    assert silent.keys() - page == ASKS_NOBODY | {"/readyz"}, silent


@pytest.mark.usefixtures("hanging")
async def test_what_a_client_takes_to_send_its_body_does_not_count(product: tuple[Application, str, str]) -> None:
    _, address, _ = product

    async def slowly() -> AsyncIterator[bytes]:
        for part in (b'{"account": "nobody", ', b'"password": "a wrong one, long enough"', b"}"):
            yield part
            await asyncio.sleep(SHORT)

    async with httpx.AsyncClient(base_url=address, timeout=10) as client:
        answer = await client.post("/token", content=slowly())
    assert answer.json()["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED"
    assert answer.elapsed.total_seconds() > 3 * SHORT


async def test_a_block_that_runs_too_long_is_cancelled_and_says_so() -> None:
    limits = TimeLimits()
    with pytest.raises(Problem, match="DEADLINE_EXCEEDED"), limits.within(0.05):
        await asyncio.sleep(60)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_a_block_in_time_ends_as_it_would_have() -> None:
    limits = TimeLimits()
    with limits.within(5):
        await asyncio.sleep(0.01)
    with pytest.raises(ZeroDivisionError), limits.within(5):
        raise ZeroDivisionError
    await asyncio.sleep(2 * time_limit.LOOK)
    assert limits._timer is None, "no timer runs while nobody asks"


async def test_a_cancellation_of_another_is_not_taken_for_the_limit() -> None:
    limits = TimeLimits()

    async def work() -> None:
        with limits.within(5):
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_request_that_writes_has_more_time() -> None:
    limits = TimeLimits()
    with limits.within(0.05):
        limits.extend(5)
        await asyncio.sleep(4 * time_limit.LOOK)
    with limits.within(5) as limit:
        before = limit.until
        limits.extend(0.01)
        assert limit.until == before
    limits.extend(5)  # outside of a request there is nothing to extend


async def test_the_wait_for_a_client_stops_the_clock() -> None:
    limits = TimeLimits()

    async def receive() -> dict[str, str]:
        await asyncio.sleep(3 * time_limit.LOOK)
        return {"type": "http.request"}

    with limits.within(time_limit.LOOK) as limit:
        assert await limit.untimed(receive) == {"type": "http.request"}
