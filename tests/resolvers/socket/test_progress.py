"""进度 How far an execution has come: told to who may read the request, the latest alone, until all is done. Q40"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.roles import Logins
from api.workflow.requests.progress_signature import sign
from tests.support.planner.reference import global_id
from tests.support.resolvers.progress import report, request_of, watched
from tests.support.resolvers.sockets import Client, connected

PROGRESS = "subscription P($request: ID!) { executionProgress(request: $request) { done total } }"


@pytest_asyncio.fixture
async def app(database: Any) -> AsyncIterator[Any]:
    connection = await database.app.connect()
    yield connection
    await connection.close()


async def begun(client: Client, service: Any, official: str, request: int) -> None:
    await client.begin(service.token(official))
    await client.subscribe("p", PROGRESS, request=global_id("NationalRequest", request))


async def test_the_stands_come_until_all_is_done(service: Any, app: Any) -> None:
    request = request_of(service, "50")
    async with connected(service.address) as client:
        await begun(client, service, "national", request)
        await watched(service, request)
        for done in (0, 4, 10):
            await report(service, app, request, done)
            assert (await client.next("p"))["executionProgress"] == {"done": done, "total": 10}
        assert await client.hear() == {"id": "p", "type": "complete"}
    await watched(service, request, 0)


async def test_only_who_may_read_the_request_is_told(service: Any, app: Any) -> None:
    own, other = request_of(service, "50"), request_of(service, "51")
    async with (
        connected(service.address) as first,
        connected(service.address) as two,
        connected(service.address) as three,
    ):
        await begun(first, service, "province", own)
        await begun(two, service, "province", other)
        await begun(three, service, "county", own)
        await watched(service, own, 2)
        await watched(service, other)
        for request in (own, other):
            await report(service, app, request, 1)
        assert (await first.next("p"))["executionProgress"] == {"done": 1, "total": 10}
        for client in (two, three):
            await asyncio.sleep(0.2)
            await client.quiet()


async def test_a_request_that_is_not_there_is_as_silent(service: Any, app: Any) -> None:
    async with connected(service.address) as client:
        await begun(client, service, "national", 987654)
        await watched(service, 987654)
        await report(service, app, 987654, 1)
        await asyncio.sleep(0.2)
        await client.quiet()


@pytest.mark.parametrize(
    "payload", ["", "x", "[]", "{}", '{"request":1,"done":"1","total":2}', '{"request":[1],"done":1,"total":2}', "null"]
)
async def test_what_is_no_stand_is_let_go(service: Any, app: Any, payload: str) -> None:
    request = request_of(service, "50")
    async with connected(service.address) as client:
        await begun(client, service, "national", request)
        await watched(service, request)
        await app.execute("select pg_notify('progress', $1)", payload)
        await report(service, app, request, 3)
        assert (await client.next("p"))["executionProgress"]["done"] == 3


@pytest.mark.parametrize("signature", ["", "x", "é", 7, None])
async def test_a_stand_that_no_worker_signed_is_let_go(
    service: Any, app: Any, database: Logins, signature: Any
) -> None:
    """Whoever holds the reader's login may notify, and nobody is shown what it says."""
    request, reader = request_of(service, "50"), await database.reader.connect()
    async with connected(service.address) as client:
        await begun(client, service, "national", request)
        await watched(service, request)
        forged = sign(b"another key", (request, 10, 10)) if signature is None else signature
        await report(service, reader, request, 10, signature=forged)
        await report(service, app, request, 4)
        assert (await client.next("p"))["executionProgress"]["done"] == 4
    await reader.close()
