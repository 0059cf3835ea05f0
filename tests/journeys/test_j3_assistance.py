"""J2–J3 · Assistance: a plan in ten days that answers every risk, measures judged by what they do. Q17–23, Q34"""

import datetime
from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.members import member
from tests.support.journeys.steps_taken import IDENTIFY, clue, entered, identified, newest, refused, walk
from tests.support.planner.reference import global_id

D = datetime.date
WORK = {"theme": "EMPLOYMENT", "title": "帮扶车间就业", "takesPart": True, "continuation": "NONE"}
HOUSE = {"theme": "HOUSING", "title": "危房改造", "department": "HOUSING", "continuation": "NONE"}
DECLARED = {"willing": True, "qualifiesForSafetyNet": False}


async def draft(country: Country, household: int) -> int:
    version = (await country.row("household", household))["version"]
    drafted = await country.take(
        "village", "assistanceDraftPlan", "Household", household, version, summary="就业加改房"
    )
    assert drafted["taken"], drafted
    return int((await newest(country, "plan", household))["id"])


async def add(country: Country, household: int, **measure: Any) -> dict[str, Any]:
    version = (await country.row("household", household))["version"]
    added = await country.take("village", "assistanceAddMeasure", "Household", household, version, **measure)
    assert added["taken"], added
    return await newest(country, "measure", household)


async def test_a_plan_in_ten_days_that_answers_every_risk(country: Country) -> None:
    household, case = await identified(country, "2026-04-01")  # on the 10th
    await member(country, household, "ABLE")
    country.today("2026-04-15")
    plan = await draft(country, household)
    bare = await refused(country, "village", "assistanceDeclarePlan", "Plan", plan, **DECLARED)
    assert {code: problem["question"] for code, problem in bare.items()} == {
        "CASE_WITHOUT_MEASURE": "Q18", "RISK_UNANSWERED": "Q20", "DEVELOPMENT_OWED": "Q20",
    }  # fmt: skip
    risk = (await newest(country, "risk", household))["id"]
    named = {"plan": global_id("Plan", plan), "risk": global_id("Risk", risk)}
    house = await add(country, household, **HOUSE, **named)
    assert (house["kind"], house["declared_on"]) == ("OTHER", None)
    work = await add(country, household, **WORK, plan=global_id("Plan", plan))
    assert work["kind"] == "DEVELOPMENT", "judged by what it does"
    assert set(await refused(country, "township", "assistanceDeclarePlan", "Plan", plan, **DECLARED)) == {
        "STEP_NOT_ALLOWED"
    }
    country.today("2026-04-21")  # the eleventh day
    late = await refused(country, "village", "assistanceDeclarePlan", "Plan", plan, **DECLARED)
    assert {code: (problem["question"], problem["reasonWouldDo"]) for code, problem in late.items()} == {
        "PLAN_LATE": ("Q23", True)
    }
    country.today("2026-04-20")
    taken = await country.take("village", "assistanceDeclarePlan", "Plan", plan, 1, **DECLARED)
    assert taken["taken"], taken
    assert (await country.row("measure", house["id"]))["declared_on"] == D(2026, 4, 20)
    limit = await country.rows(
        "select due_on, done_on from deadline where monitoring_case = $1 and kind = 'PLAN'", case
    )
    assert limit == [{"due_on": D(2026, 4, 20), "done_on": D(2026, 4, 20)}]
    assert (await country.row("monitoring_case", case))["due_on"] is None


async def test_drafted_during_identification_and_carried_into_the_case(country: Country) -> None:
    household = await country.household()
    country.today("2026-04-01")
    idle = await refused(country, "village", "assistanceDraftPlan", "Household", household, summary="先帮")
    assert {code: problem["question"] for code, problem in idle.items()} == {"PLAN_WITHOUT_GROUND": "Q34"}
    number = await clue(country, household)
    await country.take("village", "identificationOpen", "Clue", number, 1)
    proceeding = (await newest(country, "proceeding", household))["id"]
    plan = await draft(country, household)
    work = await add(country, household, **WORK, plan=global_id("Plan", plan))
    before = await refused(country, "village", "assistanceDeclarePlan", "Plan", plan, **DECLARED)
    assert before["PLAN_BEFORE_IDENTIFICATION"]["question"] == "Q23"
    await walk(country, "proceeding", proceeding, "2026-04-01", IDENTIFY)
    case = (await newest(country, "monitoring_case", household))["id"]
    assert (await country.row("plan", plan))["monitoring_case"] == case
    measure = await country.row("measure", work["id"])
    assert measure["monitoring_case"] == case
    risk = (await newest(country, "risk", household))["id"]
    answered = await country.take(
        "village", "assistanceAnswerRisk", "Measure", work["id"], measure["version"], risk=global_id("Risk", risk)
    )
    assert answered["taken"], answered
    taken = await country.take("village", "assistanceDeclarePlan", "Plan", plan, 1, **DECLARED)
    assert taken["taken"], taken


