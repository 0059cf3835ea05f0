"""J4 · Safety-net households: first marked by village and township, kept, and changed by the nation alone. Q28–29"""

from tests.support.journeys.country import Country
from tests.support.journeys.members import member
from tests.support.journeys.steps_taken import identified, newest, refused

STATED = {"mainlyOnAid": True, "grounds": "全户无劳动能力，依靠特困供养"}


async def opened(country: Country, labour: str = "NONE", **aid: str) -> tuple[int, int, int]:
    household, case = await identified(country, "2026-03-02")
    await member(country, household, labour, **(aid or {"extreme_poverty": "RURAL_DISPERSED"}))
    version = (await country.row("monitoring_case", case))["version"]
    taken = await country.take("township", "safetyNetOpen", "MonitoringCase", case, version)
    assert taken["taken"], taken
    return household, case, int((await newest(country, "proceeding", household, "SAFETY_NET"))["id"])


async def test_marked_once_both_have_said_so(country: Country) -> None:
    household, case, proceeding = await opened(country)
    assert (await country.take("township", "safetyNetConfirmByTownship", "Proceeding", proceeding, 1, **STATED))[
        "taken"
    ]
    assert not (await country.row("monitoring_case", case))["safety_net"], "the village is still missing"
    marked = await country.take("village", "safetyNetConfirmByVillage", "Proceeding", proceeding, 2, **STATED)
    assert marked["taken"], marked
    assert (await country.row("monitoring_case", case))["safety_net"]
    assert (await country.row("household", household))["safety_net"]
    row = await country.row("proceeding", proceeding)
    assert (row["state"], row["ended_on"] is not None) == ("COMPLETED", True)
    acts = await country.rows("select step, account from act where proceeding = $1 order by id", proceeding)
    assert [act["step"] for act in acts] == [
        "safety_net.open", "safety_net.confirm_by_township", "safety_net.confirm_by_village",
    ]  # fmt: skip
    assert len({act["account"] for act in acts}) == 2
    # it is not eliminated for now, and marking again is the nation's
    refusals = await refused(country, "village", "eliminationOpen", "MonitoringCase", case)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"SAFETY_NET_NOT_ELIMINATED": "Q28"}
    refusals = await refused(country, "township", "safetyNetOpen", "MonitoringCase", case)
    assert {code: problem["question"] for code, problem in refusals.items()} == {"SAFETY_NET_MARK_IS_NATIONAL": "Q29"}


async def test_everything_that_speaks_against_it_is_told(country: Country) -> None:
    _, _, proceeding = await opened(country, "WEAK", allowance="RURAL")
    refusals = await refused(
        country, "village", "safetyNetConfirmByVillage", "Proceeding", proceeding, **{**STATED, "mainlyOnAid": False}
    )
    assert {code: problem["question"] for code, problem in refusals.items()} == {
        "SAFETY_NET_SOMEBODY_CAN_WORK": "Q29", "SAFETY_NET_AID_TOO_SMALL": "Q29", "SAFETY_NET_NOT_MAINLY_AID": "Q29",
    }  # fmt: skip
    for official in ("county", "reviewer", "approver", "township", "education"):
        assert set(
            await refused(country, official, "safetyNetConfirmByVillage", "Proceeding", proceeding, **STATED)
        ) == {"STEP_NOT_ALLOWED"}, official
    ended = await country.take("village", "safetyNetEnd", "Proceeding", proceeding, 1, why="有半劳动力")
    assert ended["taken"], ended
