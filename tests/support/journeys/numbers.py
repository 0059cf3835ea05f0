"""Steps about numbers that a unit sets, taken over HTTP."""

import datetime
from typing import Any

from tests.support.journeys.country import Country

D = datetime.date


TABLES = (
    "threshold",
    "parameter_setting",
    "rural_average",
    "deadline",
    "clue",
    "monitoring_case",
    "proceeding",
    "event",
)

OFFICIALS = {
    "sets": ("50", "RURAL_REVITALIZATION", "HANDLER"),
    "files": ("50", "RURAL_REVITALIZATION", "REVIEWER"),
    "neighbour sets": ("51", "RURAL_REVITALIZATION", "HANDLER"),
    "nation sets": ("0", "RURAL_REVITALIZATION", "HANDLER"),
    "nation": ("0", "RURAL_REVITALIZATION", "REVIEWER"),
}


async def take(country: Country, official: str, step: str, type_name: str, number: int, **arguments: Any) -> Any:
    table = {"ParameterSetting": "parameter_setting", "Threshold": "threshold"}.get(type_name)
    version = 1 if table is None else (await country.row(table, number))["version"]
    return await country.take(official, step, type_name, number, version, **arguments)


async def errors(
    country: Country, official: str, step: str, type_name: str, number: int, **arguments: Any
) -> dict[str, str]:
    """A step that is refused and changes nothing: its codes with their questions."""
    before = {table: await country.rows(f"select * from {table} order by id") for table in TABLES}
    answer = await take(country, official, step, type_name, number, **arguments)
    assert not answer["taken"], answer
    assert {table: await country.rows(f"select * from {table} order by id") for table in TABLES} == before
    return {problem["code"]: problem["question"] for problem in answer["problems"]}


async def propose(country: Country, parameter: str, value: str, unit: str = "50", **arguments: Any) -> int:
    arguments = {"parameter": parameter, "value": value, "basis": "渝乡振发〔2023〕19号", **arguments}
    official = "nation sets" if unit == "0" else "sets"
    taken = await take(country, official, "parameterPropose", "Unit", country.world.unit_id[unit], **arguments)
    assert taken["taken"], taken
    return int((await country.rows("select max(id) as id from parameter_setting"))[0]["id"])