async def test_what_a_measure_is_follows_from_what_it_does(country: Country) -> None:
    household, _ = await identified(country, "2026-04-01")
    for nature, kind in (
        ({"takesPart": True, "dividend": True}, "OTHER"), ({"handout": True}, "OTHER"),
        ({"training": True}, "OTHER"), ({"training": True, "improvesAbility": True}, "DEVELOPMENT"),
        ({"socialSecurity": True}, "SAFETY_NET"),
    ):  # fmt: skip
        plain = {"theme": "INDUSTRY", "title": "措施", "continuation": "NONE"}
        assert (await add(country, household, **plain, **nature))["kind"] == kind, nature
    loan = {**WORK, "continuation": "LOAN_MATURITY"}
    refusals = await refused(country, "village", "assistanceAddMeasure", "Household", household, **loan)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"CONTINUATION_TERM_UNKNOWN": "Q19"}
    await add(country, household, **WORK, funding="BRIDGING_FUND", fundingUse="OTHER")
    act = (await country.rows("select overridden from act where household = $1 order by id desc", household))[0]
    assert act["overridden"] == ["FUND_USE_NOT_NAMED"], "a warning, on record"


async def test_departments_deliver_in_their_own_field(country: Country) -> None:
    household, _ = await identified(country, "2026-04-01")
    house = await add(country, household, **HOUSE)
    school = await add(
        country, household, theme="EDUCATION", title="雨露计划", department="EDUCATION", continuation="SECTOR_RULES"
    )
    refusals = await refused(country, "education", "assistanceStartMeasure", "Measure", house["id"])
    assert {code: problem["question"] for code, problem in refusals.items()} == {"MEASURE_OF_ANOTHER_FIELD": "Q1"}
    assert (await country.take("housing", "assistanceStartMeasure", "Measure", house["id"], 1))["taken"]
    assert (await country.take("education", "assistanceStartMeasure", "Measure", school["id"], 1))["taken"]
    again = await refused(country, "housing", "assistanceStartMeasure", "Measure", house["id"])
    assert {code: problem["question"] for code, problem in again.items()} == {"WRONG_STATE": "Q23"}
    assert (await country.take("housing", "assistanceCompleteMeasure", "Measure", house["id"], 2))["taken"]
    assert (await country.take("village", "assistanceStopMeasure", "Measure", school["id"], 2, why="已毕业"))["taken"]
    states = await country.rows("select state, completed_on from measure where household = $1 order by id", household)
    assert [measure["state"] for measure in states] == ["COMPLETED", "STOPPED"]
    stranger, _ = await identified(country, "2026-04-01")
    other = await add(country, stranger, **WORK)
    assert set(await refused(country, "education", "assistanceStartMeasure", "Measure", other["id"])) == {
        "STEP_NOT_ALLOWED"
    }


async def test_help_starts_on_the_day_of_entry_and_stops_on_exit(country: Country) -> None:
    household, channel, case = await entered(country, "2026-04-03")
    tent = await add(country, household, theme="HOUSING", title="临时安置", continuation="NONE", department="HOUSING")
    assert (tent["monitoring_case"], tent["declared_on"]) == (case, D(2026, 4, 3))
    assert (await country.take("housing", "assistanceStartMeasure", "Measure", tent["id"], 1))["taken"]
    assert (await country.row("measure", tent["id"]))["started_on"] == D(2026, 4, 3)
    await country.owner.execute("update measure set state = 'COMPLETED' where id = $1", tent["id"])
    food = await add(country, household, theme="SOCIETY", title="临时救助", continuation="NONE", handout=True)
    number = (await newest(country, "clue", household))["id"]
    version = (await country.row("clue", number))["version"]
    await country.take("village", "identificationOpen", "Clue", number, version)
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    calm = {**IDENTIFY[0][2], "wages": "60000.00", "housingGap": False, "atRisk": False, "copesAlone": True}
    assert (await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **calm))["taken"]
    version = (await country.row("proceeding", channel))["version"]
    assert (await country.take("county", "greenChannelExit", "Proceeding", channel, version, note="保险已赔付"))[
        "taken"
    ]
    stopped = await country.row("measure", food["id"])
    assert (stopped["state"], stopped["stopped_reason"]) == ("STOPPED", "保险已赔付")
    assert (await country.row("measure", tent["id"]))["state"] == "COMPLETED", "what was done stays done"


async def test_help_without_a_case_is_recorded_and_shows_as_off_the_books(country: Country) -> None:
    household = await country.household()
    country.today("2026-04-01")
    measure = await add(country, household, **WORK)
    assert (measure["monitoring_case"], measure["plan"]) == (None, None)
