"""J3 · Green channel: a fire on a Friday night, help the same day, formalities or exit afterwards. Q24, Q36"""

import datetime

import asyncpg
import pytest

from api.workflow.engine.errors import StepRefused, database_refusals
from tests.support.journeys.country import COUNTY, Country
from tests.support.journeys.identification import JUDGED, SURVEY
from tests.support.journeys.steps_taken import IDENTIFY, URGENT, clue, codes, entered, identified, newest, refused, walk
from tests.support.planner.reference import global_id

D = datetime.date
FRIDAY = "2026-04-03"
COVERED = {
    **SURVEY, **JUDGED, "wages": "60000.00", "commercialClaims": "80000.00", "housingGap": False, "copesAlone": True,
    "atRisk": False, "hardship": False, "judgement": "保险已赔付，可自行重建", "risks": ["DISASTER"],
}  # fmt: skip


async def test_entered_helped_the_same_day_and_identified_as_of_entry(country: Country) -> None:
    household, channel, case = await entered(country, FRIDAY)
    row = await country.row("monitoring_case", case)
    assert (row["state"], row["entered_on"], row["identified_on"]) == ("GREEN_CHANNEL", D(2026, 4, 3), None)
    assert (await country.row("household", household))["monitoring_state"] == "GREEN_CHANNEL"
    messages = await country.rows("select recipient, topic from message where household = $1 order by id", household)
    assert messages[-1] == {"recipient": "household", "topic": "green_channel.enter"}
    limits = await country.rows(
        "select kind, due_on, done_on from deadline where household = $1 order by id", household
    )
    assert limits == [
        {"kind": "IDENTIFICATION", "due_on": D(2026, 4, 18), "done_on": D(2026, 4, 3)},
        {"kind": "GREEN_CHANNEL_VERIFICATION", "due_on": D(2026, 5, 3), "done_on": None},
    ]
    version = (await country.row("proceeding", channel))["version"]
    assert (
        await country.take(
            "village", "greenChannelTellHousehold", "Proceeding", channel, version, content="已入户告知程序和帮扶情况"
        )
    )["taken"]

    number = (await newest(country, "clue", household))["id"]
    version = (await country.row("clue", number))["version"]
    assert (await country.take("village", "identificationOpen", "Clue", number, version))["taken"]
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    # the ordinary steps, completed more than fifteen days after the clue: they do not run inside
    late = tuple((official, step, arguments, days + 12) for official, step, arguments, days in IDENTIFY)
    await walk(country, "proceeding", proceeding, FRIDAY, late)
    row = await country.row("monitoring_case", case)
    assert (row["state"], row["category"], row["identified_on"]) == ("IDENTIFIED", "MARGINAL", D(2026, 4, 3))
    approved = (await country.row("proceeding", proceeding))["approved_on"]
    assert approved == D(2026, 4, 24)
    assert row["due_on"] == D(2026, 5, 4), "the plan is due ten days after approval"
    ended = await country.row("proceeding", channel)
    assert (ended["state"], ended["verified_on"], ended["ended_on"]) == ("COMPLETED", D(2026, 4, 16), approved)
    cases = await country.rows("select id from monitoring_case where household = $1", household)
    assert cases == [{"id": case}], "one case, taken over"
    met = await country.rows(
        "select done_on, reason from deadline where monitoring_case = $1 and kind = 'GREEN_CHANNEL_VERIFICATION'",
        case,
    )
    assert met == [{"done_on": D(2026, 4, 16), "reason": None}]
    acts = await country.rows("select step, overridden from act where proceeding = $1 and step ~ 'approve'", proceeding)
    assert acts == [{"step": "identification.approve", "overridden": None}]


