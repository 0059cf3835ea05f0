"""A connection of the owner's whose changes are undone after each test."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from api.roles import Logins
from tests.support.databases import undone


@pytest_asyncio.fixture
async def connection(database: Logins) -> AsyncIterator[Any]:
    async with undone(database.owner) as connection:
        yield connection
