"""撤权 What changes an account or a post is obeyed by every worker: told, or asked for where nothing is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from api.access.signin.accounts import Accounts
from api.clock import SystemClock
from api.database import Listener, Reader
from api.demo.people.officials import demo_officials, plant
from api.errors import Problem
from api.roles import Logins

LONG = 3600.0


class Worker:
    """A worker's memory of accounts, which by itself would stay for an hour."""

    def __init__(self, reader: Reader) -> None:
        self.accounts = Accounts(reader, SystemClock(), seconds=LONG)
        self.heard = asyncio.Event()

    async def outcome(self, account: int) -> str:
        try:
            return (await self.accounts.subject(account, None)).home
        except Problem as problem:
            return problem.code.name

    async def hear(self, payload: str | None) -> None:
        await self.accounts.hear(payload)
        self.heard.set()

    async def until(self, account: int, outcome: str) -> None:
        async with asyncio.timeout(10):
            while True:
                self.heard.clear()
                if await self.outcome(account) == outcome:
                    return
                await self.heard.wait()


@pytest_asyncio.fixture(scope="module")
async def owner(database: Logins) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    await connection.execute(
        """INSERT INTO unit (code, name, tier, province, western, development_zone, unverified, valid_from)
           VALUES ('0', '国家', 'NATIONAL', null, false, false, false, '2020-01-01'),
                  ('50', '重庆', 'PROVINCE', '50', true, false, false, '2020-01-01')"""
    )
    await plant(connection, demo_officials(["0", "50"]), date(2026, 1, 1))
    yield connection
    await connection.close()


@pytest_asyncio.fixture
async def workers(owner: Any, database: Logins, reader: Reader) -> AsyncIterator[list[Worker]]:
    """Two that are told and never ask, and one that only asks."""
    async with AsyncExitStack() as stack:
        workers = []
        for poll, deaf in ((LONG, False), (LONG, False), (0.02, True)):
            worker, listener = Worker(reader), Listener(database.reader, poll=poll, deaf=deaf)
            listener.on("accounts", worker.hear)
            await stack.enter_async_context(listener.listening())
            await asyncio.wait_for(worker.heard.wait(), 10)  # connected
            workers.append(worker)
        yield workers


@pytest.fixture
def name() -> str:
    return "province.rural_revitalization.handler@50"


async def _account(owner: Any, name: str) -> int:
    return int(await owner.fetchval("select id from account where name = $1", name))


@pytest.mark.parametrize(
    ("change", "back", "expected"),
    [
        ("update account set state = 'DISABLED' where id = $1", "update account set state = 'ACTIVE' where id = $1",
         "ACCOUNT_DISABLED"),
        ("update post set until = '2026-01-02' where account = $1", "update post set until = null where account = $1",
         "POST_ENDED"),
    ],
)  # fmt: skip
async def test_every_worker_obeys(
    owner: Any, workers: list[Worker], name: str, change: str, back: str, expected: str
) -> None:
    account, other = await _account(owner, name), await _account(owner, "national.rural_revitalization.reviewer@0")
    for worker in workers:
        assert (await worker.outcome(account), await worker.outcome(other)) == ("50", "0")
    await owner.execute(change, account)
    for worker in workers:
        await worker.until(account, expected)
    await owner.execute(back, account)
    for worker in workers:
        await worker.until(account, "50")


async def test_who_is_told_of_one_account_keeps_the_others(owner: Any, workers: list[Worker], name: str) -> None:
    account, other = await _account(owner, name), await _account(owner, "national.rural_revitalization.reviewer@0")
    notified = workers[0]
    cached = await notified.accounts.subject(other, None)
    await owner.execute("update account set state = 'DISABLED' where id = $1", account)
    await notified.until(account, "ACCOUNT_DISABLED")
    assert await notified.accounts.subject(other, None) is cached
    await owner.execute("update account set state = 'ACTIVE' where id = $1", account)


async def test_who_asks_keeps_everything_while_nothing_changes(owner: Any, workers: list[Worker], name: str) -> None:
    asking = workers[2]
    account = await _account(owner, name)
    await asking.until(account, "50")
    await asking.accounts.hear(None)
    cached = await asking.accounts.subject(account, None)
    await asking.accounts.hear(None)
    assert await asking.accounts.subject(account, None) is cached


async def test_a_unit_that_moves_takes_its_officials_with_it(owner: Any, workers: list[Worker], name: str) -> None:
    account = await _account(owner, name)
    for worker in workers:
        assert (await worker.accounts.subject(account, None)).path == ("0", "50")
    before = [await worker.accounts.subject(account, None) for worker in workers]
    for worker in workers:
        worker.heard.clear()
    await owner.execute("update unit set name = '重庆市' where code = '50'")
    for worker, subject in zip(workers, before, strict=True):
        async with asyncio.timeout(10):
            while await worker.accounts.subject(account, None) is subject:
                await worker.heard.wait()
                worker.heard.clear()


async def test_a_change_that_is_rolled_back_is_told_to_nobody(owner: Any, workers: list[Worker], name: str) -> None:
    account = await _account(owner, name)
    seq = await owner.fetchval("select seq from account_change")
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("update account set state = 'DISABLED' where id = $1", account)
    await transaction.rollback()
    assert await owner.fetchval("select seq from account_change") == seq
    for worker in workers:
        assert await worker.outcome(account) == "50"
