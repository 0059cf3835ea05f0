"""A step is few round trips, and its locks come in one order: key, numbers of the province, household. DESIGN §6"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from api.planner.identifiers import global_id
from api.resolvers.worker import Worker
from api.roles import Logins
from tests.support.journeys.country import Country
from tests.support.journeys.identification import JUDGED, SURVEY, to_publicity
from tests.support.journeys.steps_taken import clue, identified, newest

DAY = "2026-05-06"
FIRST = ["BEGIN", "with claimed", "select h as household"]
LAST = ["with row_1", "COMMIT"]
RECORD = ["select * from member", "select t.id, t.year"]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the product sends to the database for steps, statement by statement."""
    statements: list[str] = []
    writing = Worker.writing

    def heard(payload: Any) -> None:
        if (
            "typeinfo" not in payload.query and "current_setting('jit')" not in payload.query
        ):  # once a connection: the driver's
            statements.append(payload.query.strip())

    @asynccontextmanager
    async def listened(worker: Worker) -> AsyncIterator[Any]:
        async with writing(worker) as connection:
            with connection.query_logger(heard):
                yield connection

    monkeypatch.setattr(Worker, "writing", listened)
    return statements


def matches(sent: list[str], *expected: str) -> bool:
    """Whether exactly statements that begin so were sent; forgotten then."""
    alike = len(sent) == len(expected) and all(map(str.startswith, sent, expected))
    assert alike, [statement[:40] for statement in sent]
    sent.clear()
    return alike


