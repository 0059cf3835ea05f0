"""A province sets its threshold and tightens the Guide's numbers; open time limits follow, its neighbour's do not."""

import asyncio
import datetime
from typing import Any

import pytest
import pytest_asyncio

from api.clock import SetClock
from api.rules.limits.deadlines import DEADLINES, due_on
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameter import DayOfYear
from api.rules.words.judging import DeadlineKind, Dimension
from api.workflow.cases.clue import CLUE, REPORT
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.idempotency import IdempotencyKey, claim
from api.workflow.numbers.recomputing import _recompute
from tests.support.journeys.country import VILLAGE, Country
from tests.support.journeys.identification import JUDGED, SURVEY
from tests.support.journeys.numbers import OFFICIALS, D, errors, propose, take
from tests.support.journeys.steps_taken import IDENTIFY, clue, newest, walk


@pytest_asyncio.fixture
async def province(country: Country) -> Country:
    for name, post in OFFICIALS.items():
        if name not in country.tokens:
            await country.appoint(name, *post)
    return country


async def in_force(country: Country, parameter: str, value: str, unit: str = "50", **arguments: Any) -> None:
    setting = await propose(country, parameter, value, unit, **arguments)
    official = "nation" if unit == "0" else "files"
    taken = await take(country, official, "parameterApprove", "ParameterSetting", setting)
    assert taken["taken"], taken


async def open_clue(country: Country, unit: str, found_on: datetime.date) -> int:
    """An open clue with its deadline in any village, as the clue's own step leaves them."""
    household = await country.household(unit=country.world.unit_id[unit], **country.world.units[unit])
    number = await country.owner.fetchval(
        "insert into clue (household, source, found_on, state, due_on, version)"
        " values ($1, 'SELF_REPORT', $2, 'OPEN', $3, 1) returning id",
        household, found_on, found_on + datetime.timedelta(15),
    )  # fmt: skip
    await country.owner.execute(
        'insert into deadline (household, clue, kind, nature, effect, length, runs_from, due_on)'
        " values ($1, $2, 'IDENTIFICATION', 'AT_LATEST', 'REASON', 15, $3, $4)",
        household, number, found_on, found_on + datetime.timedelta(15),
    )  # fmt: skip
    return int(number)


async def test_a_province_tightens_and_open_limits_follow(province: Country) -> None:
    country = province
    country.today("2026-03-02")
    household = await country.household()
    here = await clue(country, household)
    assert (await country.take("village", "identificationOpen", "Clue", here, 1))["taken"]
    proceeding = int((await newest(country, "proceeding", household))["id"])
    there = await open_clue(country, "510104001201", D(2026, 3, 2))
    done = await open_clue(country, VILLAGE, D(2026, 1, 5))
    await country.owner.execute("update deadline set done_on = '2026-01-09' where clue = $1", done)
    assert (await country.row("clue", here))["due_on"] == D(2026, 3, 17)

    setting = await propose(country, "identification_days", "12")
    assert (await country.row("clue", here))["due_on"] == D(2026, 3, 17), "nothing before it is approved"
    assert await errors(country, "sets", "parameterApprove", "ParameterSetting", setting) == {"STEP_NOT_ALLOWED": "Q1"}
    assert (await take(country, "files", "parameterApprove", "ParameterSetting", setting))["taken"]
    row = await newest(country, "deadline", household)
    assert (row["due_on"], row["length"], row["dimension"]) == (D(2026, 3, 14), 12, None)
    assert (await country.row("clue", here))["due_on"] == D(2026, 3, 14)
    assert (await country.row("proceeding", proceeding))["due_on"] == D(2026, 3, 14)
    assert (await country.row("clue", there))["due_on"] == D(2026, 3, 17), "another province's"
    assert (await country.rows("select due_on from deadline where clue = $1", done))[0]["due_on"] == D(2026, 1, 20)
    event = (await country.rows("select facts::text, province, county from event order by id desc limit 1"))[0]
    assert (event["province"], event["county"]) == ("50", None)
    assert '"parameter": "identification_days"' in event["facts"]
    assert await errors(country, "files", "parameterApprove", "ParameterSetting", setting) == {
        "PARAMETER_DECIDED": "Q1"
    }

    # what is owed from now on has the new length; the guard judges by it
    await walk(country, "proceeding", proceeding, "2026-03-02", IDENTIFY[:6])
    country.today("2026-03-15")
    version = (await country.row("proceeding", proceeding))["version"]
    late = await country.take("approver", "identificationApprove", "Proceeding", proceeding, version)
    assert {problem["code"]: problem["reasonWouldDo"] for problem in late["problems"]} == {"IDENTIFIED_LATE": True}
    fresh = await clue(country, await country.household())
    assert (await country.row("clue", fresh))["due_on"] == D(2026, 3, 27)
    # a household that leaves the province leaves its numbers behind
    moved = await country.household()
    left = await clue(country, moved)
    await country.appoint("receiver", "510104", "RURAL_REVITALIZATION", "HANDLER")
    arguments = {"receiving": "510104001201", "basis": "RESIDENCE", "why": "常住"}
    assert (await country.take("county", "transferPropose", "Household", moved, 1, **arguments))["taken"]
    transfer = await newest(country, "proceeding", moved, "TRANSFER")
    assert (await country.take("receiver", "transferAccept", "Proceeding", transfer["id"], 1))["taken"]
    assert (await country.row("clue", left))["due_on"] == D(2026, 3, 30), "fifteen days again"


