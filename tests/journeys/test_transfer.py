"""Jurisdiction moves from county to county while an identification is under way; a third county sees nothing. Q16"""

from typing import Any

import pytest_asyncio

from tests.support.journeys.country import COUNTY, VILLAGE, Country
from tests.support.journeys.steps_taken import IDENTIFY, clue, newest, refused, walk
from tests.support.planner.reference import global_id

RECEIVING_COUNTY, RECEIVING = "510104", "510104001201"
WHY = "举家常年居住在迁入村，户籍村已整村搬空"
PROPOSAL = {"receiving": RECEIVING, "basis": "RESIDENCE", "why": WHY}
SEEN = """query S($id: ID!, $proceeding: ID!) {
  household(id: $id) {
    unit { code } jurisdiction jurisdictionReason members { idNumber } availableSteps { step }
    transfers { nodes { releasingUnit { code } receivingUnit { code } basis why accepted decidedOn } }
    proceedings { kind state availableSteps { step } } notes { nodes { content unit { code } } }
    clues { nodes { state } } deadlines { totalCount }
  }
  node(id: $proceeding) { id }
  households(first: 100, filter: {region: "REGION"}) { totalCount }
  clues(first: 100) { totalCount }
  deadlines(first: 100) { totalCount }
}"""


@pytest_asyncio.fixture
async def sides(country: Country) -> Country:
    """The officials of the receiving county, of a county that has nothing to do with it, and of places between."""
    if "receiver" not in country.tokens:
        await country.appoint("receiver", RECEIVING_COUNTY, "RURAL_REVITALIZATION", "HANDLER")
        await country.appoint("receiving township", "510104001", "RURAL_REVITALIZATION", "HANDLER")
        await country.appoint("receiving village", RECEIVING, "RURAL_REVITALIZATION", "HANDLER")
        await country.appoint("receiving reviewer", RECEIVING_COUNTY, "RURAL_REVITALIZATION", "REVIEWER")
        await country.appoint("receiving approver", RECEIVING_COUNTY, "LEADING_GROUP", "APPROVER")
        await country.appoint("third", "50W", "RURAL_REVITALIZATION", "HANDLER")
        await country.appoint("other township", "500110002", "RURAL_REVITALIZATION", "HANDLER")
        await country.appoint("other village", "500110001202", "RURAL_REVITALIZATION", "HANDLER")
    return country


async def seen(country: Country, official: str, household: int, proceeding: int, region: str = "0") -> Any:
    ids = {"id": global_id("Household", household), "proceeding": global_id("Proceeding", proceeding)}
    return await country.ask(official, SEEN.replace("REGION", region), **ids)


async def propose(country: Country, official: str, household: int, **arguments: Any) -> int:
    version = (await country.row("household", household))["version"]
    taken = await country.take(
        official, "transferPropose", "Household", household, version, **{**PROPOSAL, **arguments}
    )
    assert taken["taken"], taken
    return int((await newest(country, "proceeding", household, "TRANSFER"))["id"])


async def decide(country: Country, official: str, step: str, proceeding: int, **arguments: Any) -> Any:
    version = (await country.row("proceeding", proceeding))["version"]
    return await country.take(official, step, "Proceeding", proceeding, version, **arguments)


