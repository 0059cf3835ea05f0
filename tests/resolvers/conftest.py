"""The product over real HTTP: a uvicorn of its own on a free port, a small world, a token per subject."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.resolvers.service import Service, serving


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with serving(database, tmp_path_factory.mktemp("home")) as service:
        yield service