async def test_who_does_not_meet_the_conditions_is_exited_with_a_note(country: Country) -> None:
    household, channel, case = await entered(country, FRIDAY)
    unverified = await refused(country, "county", "greenChannelExit", "Proceeding", channel, note="保险已赔付")
    assert {code: problem["question"] for code, problem in unverified.items()} == {"GREEN_CHANNEL_NOT_VERIFIED": "Q24"}

    number = (await newest(country, "clue", household))["id"]
    version = (await country.row("clue", number))["version"]
    assert (await country.take("village", "identificationOpen", "Clue", number, version))["taken"]
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    country.today("2026-04-10")
    assert (await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **COVERED))[
        "taken"
    ]
    assert (await newest(country, "assessment", household))["outcome"] == "NOT_IDENTIFIED"

    country.today("2026-04-12")
    assert set(await refused(country, "county", "greenChannelExit", "Proceeding", channel, note=" ")) == {
        "GREEN_CHANNEL_EXIT_WITHOUT_NOTE"
    }
    assert set(await refused(country, "township", "greenChannelExit", "Proceeding", channel, note="赔付")) == {
        "STEP_NOT_ALLOWED"
    }
    version = (await country.row("proceeding", channel))["version"]
    exited = await country.take(
        "county", "greenChannelExit", "Proceeding", channel, version, note="保险理赔已覆盖损失，不符合条件"
    )
    assert exited["taken"], exited
    row = await country.row("monitoring_case", case)
    assert (row["state"], row["ended_on"], row["identified_on"]) == ("EXITED", D(2026, 4, 12), None)
    proceedings = await country.rows(
        "select kind, state, ended_on from proceeding where household = $1 order by kind", household
    )
    assert proceedings == [
        {"kind": "GREEN_CHANNEL", "state": "ENDED", "ended_on": D(2026, 4, 12)},
        {"kind": "IDENTIFICATION", "state": "ENDED", "ended_on": D(2026, 4, 12)},
    ]
    assert (await newest(country, "clue", household))["outcome"] == "NOT_IDENTIFIED"
    messages = await country.rows("select recipient from message where household = $1 order by id desc", household)
    assert messages[0]["recipient"] == "household"
    # a later risk is a new case, linked to the one that exited
    _, _, again = await entered(country, "2026-06-01", household)
    assert (await country.row("monitoring_case", again))["previous"] == case


async def test_who_meets_the_conditions_is_not_exited(country: Country) -> None:
    household, channel, _ = await entered(country, FRIDAY)
    number = (await newest(country, "clue", household))["id"]
    version = (await country.row("clue", number))["version"]
    await country.take("village", "identificationOpen", "Clue", number, version)
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **SURVEY, **JUDGED)
    refusals = await refused(country, "county", "greenChannelExit", "Proceeding", channel, note="不再需要")
    assert {code: problem["question"] for code, problem in refusals.items()} == {
        "GREEN_CHANNEL_IS_NO_IDENTIFICATION": "Q24"
    }


async def test_still_unverified_after_a_month(country: Country) -> None:
    household, _, case = await entered(country, "2026-01-31")
    limit = await newest(country, "deadline", household)
    assert (limit["kind"], limit["due_on"], limit["done_on"]) == (
        "GREEN_CHANNEL_VERIFICATION", D(2026, 2, 28), None,
    )  # fmt: skip
    country.today("2026-03-01")
    answer = await country.ask(
        "county",
        """query O($id: ID!) { node(id: $id) { ... on Household {
             deadlines(first: 5, filter: { dueUntil: "2026-02-28", kind: [GREEN_CHANNEL_VERIFICATION] }) {
               edges { node { dueOn doneOn effect } } } } } }""",
        id=global_id("Household", household),
    )
    overdue = [edge["node"] for edge in answer["node"]["deadlines"]["edges"]]
    assert overdue == [{"dueOn": "2026-02-28", "doneOn": None, "effect": "REASON"}]
    listed = await country.ask(
        "county",
        """query L($region: String!) { monitoringCases(first: 50, filter: { region: $region, dueUntil: "2026-02-28",
             state: [GREEN_CHANNEL] }) { edges { node { id } } } }""",
        region=COUNTY,
    )
    assert [edge["node"]["id"] for edge in listed["monitoringCases"]["edges"]] == [global_id("MonitoringCase", case)]
    number = (await newest(country, "clue", household))["id"]
    version = (await country.row("clue", number))["version"]
    await country.take("village", "identificationOpen", "Clue", number, version)
    proceeding = (await newest(country, "proceeding", household, "IDENTIFICATION"))["id"]
    late = await refused(
        country, "township", "identificationVerifyAtHome", "Proceeding", proceeding, **SURVEY, **JUDGED
    )
    assert (late["GREEN_CHANNEL_VERIFIED_LATE"]["question"], late["GREEN_CHANNEL_VERIFIED_LATE"]["reasonWouldDo"]) == (
        "Q24", True,
    )  # fmt: skip
    taken = await country.take(
        "township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **SURVEY, **JUDGED, reason="灾后道路中断"
    )
    assert taken["taken"], taken
    met = await country.row("deadline", limit["id"])
    assert (met["done_on"], met["reason"]) == (D(2026, 3, 1), "灾后道路中断")


