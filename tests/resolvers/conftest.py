"""The product over real HTTP: a uvicorn of its own on a free port, a small world, a token per subject."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from planner.world import World

from api.access.local_issuer import LocalIssuer
from api.app import Application
from api.clock import SystemClock
from api.rules.vocabulary import Department, Duty, Tier
from api.settings import read

OFFICIALS = (
    ("national", "0", "RURAL_REVITALIZATION", "REVIEWER"),
    ("province", "50", "RURAL_REVITALIZATION", "HANDLER"),
    ("county", "500110", "RURAL_REVITALIZATION", "HANDLER"),
    ("neighbour", "510104", "RURAL_REVITALIZATION", "HANDLER"),
    ("education", "500110", "EDUCATION", "HANDLER"),
    ("village", "500110001201", "RURAL_REVITALIZATION", "HANDLER"),
    ("editor", "0", "RURAL_REVITALIZATION", "POLICY_EDITOR"),
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
    accounts = {}
    for name, unit, department, duty in OFFICIALS:
        person = await owner.fetchval("insert into person (name) values ($1) returning id", f"官员{name}")
        account = await owner.fetchval(
            "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, f"{name}@{unit}"
        )
        tier = next(row["tier"] for row in world.tables["unit"] if row["code"] == unit)
        assert Tier[tier]
        assert Department[department]
        assert Duty[duty]
        path = world.units[unit]
        await owner.execute(
            "insert into post (account, unit, tier, department, duty, since, province, city, county, township, village)"
            " values ($1,$2,$3,$4,$5,'2024-01-01',$6,$7,$8,$9,$10)",
            account,
            world.unit_id[unit],
            tier,
            department,
            duty,
            *path.values(),
        )
        accounts[name] = account
    return accounts


@pytest_asyncio.fixture(scope="module")
async def service(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    world = World()
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await insert_officials(world, owner)
    await owner.close()
    home = tmp_path_factory.mktemp("home")
    environment = {"SHOUWANG_HOME": str(home), **urls(database)}
    application = Application(read(environment))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="on")
    )
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0.02)
    issuer = LocalIssuer.of(Path(home), SystemClock())
    tokens = {name: issuer.issue(account, None) for name, account in accounts.items()}
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        yield Service(address, world, tokens.__getitem__, application, client)
    server.should_exit = True
    await running


def urls(database: Any) -> dict[str, str]:
    """The four logins as the environment names them."""
    names = {
        "owner": "DATABASE_URL",
        "app": "DATABASE_URL_APP",
        "reader": "DATABASE_URL_READER",
        "nation": "DATABASE_URL_NATION",
    }
    found = {}
    for role, name in names.items():
        login = getattr(database, role)
        found[name] = login.url.replace(f"//{login.user}@", f"//{login.user}:{login.password}@")
    return found