async def test_publicity_and_plans_by_the_provinces_numbers(province: Country) -> None:
    country = province
    country.today("2026-05-04")
    await in_force(country, "publicity_days", "7")
    await in_force(country, "plan_days", "8")
    found_on = "2026-05-04"
    household = await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
    proceeding = int((await newest(country, "proceeding", household))["id"])
    await walk(country, "proceeding", proceeding, found_on, IDENTIFY[:4])
    country.today("2026-05-11")
    version = (await country.row("proceeding", proceeding))["version"]
    early = await country.take("township", "identificationSubmit", "Proceeding", proceeding, version)
    assert [(problem["code"], problem["earliest"]) for problem in early["problems"]] == [
        ("PUBLICITY_TOO_SHORT", "2026-05-13")
    ]
    await walk(
        country, "proceeding", proceeding, found_on,
        tuple((who, step, {**values, "reason": "公示七天"}, days + 3) for who, step, values, days in IDENTIFY[4:]),
    )  # fmt: skip
    case = await newest(country, "monitoring_case", household)
    assert case["due_on"] == case["identified_on"] + datetime.timedelta(8)
    # stricter still: what is open follows, months into days too
    country.today("2026-05-20")
    await in_force(country, "plan_days", "6")
    assert (await country.row("monitoring_case", case["id"]))["due_on"] == case["identified_on"] + datetime.timedelta(6)
    # put right on the same day, the second number holds, of what is open and of what comes
    await in_force(country, "plan_days", "7")
    assert (await country.row("monitoring_case", case["id"]))["due_on"] == case["identified_on"] + datetime.timedelta(7)
    await in_force(country, "identification_days", "14")
    await in_force(country, "identification_days", "13")
    fresh = await clue(country, await country.household())
    assert (await country.row("clue", fresh))["due_on"] == D(2026, 6, 2)