async def test_entry_is_refused_unless_both_confirmed_and_never_dated_back(country: Country) -> None:
    country.today(FRIDAY)
    household = await country.household()
    number = await clue(country, household)
    await country.take("village", "greenChannelOpen", "Clue", number, 1)
    channel = (await newest(country, "proceeding", household))["id"]
    calm = {**URGENT, "sudden": False, "urgent": False}
    refusals = await refused(country, "village", "greenChannelConfirmByVillage", "Proceeding", channel, **calm)
    assert set(refusals) == {"GREEN_CHANNEL_NOT_SUDDEN", "GREEN_CHANNEL_NOT_URGENT"}
    refusals = await refused(country, "village", "greenChannelConfirmByTownship", "Proceeding", channel, **URGENT)
    assert set(refusals) == {"STEP_NOT_ALLOWED"}
    assert (await country.take("village", "greenChannelConfirmByVillage", "Proceeding", channel, 1, **URGENT))["taken"]
    assert (await country.row("proceeding", channel))["state"] == "OPENED", "the township is still missing"
    refusals = await refused(country, "county", "greenChannelEnter", "Proceeding", channel)
    assert {code: problem["question"] for code, problem in refusals.items()} == {
        "WRONG_STATE": "Q24", "GREEN_CHANNEL_UNCONFIRMED": "Q24",
    }  # fmt: skip
    assert (await country.take("township", "greenChannelConfirmByTownship", "Proceeding", channel, 2, **URGENT))[
        "taken"
    ]
    country.today("2026-04-05")
    refusals = await refused(country, "county", "greenChannelEnter", "Proceeding", channel, on=FRIDAY)
    assert set(refusals) == {"STEP_NEVER_BACKDATED"}
    for official in ("village", "township", "reviewer", "approver", "neighbour"):
        assert set(await refused(country, official, "greenChannelEnter", "Proceeding", channel)) == {
            "STEP_NOT_ALLOWED"
        }, official
    assert (await country.take("county", "greenChannelEnter", "Proceeding", channel, 3))["taken"]
    again = await country.take("county", "greenChannelEnter", "Proceeding", channel, 4)
    assert "WRONG_STATE" in codes(again)


async def test_one_open_proceeding_of_a_kind_and_one_open_case(country: Country) -> None:
    household, _, _ = await entered(country, FRIDAY)
    second = await clue(country, household)
    refusals = await refused(country, "village", "greenChannelOpen", "Clue", second)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"PROCEEDING_OPEN": "Q33"}
    closed = await country.take("village", "clueClose", "Clue", second, 1, outcome="DUPLICATE")
    assert closed["taken"]
    refusals = await refused(country, "village", "greenChannelOpen", "Clue", second)
    assert "WRONG_STATE" in refusals
    third = await clue(country, household)
    refusals = await refused(country, "village", "clueClose", "Clue", third, outcome="NO_SUCH_CODE")
    assert {code: problem["field"] for code, problem in refusals.items()} == {"NOT_A_CODE": "outcome"}


async def test_what_the_database_refuses_is_told_with_its_code(country: Country) -> None:
    household, case = await identified(country, "2026-05-04")
    act = await country.rows("select * from act where household = $1 and step ~ 'verify_at_home'", household)
    copied = ", ".join(f'"{name}"' for name in act[0] if name not in ("id", "step"))
    for sql, code in (
        (
            (
                "insert into monitoring_case (household, state, safety_net, version)"
                " select household, 'GREEN_CHANNEL', false, 1 from monitoring_case where id = $1"
            ),
            "CASE_OPEN",
        ),
        (
            (
                f"insert into act ({copied}, step) select {copied}, 'identification.approve' from act"
                " where id = (select max(a.id) from act a join proceeding p on p.id = a.proceeding"
                " where p.monitoring_case = $1 and a.step ~ 'verify_at_home')"
            ),
            "SAME_PERSON",
        ),
    ):
        with pytest.raises(StepRefused) as refusal, database_refusals():
            await country.owner.execute(sql, case)
        assert [problem.code for problem in refusal.value.problems] == [code]
    with pytest.raises(asyncpg.NotNullViolationError), database_refusals():
        await country.owner.execute("insert into monitoring_case (household) values ($1)", household)


async def test_it_ends_before_entry_and_never_after(country: Country) -> None:
    country.today(FRIDAY)
    household = await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "greenChannelOpen", "Clue", number, 1))["taken"]
    channel = int((await newest(country, "proceeding", household))["id"])
    await walk(country, "proceeding", channel, FRIDAY, (("village", "greenChannelConfirmByVillage", URGENT, 0),))
    assert set(await refused(country, "county", "greenChannelEnd", "Proceeding", channel, why="保险当日赔付")) == {
        "STEP_NOT_ALLOWED"
    }
    version = (await country.row("proceeding", channel))["version"]
    taken = await country.take("township", "greenChannelEnd", "Proceeding", channel, version, why="保险当日赔付")
    assert taken["taken"], taken
    row = await country.row("proceeding", channel)
    assert (row["state"], row["ended_on"], row["end_reason"]) == ("ENDED", D(2026, 4, 3), "保险当日赔付")
    assert await country.rows("select id from monitoring_case where household = $1", household) == []

    _, entered_channel, _ = await entered(country, FRIDAY)
    late = await refused(country, "township", "greenChannelEnd", "Proceeding", entered_channel, why="误启动")
    assert set(late) == {"WRONG_STATE"}
