"""动态 Who is told what: in order, once, resumable, under the rights of the moment; silence about everything else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from api.audit import feed
from api.audit.ledger import AuditEntry, append
from api.resolvers.fields.happening import cursor_of, number_of
from api.resolvers.socket import stream
from tests.support.planner.reference import global_id
from tests.support.resolvers.sockets import Client, connected

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
VILLAGE = "500110001201"
STEP = "clue.report"


class Office:
    """Where events come from: the app's own connection."""

    def __init__(self, service: Any, app: Any, owner: Any) -> None:
        self.service, self.app, self.owner = service, app, owner

    async def happens(self, table: str, number: int | None, action: str = STEP, **place: str | None) -> int:
        happening = AuditEntry(action, table, number, {}, place)
        return await append(self.app, happening, None, AT, policy_version="p1")

    async def of(self, household: int, action: str = STEP, table: str = "household", number: int | None = None) -> int:
        """Something that happened to a household, where it is."""
        row = next(candidate for candidate in self.service.world.tables["household"] if candidate["id"] == household)
        place = {tier: row[tier] for tier in ("province", "city", "county", "township", "village")}
        return await self.happens(table, number or household, action, **place)

    def household(self, **where: str) -> int:
        """A household somewhere, that cooperates with nobody."""
        rows = self.service.world.tables["household"]
        return int(
            next(
                row["id"]
                for row in rows
                if all(row[key] == value for key, value in where.items()) and not row["cooperating_province"]
            )
        )


@pytest_asyncio.fixture
async def office(service: Any, database: Any) -> AsyncIterator[Office]:
    app, owner = await database.app.connect(), await database.owner.connect()
    yield Office(service, app, owner)
    await app.close()
    await owner.close()


async def begun(client: Client, service: Any, official: str, **variables: Any) -> None:
    """Subscribed, and certainly listening: from the cursor the connection was welcomed with."""
    welcome = await client.begin(service.token(official))
    variables.setdefault("after", welcome["payload"]["cursor"])
    await client.subscribe("h", **variables)


async def test_what_happens_is_told_with_the_object_as_it_is_now(service: Any, office: Office) -> None:
    here = office.household(village=VILLAGE)
    async with connected(service.address) as client:
        await begun(client, service, "village")
        await office.of(here)
        event = await client.happened("h")
    name = next(row["head_name"] for row in service.world.tables["household"] if row["id"] == here)
    assert event["object"] == {
        "__typename": "Household",
        "id": global_id("Household", here),
        "headName": name,
        "phone": event["object"]["phone"],
    }
    assert (event["action"], event["objectType"], event["role"]) == (STEP, "Household", "nobody")
    assert datetime.fromisoformat(event["at"]) == AT


async def test_each_is_told_what_it_may_read_and_nothing_of_the_rest(service: Any, office: Office) -> None:
    officials = ("national", "province", "county", "village", "neighbour", "education", "editor")
    here, there = office.household(village=VILLAGE), office.household(county="510104")
    elsewhere = office.household(village="500110002202")
    expected = {
        "national": [here, there, elsewhere],
        "province": [here, elsewhere],
        "county": [here, elsewhere],
        "village": [here],
        "neighbour": [there],
        "education": [household for household in (here, elsewhere) if "EDUCATION" in await _sectors(office, household)],
        "editor": [],
    }
    for official in officials:
        async with connected(service.address) as client:
            await begun(client, service, official)
            for household in (here, there, elsewhere):
                await office.of(household)
            await office.happens("unit", 1, "a.b")  # readable by all, but no step
            last = await mark(office)
            events = []
            while len(events) < len(expected[official]):
                events.append((await client.happened("h"))["object"]["id"])
            await seen(service, last)
            await client.quiet()
        assert events == [global_id("Household", household) for household in expected[official]], official


async def _sectors(office: Office, household: int) -> list[str]:
    return [
        row["department"]
        for row in await office.owner.fetch("select department from involvement where household = $1", household)
    ]


async def mark(office: Office) -> int:
    """An event nobody is told, after all before it."""
    return await office.happens("nothing", None, "mark")


async def seen(service: Any, event: int) -> None:
    """Every subscriber has passed this event."""
    worker = service.application._endpoint.worker
    for _ in range(500):
        rows = await worker.reader.rows("select number from seal where id = $1", (event,))
        if rows and (worker.feed._head or 0) >= rows[0]["number"]:
            break
        await asyncio.sleep(0.02)
    else:
        raise AssertionError("it was not sealed")
    await asyncio.sleep(0.3)  # what may not be told leaves no trace to wait for


