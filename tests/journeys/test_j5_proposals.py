"""J5 · Before the nation: counties propose, the province takes up, reviews item by item and applies. Q29, Q40"""

from typing import Any

from tests.support.journeys.country import Country
from tests.support.journeys.requests_made import (
    APPLICATION,
    CORPS,
    HERE,
    THERE,
    case_of,
    composed,
    entries,
    on_request,
    propose,
    proposed,
    read,
    submitted,
)
from tests.support.journeys.steps_taken import codes
from tests.support.planner.reference import global_id

WHO = """query W($id: ID!) { node(id: $id) { ... on MonitoringCase { state requestItems { state operation
  grounds request { id } effects { objectType field before after } } availableSteps { step } } } }"""


async def test_a_county_proposes_for_its_cases_and_nothing_of_them_changes(country: Country) -> None:
    case, act = await case_of(country, HERE)
    before = (await country.row("monitoring_case", case), await country.rows("select * from act order by id"))
    target = {"operation": "ROLLBACK", "targetAct": global_id("Act", act)}
    for official in ("village", "township", "reviewer", "approver", "province", "neighbour", "wansheng", "nation"):
        assert codes(await propose(country, official, case, **target)) == {"STEP_NOT_ALLOWED"}, official
    taken = await propose(country, "county", case, **target)
    assert taken["taken"], taken
    assert taken["requestItem"]["state"] == "PROPOSED"
    assert codes(await propose(country, "county", case, **target)) == {"ITEM_OPEN"}
    assert (await country.row("monitoring_case", case), await country.rows("select * from act order by id")) == before
    view = (await country.ask("county", WHO, id=global_id("MonitoringCase", case)))["node"]
    (item,) = view["requestItems"]
    assert (item["state"], item["operation"], item["request"]) == ("PROPOSED", "ROLLBACK", None)
    assert {step["step"] for step in view["availableSteps"]} >= {"request.propose"}
    states = [(problem["before"], problem["after"]) for problem in item["effects"] if problem["field"] == "state"]
    assert ("RISK_ELIMINATED", "IDENTIFIED") in states


async def test_a_proposal_that_names_the_wrong_things_is_told_all_of_it(country: Country) -> None:
    case, act = await case_of(country, HERE)
    other, foreign = await case_of(country, HERE, eliminated=False)
    newest = (await country.rows("select max(id) as id from act where monitoring_case = $1", case))[0]["id"]

    async def problem_codes(case: int, **arguments: Any) -> set[str]:
        answer = await propose(country, "county", case, **arguments)
        assert not answer["taken"]
        return codes(answer)

    assert await problem_codes(case, operation="ROLLBACK", grounds=" ") == {"REASON_MISSING", "TARGET_MISMATCHED"}
    assert await problem_codes(case, operation="ROLLBACK", targetAct=global_id("Act", foreign)) == {"NOT_OF_REQUEST"}
    assert await problem_codes(case, operation="ROLLBACK", targetAct=global_id("Act", newest)) == {
        "NOT_A_POINT_OF_ITS_HISTORY"
    }
    assert await problem_codes(other, operation="ROLLBACK", targetAct=global_id("Act", foreign)) == {
        "NOT_A_POINT_OF_ITS_HISTORY"
    }
    assert await problem_codes(case, operation="WITHDRAWAL", targetAct=global_id("Act", act)) == {"TARGET_MISMATCHED"}
    assert await problem_codes(case, operation="SAFETY_NET_CHANGE", targetMark=False) == {"MARK_UNCHANGED"}
    assert await problem_codes(case, operation="SAFETY_NET_CHANGE", targetMark=True) == {"FIRST_MARK_IS_LOCAL"}
    assert await problem_codes(case, operation="WITHDRAWAL", grounds="户主电话 13800138000") == {"PERSONAL_DATA"}
    await country.owner.execute("update monitoring_case set state = 'WITHDRAWN' where id = $1", case)
    assert await problem_codes(case, operation="WITHDRAWAL") == {"NOT_WITHDRAWABLE"}
    assert not await country.rows("select from request_item where monitoring_case = any($1)", [case, other])