async def test_loosening_and_everything_else_is_refused(province: Country) -> None:
    country, unit = province, province.world.unit_id["50"]
    country.today("2026-06-01")
    for parameter, value, more, code in (
        ("identification_days", "16", {}, "PARAMETER_LOOSENED"),
        ("publicity_days", "4", {}, "PARAMETER_LOOSENED"),
        ("green_channel_months", "29", {"dimension": "DAYS"}, "PARAMETER_LOOSENED"),
        ("large_share", "0.03", {}, "PARAMETER_LOOSENED"),
        ("large_share", "NaN", {}, "PARAMETER_WITHOUT_VALUE"),
        ("plan_days", "八", {}, "PARAMETER_WITHOUT_VALUE"),
        ("no_such_number", "1", {}, "PARAMETER_UNKNOWN"),
        ("transition_end", "2027-12-31", {}, "PARAMETER_NOT_THEIRS"),
    ):
        arguments = {"parameter": parameter, "value": value, "basis": "文件", **more}
        assert code in await errors(country, "sets", "parameterPropose", "Unit", unit, **arguments), (parameter, value)
    arguments = {"parameter": "plan_days", "value": "5", "basis": "文件"}
    for official in ("files", "county", "neighbour sets", "nation sets", "nation"):
        assert await errors(country, official, "parameterPropose", "Unit", unit, **arguments) == {
            "STEP_NOT_ALLOWED": "Q1"
        }
    setting = await propose(country, "entry_days", "5")
    assert "NUMBER_EXISTS" in await errors(
        country, "sets", "parameterPropose", "Unit", unit, parameter="entry_days", value="4", basis="文件"
    )
    # one person with both posts is still one person
    proposer = (await country.row("parameter_setting", setting))["proposer"]
    account = (await country.rows("select id, person from account where name = 'files'"))[0]
    await country.owner.execute("update account set person = $2 where id = $1", account["id"], proposer)
    country.forget()
    refused = await errors(country, "files", "parameterApprove", "ParameterSetting", setting)
    assert refused == {"SAME_PERSON": "Q33"}
    with pytest.raises(Exception, match="different_persons"):
        await country.owner.execute("update parameter_setting set decider = proposer where id = $1", setting)
    await country.owner.execute("update account set person = $2 where id = $1", account["id"], account["person"])
    country.forget()
    assert (await take(country, "files", "parameterRefuse", "ParameterSetting", setting, why="依据不足"))["taken"]
    row = await country.row("parameter_setting", setting)
    assert (row["since"], row["reason"]) == (None, "依据不足")


async def test_the_nation_ends_the_transition_period(province: Country) -> None:
    country = province
    country.today("2026-06-10")
    assert "PARAMETER_WITHOUT_VALUE" in await errors(
        country, "nation sets", "parameterPropose", "Unit", country.world.unit_id["0"],
        parameter="transition_end", value="2027", basis="文件",
    )  # fmt: skip
    await in_force(country, "transition_end", "2027-12-31", unit="0")
    view = await country.ask(
        "village", "{ parameterSettings(first: 50, filter: {parameter: [\"transition_end\"]})"
        " { nodes { parameter value dimension since unit { code } } } }",
    )  # fmt: skip
    assert view["parameterSettings"]["nodes"] == [
        {"parameter": "transition_end", "value": "2027-12-31", "dimension": "DATE", "since": "2026-06-10",
         "unit": {"code": "0"}}
    ]  # fmt: skip


async def test_a_step_under_way_owes_by_the_number_that_comes_meanwhile(province: Country, database: Any) -> None:
    country = province
    country.today("2026-06-20")
    household = await country.household()
    setting = await propose(country, "identification_days", "11")
    other, watch = await database.app.connect(), await database.owner.connect()
    moment = datetime.datetime(2026, 6, 20, tzinfo=datetime.UTC)
    try:
        step = other.transaction()
        await step.start()
        key = IdempotencyKey(await watch.fetchval("select min(id) from account"), "a step under way", b"")
        services = StepServices(lambda *_: False, SetClock(moment), "test")
        step_input = StepInput(household, 1, key.key, on=D(2026, 6, 20))
        assert not (await claim(other, key, moment, None, CLUE.handler.lock_query(REPORT, step_input))).repeated
        ctx = await CLUE.handler.load(other, None, services, REPORT, step_input)  # type: ignore[arg-type]  # asks nobody
        assert ctx is not None
        clue_row = await ctx.insert(
            "clue", household=household, source="SELF_REPORT", found_on=ctx.on, state="OPEN", version=1
        )
        due = ctx.start_deadline(DeadlineKind.IDENTIFICATION, ctx.on, clue=clue_row)
        await ctx.flush()
        approving = asyncio.create_task(take(country, "files", "parameterApprove", "ParameterSetting", setting))
        waiting = "select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))"
        while not await watch.fetchval(waiting, other.get_server_pid()):
            assert not approving.done(), "it did not wait"
            await asyncio.sleep(0.01)
        await step.commit()
        assert (await approving)["taken"]
    finally:
        await other.close()
        await watch.close()
    row = await country.row("deadline", (await newest(country, "deadline", household))["id"])
    assert (row["length"], row["due_on"]) == (11, D(2026, 7, 1))
    assert row["due_on"] < due


