"""测试 A connection of the app role to the module's database."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from api.roles import Logins
from tests.support.sealing.sealed_village import add_villages


@pytest_asyncio.fixture(scope="module")
async def villages(database: Logins) -> None:
    owner = await database.owner.connect()
    await add_villages(owner)
    await owner.close()


@pytest_asyncio.fixture
async def app(database: Logins, villages: None) -> AsyncIterator[Any]:
    assert villages is None
    connection = await database.app.connect()
    yield connection
    await connection.close()