async def test_a_proposal_goes_back_and_comes_again(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    request = await composed(country, "province", [item])
    answer = await country.take("county", "requestRetract", "RequestItem", item, 3, why="改主意")
    assert "ITEM_TAKEN_UP" in codes(answer), "the province has it"
    (entry,) = await entries(country, "province_reviewer", request, upheld=False)
    assert codes(await on_request(country, "province_reviewer", "requestReview", request, items=[entry])) == {
        "REASON_MISSING"
    }
    entry["why"] = "请附评议记录"
    assert codes(await on_request(country, "province", "requestReview", request, items=[entry])) == {
        "STEP_NOT_ALLOWED"
    }, "the handler aggregates, the reviewer reviews"
    assert (await on_request(country, "province_reviewer", "requestReview", request, items=[entry]))["taken"]
    view = await read(country, "county", "RequestItem", item)
    assert (view["state"], view["returnReason"]) == ("SENT_BACK", "请附评议记录")
    assert {step["step"] for step in view["availableSteps"]} == {"request.amend", "request.retract"}
    assert (await read(country, "province", "NationalRequest", request))["size"] == 0
    version = view["version"]
    again = await country.take("county", "requestAmend", "RequestItem", item, version, grounds="已附评议记录")
    assert again["taken"], again
    assert again["requestItem"]["state"] == "PROPOSED"
    taken = await country.take(
        "county", "requestRetract", "RequestItem", item, again["requestItem"]["version"], why="已自行更正"
    )
    assert taken["taken"], taken
    assert (await read(country, "county", "RequestItem", item))["returnReason"] == "已自行更正"
    assert codes(await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION)) == {
        "NOT_ALL_REVIEWED"
    }, "an empty request is no application"


async def test_one_request_gathers_counties_of_its_province_and_no_other(country: Country) -> None:
    mine = [await proposed(country, "county", HERE), await proposed(country, "wansheng", THERE)]
    theirs = await proposed(country, "corps_county", CORPS, "WITHDRAWAL")
    request = await composed(country, "province", mine)
    there_is, there_is_none = [
        await on_request(country, "province", "requestTakeUp", request, items=[global_id("RequestItem", number)])
        for number in (theirs, 999_999)
    ]
    assert there_is == there_is_none, "whether another province's item exists is not told"
    assert codes(there_is) == {"NOT_OF_REQUEST"}
    opened = await country.take("province", "requestOpen", "RequestItem", theirs, 1)
    assert codes(opened) == {"STEP_NOT_ALLOWED"}
    early = await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION)
    assert codes(early) == {"NOT_ALL_REVIEWED"}
    decisions = await entries(country, "province_reviewer", request, upheld=True)
    assert (await on_request(country, "province_reviewer", "requestReview", request, items=decisions))["taken"]
    unfounded = {**APPLICATION, "number": " ", "dated": "2026-12-01"}
    answer = await on_request(country, "province_reviewer", "requestSubmit", request, **unfounded)
    assert codes(answer) == {"APPLICATION_UNFOUNDED", "APPLICATION_DATED_AHEAD"}
    assert codes(await on_request(country, "province", "requestSubmit", request, **APPLICATION)) == {"STEP_NOT_ALLOWED"}
    assert (await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION))["taken"]
    rows = await country.rows("select state, reviewer_person from request_item where request = $1", request)
    assert {row["state"] for row in rows} == {"SUBMITTED"}
    assert None not in {row["reviewer_person"] for row in rows}
    corps = await submitted(country, "corps", "corps_reviewer", [theirs])
    assert (await country.row("national_request", corps))["province"] == "66"