@pytest.mark.parametrize("kind", [kind for kind in DeadlineKind if DEADLINES[kind].anchor.name != "QUARTER"])
async def test_the_statement_says_what_the_rule_says(province: Country, kind: DeadlineKind) -> None:
    country = province
    household = await country.household()
    for start in (D(2024, 1, 31), D(2024, 2, 29), D(2025, 8, 31), D(2026, 12, 30)):
        for setting in (
            Setting(1, Dimension.MONTHS), Setting(6, Dimension.MONTHS), Setting(25, Dimension.DAYS),
            Setting(DayOfYear(2, 28), Dimension.DAY_OF_YEAR),
        ):  # fmt: skip
            await country.owner.execute("delete from deadline where household = $1", household)
            await country.owner.execute(
                'insert into deadline (household, kind, nature, effect, length, runs_from, due_on)'
                " values ($1, $2, 'AT_LATEST', 'ALERT', 999, $3, $3)", household, kind.name, start,
            )  # fmt: skip
            parameter = DEADLINES[kind].parameter
            assert await _recompute(country.owner, parameter, setting, "d.household = $4", household) == 1
            row = await newest(country, "deadline", household)
            assert row["due_on"] == due_on(kind, start, setting), (kind, start, setting)
            assert row["dimension"] == (None if setting.dimension is parameter.dimension else setting.dimension.name)


async def test_a_threshold_is_set_filed_and_acknowledged(province: Country) -> None:
    country, unit = province, province.world.unit_id["50"]
    country.today("2027-03-30")
    threshold = {"year": 2027, "amount": "8200.00", "priceIndex": "上涨 1.2%", "guarantees": "已实现"}
    for official in ("files", "county", "neighbour sets", "nation"):
        assert await errors(country, official, "thresholdSet", "Unit", unit, **threshold) == {"STEP_NOT_ALLOWED": "Q1"}
    assert await errors(country, "sets", "thresholdSet", "Unit", unit, year=2027, amount="0.00") == {
        "THRESHOLD_NOT_POSITIVE": "Q10", "THRESHOLD_WITHOUT_BASIS": "Q10",
    }  # fmt: skip
    assert (await take(country, "sets", "thresholdSet", "Unit", unit, **threshold))["taken"]
    row = (await country.rows("select * from threshold where unit = $1 and year = 2027", unit))[0]
    assert (row["state"], row["basis"]) == ("SET", "物价指数变化：上涨 1.2%；“三保障”和饮水安全实现情况：已实现")
    assert await errors(country, "sets", "thresholdSet", "Unit", unit, **threshold) == {"NUMBER_EXISTS": "Q10"}
    amended = {key: value for key, value in threshold.items() if key != "year"} | {"amount": "8300.00"}
    assert (await take(country, "sets", "thresholdAmend", "Threshold", row["id"], **amended))["taken"]
    assert await errors(country, "nation", "thresholdAcknowledge", "Threshold", row["id"]) == {"WRONG_STATE": "Q10"}
    # the first of April is too late: told as an alert, refused by nobody
    filings = "{ thresholdFilings(year: 2027) { code name state dueOn filedOn overdue } }"
    before = (await country.ask("village", filings))["thresholdFilings"]
    mine = next(row for row in before if row["code"] == "50")
    assert mine == {
        "code": "50",
        "name": mine["name"],
        "state": "SET",
        "dueOn": "2027-03-31",
        "filedOn": None,
        "overdue": False,
    }
    country.today("2027-04-01")
    late = {filing["code"]: filing["overdue"] for filing in (await country.ask("city", filings))["thresholdFilings"]}
    assert late == {"50": True, "51": True, "66": True}
    assert (await take(country, "files", "thresholdFile", "Threshold", row["id"]))["taken"]
    event = (
        await country.rows("select action, facts->>'overridden' as overridden from event order by id desc limit 1")
    )[0]
    assert event == {"action": "threshold.file", "overridden": "THRESHOLD_FILED_LATE"}
    after = (await country.ask("village", filings))["thresholdFilings"]
    mine = next(row for row in after if row["code"] == "50")
    assert (mine["state"], mine["filedOn"], mine["overdue"]) == ("FILED", "2027-04-01", True), "late for good"
    assert await errors(country, "sets", "thresholdAmend", "Threshold", row["id"], **amended) == {"WRONG_STATE": "Q10"}
    assert await errors(country, "files", "thresholdAcknowledge", "Threshold", row["id"]) == {"STEP_NOT_ALLOWED": "Q1"}
    assert (await take(country, "nation", "thresholdAcknowledge", "Threshold", row["id"]))["taken"]
    assert (await country.row("threshold", row["id"]))["state"] == "ACKNOWLEDGED"


