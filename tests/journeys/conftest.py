"""A product whose clock the test moves, with officials who act over HTTP by their short names."""

import datetime
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SetClock
from tests.support.databases import mark_as_tests
from tests.support.journeys.country import OFFICIALS, Country
from tests.support.planner.world import World
from tests.support.product import official, running, settings_of


@pytest_asyncio.fixture(scope="module")
async def country(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Country]:
    world = World(households=3)
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = {name: await official(world, owner, name, *post) for name, post in OFFICIALS.items()}
    home = tmp_path_factory.mktemp("home")
    await mark_as_tests(owner, database.owner.database)
    settings = settings_of(database, home, SHOUWANG_CLOCK="2026-03-01T04:00:00+00:00", SHOUWANG_RATE="0")
    far = SetClock(datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
    issuer = LocalIssuer.of(home, far)

    def issue(account: int) -> str:
        return issuer.issue(account, None, 400 * 24 * 3600)

    tokens = {name: issue(account) for name, account in accounts.items()}
    async with running(settings) as (application, address), httpx.AsyncClient(base_url=address, timeout=20) as client:
        assert application._endpoint is not None
        worker = application._endpoint.worker
        assert isinstance(worker.clock, SetClock)
        yield Country(client, world, worker.clock, tokens, owner, worker.accounts.invalidate, issue, worker)
    await owner.close()
