"""Provinces see their requests, counties their items; to everybody else nothing tells that a request exists. Q40

The same is asked before anything was proposed and while the nation has it: by list, count, filter, order, cursor, node,
history, step, check, page and document. Whoever is not part of it gets the same answers to the byte.
"""

from typing import Any

import orjson

from tests.support.journeys.country import OFFICIALS, Country
from tests.support.journeys.evidence import PDF
from tests.support.journeys.requests_made import (
    HERE,
    THERE,
    answer_of,
    case_of,
    decided,
    propose,
    read,
    submitted,
    upload,
)
from tests.support.planner.reference import global_id

INVOLVED = {"county", "reviewer", "wansheng", "province", "province_reviewer", "nation", "operator"}
LISTS = """query L($after: String, $ids: [ID!]!) {
  nationalRequests(first: 5, after: $after, filter: {region: "0"}, order: {by: SIZE}) {
    totalCount pageInfo { hasNextPage } nodes { id } edges { cursor } }
  requestItems(first: 5, filter: {operation: [ROLLBACK]}) { totalCount nodes { id } edges { cursor } }
  nodes(ids: $ids) { id }
  households(first: 20) { totalCount nodes { id version requestItems { id } decisions { id } acts { nodes { id step } }
    cases { id version state requestItems { id } availableSteps { step } } } }
  deadlines(first: 20) { totalCount nodes { id } } clues(first: 20) { nodes { id version } } }"""
CHECK = "query C($id: ID!, $step: String!) { stepCheck(id: $id, step: $step) { possible problems { code en } } }"
STEPS = (
    ("requestRetract", "RequestItem", {"why": "x"}),
    ("requestOpen", "RequestItem", {}),
    ("requestRefresh", "NationalRequest", {}),
    ("requestSendBack", "NationalRequest", {"why": "x"}),
    ("requestFile", "NationalRequest", {"filingNumber": "x"}),
    ("requestExecute", "NationalRequest", {}),
)


async def raw(country: Country, official: str, query: str, **variables: Any) -> bytes:
    answer = await country.client.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {country.tokens[official]}"},
    )
    return bytes(answer.content)


async def next_number(country: Country, table: str) -> int:
    return int((await country.rows(f"select coalesce(max(id), 0) + 1 as id from {table}"))[0]["id"])


async def fetched(country: Country, official: str, path: str) -> tuple[int, str]:
    answer = await country.client.get(path, headers={"authorization": f"Bearer {country.tokens[official]}"})
    return answer.status_code, answer.text


async def test_nothing_tells_anybody_else(country: Country) -> None:
    cases = [(await case_of(country, HERE), "county"), (await case_of(country, THERE), "wansheng")]
    tables = {"NationalRequest": "national_request", "RequestItem": "request_item", "Evidence": "evidence",
              "RequestEffect": "request_effect", "NationalDecision": "national_decision"}  # fmt: skip
    next_ = {name: await next_number(country, table) for name, table in tables.items()}
    ids = [global_id(name, number) for name, first in next_.items() for number in (first, first + 1)]
    before = {official: await raw(country, official, LISTS, ids=ids) for official in OFFICIALS}
    items = []
    for (case, act), official in cases:
        taken = await propose(country, official, case, operation="ROLLBACK", targetAct=global_id("Act", act))
        assert taken["taken"], taken
        items.append(await next_number(country, "request_item") - 1)
    document = await upload(country, "county", items[0], "记录.pdf", PDF)
    request = await submitted(country, "province", "province_reviewer", items)
    await decided(country, request)
    assert (request, items[0]) == (next_["NationalRequest"], next_["RequestItem"]), "what is asked for is this"
    requests = orjson.loads(await raw(country, "nation", LISTS, ids=ids))["data"]["nationalRequests"]
    cursor = requests["edges"][0]["cursor"]
    for official in OFFICIALS:
        after = await raw(country, official, LISTS, ids=ids)
        if official in INVOLVED:
            assert after != before[official], official
            continue
        assert after == before[official], official
        turned = await raw(country, official, LISTS, ids=ids, after=cursor)
        assert orjson.loads(turned)["data"] == orjson.loads(before[official])["data"], official
        for path in (f"/requests/{global_id('NationalRequest', request)}", f"/evidence/{answer_of(document)['id']}"):
            missing = (
                path.rpartition("/")[0]
                + "/"
                + global_id("NationalRequest" if "requests" in path else "Evidence", 999_999)
            )
            assert await fetched(country, official, path) == await fetched(country, official, missing), official
        for step, type_name, arguments in STEPS:
            number = next_[type_name]
            there = await country.take(official, step, type_name, number, 1, **arguments)
            assert there == await country.take(official, step, type_name, 999_999, 1, **arguments), (official, step)
            name = f"request.{step.removeprefix('request').lower().replace('sendback', 'send_back')}"
            answers = [await raw(country, official, CHECK, id=global_id(type_name, candidate), step=name)
                     for candidate in (number, 999_999)]  # fmt: skip
            assert answers[0] == answers[1], (official, name)


async def test_each_sees_what_is_its_own(country: Country) -> None:
    query = "{ nationalRequests { totalCount } requestItems { totalCount nodes { state request { state } } } }"
    for official, (unit, department, _) in OFFICIALS.items():
        data = await country.ask(official, query)
        tier = next(row["tier"] for row in country.world.tables["unit"] if row["code"] == unit).lower()
        reads = department == "RURAL_REVITALIZATION" and tier in ("national", "province", "county")
        here = {"national": "$1::text = '0'", "province": "province = $1", "county": "county = $1"}.get(
            tier, "$1::text is null"
        )
        (items,) = await country.rows(f"select count(*) from request_item where {here}", unit)
        (requests,) = await country.rows(f"select count(*) from national_request where {here}", unit)
        expected = (requests["count"], items["count"]) if reads else (0, 0)
        assert (data["nationalRequests"]["totalCount"], data["requestItems"]["totalCount"]) == expected, official
        view = {item["request"] is not None for item in data["requestItems"]["nodes"]}
        assert tier != "county" or view <= {False}, f"{official}: its own items, not the province's application"
    (row,) = await country.rows("select max(id) as id from national_request")
    offered = {
        step["step"] for step in (await read(country, "operator", "NationalRequest", row["id"]))["availableSteps"]
    }
    assert offered == {"request.execute"}
    assert (await read(country, "nation", "NationalRequest", row["id"]))["availableSteps"] == []


async def test_no_event_of_it_lies_below_its_county(country: Country) -> None:
    rows = await country.rows(
        "select object_type, county, township, village from event where object_type in"
        " ('RequestItem', 'NationalRequest', 'Evidence') or action like 'request.%'"
    )
    assert {row["object_type"] for row in rows} >= {"RequestItem", "NationalRequest"}
    assert {(row["township"], row["village"]) for row in rows} == {(None, None)}
    assert {row["county"] for row in rows if row["object_type"] == "NationalRequest"} == {None}
