"""J5 · A province asks for a rollback, the nation decides, another national official executes. Q29, Q40, RULES §4"""

import asyncio
import datetime
import json
import re
from typing import Any

import pytest

from api.audit.heads import heads
from api.rules.privacy.personal_data import find_personal_data
from api.workflow.requests import nation
from tests.support.journeys.country import OFFICIALS, Country
from tests.support.journeys.requests_made import (
    APPLICATION,
    CORPS,
    HERE,
    THERE,
    case_of,
    composed,
    decided,
    entries,
    on_request,
    propose,
    proposed,
    read,
    submitted,
)
from tests.support.journeys.steps_taken import codes
from tests.support.planner.reference import global_id

D = datetime.date
PACKAGE = """query P($id: ID!) { node(id: $id) { ... on NationalRequest {
  number dated grounds state size submittedOn availableSteps { step }
  items(first: 50) { totalCount nodes { operation state grounds digest
    effects { objectType field before after } evidence { name sha256 } decisions { approved reason }
    targetAct { step takenOn }
    household { number headName monitoringState acts { nodes { step takenOn } }
      decisions { approved reason decidedOn } requestItems { operation state } }
    monitoringCase { state category identifiedOn eliminatedOn risks { state } } } } } } }"""
QUEUE = """{ nationalRequests(filter: {state: [SUBMITTED], operation: [ROLLBACK], region: "50"},
  order: {by: SUBMITTED_ON}) { totalCount nodes { size state submittedOn } } }"""


async def case_state(country: Country, item: int) -> Any:
    sql = "select c.* from monitoring_case c join request_item i on i.monitoring_case = c.id where i.id = $1"
    return (await country.rows(sql, item))[0]


async def execute(country: Country, request: int, official: str = "operator", **arguments: Any) -> Any:
    return await on_request(country, official, "requestExecute", request, **arguments)


async def test_thirty_nine_items_of_two_counties(country: Country) -> None:
    country.today("2026-03-01")
    rollbacks = [await proposed(country, "county", HERE) for _ in range(30)]
    rollbacks += [await proposed(country, "wansheng", THERE) for _ in range(7)]
    withdrawals = [await proposed(country, "county", HERE, "WITHDRAWAL") for _ in range(2)]
    country.today("2026-03-03")
    request = await submitted(country, "province", "province_reviewer", rollbacks + withdrawals)

    queue = (await country.ask("nation", QUEUE))["nationalRequests"]
    assert {"size": 39, "state": "SUBMITTED", "submittedOn": "2026-03-03"} in queue["nodes"]
    package = (await country.ask("nation", PACKAGE, id=global_id("NationalRequest", request)))["node"]
    assert package["items"]["totalCount"] == 39
    assert {step["step"] for step in package["availableSteps"]} == {"request.decide", "request.send_back"}
    first = package["items"]["nodes"][0]
    assert ("MonitoringCase", "state", "RISK_ELIMINATED", "IDENTIFIED") in {
        (problem["objectType"], problem["field"], problem["before"], problem["after"]) for problem in first["effects"]
    }
    assert {effect["objectType"] for effect in first["effects"]} >= {"MonitoringCase", "Risk", "Unit"}, (
        "statistics move too"
    )
    assert first["targetAct"]["step"] == "identification.announce"
    assert [act["step"] for act in first["household"]["acts"]["nodes"]] == [
        "identification.announce", "elimination.announce",
    ]  # fmt: skip

    country.today("2026-03-05")
    before = await country.rows("select id, state from monitoring_case order by id")
    await decided(country, request, rejected=(rollbacks[0],))
    view = await read(country, "county", "RequestItem", rollbacks[0])
    assert (view["state"], view["decisionReason"]) == ("REJECTED", "证据不足")
    assert await country.rows("select id, state from monitoring_case order by id") == before, "nothing is executed yet"
    for official in OFFICIALS.keys() - {"operator"}:
        assert codes(await execute(country, request, official)) == {"STEP_NOT_ALLOWED"}, official

    country.today("2026-03-06")
    done = await execute(country, request)
    assert done["taken"], done
    assert done["nationalRequest"]["state"] == "EXECUTED"
    for item in rollbacks[1:]:
        case = await case_state(country, item)
        assert (case["state"], case["eliminated_on"], case["identified_on"]) == ("IDENTIFIED", None, D(2026, 2, 10))
    for item in withdrawals:
        case = await case_state(country, item)
        assert (case["state"], case["ended_on"]) == ("WITHDRAWN", D(2026, 3, 6))
    assert (await case_state(country, rollbacks[0]))["state"] == "RISK_ELIMINATED"
    rest = {row["id"]: row["state"] for row in before}
    touched = {(await case_state(country, item))["id"] for item in rollbacks[1:] + withdrawals}
    for row in await country.rows("select id, state from monitoring_case"):
        assert row["id"] in touched or row["state"] == rest[row["id"]], "nothing else moved"
    await audited(country, request, rollbacks + withdrawals)

    everything = await country.rows("select * from monitoring_case order by id")
    assert codes(await execute(country, request)) >= {"WRONG_STATE"}
    assert await country.rows("select * from monitoring_case order by id") == everything, "once and never again"
    acts = await country.rows(
        "select a.step from act a join request_item i on i.monitoring_case = a.monitoring_case where i.id = $1"
        " order by a.id", rollbacks[1],
    )  # fmt: skip
    assert [act["step"] for act in acts] == ["identification.announce", "elimination.announce", "rollback.execute"]