async def test_sealed_fields_are_masked_as_in_any_read(service: Any, office: Office) -> None:
    here = office.household(village=VILLAGE)
    async with connected(service.address) as client:
        await begun(client, service, "province")
        await office.of(here)
        message = await client.hear()
    assert message["payload"]["data"]["happened"]["object"]["phone"] is None
    assert message["payload"]["extensions"]["masked"] == {"happened.object.phone": "ALWAYS"}
    assert message["payload"]["extensions"]["cost"] > 0


@pytest.mark.parametrize(
    "action",
    ["search", "reveal", "search.refused", "reveal.refused", "evidence.read", "clue.read", "view.identity", "x"],
)
async def test_who_looked_is_told_to_nobody_who_does_not_read_the_ledger(
    service: Any, office: Office, action: str
) -> None:
    here = office.household(village=VILLAGE)
    async with connected(service.address) as first, connected(service.address) as second:
        await begun(first, service, "county")
        await begun(second, service, "auditor")
        await office.of(here, action)
        await office.of(here)
        event = await first.happened("h")
        assert event["action"] == STEP
        for expected in (action, STEP):
            event = await second.happened("h")
            assert (event["action"], event["objectType"], event["object"]) == (expected, "Household", None)


async def test_filters(service: Any, office: Office) -> None:
    here, there = office.household(village=VILLAGE), office.household(county="510104")
    clue = next(row for row in service.world.tables["clue"])
    variables: list[dict[str, Any]] = [
        {"actions": ["clue.close"]},
        {"objectType": "Clue"},
        {"region": "51"},
        {"region": VILLAGE},
        {"region": "0"},
        {"actions": ["clue.close"], "region": "51"},
    ]
    for filter_, expected in zip(
        variables,
        (["clue.close"], [STEP], [STEP], ["clue.close", STEP], ["clue.close", STEP, STEP], []),
        strict=True,
    ):
        async with connected(service.address) as client:
            await begun(client, service, "national", **filter_)
            await office.of(here, "clue.close")
            await office.of(here, table="clue", number=clue["id"])
            await office.of(there)
            last = await mark(office)
            actions = [(await client.happened("h"))["action"] for _ in expected]
            await seen(service, last)
            await client.quiet()
        assert actions == expected, filter_


async def test_it_goes_on_from_a_cursor_without_loss_or_repetition(service: Any, office: Office) -> None:
    here = office.household(village=VILLAGE)
    async with connected(service.address) as client:
        welcome = await client.begin(service.token("village"))
        after = welcome["payload"]["cursor"]
    written = [await office.of(here) for _ in range(12)]
    cursors: list[str] = []
    while len(cursors) < len(written):
        async with connected(service.address) as client:  # cut off after every five
            await begun(client, service, "village", after=after)
            left = min(5, len(written) - len(cursors))
            cursors += [(await client.happened("h"))["cursor"] for _ in range(left)]
            after = cursors[-1]
    assert len(set(cursors)) == len(cursors)
    numbers = [number_of(cursor) for cursor in cursors]
    events = await office.app.fetch("select id from seal where number = any($1::bigint[]) order by number", numbers)
    assert (numbers, [row["id"] for row in events]) == (sorted(numbers), written)


async def test_many_at_once_while_more_come(service: Any, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "AT_ONCE", 7)
    here = office.household(village=VILLAGE)
    clients = [connected(service.address) for _ in range(3)]
    async with clients[0] as first, clients[1] as second, clients[2] as third:
        for client in (first, second, third):
            await begun(client, service, "village")
        written = [await office.of(here) for _ in range(40)]
        for client in (first, second, third):
            numbers = [number_of((await client.happened("h"))["cursor"]) for _ in written]
            assert numbers == list(range(numbers[0], numbers[0] + 40))


