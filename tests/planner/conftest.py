"""The small world in a database of its own, and the policy in force."""

from typing import Any

import pytest
import pytest_asyncio

from api.access.policy import Policy
from tests.support.planner.world import World


@pytest_asyncio.fixture(scope="module")
async def world(database: Any) -> World:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    await owner.close()
    return world


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load()