async def audited(country: Country, request: int, items: list[int]) -> None:
    """Every step of the request and of its items is on record, by the person who took it."""
    rows = await country.rows(
        "select action, person, role from event where object_type = 'NationalRequest' and object_id = $1 order by id",
        request,
    )
    assert [row["action"] for row in rows] == [
        "request.open", "request.take_up", "request.review", "request.submit", "request.decide", "request.file",
        "request.execute",
    ]  # fmt: skip
    persons = {row["action"]: row["person"] for row in rows}
    assert persons["request.decide"] not in {persons["request.submit"], persons["request.execute"]}
    executed = await country.rows(
        "select object_id from event where object_type = 'RequestItem' and action = 'request.execute'"
        " and object_id = any($1)", items,
    )  # fmt: skip
    assert len(executed) == len(items) - 1


async def test_a_case_that_changed_meanwhile_stops_the_whole(country: Country) -> None:
    country.today("2026-03-10")
    items = [await proposed(country, "corps_county", CORPS) for _ in range(3)]
    request = await submitted(country, "corps", "corps_reviewer", items)
    await decided(country, request)
    household, case = (await country.row("request_item", items[1]))["household"], await case_state(country, items[1])
    await country.owner.execute(
        "insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post,"
        " arguments)"
        " values ($1, $2, 'survey.revise', '2026-03-10', now(), 'x', 1, 1, 1, '{}')", household, case["id"],
    )  # fmt: skip
    cases = await country.rows("select * from monitoring_case order by id")
    answer = await execute(country, request)
    assert not answer["taken"]
    (problem,) = answer["problems"]
    assert problem["code"] == "RECORD_CHANGED"
    assert problem["items"] == [global_id("RequestItem", items[1])]
    assert await country.rows("select * from monitoring_case order by id") == cases, "nothing was executed"
    assert not await country.rows("select from national_execution where request = $1", request)
    assert (await read(country, "corps_county", "RequestItem", items[1]))["state"] == "STALE"
    done = await execute(country, request)
    assert done["taken"], "what did not change is still consented to"
    states = [(await country.row("request_item", item))["state"] for item in items]
    assert states == ["EXECUTED", "STALE", "EXECUTED"]
    again = await submitted(country, "corps", "corps_reviewer", [items[1]])
    await decided(country, again)
    assert (await execute(country, again))["taken"], "looked at anew, it goes the same way again"
    assert (await case_state(country, items[1]))["state"] == "IDENTIFIED"


async def test_what_the_reviewer_did_not_read_is_not_decided(country: Country) -> None:
    country.today("2026-03-10")
    items = [await proposed(country, "county", HERE) for _ in range(2)]
    request = await submitted(country, "province", "province_reviewer", items)
    decisions = await entries(country, "nation", request, approved=True, why="属实")
    foreign = [{**decisions[0], "digest": decisions[1]["digest"]}]
    assert codes(await on_request(country, "nation", "requestDecide", request, items=foreign)) == {"RECORD_CHANGED"}
    silent = [{**decisions[0], "why": " "}]
    assert codes(await on_request(country, "nation", "requestDecide", request, items=silent)) == {"REASON_MISSING"}
    answer = await on_request(country, "nation", "requestDecide", request, items=decisions[:1])
    assert answer["nationalRequest"]["state"] == "SUBMITTED", "the other item waits"
    assert codes(await on_request(country, "nation", "requestFile", request, filingNumber="备1")) >= {"WRONG_STATE"}
    assert codes(await on_request(country, "nation", "requestSendBack", request, why="重来")) == {"ITEMS_DECIDED"}
    assert codes(await on_request(country, "province_reviewer", "requestSupersede", request, why="重来")) == {
        "ITEMS_DECIDED"
    }
    assert codes(await on_request(country, "nation", "requestDecide", request, items=decisions[:1])) == {"WRONG_STATE"}
    rest = await on_request(country, "nation", "requestDecide", request, items=decisions[1:])
    assert rest["nationalRequest"]["state"] == "DECIDED"
    assert codes(await on_request(country, "nation", "requestFile", request, filingNumber=" ")) == {
        "FILING_NOT_NUMBERED"
    }
    assert codes(await execute(country, request)) >= {"WRONG_STATE", "NOT_CONSENTED"}