async def test_the_memory_that_is_shared_is_bounded(
    service: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = service.application._endpoint.worker
    monkeypatch.setattr(worker.feed, "_recent", type(worker.feed._recent)(maxlen=4))
    here = office.household(village=VILLAGE)
    async with connected(service.address) as slow, connected(service.address) as quick:
        await begun(slow, service, "village")
        await begun(quick, service, "village")
        written = [await office.of(here) for _ in range(30)]
        for client in (quick, slow):
            assert len([await client.happened("h") for _ in written]) == 30
        assert len(worker.feed._recent) <= 4


async def test_nobody_waits_and_nothing_is_read(service: Any, office: Office) -> None:
    worker = service.application._endpoint.worker
    for _ in range(200):
        if not worker.feed._waiting:
            break
        await asyncio.sleep(0.02)
    assert (worker.feed._waiting, worker.feed._head, len(worker.feed._recent)) == (0, None, 0)


@pytest.mark.parametrize("cursor", ["", "x", cursor_of(-1), cursor_of(7) + "A", "U0VBTEVEfDdfDQ"])
async def test_a_foreign_cursor_is_refused(service: Any, cursor: str) -> None:
    async with connected(service.address) as client:
        await client.begin(service.token("county"))
        await client.subscribe("h", after=cursor)
        message = await client.hear()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "BAD_CURSOR"


async def test_what_is_too_old_is_not_told_again(service: Any, office: Office) -> None:
    await office.of(office.household(village=VILLAGE))
    await seen_sealed(office)
    await office.owner.execute("alter table seal disable trigger append_only")
    await office.owner.execute("update seal set sealed_at = sealed_at - interval '8 days'")
    try:
        async with connected(service.address) as client:
            await client.begin(service.token("county"))
            await client.subscribe("h", after=cursor_of(0))
            message = await client.hear()
            assert message["payload"][0]["extensions"]["code"] == "CURSOR_TOO_OLD"
            newest = await office.owner.fetchval("select max(number) from seal")
            await client.subscribe("now", after=cursor_of(newest))
            await office.of(office.household(village=VILLAGE))
            assert await client.happened("now")
    finally:
        await office.owner.execute("update seal set sealed_at = now() where sealed_at < now() - interval '7 days'")
        await office.owner.execute("alter table seal enable trigger append_only")


async def seen_sealed(office: Office) -> None:
    for _ in range(500):
        if await office.app.fetchval("select (select count(*) from seal) = (select count(*) from event)"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not sealed")


async def test_rights_that_end_end_the_telling(service: Any, office: Office) -> None:
    here = office.household(village=VILLAGE)
    accounts = service.application._endpoint.worker.accounts
    held = "update post set until = $1 where account = (select id from account where name like 'village%')"
    async with connected(service.address) as client:
        await begun(client, service, "village")
        await office.of(here)
        assert await client.happened("h")
        try:
            await office.owner.execute(held, datetime(2025, 1, 1, tzinfo=UTC).date())
            accounts.invalidate()
            await office.of(here)
            assert await client.closed() == (4403, "POST_ENDED")
        finally:
            await office.owner.execute(held, None)
            accounts.invalidate()


async def test_a_household_that_moves_away_is_told_no_more(service: Any, office: Office) -> None:
    here = office.household(village=VILLAGE)
    away = service.world.units["510104001201"]
    home = service.world.units[VILLAGE]
    move = "update household set province = $2, city = $3, county = $4, township = $5, village = $6 where id = $1"
    async with connected(service.address) as client:
        await begun(client, service, "village")
        try:
            await office.owner.execute(move, here, *away.values())
            await office.happens("household", here, **home)  # it happened here, and may not be read any more
            last = await mark(office)
            await seen(service, last)
            await client.quiet()
        finally:
            await office.owner.execute(move, here, *home.values())
        await office.of(here)
        assert (await client.happened("h"))["object"]["id"] == global_id("Household", here)


async def test_an_event_waits_for_a_database_that_is_away(
    service: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.database import DATABASE_BUSY
    from api.errors import Problem
    from api.resolvers.fields import happening

    monkeypatch.setattr(stream, "PAUSE", 0.01)
    real, failures = happening.readable, iter([Problem(DATABASE_BUSY, retry=1)] * 3)

    async def away(*arguments: Any) -> bool:
        for problem in failures:
            raise problem
        return await real(*arguments)

    monkeypatch.setattr(happening, "readable", away)
    here = office.household(village=VILLAGE)
    async with connected(service.address) as client:
        await begun(client, service, "village")
        await office.of(here)
        assert await client.happened("h")
        monkeypatch.setattr(stream, "ATTEMPTS", 2)
        failures = iter([Problem(DATABASE_BUSY, retry=1)] * 3)
        await office.of(here)
        assert await client.closed() == (1013, "DATABASE_BUSY")


async def test_a_dear_object_is_refused_and_the_next_is_told(service: Any, office: Office) -> None:
    dear = "acts(first: 200) { nodes { household { acts(first: 200) { nodes { id } } } } }"
    query = f"subscription {{ happened {{ cursor object {{ ... on Household {{ {dear} }} }} }} }}"
    here = office.household(village=VILLAGE)
    async with connected(service.address) as client:
        welcome = await client.begin(service.token("village"))
        assert welcome
        await client.subscribe("h", query)
        await client.quiet()
        await asyncio.sleep(0.3)
        await office.of(here)
        message = await client.hear()
    assert message["type"] == "next"
    assert message["payload"]["errors"][0]["extensions"]["code"] == "TOO_DEAR"
    assert message["payload"]["errors"][0]["path"] == ["happened", "object"]
