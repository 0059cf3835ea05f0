"""An elimination taken as far as the county. Q25, Q37"""

import datetime
from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.identification import SURVEY
from tests.support.journeys.steps_taken import Way, day_after, newest, walk
from tests.support.planner.reference import global_id

D = datetime.date


BETTER = {**SURVEY, "wages": "60000.00", "housingGap": False}


SOUND = {**BETTER, "judgement": "收入稳定，住房已重建，综合研判风险已消除"}


GROUNDS = {"naturally": False, "grounds": "新房验收合格"}


async def revised(country: Country, household: int, day: str, **survey: Any) -> None:
    country.today(day)
    version = (await country.row("household", household))["version"]
    taken = await country.take("village", "surveyRevise", "Household", household, version, **survey)
    assert taken["taken"], taken


async def risks_eliminated(country: Country, case: int, day: str) -> None:
    country.today(day)
    for risk in await country.rows("select id from risk where monitoring_case = $1 and state = 'OPEN'", case):
        version = (await country.row("monitoring_case", case))["version"]
        named = {"risk": global_id("Risk", risk["id"]), **GROUNDS}
        taken = await country.take("village", "eliminationEliminateRisk", "MonitoringCase", case, version, **named)
        assert taken["taken"], taken


TO_COUNTY: Way = (
    ("township", "eliminationVerifyAtHome", SOUND, 0),
    ("village", "eliminationHoldReview", {"reviewForm": "VILLAGERS_ASSEMBLY"}, 1),
    ("village", "eliminationOpenPublicity", {}, 1),
    ("township", "eliminationSubmit", {}, 6),
    ("reviewer", "eliminationReviewAtCounty", {}, 7),
)


async def to_county(country: Country, household: int, case: int, day: str) -> int:
    """An elimination reviewed at the county a week after it was opened; its proceeding."""
    country.today(day)
    version = (await country.row("monitoring_case", case))["version"]
    opened = await country.take("village", "eliminationOpen", "MonitoringCase", case, version)
    assert opened["taken"], opened
    proceeding = int((await newest(country, "proceeding", household, "ELIMINATION"))["id"])
    await walk(country, "proceeding", proceeding, day, TO_COUNTY)
    country.today(day_after(day, 8))
    return proceeding