async def second_account(country: Country, official: str, duty: str, unit: str = "0") -> str:
    """Another account of the same person, in another post; the name it acts by from now on."""
    name = f"{official} as {duty}"
    if name in country.tokens:
        return name
    person = await country.owner.fetchval("select person from account where name = $1", official)
    account = await country.owner.fetchval(
        "insert into account (person, name, state) values ($1, $2, 'ACTIVE') returning id", person, name
    )
    tier = next(row["tier"] for row in country.world.tables["unit"] if row["code"] == unit)
    await country.owner.execute(
        "insert into post (account, unit, tier, department, duty, since, province, city, county, township, village)"
        " values ($1,$2,$3,'RURAL_REVITALIZATION',$4,'2024-01-01',$5,$6,$7,$8,$9)",
        account, country.world.unit_id[unit], tier, duty, *country.world.units[unit].values(),
    )  # fmt: skip
    country.tokens[name] = country.issue(account)
    return name


async def test_one_person_with_two_accounts_is_one_person(country: Country) -> None:
    country.today("2026-03-10")
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    above = await second_account(country, "province_reviewer", "REVIEWER")
    decisions = await entries(country, above, request, approved=True, why="属实")
    answer = await on_request(country, above, "requestDecide", request, items=decisions)
    assert codes(answer) == {"SAME_PERSON"}, "who submitted does not decide, under whatever account"
    await decided(country, request)
    own = await second_account(country, "nation", "OPERATOR")
    assert codes(await execute(country, request, own)) == {"SAME_PERSON"}, "who decided does not execute"
    assert (await execute(country, request))["taken"]


async def test_asked_at_once_it_is_done_once(country: Country) -> None:
    country.today("2026-03-10")
    request = await submitted(country, "province", "province_reviewer", [await proposed(country, "county", HERE)])
    await decided(country, request)
    version = (await country.row("national_request", request))["version"]
    answers = await asyncio.gather(
        *(
            country.take("operator", "requestExecute", "NationalRequest", request, version, key=key)
            for key in ("the-only-one", "the-only-one", "another-one")
        )
    )
    assert answers[0] == answers[1] or not all(reply["taken"] for reply in answers[:2])
    assert any(reply["taken"] for reply in answers)
    assert len(await country.rows("select from national_execution where request = $1", request)) == 1
    same = await country.take("operator", "requestExecute", "NationalRequest", request, version, key="the-only-one")
    assert same["taken"], "the same key is answered as before"


async def test_a_reversal_is_a_new_request(country: Country) -> None:
    country.today("2026-03-10")
    case, act = await case_of(country, HERE)
    await propose(country, "county", case, operation="WITHDRAWAL")
    item = (await country.rows("select id from request_item where monitoring_case = $1", case))[0]["id"]
    request = await submitted(country, "province", "province_reviewer", [item])
    await decided(country, request)
    assert (await execute(country, request))["taken"]
    assert (await country.row("monitoring_case", case))["state"] == "WITHDRAWN"
    taken = await propose(country, "county", case, operation="ROLLBACK", targetAct=global_id("Act", act))
    assert taken["taken"], taken
    back = (await country.rows("select max(id) as id from request_item where monitoring_case = $1", case))[0]["id"]
    request = await submitted(country, "province", "province_reviewer", [back])
    await decided(country, request)
    assert (await execute(country, request))["taken"]
    assert (await country.row("monitoring_case", case))["state"] == "IDENTIFIED"


async def test_the_application_s_own_login_changes_nothing_of_it(country: Country, database: Any) -> None:
    item = await proposed(country, "county", HERE)
    request = await composed(country, "province", [item])
    connection = await database.app.connect()
    try:
        for sql in (
            "update monitoring_case set state = 'WITHDRAWN' where id in (select monitoring_case from request_item)",
            "update request_item set state = 'APPROVED'",
            f"update national_request set state = 'FILED' where id = {request}",
            "insert into national_decision default values",
        ):
            with pytest.raises(Exception, match=r"(permission denied|only an executed national request)"):
                await connection.execute(sql)
    finally:
        await connection.close()
    assert (await country.row("request_item", item))["state"] == "PROPOSED"


