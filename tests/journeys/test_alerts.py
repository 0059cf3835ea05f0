"""What rules find that refuses nothing is told in the answer of the step, and stays on record with it. RULES §0"""

from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.identification import JUDGED, SURVEY
from tests.support.journeys.members import member
from tests.support.journeys.steps_taken import clue, day_after, entered, identified, newest, refused
from tests.support.planner.reference import global_id

HOUSE = {"theme": "HOUSING", "title": "危房改造", "continuation": "NONE", "funding": "SECTOR"}
ALLOWANCE = {
    "theme": "SECURITY", "title": "农村低保", "continuation": "SECTOR_RULES", "socialSecurity": True,
    "funding": "SECTOR",
}  # fmt: skip
CHECK = """query C($id: ID!, $step: String!) { stepCheck(id: $id, step: $step) {
  possible waitingFor problems { code } alerts { code question force field zh en } } }"""


def alerts_of(answer: Any) -> dict[str, Any]:
    return {alert["code"]: alert for alert in answer["alerts"]}


async def on_record(country: Country, household: int) -> list[str]:
    return (await newest(country, "act", household))["overridden"] or []


async def add(country: Country, household: int, **measure: Any) -> dict[str, Any]:
    version = (await country.row("household", household))["version"]
    added = await country.take("village", "assistanceAddMeasure", "Household", household, version, **measure)
    assert added["taken"], added
    return await newest(country, "measure", household)


async def revise(country: Country, household: int, **more: Any) -> Any:
    version = (await country.row("household", household))["version"]
    return await country.take("village", "surveyRevise", "Household", household, version, **{**SURVEY, **more})


async def test_entry_after_the_tenth_day_is_an_alert_and_no_refusal(country: Country) -> None:
    for days, late in ((19, False), (20, True)):  # approved on the ninth day
        household, case = await identified(country, "2026-04-01")
        country.today(day_after("2026-04-01", days))
        version = (await country.row("monitoring_case", case))["version"]
        taken = await country.take("county", "identificationRegister", "MonitoringCase", case, version)
        assert taken["taken"], taken
        assert set(alerts_of(taken)) == ({"ENTERED_LATE"} if late else set())
        assert await on_record(country, household) == (["ENTERED_LATE"] if late else [])
    alert = alerts_of(taken)["ENTERED_LATE"]
    assert (alert["question"], alert["force"]) == ("Q36", "MUST")
    assert "2026-04-20" in alert["zh"]
    assert "2026-04-20" in alert["en"]


async def test_the_allowance_is_no_ground_and_any_other_is(country: Country) -> None:
    country.today("2026-04-01")
    household = await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
    proceeding = (await newest(country, "proceeding", household))["id"]
    answers = {**SURVEY, **JUDGED, "housingGap": False, "atRisk": False, "incomeStable": True}
    assert (await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **answers))[
        "taken"
    ]
    why = {"why": "已纳入低保", "reason": "收入稳定"}
    problems = await refused(
        country, "township", "identificationEnd", "Proceeding", proceeding, ground="ON_ALLOWANCE", **why
    )
    assert problems["ALLOWANCE_NO_REASON"]["question"] == "Q8"
    ended = await country.take(
        "township", "identificationEnd", "Proceeding", proceeding, 2, ground="INCOME_STABLE", **why
    )
    assert ended["taken"], ended


async def test_a_household_of_the_green_channel_is_told_or_an_alert_says_so(country: Country) -> None:
    for tell in (False, True):
        household, channel, _ = await entered(country, "2026-04-03")
        number = (await newest(country, "clue", household))["id"]
        version = (await country.row("clue", number))["version"]
        assert (await country.take("village", "identificationOpen", "Clue", number, version))["taken"]
        proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
        country.today("2026-04-04")
        if tell:
            version = (await country.row("proceeding", channel))["version"]
            taken = await country.take(
                "village", "greenChannelTellHousehold", "Proceeding", channel, version, content="已录入绿色通道"
            )
            assert taken["taken"], taken
        version = (await country.row("proceeding", proceeding))["version"]
        answers = {**SURVEY, **JUDGED}
        verified = await country.take(
            "township", "identificationVerifyAtHome", "Proceeding", proceeding, version, **answers
        )
        assert verified["taken"], verified
        assert ("GREEN_CHANNEL_HOUSEHOLD_NOT_TOLD" in alerts_of(verified)) is not tell


