"""动态 Steps taken over HTTP are told over the socket, in order, with the object as it then stands. DESIGN §10"""

from planner.reference import global_id
from resolvers.sockets import connected

from journeys.conftest import Country

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
