"""时钟跳变 The clock of the host jumps an hour either way: work goes on, and nothing is purged early."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.throttle import MOST_OF_PAIR, WINDOW, Throttle
from api.clock import SystemClock
from api.errors import Problem
from api.planner.identifiers import global_id
from api.resolvers.worker import Worker
from api.roles import Logins
from api.workflow.engine.retention import purge_answered_keys
from tests.support.faults.drill import INSERT, READ, WRITE
from tests.support.faults.report import report
from tests.support.planner.world import World
from tests.support.product import running, settings_of
from tests.support.resolvers.service import insert_officials

HOUR = timedelta(hours=1)


class JumpingClock(SystemClock):
    """The machine's clock, put forward or back."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest_asyncio.fixture
async def product(database: Logins, tmp_path: Path) -> AsyncIterator[tuple[Worker, str, dict[str, str], list[int]]]:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    households = [row["id"] for row in await owner.fetch(INSERT, 10)]
    await owner.close()
    issuer = LocalIssuer.of(tmp_path, SystemClock())
    headers = {name: f"Bearer {issuer.issue(account, None)}" for name, account in accounts.items()}
    async with running(settings_of(database, tmp_path)) as (application, address):
        assert application._endpoint is not None
        yield application._endpoint.worker, address, headers, households


async def test_the_clock_jumps_and_work_goes_on(
    product: tuple[Worker, str, dict[str, str], list[int]], database: Logins, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, address, headers, households = product
    clock = JumpingClock()
    for holder in (worker.tokens, worker.accounts, worker.passwords):
        monkeypatch.setattr(holder, "_clock", clock)
    monkeypatch.setattr(worker, "clock", clock)
    owner = await database.owner.connect()
    answered: list[int] = []
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:

        async def ask(document: str, official: str, **values: Any) -> Any:
            body = {"query": document, "variables": {"in": values} if values else {}}
            answer = await client.post("/graphql", json=body, headers={"authorization": headers[official]})
            answered.append(answer.status_code)
            assert "errors" not in answer.json(), answer.json()
            return answer.json()["data"]

        for ahead in (timedelta(), HOUR, -HOUR, timedelta()):
            clock.ahead = ahead
            number = households.pop()
            await ask(READ, "county")
            values = {"id": global_id("Household", number), "version": 1, "key": f"jump-{number}"}
            for _ in range(2):
                taken = await ask(WRITE, "village", **values, source="CADRE_SCREENING")
                assert taken["clueReport"]["taken"], (ahead, taken)
            assert await owner.fetchval("select count(*) from clue where household = $1", number) == 1
    await owner.close()
    report("clock_jumps", f"{len(answered)} calls, all answered; a national step refused with CLOCK_APART")


async def test_a_clock_that_jumped_ahead_makes_no_key_old(database: Logins) -> None:
    app = await database.app.connect()
    await app.execute(
        "insert into idempotency (account, key, digest, reply, at) values (1, 'young-one', '', '{}', now())"
    )
    assert await purge_answered_keys(app, datetime.now(UTC) + timedelta(days=400), 30) == 0
    assert await app.fetchval("select count(*) from idempotency where key = 'young-one'") == 1
    await app.close()


def test_failures_from_before_the_clock_was_put_back_hold_nobody_up() -> None:
    throttle, now = Throttle(), 1_000_000.0
    for _ in range(MOST_OF_PAIR):
        throttle.attempt("li.ming", "10.0.0.1", now)
    with pytest.raises(Problem) as caught:
        throttle.attempt("li.ming", "10.0.0.1", now + 1)
    assert caught.value.facts["retry_after"] <= WINDOW
    throttle.attempt("li.ming", "10.0.0.1", now - 3600)