async def test_the_last_measure_stopped_leaves_an_alert(country: Country) -> None:
    household, _ = await identified(country, "2026-04-01")
    await member(country, household, "ABLE")
    house, allowance = await add(country, household, **HOUSE), await add(country, household, **ALLOWANCE)
    first = await country.take("village", "assistanceStopMeasure", "Measure", house["id"], 1, why="重复登记")
    assert (first["taken"], set(alerts_of(first))) == (True, {"ONLY_SAFETY_NET"})
    last = await country.take("village", "assistanceStopMeasure", "Measure", allowance["id"], 1, why="重复登记")
    assert (last["taken"], set(alerts_of(last))) == (True, {"CASE_LEFT_WITHOUT_MEASURE"})
    assert await on_record(country, household) == ["CASE_LEFT_WITHOUT_MEASURE"]


async def test_a_plan_of_the_safety_net_alone_is_declared_with_an_alert(country: Country) -> None:
    household, _ = await identified(country, "2026-04-01")
    await member(country, household, "ABLE")
    drafted = await country.take(
        "village", "assistanceDraftPlan", "Household", household,
        (await country.row("household", household))["version"], summary="兜底",
    )  # fmt: skip
    assert drafted["taken"], drafted
    plan, risk = (await newest(country, "plan", household))["id"], (await newest(country, "risk", household))["id"]
    await add(country, household, **ALLOWANCE, risk=global_id("Risk", risk), plan=global_id("Plan", plan))
    answers = {"willing": False, "qualifiesForSafetyNet": False}
    before = (
        await country.ask("village", CHECK, id=global_id("Plan", plan), step="assistance.declare_plan")
    )["stepCheck"]  # fmt: skip
    assert "ONLY_COMPREHENSIVE" in alerts_of(before), "told before anybody tries, as far as it rests on no argument"
    taken = await country.take("village", "assistanceDeclarePlan", "Plan", plan, 1, **answers)
    assert taken["taken"], taken
    alerts = alerts_of(taken)
    assert {"ONLY_SAFETY_NET", "ONLY_COMPREHENSIVE"} <= set(alerts)
    assert alerts["ONLY_SAFETY_NET"]["question"] == "Q8"
    assert alerts["ONLY_COMPREHENSIVE"]["field"] == "case.measures"
    assert await on_record(country, household) == [alert["code"] for alert in taken["alerts"]]


async def test_a_survey_tells_what_the_checks_find_each_with_its_field(country: Country) -> None:
    country.today("2026-04-01")
    household = await country.household()
    await member(country, household, "ABLE", education="PRIMARY", health=["HEALTHY", "CHRONIC"])
    await member(country, household, "NONE", education="PRIMARY", relation="SPOUSE", sex="MALE", health=["HEALTHY"])
    revised = await revise(country, household, counted=2, wages="12000.00", businessExpense="9000.00")
    assert revised["taken"], revised
    alerts = alerts_of(revised)
    assert {code: alert["field"] for code, alert in alerts.items()} == {
        "SPOUSE_OF_SAME_SEX": "household.members",
        "WAGES_WITHOUT_WORK": "survey.wages",
        "BUSINESS_AT_A_LOSS": "survey.businessExpense",
        "HEALTHY_AND_ILL": "member.0.health",
    }
    assert {alert["question"] for alert in alerts.values()} == {"Q12"}
    assert all(alert["zh"] and alert["en"] for alert in alerts.values())
    assert await on_record(country, household) == [alert["code"] for alert in revised["alerts"]]


async def test_a_sound_survey_tells_nothing(country: Country) -> None:
    country.today("2026-04-01")
    household = await country.household()
    await member(country, household, "ABLE", education="PRIMARY", health=["HEALTHY"], work_place="PROVINCE",
                 work_months=8)  # fmt: skip
    revised = await revise(country, household, counted=1)
    assert (revised["taken"], revised["alerts"]) == (True, [])
    assert await on_record(country, household) == []


async def test_asked_again_with_the_same_key_the_same_alerts_are_told(country: Country) -> None:
    country.today("2026-04-01")
    household = await country.household()
    await member(country, household, "ABLE", education="PRIMARY", health=["HEALTHY", "CHRONIC"])
    first = await revise(country, household, key="the same key")
    version = (await country.row("household", household))["version"]
    assert first["alerts"]
    surveys = await country.rows("select id from survey where household = $1", household)
    again = await country.take(
        "village", "surveyRevise", "Household", household, version, **{**SURVEY, "key": "the same key"}
    )
    assert (again["taken"], again["alerts"]) == (True, first["alerts"])
    assert await country.rows("select id from survey where household = $1", household) == surveys


async def test_checks_of_the_case_are_told_with_its_survey(country: Country) -> None:
    household, _ = await identified(country, "2026-04-01")
    await member(country, household, "ABLE", education="PRIMARY", health=["HEALTHY"], work_place="PROVINCE",
                 work_months=8)  # fmt: skip
    country.today("2026-05-11")  # a month and a day after identification
    revised = await revise(country, household, counted=1)
    assert revised["taken"], revised
    assert alerts_of(revised)["NO_MEASURE_IN_TIME"]["field"] == "case.measures"