async def test_a_household_moves_with_everything_under_way(sides: Country) -> None:
    country, found_on = sides, "2026-03-02"
    country.today(found_on)
    household = await country.household()
    number = await clue(country, household)
    assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
    identification = int((await newest(country, "proceeding", household))["id"])
    await walk(country, "proceeding", identification, found_on, IDENTIFY[:3])
    before = {name: await seen(country, name, household, identification) for name in ("receiver", "third")}
    assert all(row["household"] is None and row["node"] is None for row in before.values())

    transfer = await propose(country, "county", household)
    # both sides see the open transfer; the third county still sees what it saw, by id, list and count
    for official in ("county", "receiver", "receiving village"):
        view = (await seen(country, official, household, transfer))["household"]
        assert [transfer["receivingUnit"]["code"] for transfer in view["transfers"]["nodes"]] == [RECEIVING], official
        assert {proceeding["kind"]: proceeding["state"] for proceeding in view["proceedings"]}["TRANSFER"] == "OPENED"
    receiver = await seen(country, "receiver", household, transfer)
    offered = {
        step["kind"]: {step["step"] for step in step["availableSteps"]} for step in receiver["household"]["proceedings"]
    }
    assert offered == {"IDENTIFICATION": set(), "TRANSFER": {"transfer.accept", "transfer.refuse"}}
    assert all(member["idNumber"] is None for member in receiver["household"]["members"]), "cooperating: no identity"
    assert receiver["clues"]["totalCount"] == before["receiver"]["clues"]["totalCount"] + 1, "this household, no other"
    assert await seen(country, "third", household, identification) == before["third"]

    deadline = (await newest(country, "deadline", household))["id"]
    assert (await country.row("deadline", deadline))["county"] == COUNTY
    accepted = await decide(country, "receiver", "transferAccept", transfer)
    assert accepted["taken"], accepted
    assert accepted["proceeding"]["state"] == "COMPLETED"
    view = (await seen(country, "receiving village", household, transfer))["household"]
    assert (view["unit"]["code"], view["jurisdiction"], view["jurisdictionReason"]) == (RECEIVING, "RESIDENCE", WHY)
    assert [transfer["accepted"] for transfer in view["transfers"]["nodes"]] == [True]
    for table, row in (("household", household), ("clue", number), ("deadline", deadline)):
        moved = await country.row(table, row)
        assert (moved["province"], moved["city"], moved["county"], moved["village"]) == (
            "51", "5101", RECEIVING_COUNTY, RECEIVING,
        ), table  # fmt: skip
    # who gave it away cooperates: it reads the transfer, and acts no more
    released = (await seen(country, "county", household, transfer))["household"]
    assert released["transfers"]["nodes"][0]["decidedOn"] is not None
    assert released["availableSteps"] == [{"step": "cooperation.note"}]
    assert await seen(country, "third", household, identification) == before["third"]
    assert set(await refused(country, "village", "identificationOpenPublicity", "Proceeding", identification)) == {
        "STEP_NOT_ALLOWED"
    }
    # the identification goes on where it was, under the new unit
    onwards = {
        "village": "receiving village", "township": "receiving township", "reviewer": "receiving reviewer",
        "approver": "receiving approver", "county": "receiver",
    }  # fmt: skip
    way = tuple((onwards[who], step, arguments, days) for who, step, arguments, days in IDENTIFY[3:])
    await walk(country, "proceeding", identification, found_on, way)
    case = await newest(country, "monitoring_case", household)
    assert (case["state"], case["county"]) == ("IDENTIFIED", RECEIVING_COUNTY)
    # the ledger keeps the places things happened at
    events = await country.rows(
        "select action, county from event where (facts->>'act')::bigint in (select id from act where household = $1)"
        " order by id", household,
    )  # fmt: skip
    places = [(event["action"], event["county"]) for event in events]
    assert places.index(("transfer.propose", COUNTY)) < places.index(("transfer.accept", RECEIVING_COUNTY))
    assert ("identification.verify_at_home", COUNTY) in places
    assert ("identification.approve", RECEIVING_COUNTY) in places


async def test_refused_or_taken_back_nothing_moves(sides: Country) -> None:
    country = sides
    country.today("2026-04-01")
    other = country.world.units["659001001201"]
    household = await country.household(**{f"cooperating_{tier}": code for tier, code in other.items()})
    for official, step in (("receiver", "transferRefuse"), ("county", "transferWithdraw")):
        transfer = await propose(country, "county", household)
        assert (await country.row("household", household))["cooperating_village"] == RECEIVING
        taken = await decide(country, official, step, transfer, why="不符合常住条件")
        assert taken["taken"], taken
        row = await country.row("household", household)
        assert (row["village"], row["cooperating_village"]) == (VILLAGE, "659001001201"), "who cooperated does again"
        assert (await country.row("proceeding", transfer))["state"] == "ENDED"
        answer = await seen(country, "receiver", household, transfer)
        assert answer["household"] is None
        assert answer["node"] is None
    nodes = (await seen(country, "county", household, transfer))["household"]["transfers"]["nodes"]
    assert [transfer["accepted"] for transfer in nodes] == [False, False]


