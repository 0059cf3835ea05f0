"""测试 A connection of the app role to the module's database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from api.roles import Logins


@pytest_asyncio.fixture
async def app(database: Logins) -> AsyncIterator[Any]:
    connection = await database.app.connect()
    yield connection
    await connection.close()
