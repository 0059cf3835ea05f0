"""Members added to a household of a journey."""

from typing import Any

from tests.support.journeys.country import Country


async def member(country: Country, household: int, labour: str, **more: Any) -> int:
    row = {"household": household, "name": "测试人", "relation": "HEAD", "sex": "MALE", "labour": labour, **more}
    names, marks = ", ".join(row), ", ".join(f"${index}" for index in range(1, len(row) + 1))
    sql = f"insert into member ({names}) values ({marks}) returning id"
    return int(await country.owner.fetchval(sql, *row.values()))
