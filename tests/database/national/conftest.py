"""A country in a database of its own, and a connection of each role."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.support.national.nationally import OFFICIALS, Nationally
from tests.support.planner.world import World


@pytest_asyncio.fixture(scope="module")
async def nationally(database: Any) -> AsyncIterator[Nationally]:
    connections = [await login.connect() for login in (database.owner, database.app, database.nation)]
    world = World(households=0)
    await world.insert(connections[0])
    grounds = Nationally(world, *connections)
    for name, (unit, tier, duty) in OFFICIALS.items():
        await grounds.appoint(name, unit, tier, duty)
    yield grounds
    for connection in connections:
        await connection.close()
