"""Sealed identifiers over HTTP: shown masked, found by exact match, opened on record; never anywhere else. Q38"""

import logging
from typing import Any

import pytest
import pytest_asyncio

from tests.support.planner.reference import global_id
from tests.support.resolvers.service import Service

NUMBER = "500110199001011236"  # a checksum that holds, of nobody
FIND = """query F($n: String!, $p: Purpose!, $r: String!) {
  findPerson(idNumber: $n, purpose: $p, reason: $r) { id name idNumber household { headName } } }"""
REVEAL = """mutation R($id: ID!, $r: String!) {
  revealPersonalData(id: $id, field: "idNumber", purpose: VERIFICATION, reason: $r) { value } }"""


@pytest_asyncio.fixture(scope="module")
async def member(service: Service, database: Any) -> int:
    owner = await database.owner.connect()
    endpoint = service.application._endpoint
    assert endpoint is not None
    row = next(
        row
        for row in service.world.tables["member"]
        if _household(service, row["household"])["county"] == "500110"
        and _household(service, row["household"])["cooperating_county"] != "510104"
    )
    sealed = endpoint.worker.sealer.seal("member", "id_number", row["id"], NUMBER)
    await owner.execute(
        "update member set id_number_sealed = $2, id_number_index = $3, id_number_masked = $4 where id = $1",
        row["id"],
        sealed.sealed,
        sealed.index,
        sealed.masked,
    )
    await owner.close()
    return int(row["id"])


def _household(service: Service, number: int) -> Any:
    return next(row for row in service.world.tables["household"] if row["id"] == number)


async def events(database: Any) -> list[Any]:
    owner = await database.owner.connect()
    try:
        return list(
            await owner.fetch(
                "select action, object_type, object_id, facts::text as facts, account from event order by id"
            )
        )
    finally:
        await owner.close()


async def test_found_by_the_whole_number_and_on_record(service: Service, database: Any, member: int) -> None:
    before = len(await events(database))
    answer = await service.ask(FIND, n=NUMBER, p="VERIFICATION", r="入户核实任务")
    assert answer["findPerson"]["id"] == global_id("Member", member)
    assert answer["findPerson"]["idNumber"] == "5****************6"
    after = await events(database)
    assert len(after) == before + 1
    assert (after[-1]["action"], after[-1]["object_id"]) == ("search", member)
    assert NUMBER not in after[-1]["facts"]


@pytest.mark.parametrize("official", ["neighbour", "village"])
async def test_out_of_reach_and_absent_are_one_answer(service: Service, member: int, official: str) -> None:
    household = _household(service, next(m for m in service.world.tables["member"] if m["id"] == member)["household"])
    if official == "village" and household["village"] == "500110001201":
        official = "neighbour"
    for number in (NUMBER, "500110199001011252"):
        assert await service.ask(FIND, official, n=number, p="VERIFICATION", r="核查") == {"findPerson": None}


async def test_opened_for_whoever_may_and_on_record(service: Service, database: Any, member: int) -> None:
    answer = await service.ask(REVEAL, id=global_id("Member", member), r="核实身份")
    assert answer == {"revealPersonalData": {"value": NUMBER}}
    assert (await events(database))[-1]["action"] == "reveal"


@pytest.mark.parametrize("official", ["national", "province", "education", "neighbour", "editor"])
async def test_refused_to_everybody_else(service: Service, member: int, official: str) -> None:
    body = (
        await service.post({"query": REVEAL, "variables": {"id": global_id("Member", member), "r": "想看"}}, official)
    ).json()
    assert body["errors"][0]["extensions"]["code"] == "IDENTIFIER_NOT_ALLOWED"
    assert NUMBER not in str(body)


async def test_a_reason_is_needed_and_may_not_hold_a_number(service: Service, member: int) -> None:
    for reason in ("", "   ", f"查 {NUMBER}"):
        body = (
            await service.post({"query": REVEAL, "variables": {"id": global_id("Member", member), "r": reason}})
        ).json()
        assert body["errors"][0]["extensions"]["code"] == "REASON_NEEDED"
        assert NUMBER not in str(body)


async def test_no_number_in_any_log(service: Service, member: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await service.ask(FIND, n=NUMBER, p="VERIFICATION", r="核查")
        await service.post({"query": FIND, "variables": {"n": NUMBER + "9", "p": "VERIFICATION", "r": "x"}})
        await service.post({"query": f'{{ findPerson(idNumber: "{NUMBER}") {{ id }} }}'})
    assert NUMBER not in caplog.text
