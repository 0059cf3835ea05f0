"""A running product over real HTTP, and the officials whose tokens its tests use."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from api.access.signin.local_issuer import LocalIssuer
from api.app import Application
from api.clock import SystemClock
from tests.support.planner.world import World
from tests.support.product import official, running, settings_of

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
    """A running product: its address, its world, a token by the short name of an official, the owner's connection."""

    address: str
    world: World
    token: Callable[[str], str]
    application: Application
    client: httpx.AsyncClient
    owner: Any = None

    async def post(self, body: Any, official: str | None = "county", **headers: str) -> httpx.Response:
        arguments = {"authorization": f"Bearer {self.token(official)}"} if official else {}
        more: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        if isinstance(body, bytes):
            arguments["content-type"] = "application/json"
        return await self.client.post("/graphql", headers={**arguments, **headers}, **more)

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


@asynccontextmanager
async def serving(database: Any, home: Path, **environment: str) -> AsyncIterator[Service]:
    """The product over real HTTP with the small world, until the end of the block."""
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    issuer = LocalIssuer.of(home, SystemClock())
    tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
    async with (
        running(settings_of(database, home, **environment)) as (application, address),
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield Service(address, world, tokens.__getitem__, application, client, owner)
    await owner.close()
