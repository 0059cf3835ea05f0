"""The product over real HTTP: a uvicorn of its own on a free port, a small world, a token per subject."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.access.signin.local_issuer import LocalIssuer
from api.clock import SystemClock
from tests.support.planner.world import World
from tests.support.product import running, settings_of
from tests.support.resolvers.service import Service, insert_officials


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    home = tmp_path_factory.mktemp("home")
    issuer = LocalIssuer.of(home, SystemClock())
    tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
    async with (
        running(settings_of(database, home)) as (application, address),
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield Service(address, world, tokens.__getitem__, application, client, owner)
    await owner.close()
