"""A connection of the owner's whose changes are undone after each test."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from api.roles import Logins


@pytest_asyncio.fixture
async def connection(database: Logins) -> AsyncIterator[Any]:
    connection = await database.owner.connect()
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()