async def test_what_changes_on_the_way_is_reviewed_anew(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    request = await composed(country, "province", [item])
    decisions = await entries(country, "province_reviewer", request, upheld=True)
    case = (await country.row("request_item", item))["monitoring_case"]
    await country.owner.execute("update monitoring_case set eliminated_on = '2026-02-21' where id = $1", case)
    answer = await on_request(country, "province_reviewer", "requestReview", request, items=decisions)
    assert codes(answer) == {"RECORD_CHANGED"}
    assert (await on_request(country, "province", "requestRefresh", request))["taken"]
    decisions = await entries(country, "province_reviewer", request, upheld=True)
    assert (await on_request(country, "province_reviewer", "requestReview", request, items=decisions))["taken"]
    await country.owner.execute("update monitoring_case set eliminated_on = '2026-02-22' where id = $1", case)
    answer = await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION)
    assert codes(answer) == {"RECORD_CHANGED"}
    assert (await on_request(country, "province_reviewer", "requestRefresh", request))["taken"]
    assert (await country.row("request_item", item))["state"] == "PROPOSED"


async def test_an_undecided_request_is_sent_back_or_replaced(country: Country) -> None:
    item = await proposed(country, "county", HERE)
    request = await submitted(country, "province", "province_reviewer", [item])
    for official in ("county", "province_reviewer", "operator", "another_province"):
        answer = await on_request(country, official, "requestSendBack", request, why="请补充")
        assert codes(answer) == {"STEP_NOT_ALLOWED"}, official
    back = await on_request(country, "nation", "requestSendBack", request, why="请补充说明")
    assert back["taken"], back
    view = await read(country, "province", "NationalRequest", request)
    assert (view["state"], view["reason"], view["items"]["nodes"][0]["state"]) == (
        "SENT_BACK", "请补充说明", "PROPOSED",
    )  # fmt: skip
    replaced = await on_request(country, "province_reviewer", "requestSupersede", request, why="另行申请")
    assert replaced["taken"], replaced
    view = await read(country, "province", "NationalRequest", request)
    assert (view["state"], view["reason"], view["size"]) == ("SUPERSEDED", "另行申请", 0)
    (new,) = await country.rows("select * from national_request where supersedes = $1", request)
    assert (new["state"], new["size"]) == ("DRAFT", 1)
    assert (await country.row("request_item", item))["request"] == new["id"]
    assert codes(await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION)) == {
        "WRONG_STATE", "NOT_ALL_REVIEWED",
    }  # fmt: skip
    events = await country.rows(
        "select action, county, township from event where object_type = 'RequestItem' and object_id = $1 order by id",
        item,
    )
    assert [row["action"] for row in events] == [
        "request.propose", "request.open", "request.review", "request.submit", "request.send_back", "request.supersede",
    ]  # fmt: skip
    assert {(row["county"], row["township"]) for row in events} == {("500110", None)}


async def test_a_request_before_the_nation_is_replaced_whole(country: Country) -> None:
    items = [await proposed(country, "county", HERE), await proposed(country, "county", HERE)]
    request = await submitted(country, "province", "province_reviewer", items)
    replaced = await on_request(country, "province_reviewer", "requestSupersede", request, why="另行申请")
    assert replaced["taken"], replaced
    (new,) = await country.rows("select * from national_request where supersedes = $1", request)
    rows = await country.rows("select state, request from request_item where id = any($1::bigint[])", items)
    assert [(row["state"], row["request"]) for row in rows] == [("PROPOSED", new["id"])] * 2


async def test_the_same_key_is_one_proposal(country: Country) -> None:
    case, _ = await case_of(country, HERE)
    first = await propose(country, "county", case, operation="WITHDRAWAL", key="propose-once")
    again = await propose(country, "county", case, operation="WITHDRAWAL", key="propose-once")
    assert first["taken"]
    assert again == first
    assert len(await country.rows("select from request_item where monitoring_case = $1", case)) == 1
