"""The product over real HTTP: a uvicorn of its own on a free port, a small world, a token per subject."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from planner.world import World
from product import official, running, settings_of

from api.access.local_issuer import LocalIssuer
from api.app import Application
from api.clock import SystemClock

OFFICIALS = (
    ("national", "0", "RURAL_REVITALIZATION", "REVIEWER"),
    ("province", "50", "RURAL_REVITALIZATION", "HANDLER"),
    ("county", "500110", "RURAL_REVITALIZATION", "HANDLER"),
    ("neighbour", "510104", "RURAL_REVITALIZATION", "HANDLER"),
    ("education", "500110", "EDUCATION", "HANDLER"),
    ("village", "500110001201", "RURAL_REVITALIZATION", "HANDLER"),
    ("editor", "0", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
    ("auditor", "50", "RURAL_REVITALIZATION", "AUDIT_READER"),
)


@dataclass(frozen=True)
class Service:
    """A running product: its address, its world, a token by the short name of an official."""

    address: str
    world: World
    token: Callable[[str], str]
    application: Application
    client: httpx.AsyncClient

    async def post(self, body: Any, official: str | None = "county", **headers: str) -> httpx.Response:
        given = {"authorization": f"Bearer {self.token(official)}"} if official else {}
        more: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            given["content-type"] = "application/json"
        return await self.client.post("/graphql", headers={**given, **headers}, **more)

    async def ask(self, query: str, official: str = "county", **variables: Any) -> Any:
        answer = await self.post({"query": query, "variables": variables}, official)
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]


async def insert_officials(world: World, owner: Any) -> dict[str, int]:
    return {
        name: await official(world, owner, f"{name}@{unit}", unit, *post, name=f"官员{name}")
        for name, unit, *post in OFFICIALS
    }


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    await owner.close()
    home = tmp_path_factory.mktemp("home")
    issuer = LocalIssuer.of(home, SystemClock())
    tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
    async with (
        running(settings_of(database, home)) as (application, address),
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield Service(address, world, tokens.__getitem__, application, client)
