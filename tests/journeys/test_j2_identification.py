"""J2 · Identification, the ordinary way: told through the public API, the clock moved by the test. Q7, Q12, Q33–36"""

import asyncio
from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.identification import JUDGED, SURVEY, D, codes, to_publicity


async def test_identified_on_the_day_of_approval(country: Country) -> None:
    household = await country.household()
    proceeding = await to_publicity(country, "2026-04-01", household)  # on the board since 5 April
    assessment = (await country.rows("select * from assessment where proceeding = $1", proceeding))[0]
    assert (assessment["outcome"], assessment["category"]) == ("MUST_IDENTIFY", "MARGINAL")
    assert str(assessment["per_capita"]) == "4900.00"
    assert str(assessment["threshold_amount"]) == "8000.50", "the county's own threshold is the nearest"

    country.today("2026-04-09")  # day 4 of publicity
    early = await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5)
    assert not early["taken"]
    assert early["problems"] == [
        {
            "code": "PUBLICITY_TOO_SHORT",
            "question": "Q34",
            "earliest": "2026-04-10",
            "reasonWouldDo": False,
            "field": None,
        }
    ]
    assert (await country.row("proceeding", proceeding))["state"] == "PUBLICIZED"

    country.today("2026-04-10")
    assert (await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5))["taken"]
    country.today("2026-04-12")
    assert (await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6))["taken"]
    country.today("2026-04-14")  # day 13 from the clue
    approved = await country.take("approver", "identificationApprove", "Proceeding", proceeding, 7)
    assert approved["taken"], approved
    case = approved["monitoringCase"]
    assert (case["state"], case["category"], case["identifiedOn"]) == ("IDENTIFIED", "MARGINAL", "2026-04-14")
    assert case["dueOn"] == "2026-04-24", "the plan is due ten days after identification"
    view = await country.row("household", household)
    assert (view["monitoring_state"], view["category"]) == ("IDENTIFIED", "MARGINAL")
    clue = (await country.rows("select * from clue where household = $1", household))[0]
    assert (clue["state"], clue["outcome"]) == ("CLOSED", "IDENTIFIED")
    risks = await country.rows("select kind, state from risk where household = $1", household)
    assert risks == [{"kind": "HOUSING", "state": "OPEN"}]
    assert (await country.take("county", "identificationAnnounce", "Proceeding", proceeding, 8))["taken"]
    deadlines = await country.rows(
        "select kind, due_on, done_on from deadline where household = $1 order by id", household
    )
    assert {(deadline["kind"], deadline["done_on"]) for deadline in deadlines} == {
        ("IDENTIFICATION", D(2026, 4, 14)), ("PUBLICITY", D(2026, 4, 10)), ("PLAN", None), ("SYSTEM_ENTRY", None),
    }  # fmt: skip
    history = await country.rows("select step, person from act where proceeding = $1 order by id", proceeding)
    assert [act["step"] for act in history][-2:] == ["identification.approve", "identification.announce"]
    events = await country.rows("select count(*) as n from event where action like 'identification.%'")
    assert events[0]["n"] >= len(history)
    await entered_once(country, household)


async def entered_once(country: Country, household: int) -> None:
    """Entered in the system, and its day never written again. Q36"""
    case = (await country.rows("select * from monitoring_case where household = $1", household))[0]
    country.today("2026-04-20")
    assert (await country.take("county", "identificationRegister", "MonitoringCase", case["id"], case["version"]))[
        "taken"
    ]
    country.today("2026-04-21")
    case = await country.row("monitoring_case", case["id"])
    again = await country.take("county", "identificationRegister", "MonitoringCase", case["id"], case["version"])
    assert codes(again) == {"ENTERED_ALREADY"}
    assert (await country.row("monitoring_case", case["id"])) == case


async def test_late_with_a_recorded_reason(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-05-01")
    country.today("2026-05-10")
    assert (await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5))["taken"]
    assert (await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6))["taken"]
    country.today("2026-05-18")  # day 17 from the clue
    late = await country.take("approver", "identificationApprove", "Proceeding", proceeding, 7)
    assert codes(late) == {"IDENTIFIED_LATE"}
    assert late["problems"][0]["reasonWouldDo"]
    taken = await country.take(
        "approver", "identificationApprove", "Proceeding", proceeding, 7, reason="连日暴雨，道路中断"
    )
    assert taken["taken"]
    deadline = (
        await country.rows(
            "select d.* from deadline d join proceeding p on p.clue = d.clue"
            " where p.id = $1 and d.kind = 'IDENTIFICATION'",
            proceeding,
        )
    )[0]
    assert (deadline["done_on"], deadline["reason"]) == (D(2026, 5, 18), "连日暴雨，道路中断")
    act = (await country.rows("select * from act where proceeding = $1 order by id desc limit 1", proceeding))[0]
    assert act["overridden"] == ["IDENTIFIED_LATE"]