async def test_high_income_is_computed_from_the_countys_average(province: Country) -> None:
    country, county = province, province.world.unit_id["500110"]
    country.today("2026-07-01")
    average = {"year": 2025, "amount": "20000.00", "source": "县统计公报"}
    for official in ("files", "county", "neighbour sets", "nation sets"):
        assert await errors(country, official, "ruralAverageSet", "Unit", county, **average) == {
            "STEP_NOT_ALLOWED": "Q1"
        }
    wrong = {**average, "amount": "0.00"}
    assert await errors(country, "sets", "ruralAverageSet", "Unit", country.world.unit_id["50"], **wrong) == {
        "RURAL_AVERAGE_OF_NO_COUNTY": "Q13", "RURAL_AVERAGE_NOT_POSITIVE": "Q13",
    }  # fmt: skip
    assert (await take(country, "sets", "ruralAverageSet", "Unit", county, **average))["taken"]
    assert await errors(country, "sets", "ruralAverageSet", "Unit", county, **average) == {"NUMBER_EXISTS": "Q10"}

    async def judged(wages: str, medical: str = "0.00") -> dict[str, Any]:
        household = await country.household()
        number = await clue(country, household)
        assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
        proceeding = int((await newest(country, "proceeding", household))["id"])
        money = {"business": "0.00", "transfers": "0.00", "businessExpense": "0.00", "counted": 2}
        arguments = {**SURVEY, **money, **JUDGED, "wages": wages, "medicalExpense": medical, "copesAlone": True}
        answer = await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **arguments)
        assert answer["taken"], answer
        return await newest(country, "assessment", household)

    just = await judged("48000.00")
    assert (just["high_income"], just["outcome"], just["rural_average_year"]) == (True, "TRACK", 2025)
    assert (just["after_expense"], just["rural_average"]) == (24000, 20000)
    below = await judged("47999.98")
    assert (below["high_income"], below["outcome"]) == (False, "OFFICIAL_DECIDES")
    ill = await judged("60000.00", medical="20000.00")
    assert (ill["high_income"], ill["after_expense"], ill["per_capita"]) == (False, 20000, 30000)
    await in_force(country, "high_income_factor", "1.5")
    assert not (await judged("48000.00"))["high_income"], "by the province's own factor"
