"""Ways through a whole procedure, for journeys that begin where another ends; days in ISO form."""

import datetime
from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.identification import JUDGED, SURVEY

D = datetime.date
URGENT = {"sudden": True, "evident": True, "urgent": True, "grounds": "周五夜间失火，房屋烧毁"}
Way = tuple[tuple[str, str, dict[str, Any], int], ...]


def day_after(text: str, days: int) -> str:
    return (D.fromisoformat(text) + datetime.timedelta(days)).isoformat()


def codes(answer: Any) -> set[str]:
    return {problem["code"] for problem in answer["problems"]}


async def newest(country: Country, table: str, household: int, kind: str | None = None) -> dict[str, Any]:
    """The newest row of a household."""
    row = await country.rows(f"select * from {table} where household = $1 order by id desc", household)
    return next(row for row in row if kind is None or row["kind"] == kind)


async def clue(country: Country, household: int, source: str = "CADRE_SCREENING") -> int:
    version = (await country.row("household", household))["version"]
    taken = await country.take("village", "clueReport", "Household", household, version, source=source)
    assert taken["taken"], taken
    return int((await newest(country, "clue", household))["id"])


async def walk(country: Country, table: str, number: int, found_on: str, way: Way) -> None:
    """Take steps on a row, each so many days after `found`; every one must be taken."""
    for official, step, arguments, days in way:
        country.today(day_after(found_on, days))
        version = (await country.row(table, number))["version"]
        type_name = "".join(part.capitalize() for part in table.split("_"))
        taken = await country.take(official, step, type_name, number, version, **arguments)
        assert taken["taken"], (step, taken)


IDENTIFY: Way = (
    ("township", "identificationVerifyAtHome", {**SURVEY, **JUDGED}, 1),
    ("township", "identificationTakeAuthorization", {}, 1),
    ("village", "identificationHoldReview", {"reviewForm": "REPRESENTATIVES_ASSEMBLY"}, 2),
    ("village", "identificationOpenPublicity", {}, 2),
    ("township", "identificationSubmit", {}, 7),
    ("reviewer", "identificationReviewAtCounty", {}, 8),
    ("approver", "identificationApprove", {}, 9),
    ("county", "identificationAnnounce", {}, 10),
)


async def identified(country: Country, found_on: str, household: int | None = None, **judged: Any) -> tuple[int, int]:
    """A household identified the ordinary way, nine days after its clue; household and case."""
    country.today(found_on)
    household = household or await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
    proceeding = (await newest(country, "proceeding", household))["id"]
    way = ((*IDENTIFY[0][:2], {**SURVEY, **JUDGED, **judged}, 1), *IDENTIFY[1:])
    await walk(country, "proceeding", proceeding, found_on, way)
    return household, int((await newest(country, "monitoring_case", household))["id"])


async def entered(country: Country, found_on: str, household: int | None = None) -> tuple[int, int, int]:
    """A household entered in the green channel on the day of its clue; household, proceeding and case."""
    country.today(found_on)
    household = household or await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "greenChannelOpen", "Clue", number, 1))["taken"]
    proceeding = int((await newest(country, "proceeding", household))["id"])
    way: Way = (
        ("village", "greenChannelConfirmByVillage", URGENT, 0),
        ("township", "greenChannelConfirmByTownship", URGENT, 0),
        ("county", "greenChannelEnter", {}, 0),
    )
    await walk(country, "proceeding", proceeding, found_on, way)
    return household, proceeding, int((await newest(country, "monitoring_case", household))["id"])


TABLES = (
    "household", "clue", "proceeding", "monitoring_case", "risk", "plan", "measure", "survey", "assessment", "act",
    "deadline", "event", "message", "idempotency", "transfer", "note",
)  # fmt: skip


async def everything(country: Country) -> Any:
    """Every row that a step can write."""
    return {table: await country.rows(f"select * from {table} order by id") for table in TABLES}


async def refused(country: Country, official: str, step: str, type_name: str, number: int, **arguments: Any) -> Any:
    """Take a step that must be refused and change nothing; its problems by code."""
    before = await everything(country)
    table = "monitoring_case" if type_name == "MonitoringCase" else type_name.lower()
    version = (await country.row(table, number))["version"]
    answer = await country.take(official, step, type_name, number, version, **arguments)
    assert not answer["taken"]
    assert await everything(country) == before
    return {problem["code"]: problem for problem in answer["problems"]}
