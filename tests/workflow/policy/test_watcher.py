"""跟随 Workers obey what is published, heard or asked for, and keep the last good version behind a broken one. Q1"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest_asyncio

from api.access.policy import Policy
from api.access.versions.current import CurrentPolicy
from api.access.versions.watcher import PolicyWatcher
from api.database.listener import Listener
from api.workflow.policy.publish import await_adoption, bring_baseline
from tests.support.workflow.policy_people import CLOCK, POLICY, Office

READS = "p, county:civil_affairs, view.income, household, sector, *, 66, deny, Q1"


@pytest_asyncio.fixture
async def worker(database: Any) -> AsyncIterator[Callable[..., Any]]:
    """Starts workers that follow one database; `deaf` ones hear no notification."""
    owner = await database.owner.connect()
    await bring_baseline(owner, CLOCK.now())
    await owner.close()

    @asynccontextmanager
    async def connect() -> AsyncIterator[Any]:
        connection = await database.app.connect()
        try:
            yield connection
        finally:
            connection.terminate()

    async with AsyncExitStack() as running:

        async def start(*, deaf: bool = False) -> PolicyWatcher:
            watcher = PolicyWatcher(CurrentPolicy(Policy.load()), connect)
            await watcher.begin()
            listener = Listener(database.reader, poll=0.2 if deaf else 30.0, deaf=deaf)
            listener.on("policy", watcher.on_notification)
            await running.enter_async_context(watcher.watching())
            await running.enter_async_context(listener.listening())
            return watcher

        yield start


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    for _ in range(1000):
        outcome = true()
        if outcome if isinstance(outcome, bool) else await outcome:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true in 20 seconds")


async def test_every_worker_obeys_heard_or_asked_and_says_so(worker: Any, database: Any) -> None:
    heard, deaf = await worker(), await worker(deaf=True)
    notices: list[str] = []
    heard.on_change(lambda policy: notices.append(policy.version), lambda: notices.append("obeyed"))
    before = heard.head.current
    connection = await database.app.connect()
    office = Office(connection)
    number = await office.published(READS)
    await until(lambda: heard.head.current.publication == deaf.head.current.publication == 2)
    assert heard.head.current.version == deaf.head.current.version != before.version
    assert notices == [heard.head.current.version, "obeyed"]
    assert await await_adoption(connection, 5) == type(await await_adoption(connection, 0))(2, 2, 2)
    assert await connection.fetchval("select policy_publication()") == 2
    assert before.publication == 1
    await office.revert(1)
    await until(lambda: heard.head.current.publication == deaf.head.current.publication == 3)
    assert heard.head.current.version == POLICY.version
    assert (await office.row(number))["state"] == "SUPERSEDED"
    await connection.close()


async def test_a_version_that_cannot_be_built_leaves_the_last_good_one(worker: Any, database: Any) -> None:
    watcher = await worker()
    good = watcher.head.current
    owner = await database.owner.connect()
    office = Office(owner)
    broken = await office.draft()
    await office.add(broken, READS)
    await office.submit(broken)
    await office.approve(broken)
    await owner.execute("alter table policy_row disable trigger keep")  # only the owner of the tables can
    async with owner.transaction():
        await owner.execute("update policy_version set state = 'SUPERSEDED' where state = 'PUBLISHED'")
        await owner.execute("update policy_version set state = 'PUBLISHED', publisher = 99 where id = $1", broken)
        await owner.execute("update policy_row set role = 'nobody' where policy_version = $1 and position = 1", broken)
        await owner.execute("update policy_head set policy_version = $1", broken)
    await owner.execute("alter table policy_row enable trigger keep")
    await until(lambda: watcher.trouble is not None)
    assert watcher.trouble is not None
    assert watcher.trouble.code.name == "POLICY_DIGEST"
    assert watcher.head.current is good

    async def reported() -> bool:
        return bool(await owner.fetchval("select count(refused) from policy_ack"))

    await until(reported)
    ack = await owner.fetchrow("select * from policy_ack where worker = $1", watcher.worker)
    assert (ack["seq"], ack["error"]) == (good.publication, "POLICY_DIGEST")
    seen = await await_adoption(owner, 0.2)
    assert (seen.adopted, seen.alive) == (0, 1)
    await office.revert(1)
    await until(lambda: watcher.head.current.publication == seen.publication + 1)
    assert watcher.trouble is None
    await owner.close()


async def test_a_worker_that_stops_is_no_longer_waited_for(worker: Any, database: Any) -> None:
    connection = await database.app.connect()

    async def listed(name: str) -> bool:
        return bool(await connection.fetchval("select exists (select from policy_ack where worker = $1)", name))

    watcher = await worker()
    await until(lambda: listed(watcher.worker))
    async with watcher.watching():
        pass
    assert not await listed(watcher.worker)
    await connection.close()
