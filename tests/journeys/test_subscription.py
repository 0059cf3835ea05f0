"""动态 Steps taken over HTTP are told over the socket, in order, with the object as it then stands. DESIGN §10"""

from contextlib import AsyncExitStack

from tests.support.journeys.country import Country
from tests.support.journeys.requests_made import HERE, decided, on_request, proposed, submitted
from tests.support.planner.reference import global_id
from tests.support.resolvers.sockets import connected

HAPPENED = """subscription H($after: String) { happened(after: $after) { cursor action role object {
  ... on Clue { id clueState: state } ... on Proceeding { id state household { headName } } } } }"""


async def test_the_county_follows_what_a_village_does(country: Country) -> None:
    address = str(country.client.base_url).rstrip("/")
    async with connected(address) as county, connected(address) as neighbour:
        for client, official in ((county, "county"), (neighbour, "neighbour")):
            welcome = await client.begin(country.tokens[official])
            await client.subscribe("h", HAPPENED, after=welcome["payload"]["cursor"])
        household = await country.household(head_name="李守望")
        country.today("2026-04-01")
        reported = await country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT")
        clue = (await country.rows("select id from clue where household = $1", household))[0]["id"]
        opened = await country.take("village", "identificationOpen", "Clue", clue, 1)
        assert reported["taken"]
        assert opened["taken"]
        first, second = [await county.happened("h") for _ in range(2)]
        assert (first["action"], first["role"]) == ("clue.report", "village:rural_revitalization:handler")
        assert first["object"] == {"id": global_id("Clue", clue), "clueState": "OPEN"}
        assert second["action"] == "identification.open"
        assert second["object"]["state"] == opened["proceeding"]["state"]
        assert second["object"]["household"] == {"headName": "李守望"}
        await neighbour.quiet()


async def test_a_token_that_expires_ends_the_telling(country: Country) -> None:
    address = str(country.client.base_url).rstrip("/")
    before = country.clock.moment
    async with connected(address) as client:
        await client.begin(country.tokens["county"])
        await client.subscribe("h", HAPPENED)
        await client.quiet()
        country.today("2030-01-01")
        try:
            assert await client.closed() == (4403, "TOKEN_EXPIRED")
        finally:
            country.clock.moment = before


REQUESTED = """subscription R($after: String) { happened(after: $after, actions: ["request.submit", "request.decide",
  "request.execute"]) { action role object { __typename ... on NationalRequest { id requestState: state }
  ... on RequestItem { id itemState: state } } } }"""
PROGRESS = "subscription P($request: ID!) { executionProgress(request: $request) { done total } }"


async def test_arrival_decision_and_execution_of_a_request_are_told_to_whom_they_concern(country: Country) -> None:
    address = str(country.client.base_url).rstrip("/")
    country.today("2026-03-01")
    item = await proposed(country, "county", HERE)
    named = global_id("RequestItem", item)
    async with AsyncExitStack() as stack:
        following = {}
        for official in ("nation", "operator", "province", "county", "neighbour", "another_province", "corps"):
            following[official] = client = await stack.enter_async_context(connected(address))
            welcome = await client.begin(country.tokens[official])
            await client.subscribe("r", REQUESTED, after=welcome["payload"]["cursor"])
        request = await submitted(country, "province", "province_reviewer", [item])
        whole = {"__typename": "NationalRequest", "id": global_id("NationalRequest", request)}
        for official in ("nation", "operator", "province"):
            client = following[official]
            events = [(await client.happened("r")) for _ in range(2)]
            assert [entry["action"] for entry in events] == ["request.submit"] * 2
            assert {"__typename": "RequestItem", "id": named, "itemState": "SUBMITTED"} in [
                entry["object"] for entry in events
            ]
            assert {**whole, "requestState": "SUBMITTED"} in [entry["object"] for entry in events]
        events = [await following["county"].happened("r")]
        assert [entry["object"]["id"] for entry in events] == [named], "a county sees its item and not the request"
        await decided(country, request)
        states = [(await following["county"].happened("r"))["object"]]
        assert states == [{"__typename": "RequestItem", "id": named, "itemState": "APPROVED"}]
        operator = following["operator"]
        assert {(await operator.happened("r"))["action"] for _ in range(2)} == {"request.decide"}
        await operator.subscribe("p", PROGRESS, request=global_id("NationalRequest", request))
        await operator.quiet()
        done = await on_request(country, "operator", "requestExecute", request)
        assert done["taken"], done
        heard = [await operator.hear() for _ in range(4)]
        stands = [
            message["payload"]["data"]["executionProgress"]
            for message in heard
            if message["id"] == "p" and message["type"] == "next"
        ]
        assert stands[-1] == {"done": 1, "total": 1}
        assert {"id": "p", "type": "complete"} in heard
        for official in ("neighbour", "another_province", "corps"):
            await following[official].quiet()
