"""The product over real HTTP with the small world, for attacks by whoever has signed in."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.resolvers.service import Service, serving


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with serving(database, tmp_path_factory.mktemp("home")) as service:
        yield service
