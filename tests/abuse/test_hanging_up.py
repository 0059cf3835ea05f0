"""A client that hangs up takes its read with it, in PostgreSQL too; a step that was begun is finished."""

import asyncio
from typing import Any

import httpx
import pytest

from api.resolvers.http.hanging_up import PATIENCE, HangingUp, HungUp
from api.roles import Logins
from tests.support.resolvers.service import Service

WAITING = """select count(*) from pg_stat_activity
where application_name = 'shouwang reader' and wait_event_type = 'Lock'"""


async def until(connection: Any, number: int) -> None:
    for _ in range(100):
        if await connection.fetchval(WAITING) == number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never {number} statements waited")


async def test_hanging_up_cancels_the_statement(service: Service, database: Logins) -> None:
    owner, watcher = await database.owner.connect(), await database.reader.connect()
    async with owner.transaction():
        await owner.execute("lock table household in access exclusive mode")
        async with httpx.AsyncClient(base_url=service.address) as client:
            asking = asyncio.create_task(
                client.post(
                    "/graphql",
                    json={"query": "{ households(first: 3) { nodes { id } } }"},
                    headers={"authorization": f"Bearer {service.token('county')}"},
                )
            )
            await until(watcher, 1)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        await until(watcher, 0)
    assert (await service.ask("{ households(first: 1) { nodes { id } } }"))["households"]["nodes"], "all goes on"
    await owner.close()
    await watcher.close()


async def test_a_deadline_cancels_the_statement(
    service: Service, database: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.resolvers.execution.DEADLINE", 1.5)
    owner, watcher = await database.owner.connect(), await database.reader.connect()
    async with owner.transaction():
        await owner.execute("lock table household in access exclusive mode")
        asking = asyncio.create_task(service.post({"query": "{ households(first: 2) { nodes { id } } }"}))
        await until(watcher, 1)
        body = (await asking).json()
        assert [error["extensions"]["code"] for error in body["errors"]] == ["DEADLINE_EXCEEDED"]
        await until(watcher, 0)
    await owner.close()
    await watcher.close()


class Client:
    """A connection whose client goes when told to."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def test_nothing_listens_to_what_is_answered_at_once() -> None:
    hanging_up, client = HangingUp(), Client()
    client.gone.set()
    with hanging_up.watching(client.receive):
        await asyncio.sleep(0)
    await asyncio.sleep(PATIENCE * 2)
    assert not hanging_up._watched
    assert hanging_up._timer is None, "no timer runs while nobody asks"


async def test_what_runs_long_ends_with_its_client() -> None:
    hanging_up, client = HangingUp(), Client()
    client.gone.set()
    with pytest.raises(HungUp), hanging_up.watching(client.receive):
        await asyncio.sleep(5)
    await asyncio.sleep(0)  # the request that ended is cancelled no more


async def test_what_is_to_be_finished_is() -> None:
    hanging_up, client = HangingUp(), Client()
    client.gone.set()
    with hanging_up.watching(client.receive):
        hanging_up.ignore()
        await asyncio.sleep(PATIENCE * 2)


async def test_another_cancellation_stays_one() -> None:
    hanging_up, client = HangingUp(), Client()

    async def ask() -> None:
        with hanging_up.watching(client.receive):
            await asyncio.sleep(5)

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
