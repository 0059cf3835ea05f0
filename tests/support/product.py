"""产品 The running product on a free port, and officials whom the owner puts in place: one way for every test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn

from api.app import Application
from api.resolvers.http.protocol import LimitedProtocol
from api.resolvers.socket.protocol import LimitedWebSocket
from api.rules.words.vocabulary import Department, Duty
from api.serving.worker_process import KEEP_ALIVE
from api.settings import Settings, read
from tests.support.planner.world import World


def urls(database: Any) -> dict[str, str]:
    """The four logins as the environment names them."""
    names = {
        "owner": "DATABASE_URL",
        "app": "DATABASE_URL_APP",
        "reader": "DATABASE_URL_READER",
        "nation": "DATABASE_URL_NATION",
    }
    urls_by_name = {}
    for role, name in names.items():
        login = getattr(database, role)
        urls_by_name[name] = login.url.replace(f"//{login.user}@", f"//{login.user}:{login.password}@")
    return urls_by_name


def settings_of(database: Any, home: Path, **more: str) -> Settings:
    """The settings of a product over that database; `more` is further environment."""
    return read({"SHOUWANG_HOME": str(home), **urls(database), **more})


async def official(
    world: World, owner: Any, account: str, unit: str, department: str, duty: str, name: str | None = None
) -> int:
    """A person with an account of that name in one post; the account."""
    assert Department[department]
    assert Duty[duty]
    person = await owner.fetchval("insert into person (name) values ($1) returning id", name or f"官员{account}")
    number = await owner.fetchval(
        "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, account
    )
    tier = next(row["tier"] for row in world.tables["unit"] if row["code"] == unit)
    await owner.execute(
        "insert into post (account, unit, tier, department, duty, since, province, city, county, township, village)"
        " values ($1,$2,$3,$4,$5,'2024-01-01',$6,$7,$8,$9,$10)",
        number, world.unit_id[unit], tier, department, duty, *world.units[unit].values(),
    )  # fmt: skip
    return int(number)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[tuple[Application, str]]:
    """The product while the block lasts, and its address."""
    application = Application(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="on",
        http=LimitedProtocol,
        ws=LimitedWebSocket,
        timeout_keep_alive=KEEP_ALIVE,  # longer than httpx keeps idle connections: both at 5 seconds was a race
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.02)
    try:
        yield application, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