async def test_who_may_not(sides: Country) -> None:
    country = sides
    country.today("2026-04-10")
    household = await country.household()
    for official in ("township", "village"):  # the counties differ: theirs to record
        refusals = await refused(country, official, "transferPropose", "Household", household, **PROPOSAL)
        assert {code: problem["question"] for code, problem in refusals.items()} == {"TRANSFER_AT_ANOTHER_TIER": "Q16"}
    for official in ("reviewer", "approver", "city", "education", "receiver", "third"):
        refusals = await refused(country, official, "transferPropose", "Household", household, **PROPOSAL)
        assert set(refusals) == {"STEP_NOT_ALLOWED"}, official
    for wrong, code in (
        ({"receiving": VILLAGE, "basis": "HUKOU"}, {"TRANSFER_TO_ITSELF", "TRANSFER_AT_ANOTHER_TIER"}),
        ({"receiving": RECEIVING_COUNTY}, {"TRANSFER_TO_NO_VILLAGE"}),
        ({"receiving": "没有"}, {"TRANSFER_TO_NO_VILLAGE"}),
        ({"basis": "MOVE_IN"}, {"TRANSFER_NOT_RELOCATED"}),
        ({"basis": "HUKOU"}, {"UNIT_NOT_RESPONSIBLE"}),
        ({"why": "联系人电话 13812345678"}, {"PERSONAL_DATA"}),
    ):
        refusals = await refused(country, "county", "transferPropose", "Household", household, **{**PROPOSAL, **wrong})
        assert code <= set(refusals), (wrong, refusals)
    transfer = await propose(country, "county", household)
    assert set(await refused(country, "county", "transferPropose", "Household", household, **PROPOSAL)) == {
        "PROCEEDING_OPEN"
    }
    refusals = await refused(country, "receiving village", "transferAccept", "Proceeding", transfer)
    assert set(refusals) == {"TRANSFER_AT_ANOTHER_TIER"}
    for official in ("county", "neighbour", "third", "city"):
        assert set(await refused(country, official, "transferAccept", "Proceeding", transfer)) == {"STEP_NOT_ALLOWED"}
    assert set(await refused(country, "receiver", "transferWithdraw", "Proceeding", transfer, why="x")) == {
        "STEP_NOT_ALLOWED"
    }
    # one person at both sides is nobody's two sides
    person = (await newest(country, "act", household))["person"]
    account = (
        await country.rows(
            "select account from post p join unit u on u.id = p.unit where u.code = $1"
            " and p.department = 'RURAL_REVITALIZATION' and p.duty = 'HANDLER' order by p.id desc",
            RECEIVING_COUNTY,
        )
    )[0]
    own = await country.rows("select person from account where id = $1", account["account"])
    await country.owner.execute("update account set person = $2 where id = $1", account["account"], person)
    country.forget()
    refusals = await refused(country, "receiver", "transferAccept", "Proceeding", transfer)
    assert set(refusals) == {"TRANSFER_UNSEEN"}
    await country.owner.execute("update account set person = $2 where id = $1", account["account"], own[0]["person"])
    country.forget()


async def test_inside_one_county_and_one_township(sides: Country) -> None:
    country = sides
    country.today("2026-04-20")
    for receiving, proposer, accepter, wrong in (
        ("500110002201", "township", "other township", ("county", "village")),
        ("500110001202", "village", "other village", ("county", "township")),
    ):
        household = await country.household()
        for official in wrong:
            refusals = await refused(
                country, official, "transferPropose", "Household", household, **{**PROPOSAL, "receiving": receiving}
            )
            assert set(refusals) == {"TRANSFER_AT_ANOTHER_TIER"}, official
        transfer = await propose(country, proposer, household, receiving=receiving)
        assert set(await refused(country, "county", "transferAccept", "Proceeding", transfer)) == {
            "TRANSFER_AT_ANOTHER_TIER"
        }
        assert (await decide(country, accepter, "transferAccept", transfer))["taken"]
        row = await country.row("household", household)
        assert (row["village"], row["cooperating_village"]) == (receiving, VILLAGE)


async def test_for_the_relocated_the_move_out_place_cooperates_and_adds_notes(sides: Country) -> None:
    country = sides
    country.today("2026-05-06")
    household = await country.household(relocated=True)
    note = {"content": "原村仍有承包地三亩，秋收后协助流转"}
    assert set(await refused(country, "village", "cooperationNote", "Household", household, **note)) == {
        "STEP_NOT_ALLOWED"
    }, "the responsible side has better places to write"
    transfer = await propose(country, "county", household, basis="MOVE_IN", why="易地搬迁安置")
    assert (await decide(country, "receiver", "transferAccept", transfer))["taken"]
    row = await country.row("household", household)
    unit = country.world.unit_id
    assert (row["move_in_unit"], row["move_out_unit"]) == (unit[RECEIVING], unit[VILLAGE])
    assert (row["jurisdiction"], row["cooperating_village"]) == ("MOVE_IN", VILLAGE)
    taken = await country.take("village", "cooperationNote", "Household", household, row["version"], **note)
    assert taken["taken"], taken
    view = (await seen(country, "receiving village", household, transfer))["household"]
    assert view["notes"]["nodes"] == [{**note, "unit": {"code": VILLAGE}}]
    refusals = await refused(
        country, "village", "cooperationNote", "Household", household, content="身份证 11010119900307771X"
    )
    assert set(refusals) == {"PERSONAL_DATA"}
    assert set(await refused(country, "third", "cooperationNote", "Household", household, **note)) == {
        "STEP_NOT_ALLOWED"
    }
    # moved on to a third place, its move-out place stays the cooperating one
    onward = await propose(country, "receiver", household, receiving="500110901201", basis="MOVE_IN", why="二次安置")
    assert (await decide(country, "third", "transferAccept", onward))["taken"]
    row = await country.row("household", household)
    assert (row["county"], row["cooperating_village"]) == ("50W", VILLAGE)
