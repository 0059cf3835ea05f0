"""J4 · Risk elimination: every condition of the Guide, the steps of Q37, and what runs on. Q25–31, Q37, Q39"""

from tests.support.journeys.country import Country
from tests.support.journeys.elimination import BETTER, GROUNDS, TO_COUNTY, D, revised, risks_eliminated, to_county
from tests.support.journeys.identification import SURVEY
from tests.support.journeys.steps_taken import clue, codes, identified, newest, refused, walk
from tests.support.planner.reference import global_id


async def questions(country: Country, proceeding: int) -> dict[str, str]:
    """Why approval is refused: codes with their questions."""
    refusals = await refused(country, "approver", "eliminationApprove", "Proceeding", proceeding)
    return {code: problem["question"] for code, problem in refusals.items()}


async def test_eliminated_after_half_a_year_and_updated_every_year(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    for name, ends, continuation in (
        ("小额信贷", D(2027, 6, 30), "LOAN_MATURITY"), ("产业奖补", None, "NONE"), ("住房改造", None, "NONE"),
    ):  # fmt: skip
        await country.owner.execute(
            "insert into measure (household, monitoring_case, theme, kind, title, state, continuation, ends_on,"
            " version) values ($1, $2, 'INDUSTRY', 'DEVELOPMENT', $3, $4, $5, $6, 1)",
            household, case, name, "DECLARED" if name == "住房改造" else "UNDER_WAY", continuation, ends,
        )  # fmt: skip
    await revised(country, household, "2026-05-10", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2026-11-03")
    early = await country.rows("select publicized_on from proceeding where id = $1", proceeding)
    assert early == [{"publicized_on": D(2026, 11, 4)}]
    version = (await country.row("proceeding", proceeding))["version"]
    approved = await country.take("approver", "eliminationApprove", "Proceeding", proceeding, version)
    assert approved["taken"], approved
    assert (await country.row("monitoring_case", case))["state"] == "IDENTIFIED", "not before it is announced"
    country.today("2026-11-12")
    announced = await country.take("county", "eliminationAnnounce", "Proceeding", proceeding, version + 1)
    assert announced["taken"], announced
    assert announced["monitoringCase"]["state"] == "RISK_ELIMINATED"
    row = await country.row("monitoring_case", case)
    steps = await country.row("proceeding", proceeding)
    assert (steps["announced_on"], steps["approved_on"]) == (D(2026, 11, 12), D(2026, 11, 11))
    assert (row["eliminated_on"], row["due_on"]) == (D(2026, 11, 11), D(2027, 12, 31)), "as Q36, by analogy"
    assert (await country.row("household", household))["monitoring_state"] == "RISK_ELIMINATED"
    measures = await country.rows(
        "select title, state, ends_on, completed_on from measure where household = $1 order by id", household
    )
    assert [(measure["title"], measure["state"]) for measure in measures] == [
        ("小额信贷", "UNDER_WAY"), ("产业奖补", "COMPLETED"), ("住房改造", "STOPPED"),
    ]  # fmt: skip
    assert [measure["completed_on"] for measure in measures] == [None, D(2026, 11, 11), None]

    # next year the survey is due all the same, and the year after
    await revised(country, household, "2027-03-01", **BETTER)
    updates = await country.rows(
        "select due_on, done_on from deadline where monitoring_case = $1 and kind = 'YEARLY_UPDATE' order by id",
        case,
    )
    assert updates == [
        {"due_on": D(2027, 12, 31), "done_on": D(2027, 3, 1)},
        {"due_on": D(2028, 12, 31), "done_on": None},
    ]


async def test_a_new_risk_later_is_a_new_case_linked_to_the_old(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    await revised(country, household, "2026-04-01", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2026-10-10")
    await walk(
        country, "proceeding", proceeding, "2026-10-18",
        (("approver", "eliminationApprove", {}, 0), ("county", "eliminationAnnounce", {}, 0)),
    )  # fmt: skip
    _, again = await identified(country, "2026-12-01", household)
    row = await country.row("monitoring_case", again)
    assert (again != case, row["previous"], row["state"]) == (True, case, "IDENTIFIED")
    assert (await country.row("monitoring_case", case))["state"] == "RISK_ELIMINATED"
    country.today("2026-12-20")
    number = await clue(country, household)
    refusals = await refused(country, "village", "identificationOpen", "Clue", number)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"ALREADY_MONITORED": "Q31"}


async def test_five_months_are_not_enough_without_an_exception(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    await revised(country, household, "2026-06-10", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2026-11-02")
    refusals = await refused(country, "approver", "eliminationApprove", "Proceeding", proceeding)
    assert {code: (problem["question"], problem["earliest"]) for code, problem in refusals.items()} == {
        "INCOME_NOT_STABLE": ("Q27", "2026-12-10")
    }
    for official in ("county", "reviewer", "township"):
        assert set(
            await refused(country, official, "eliminationRecordException", "MonitoringCase", case, why="搬入新居")
        ) == {"STEP_NOT_ALLOWED"}
    version = (await country.row("monitoring_case", case))["version"]
    recorded = await country.take(
        "approver", "eliminationRecordException", "MonitoringCase", case, version, why="领导小组会议研究同意"
    )
    assert recorded["taken"], recorded
    version = (await country.row("proceeding", proceeding))["version"]
    assert (await country.take("approver", "eliminationApprove", "Proceeding", proceeding, version))["taken"]


async def test_last_years_threshold_never_serves(country: Country) -> None:
    household, case = await identified(country, "2026-06-01")
    await revised(country, household, "2026-07-01", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2027-01-04")
    assert await questions(country, proceeding) == {"THRESHOLD_NOT_CURRENT": "Q25"}


async def test_one_of_two_risks_left_and_a_new_clue_open(country: Country) -> None:
    household, case = await identified(country, "2026-03-02", risks=["HOUSING", "SCHOOLING"])
    await revised(country, household, "2026-04-01", **BETTER)
    risks = await country.rows("select id from risk where monitoring_case = $1 order by id", case)
    country.today("2026-09-01")
    version = (await country.row("monitoring_case", case))["version"]
    named = {"risk": global_id("Risk", risks[0]["id"]), **GROUNDS}
    taken = await country.take("village", "eliminationEliminateRisk", "MonitoringCase", case, version, **named)
    assert taken["taken"], taken
    twice = await refused(country, "village", "eliminationEliminateRisk", "MonitoringCase", case, **named)
    assert {code: problem["question"] for code, problem in twice.items()} == {"RISK_NOT_OPEN": "Q25"}
    other = (await country.rows("select id from risk where household <> $1 limit 1", household))[0]["id"]
    foreign = {"risk": global_id("Risk", other), **GROUNDS}
    refusals = await refused(country, "village", "eliminationEliminateRisk", "MonitoringCase", case, **foreign)
    assert {code: problem["field"] for code, problem in refusals.items()} == {"NOT_OF_HOUSEHOLD": "risk"}

    proceeding = await to_county(country, household, case, "2026-11-02")
    assert await questions(country, proceeding) == {"RISK_NOT_ELIMINATED": "Q25"}
    await clue(country, household)
    assert await questions(country, proceeding) == {"RISK_NOT_ELIMINATED": "Q25", "NEW_RISK_OPEN": "Q25"}
    ended = await country.take("reviewer", "eliminationEnd", "Proceeding", proceeding, 6, why="风险尚未消除")
    assert ended["taken"], ended
    assert (await country.row("proceeding", proceeding))["ended_on"] is not None
    assert (await country.row("monitoring_case", case))["state"] == "IDENTIFIED"


async def test_a_clue_found_before_the_announcement_stops_it(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    await revised(country, household, "2026-04-01", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    proceeding = await to_county(country, household, case, "2026-11-02")
    version = (await country.row("proceeding", proceeding))["version"]
    assert (await country.take("approver", "eliminationApprove", "Proceeding", proceeding, version))["taken"]
    clue_ = await clue(country, household)
    refusals = await refused(country, "county", "eliminationAnnounce", "Proceeding", proceeding)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"NEW_RISK_OPEN": "Q25"}
    assert (await country.take("village", "clueClose", "Clue", clue_, 1, outcome="NO_RISK"))["taken"]
    assert (await country.take("county", "eliminationAnnounce", "Proceeding", proceeding, version + 1))["taken"]


async def test_every_breach_is_told_at_once(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    country.today("2026-11-02")
    version = (await country.row("monitoring_case", case))["version"]
    await country.take("village", "eliminationOpen", "MonitoringCase", case, version)
    proceeding = (await newest(country, "proceeding", household, "ELIMINATION"))["id"]
    poor = (*TO_COUNTY[0][:2], {**SURVEY, "judgement": "尚不稳定"}, 0)
    await walk(country, "proceeding", proceeding, "2026-11-02", (poor, *TO_COUNTY[1:4]))
    refusals = await refused(country, "approver", "eliminationApprove", "Proceeding", proceeding)
    assert {code: problem["question"] for code, problem in refusals.items()} == {
        "WRONG_STATE": "Q37", "INCOME_NOT_ABOVE": "Q25", "GUARANTEE_NOT_SOUND": "Q25", "RISK_NOT_ELIMINATED": "Q25",
    }  # fmt: skip


async def test_publicity_is_no_shorter_and_nobody_approves_what_they_verified(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    await revised(country, household, "2026-04-01", **BETTER)
    await risks_eliminated(country, case, "2026-09-01")
    country.today("2026-11-02")
    version = (await country.row("monitoring_case", case))["version"]
    await country.take("village", "eliminationOpen", "MonitoringCase", case, version)
    proceeding = (await newest(country, "proceeding", household, "ELIMINATION"))["id"]
    await walk(country, "proceeding", proceeding, "2026-11-02", TO_COUNTY[:3])
    country.today("2026-11-07")  # day 4 of publicity
    refusals = await refused(country, "township", "eliminationSubmit", "Proceeding", proceeding)
    assert {code: problem["earliest"] for code, problem in refusals.items()} == {"PUBLICITY_TOO_SHORT": "2026-11-08"}
    await walk(country, "proceeding", proceeding, "2026-11-02", TO_COUNTY[3:])
    person = await country.owner.fetchval("select person from account where name = 'township'")
    own = await country.owner.fetchval("select person from account where name = 'approver'")
    await country.owner.execute("update account set person = $1 where name = 'approver'", person)
    try:
        country.forget()
        assert await questions(country, proceeding) == {"SAME_PERSON": "Q33"}
    finally:
        await country.owner.execute("update account set person = $1 where name = 'approver'", own)
        country.forget()


async def test_a_safety_net_household_is_not_eliminated_for_now(country: Country) -> None:
    _, case = await identified(country, "2026-03-02")
    await country.owner.execute("update monitoring_case set safety_net = true where id = $1", case)
    refusals = await refused(country, "village", "eliminationOpen", "MonitoringCase", case)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"SAFETY_NET_NOT_ELIMINATED": "Q28"}


async def test_only_an_identified_case_is_eliminated(country: Country) -> None:
    household, case = await identified(country, "2026-03-02")
    country.today("2026-10-01")
    version = (await country.row("monitoring_case", case))["version"]
    assert (await country.take("village", "eliminationOpen", "MonitoringCase", case, version))["taken"]
    second = await country.take("village", "eliminationOpen", "MonitoringCase", case, version)
    assert codes(second) == {"PROCEEDING_OPEN"}
    assert len(await country.rows("select id from proceeding where household = $1", household)) == 2
