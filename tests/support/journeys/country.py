"""The running product with a clock the test moves, and officials who act over HTTP by their short names."""

import datetime
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from api.clock import SetClock
from api.resolvers.worker import Worker
from tests.support.planner.reference import global_id
from tests.support.planner.world import World
from tests.support.product import official

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
    "wansheng": ("50W", "RURAL_REVITALIZATION", "HANDLER"),
    "corps_county": ("659001", "RURAL_REVITALIZATION", "HANDLER"),
    "corps": ("66", "RURAL_REVITALIZATION", "HANDLER"),
    "corps_reviewer": ("66", "RURAL_REVITALIZATION", "REVIEWER"),
    "another_province": ("51", "RURAL_REVITALIZATION", "REVIEWER"),
    "nation": ("0", "RURAL_REVITALIZATION", "REVIEWER"),
    "operator": ("0", "RURAL_REVITALIZATION", "OPERATOR"),
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
    worker: Worker

    async def appoint(self, name: str, unit: str, department: str, duty: str) -> None:
        """One more official, who may act from now on."""
        self.tokens[name] = self.issue(await official(self.world, self.owner, name, unit, department, duty))

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

    async def take(
        self, official: str, step: str, type_name: str, number: int, version: int, /, **arguments: Any
    ) -> Any:
        """Take a step; the payload with what it touched."""
        arguments = {"key": f"key-{next(_numbers):06}", **arguments}
        name = f"{step[0].upper()}{step[1:]}Input"
        query = f"""mutation S($input: {name}!) {{ {step}(input: $input) {{
          taken problems {{ code question earliest reasonWouldDo field items }}
          alerts {{ code question force field zh en }}
          proceeding {{ id state version dueOn }} clue {{ id version dueOn state }}
          monitoringCase {{ id version state category identifiedOn dueOn }} household {{ id version }}
          nationalRequest {{ id version state }} requestItem {{ id version state }} }} }}"""
        arguments = {"id": global_id(type_name, number), "version": version, **arguments}
        answer = (await self.ask(official, query, input=arguments))[step]
        for problem in answer["problems"]:
            if not problem["items"]:
                del problem["items"]  # said by steps about requests alone
        return answer

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
