"""An identification taken as far as the notice board. Q33–34"""

import datetime
from typing import Any

from tests.support.journeys.country import Country

D = datetime.date


SURVEY = {
    "counted": 3, "wages": "12000.00", "business": "3000.00", "transfers": "600.00", "property": "0.00",
    "businessExpense": "900.00", "commercialClaims": "0.00", "thirdPartyClaims": "0.00", "medicalExpense": "0.00",
    "educationExpense": "0.00", "disasterExpense": "0.00", "educationGap": False, "medicalGap": False,
    "housingGap": True, "waterGap": False,
}  # fmt: skip


JUDGED = {
    "hardship": False, "copesAlone": False, "incomeStable": False, "atRisk": True,
    "judgement": "房屋经鉴定为危房，无力自行改造", "risks": ["HOUSING"],
}  # fmt: skip


async def to_publicity(country: Country, found_on: str, household: int | None = None) -> int:
    """A proceeding on the notice board, each step on the day after the one before; its id."""
    day = D.fromisoformat(found_on)
    household = household or await country.household()
    country.today(found_on)
    reported = await country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT")
    assert reported["taken"], reported
    clue = (await country.rows("select id from clue where household = $1 order by id desc", household))[0]["id"]
    opened = await country.take("village", "identificationOpen", "Clue", clue, 1)
    assert opened["taken"], opened
    proceeding = (await country.rows("select id from proceeding where household = $1 order by id desc", household))[0][
        "id"
    ]
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("township", "identificationVerifyAtHome", {**SURVEY, **JUDGED}),
        ("township", "identificationTakeAuthorization", {}),
        ("village", "identificationHoldReview", {"reviewForm": "REPRESENTATIVES_ASSEMBLY"}),
        ("village", "identificationOpenPublicity", {}),
    )
    for number, (official, step, arguments) in enumerate(steps, 1):
        country.today((day + datetime.timedelta(number)).isoformat())
        taken = await country.take(official, step, "Proceeding", proceeding, number, **arguments)
        assert taken["taken"], taken
    return int(proceeding)


def codes(answer: Any) -> set[str]:
    return {problem["code"] for problem in answer["problems"]}
