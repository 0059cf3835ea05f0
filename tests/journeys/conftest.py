"""A product whose clock the test moves, with officials who act over HTTP by their short names."""

import asyncio
import datetime
import itertools
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn
from planner.reference import global_id
from planner.world import World
from resolvers.conftest import urls

from api.access.local_issuer import LocalIssuer
from api.app import Application
from api.clock import SetClock
from api.settings import read

VILLAGE, TOWNSHIP, COUNTY = "500110001201", "500110001", "500110"
OFFICIALS = {
    "village": (VILLAGE, "RURAL_REVITALIZATION", "HANDLER"),
    "township": (TOWNSHIP, "RURAL_REVITALIZATION", "HANDLER"),
    "county": (COUNTY, "RURAL_REVITALIZATION", "HANDLER"),
    "reviewer": (COUNTY, "RURAL_REVITALIZATION", "REVIEWER"),
    "approver": (COUNTY, "LEADING_GROUP", "APPROVER"),
    "province": ("50", "RURAL_REVITALIZATION", "HANDLER"),
    "province_reviewer": ("50", "RURAL_REVITALIZATION", "REVIEWER"),
    "city": ("5101", "LEADING_GROUP", "APPROVER"),
    "neighbour": ("510104", "LEADING_GROUP", "APPROVER"),
    "education": (COUNTY, "EDUCATION", "HANDLER"),
    "housing": (COUNTY, "HOUSING", "HANDLER"),
}
_numbers = itertools.count(1)


@dataclass
class Country:
    """The running product, its clock, and how officials act in it."""

    client: httpx.AsyncClient
    world: World
    clock: SetClock
    tokens: dict[str, str]
    owner: Any
    forget: Callable[[], None]
    issue: Callable[[int], str]

    async def appoint(self, name: str, unit: str, department: str, duty: str) -> None:
        """One more official, who may act from now on."""
        self.tokens[name] = self.issue(await _appointed(self.world, self.owner, name, unit, department, duty))

    def today(self, text: str) -> None:
        """Move the clock to noon in Shanghai of this day."""
        self.clock.moment = datetime.datetime.fromisoformat(f"{text}T04:00:00+00:00")

    async def ask(self, official: str, query: str, **variables: Any) -> Any:
        answer = await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.tokens[official]}"},
        )
        body = answer.json()
        assert "errors" not in body, body
        return body["data"]

    async def take(self, official: str, step: str, type_name: str, number: int, version: int, **given: Any) -> Any:
        """Take a step; the payload with what it touched."""
        given = {"key": f"k{next(_numbers)}", **given}
        name = f"{step[0].upper()}{step[1:]}Input"
        query = f"""mutation S($input: {name}!) {{ {step}(input: $input) {{
          taken problems {{ code question earliest reasonWouldDo field }}
          proceeding {{ id state version dueOn }} clue {{ id version dueOn state }}
          monitoringCase {{ id version state category identifiedOn dueOn }} household {{ id version }} }} }}"""
        given = {"id": global_id(type_name, number), "version": version, **given}
        return (await self.ask(official, query, input=given))[step]

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.owner.fetch(sql, *values)]

    async def row(self, table: str, number: int) -> dict[str, Any]:
        return (await self.rows(f"select * from {table} where id = $1", number))[0]

    async def household(self, **more: Any) -> int:
        """A new household of the village, never monitored."""
        path = self.world.units[VILLAGE]
        values = {
            "kind_of_household": "GENERAL", "head_name": "测试户", "people": 3, "unit": self.world.unit_id[VILLAGE],
            "jurisdiction": "HUKOU", "safety_net": False, "relocated": False,
            "registered_on": datetime.date(2020, 1, 1), "version": 1,
            "updated_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), **path, **more,
        }  # fmt: skip
        names = ", ".join(values)
        marks = ", ".join(f"${index}" for index in range(1, len(values) + 1))
        return int(
            await self.owner.fetchval(
                f"insert into household ({names}) values ({marks}) returning id", *values.values()
            )
        )


@pytest_asyncio.fixture(scope="module")
async def country(database: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Country]:
    world = World(households=3)
    owner = await database.owner.connect()
    await world.insert(owner)
    accounts = await _officials(world, owner)
    home = tmp_path_factory.mktemp("home")
    await owner.execute(f"comment on database {database.owner.database} is 'shouwang testdb'")
    settings = read({"SHOUWANG_HOME": str(home), "SHOUWANG_CLOCK": "2026-03-01T04:00:00+00:00", **urls(database)})
    application = Application(settings)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "the server did not start"
        await asyncio.sleep(0.02)
    assert application._endpoint is not None
    clock = application._endpoint.process.clock
    assert isinstance(clock, SetClock)
    far = SetClock(datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
    issuer = LocalIssuer.of(Path(home), far)

    def issue(account: int) -> str:
        return issuer.issue(account, None, 400 * 24 * 3600)

    tokens = {name: issue(account) for name, account in accounts.items()}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield Country(client, world, clock, tokens, owner, application._endpoint.process.accounts.invalidate, issue)
    server.should_exit = True
    await running
    await owner.close()


async def _officials(world: World, owner: Any) -> dict[str, int]:
    return {name: await _appointed(world, owner, name, *post) for name, post in OFFICIALS.items()}


async def _appointed(world: World, owner: Any, name: str, unit: str, department: str, duty: str) -> int:
    person = await owner.fetchval("insert into person (name) values ($1) returning id", f"官员{name}")
    account = await owner.fetchval(
        "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, name
    )
    tier = next(row["tier"] for row in world.tables["unit"] if row["code"] == unit)
    await owner.execute(
        "insert into post (account, unit, tier, department, duty, since, province, city, county, township, village)"
        " values ($1,$2,$3,$4,$5,'2024-01-01',$6,$7,$8,$9,$10)",
        account, world.unit_id[unit], tier, department, duty, *world.units[unit].values(),
    )  # fmt: skip
    return int(account)