async def test_remarks_with_an_id_number_are_refused_with_their_place(country: Country) -> None:
    household = await country.household()
    country.today("2026-06-01")
    await country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT")
    clue = (await country.rows("select id from clue where household = $1", household))[0]["id"]
    await country.take("village", "identificationOpen", "Clue", clue, 1)
    proceeding = (await country.rows("select id from proceeding where household = $1", household))[0]["id"]
    judged = {**JUDGED, "judgement": "户主身份证 500110199001011236，房屋漏雨"}
    refused = await country.take(
        "township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **SURVEY, **judged
    )
    assert (codes(refused), refused["problems"][0]["field"]) == ({"PERSONAL_DATA"}, "judgement")
    assert await country.rows("select id from survey where household = $1", household) == []
    assert await country.rows("select id from assessment where household = $1", household) == []


async def test_each_refusal_has_its_own_code_and_changes_nothing(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-07-01")
    country.today("2026-07-10")
    before = await _everything(country)
    skipped = await country.take("approver", "identificationApprove", "Proceeding", proceeding, 5)
    assert "WRONG_STATE" in codes(skipped)
    stale = await country.take("township", "identificationSubmit", "Proceeding", proceeding, 4)
    assert codes(stale) == {"STALE"}
    for official in ("city", "neighbour", "county", "reviewer", "village"):
        refused = await country.take(official, "identificationApprove", "Proceeding", proceeding, 5)
        assert codes(refused) == {"STEP_NOT_ALLOWED"}, official
    future = await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5, on="2026-07-11")
    assert codes(future) == {"STEP_IN_THE_FUTURE"}
    before_last = await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5, on="2026-07-02")
    assert "STEP_BEFORE_LAST" in codes(before_last)
    assert await _everything(country) == before


async def _everything(country: Country) -> Any:
    tables = (
        "household",
        "clue",
        "proceeding",
        "monitoring_case",
        "act",
        "deadline",
        "event",
        "message",
        "idempotency",
        "risk",
    )
    return {table: await country.rows(f"select * from {table} order by id") for table in tables}


async def test_whoever_verified_never_approves_under_any_account(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-08-01")
    country.today("2026-08-10")
    await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5)
    await country.take("reviewer", "identificationReviewAtCounty", "Proceeding", proceeding, 6)
    # the approver turns out to be the person behind the township's account
    person = await country.owner.fetchval("select person from account where name = 'township'")
    own = await country.owner.fetchval("select person from account where name = 'approver'")
    await country.owner.execute("update account set person = $1 where name = 'approver'", person)
    try:
        country.forget()  # accounts are cached for half a minute
        refused = await country.take("approver", "identificationApprove", "Proceeding", proceeding, 7)
        assert codes(refused) == {"SAME_PERSON"}
    finally:
        await country.owner.execute("update account set person = $1 where name = 'approver'", own)
        country.forget()


async def test_one_key_is_one_effect_and_one_answer(country: Country) -> None:
    household = await country.household()
    country.today("2026-09-01")
    takes = [
        country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT", key="one and the same")
        for _ in range(20)
    ]
    answers = await asyncio.gather(*takes)
    assert all(answer["taken"] for answer in answers)
    assert len({answer["clue"]["id"] for answer in answers}) == 1
    assert len(await country.rows("select id from clue where household = $1", household)) == 1
    other = await country.take(
        "village", "clueReport", "Household", household, 1, source="CADRE_SCREENING", key="one and the same"
    )
    assert codes(other) == {"KEY_REUSED"}


async def test_two_officials_race_and_one_wins(country: Country) -> None:
    proceeding = await to_publicity(country, "2026-10-01")
    country.today("2026-10-10")
    takes = [country.take("township", "identificationSubmit", "Proceeding", proceeding, 5) for _ in range(6)]
    answers = await asyncio.gather(*takes)
    assert sum(answer["taken"] for answer in answers) == 1
    assert all("STALE" in codes(answer) for answer in answers if not answer["taken"])
    acts = await country.rows("select id from act where proceeding = $1 and step = 'identification.submit'", proceeding)
    assert len(acts) == 1
