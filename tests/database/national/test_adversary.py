"""Whoever holds the app's login draws statements at random; what the database promises stays true. RULES §4

With nobody signed in, and as an official who is; on one connection and on two at once. A short form runs always; with
SHOUWANG_HYPOTHESIS=soak thousands of sequences.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.settings import read
from tests.support.national.adversary import Adversary, Catalogue, Intruder
from tests.support.national.nationally import Nationally
from tests.support.national.promises import Snapshot, broken
from tests.support.national.trust import distrust, in_earnest, trust

SEQUENCES = 1500 if read().property_tests == "soak" else 60
NOBODY: dict[str, int | None] = {"account": None, "person": None, "post": None}


@pytest_asyncio.fixture(scope="module")
async def ground(nationally: Nationally, database: Any) -> AsyncIterator[Nationally]:
    """A request before the nation, an executed one, cases in several states; in earnest."""
    await nationally.submitted([await nationally.proposed(await nationally.eliminated(), "WITHDRAWAL")])
    executed = await nationally.proposed(await nationally.identified(), "WITHDRAWAL")
    await nationally.execute(await nationally.filed([executed]))
    await nationally.proposed(await nationally.identified(), "WITHDRAWAL")
    await nationally.appoint("township", "500110001", "TOWNSHIP", "HANDLER")
    async with in_earnest(nationally.owner, database.app.database):
        yield nationally


@pytest.mark.parametrize("official", [None, "county", "province", "township"])
async def test_nothing_the_application_draws_breaks_a_promise(
    ground: Nationally, database: Any, official: str | None
) -> None:
    who, sessions = NOBODY, ["", ""]
    if official is not None:
        acting = ground.officials[official]
        who = {"account": acting.account, "person": acting.person, "post": acting.post}
        sessions = [await ground.sign_in(official), ""]
    connections = [await database.app.connect() for _ in sessions]
    for connection in connections:
        await connection.execute("set lock_timeout = '2s'")
    intruders = [Intruder(connection, session) for connection, session in zip(connections, sessions, strict=True)]
    adversary = Adversary(await Catalogue.read(ground.owner), database.app.database, len(official or ""))
    before, taken, drawn = await Snapshot.take(ground.owner), 0, []
    for number in range(SEQUENCES):
        drawn = [adversary.sequence(), adversary.sequence()]
        if number % 3 == 2:
            taken += sum(await asyncio.gather(*(
                intruder.attempt(statements, together=True)
                for intruder, statements in zip(intruders, drawn, strict=True)
            )))  # fmt: skip
        else:
            taken += await intruders[0].attempt(drawn[0], together=number % 2 == 0)
        if number % 10 == 9:
            after = await Snapshot.take(ground.owner)
            assert broken(before, after, who) == [], drawn
            before = after
    for connection in connections:
        await connection.close()
    assert taken > SEQUENCES / 10, "the adversary must get something done"


async def test_copy_passes_the_same_guards(ground: Nationally, database: Any) -> None:
    app = await database.app.connect()
    intruder, before = Intruder(app), await Snapshot.take(ground.owner)
    for table in before.tables:
        text = io.BytesIO()
        await ground.owner.copy_from_query(f'select * from "{table}" order by 1 limit 3', output=text)
        columns = len(next(iter(before.tables[table].values()), {"id": 0}))
        rows = b"".join(
            b"\t".join([b"%d" % (900000 + number), *line.split(b"\t")[1:columns]]) + b"\n"
            for number, line in enumerate(text.getvalue().splitlines())
        )
        await intruder.stream(table, rows)
    assert broken(before, await Snapshot.take(ground.owner), NOBODY) == []
    await app.close()


@pytest.mark.parametrize(
    ("table", "trigger"),
    [("monitoring_case", "guard_change"), ("act", "guard"), ("household", "signed_in"), ("request_item", "guard")],
)
async def test_the_draws_would_find_a_guard_that_is_missing(
    ground: Nationally, database: Any, table: str, trigger: str
) -> None:
    app = await database.app.connect()
    adversary = Adversary(await Catalogue.read(ground.owner), database.app.database, 7)
    intruder = Intruder(app, "" if trigger == "signed_in" else await ground.sign_in("county"))
    acting = ground.officials["county"]
    who = {"account": acting.account, "person": acting.person, "post": acting.post}
    await ground.owner.execute(f"alter table {table} disable trigger {trigger}")
    before, wrong = await Snapshot.take(ground.owner), []
    for _ in range(80):
        for _ in range(10):
            await intruder.attempt(adversary.sequence(), together=False)
        wrong = broken(before, await Snapshot.take(ground.owner), NOBODY if trigger == "signed_in" else who)
        if wrong:
            break
    await ground.owner.execute(f"alter table {table} enable trigger {trigger}")
    await app.close()
    assert wrong


async def test_tests_that_trust_the_application_say_so(nationally: Nationally) -> None:
    """The databases of tests answer otherwise than the product's: `distrust` brings back what the files declare."""
    question = "select is_signed_in()"
    await trust(nationally.owner)
    assert await nationally.app.fetchval(question) is True
    await distrust(nationally.owner)
    assert await nationally.app.fetchval(question) is False
    await trust(nationally.owner)