async def test_the_record_is_printed_for_who_may_read_it(country: Country) -> None:
    country.today("2026-03-10")
    items = [await proposed(country, "county", HERE) for _ in range(2)]
    request = await submitted(country, "province", "province_reviewer", items)
    await decided(country, request, rejected=(items[1],))
    assert (await execute(country, request))["taken"]
    path = f"/requests/{global_id('NationalRequest', request)}"
    await country.owner.fetchval("select seal_events(10000)")
    (head,) = [head for head in await heads(country.owner) if head.chain == "50"]
    pages = {}
    for official in OFFICIALS:
        answer = await country.client.get(path, headers={"authorization": f"Bearer {country.tokens[official]}"})
        pages[official] = (answer.status_code, answer.text)
    assert {official for official, (status, _) in pages.items() if status == 200} == {
        "province", "province_reviewer", "nation", "operator",
    }  # fmt: skip
    page = pages["nation"][1]
    for text in (
        "渝乡振函〔2026〕7号", "批量误标风险消除", f"国乡振备〔2026〕{request}号", "证据不足",
        "监测对象 状态：风险已消除 → 已识别",
        "国家级乡村振兴部门·审核", "国家级乡村振兴部门·操作", "省级乡村振兴部门·审核", head.line(),
    ):  # fmt: skip
        assert text in page, text
    assert "官员" not in page, "offices, no names"
    assert not re.search(r"[A-Z]+_[A-Z]+|[a-z][A-Z]|null|true|false", page.partition("<body>")[2]), "terms, no codes"
    assert not re.search(r"https?:|src=|href=|<script", page)
    assert not find_personal_data(re.sub(r"[0-9a-f]{16,}", "", page.partition("<body>")[2]))
    headers = {"authorization": f"Bearer {country.tokens['nation']}"}
    answer = await country.client.get(path, headers=headers)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "@media print" in answer.text
    assert (await country.client.get(path)).status_code == 401


async def test_how_far_it_is_is_told_and_all_of_it_only_when_it_is_certain(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    country.today("2026-03-10")
    monkeypatch.setattr(nation, "AT_ONCE", 2)
    items = [await proposed(country, "county", HERE) for _ in range(5)]
    request = await submitted(country, "province", "province_reviewer", items)
    await decided(country, request)
    progress: list[Any] = []

    def heard(_: Any, __: int, ___: str, payload: str) -> None:
        stand = json.loads(payload)
        assert stand.pop("mac")
        progress.append(stand)

    await country.owner.add_listener("progress", heard)
    assert (await execute(country, request))["taken"]
    await country.owner.fetchval("select 1")  # whatever was told has come with the answer
    await country.owner.remove_listener("progress", heard)
    assert progress == [{"request": request, "done": done, "total": 5} for done in (0, 2, 4, 5)]


CHECK = """query C($id: ID!, $step: String!) { stepCheck(id: $id, step: $step) {
  mutation possible waitingFor problems { code } } }"""


async def test_what_would_be_said_is_told_beforehand(country: Country) -> None:
    async def check(official: str, step: str, request: int) -> tuple[bool, list[str], set[str]]:
        result = await country.ask(official, CHECK, id=global_id("NationalRequest", request), step=f"request.{step}")
        return result["stepCheck"]["possible"], result["stepCheck"]["waitingFor"], codes(result["stepCheck"])

    country.today("2026-03-10")
    request = await composed(country, "province", [await proposed(country, "county", HERE)])
    assert await check("province_reviewer", "submit", request) == (False, ["number"], {"NOT_ALL_REVIEWED"})
    assert await check("province_reviewer", "review", request) == (True, ["items"], set())
    assert await check("nation", "decide", request) == (False, ["items"], {"WRONG_STATE"})
    assert await check("county", "review", request) == (False, [], {"STEP_NOT_ALLOWED"})
    decisions = await entries(country, "province_reviewer", request, upheld=True)
    assert (await on_request(country, "province_reviewer", "requestReview", request, items=decisions))["taken"]
    sent = await on_request(country, "province_reviewer", "requestSubmit", request, **APPLICATION)
    assert sent["taken"]
    above = await second_account(country, "province_reviewer", "REVIEWER")
    assert await check(above, "decide", request) == (False, ["items"], {"SAME_PERSON"})
    assert await check("nation", "decide", request) == (True, ["items"], set())
    await decided(country, request)
    assert await check("operator", "execute", request) == (True, [], set())