async def test_a_step_reads_once_and_writes_last_once(country: Country, sent: list[str]) -> None:
    country.today(DAY)
    household = await country.household()
    assert (await country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT"))["taken"]
    assert matches(sent, *FIRST, *LAST)
    number = (await newest(country, "clue", household))["id"]
    assert (await country.take("village", "identificationOpen", "Clue", number, 1))["taken"]
    assert matches(sent, *FIRST, 'insert into "proceeding"', "update proceeding set due_on", *LAST)
    proceeding = (await newest(country, "proceeding", household))["id"]
    arguments = {**SURVEY, **JUDGED}
    verified = await country.take("township", "identificationVerifyAtHome", "Proceeding", proceeding, 1, **arguments)
    assert verified["taken"], verified
    assert matches(sent, *FIRST, *RECORD, "select max(revision)", "select a.year", 'update "proc', *LAST)
    assert (await country.take("township", "identificationTakeAuthorization", "Proceeding", proceeding, 2))["taken"]
    assert matches(sent, *FIRST, 'update "proceeding"', *LAST)
    form = {"reviewForm": "REPRESENTATIVES_ASSEMBLY"}
    assert (await country.take("village", "identificationHoldReview", "Proceeding", proceeding, 3, **form))["taken"]
    assert matches(sent, *FIRST, 'update "proceeding"', *LAST)
    assert (await country.take("village", "identificationOpenPublicity", "Proceeding", proceeding, 4))["taken"]
    assert matches(sent, *FIRST, 'update "proceeding"', *LAST)


async def test_a_refusal_and_a_repetition_read_only(country: Country, sent: list[str]) -> None:
    proceeding = await to_publicity(country, DAY)
    sent.clear()
    assert not (await country.take("township", "identificationSubmit", "Proceeding", proceeding, 5))["taken"]
    assert matches(sent, *FIRST, "ROLLBACK")
    household = await country.household()
    for _ in range(2):
        arguments = {"source": "SELF_REPORT", "key": f"again {household}"}
        assert (await country.take("village", "clueReport", "Household", household, 1, **arguments))["taken"]
    assert matches(sent, *FIRST, *LAST, "BEGIN", "with claimed", "delete from", "select digest, reply", "COMMIT")


async def test_the_picture_kept_with_an_act_shows_what_is_written_with_it(country: Country) -> None:
    _, case = await identified(country, "2026-05-10")
    (act,) = await country.rows(
        "select after::jsonb as after from act where monitoring_case = $1 and step = 'identification.approve'", case
    )
    (snapshot,) = await country.rows(
        "select (after->'deadlines')::text as limits, (after->'risks')::text as risks, after->'case'->>'due_on' as due,"
        " (select jsonb_agg(p->>'state') from jsonb_array_elements(after->'proceedings') p)::text as states"
        " from act where monitoring_case = $1 and step = 'identification.approve'",
        case,
    )
    assert act["after"] is not None
    assert "SYSTEM_ENTRY" in snapshot["limits"]
    assert "PLAN" in snapshot["limits"]
    assert "OPEN" in snapshot["risks"]
    assert snapshot["states"] == '["APPROVED"]'
    assert snapshot["due"] == "2026-05-29"


async def test_acts_of_a_household_have_their_ids_in_the_order_of_their_turns(country: Country) -> None:
    country.today(DAY)
    household = await country.household()
    takes = [country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT") for _ in range(8)]
    assert all(answer["taken"] for answer in await asyncio.gather(*takes))
    acts = await country.rows("select id from act where household = $1 order by id", household)
    events = await country.rows(
        "select (facts->>'act')::bigint as act from event where action = 'clue.report'"
        " and (facts->>'act')::bigint = any($1::bigint[]) order by id",
        [act["id"] for act in acts],
    )
    assert [event["act"] for event in events] == [act["id"] for act in acts]


async def test_a_migration_beside_a_living_worker_costs_a_repetition(country: Country) -> None:
    """The driver knows a table's columns by heart: told to try again, one succeeds, on every connection."""
    country.today(DAY)
    household = await country.household()
    arguments = {"id": global_id("Household", household), "version": 1, "source": "SELF_REPORT"}
    query = "mutation M($input: ClueReportInput!) { clueReport(input: $input) { taken } }"
    headers = {"authorization": f"Bearer {country.tokens['village']}"}

    async def report(key: str) -> Any:
        request = {"query": query, "variables": {"input": {**arguments, "key": key}}}
        return (await country.client.post("/graphql", json=request, headers=headers)).json()

    for change in ("add column meanwhile int", "drop column meanwhile"):
        assert (await report(f"before {change}"))["data"]["clueReport"]["taken"]
        await country.owner.execute(f"alter table household {change}")
        reply = await report(change)  # taken at once where another connection came to serve it
        assert [error["extensions"]["code"] for error in reply.get("errors", ())] in ([], ["TRY_AGAIN"])
        assert (await report(change))["data"]["clueReport"]["taken"]
    assert len(await country.rows("select from clue where household = $1", household)) == 4
    await asyncio.gather(*(report(f"settled {number}") for number in range(16)))  # on every connection


async def until(country: Country, sql: str, *values: Any) -> None:
    """Ask until the database says yes: a lock that is waited for tells nobody."""
    for _ in range(1000):
        if await country.owner.fetchval(sql, *values):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(sql)


WAITS_FOR = "select exists (select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)))"
WAITS_FOR_ANOTHER = """
select exists (select from pg_stat_activity a cross join lateral unnest(pg_blocking_pids(a.pid)) b (pid)
  where b.pid <> $1 and a.datname = current_database())"""


async def test_the_key_then_the_numbers_then_the_household(country: Country, database: Logins) -> None:
    """Whoever waits holds what comes before and nothing of what comes after; the same key waits for the first."""
    country.today(DAY)
    household = await country.household()
    other = await database.app.connect()

    def report(key: str = "in order") -> Awaitable[Any]:
        return country.take("village", "clueReport", "Household", household, 1, source="SELF_REPORT", key=key)

    try:
        async with other.transaction():
            await other.execute("select change_numbers('50')")
            first = asyncio.create_task(report())  # type: ignore[arg-type]  # a coroutine
            await until(country, WAITS_FOR, other.get_server_pid())
            second = asyncio.create_task(report())  # type: ignore[arg-type]  # a coroutine
            await until(country, WAITS_FOR_ANOTHER, other.get_server_pid())
            await other.execute("select from household where id = $1 for update nowait", household)
        assert await first == await second
        async with other.transaction():
            await other.execute("select from household where id = $1 for update", household)
            third = asyncio.create_task(report("and again"))  # type: ignore[arg-type]  # a coroutine
            await until(country, WAITS_FOR, other.get_server_pid())
            with pytest.raises(asyncpg.LockNotAvailableError):
                async with country.owner.transaction():
                    await country.owner.execute("set local lock_timeout = '50ms'; select change_numbers('50')")
        assert (await third)["taken"]
    finally:
        await other.close()
    assert len(await country.rows("select from clue where household = $1", household)) == 2


async def test_what_was_committed_while_one_waited_is_seen(country: Country, database: Logins) -> None:
    country.today(DAY)
    household = await country.household()
    number = await clue(country, household)
    other = await database.owner.connect()
    try:
        async with other.transaction():
            await other.execute("select from household where id = $1 for update", household)
            waiting = asyncio.create_task(country.take("village", "identificationOpen", "Clue", number, 1))
            await until(country, WAITS_FOR, other.get_server_pid())
            await other.execute("update clue set state = 'CLOSED', version = 2 where id = $1", number)
        answer = await waiting
    finally:
        await other.close()
    assert {problem["code"] for problem in answer["problems"]} == {"STALE", "WRONG_STATE"}
