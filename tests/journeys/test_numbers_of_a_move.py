"""A household moves to another province at the moment in which that province puts a number of its own in force. Q16"""

import asyncio
import datetime
from typing import Any

import pytest_asyncio

from api.clock import SetClock
from api.rules.numbers.parameters import IDENTIFICATION_DAYS
from api.rules.words import steps
from api.workflow.cases.transfer import TRANSFER
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.idempotency import IdempotencyKey, claim
from api.workflow.numbers.recomputing import lock_numbers, recompute_below
from tests.support.journeys.country import VILLAGE, Country
from tests.support.journeys.numbers import OFFICIALS, propose, take
from tests.support.journeys.steps_taken import newest

D = datetime.date
HERE, THERE = "510104001201", "510104"
WAITING = """select exists (select from pg_stat_activity
  where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0)"""
TRY = "set local lock_timeout = '1s'; select change_numbers('51')"
ACCEPT = next(step for step in TRANSFER.steps if step.id is steps.TRANSFER_ACCEPT)


@pytest_asyncio.fixture
async def moving(country: Country) -> tuple[Country, int, int]:
    """A household of 51 with an open time limit, offered to 50: its clue and the proceeding of the transfer."""
    posts = {**OFFICIALS, "releases": (THERE, *OFFICIALS["sets"][1:]), "finds": (HERE, *OFFICIALS["sets"][1:])}
    for name, post in posts.items():
        if name not in country.tokens:
            await country.appoint(name, *post)
    country.today("2026-03-02")
    household = await country.household(unit=country.world.unit_id[HERE], **country.world.units[HERE])
    arguments = {"source": "CADRE_SCREENING"}
    assert (await country.take("finds", "clueReport", "Household", household, 1, **arguments))["taken"]
    number = int((await newest(country, "clue", household))["id"])
    assert (await country.row("clue", number))["due_on"] == D(2026, 3, 17)
    arguments = {"receiving": VILLAGE, "basis": "RESIDENCE", "why": "举家常住"}
    assert (await country.take("releases", "transferPropose", "Household", household, 1, **arguments))["taken"]
    return country, number, int((await newest(country, "proceeding", household, "TRANSFER"))["id"])


async def waits(watch: Any, task: "asyncio.Task[Any]") -> None:
    while not await watch.fetchval(WAITING):
        assert not task.done(), "it did not wait"
        await asyncio.sleep(0.01)


async def test_it_waits_for_the_number_and_owes_by_it(moving: tuple[Country, int, int], database: Any) -> None:
    country, number, transfer = moving
    setting = await propose(country, "identification_days", "12")
    unit = (await country.rows("select * from unit where code = '50'"))[0]
    other, watch = await database.app.connect(), await database.owner.connect()
    try:
        async with other.transaction():
            await lock_numbers(other, unit)
            accepting = asyncio.create_task(country.take("county", "transferAccept", "Proceeding", transfer, 1))
            await waits(watch, accepting)
            # in the order of codes, as the nation takes them all: whoever holds 50 and wants 51 isn't held up
            await other.execute(TRY)
            sql = "update parameter_setting set since = $2, decided_on = $2, decider = 0 where id = $1"
            await other.execute(sql, setting, D(2026, 3, 2))
            await recompute_below(other, IDENTIFICATION_DAYS, unit, D(2026, 3, 2))  # the household is not there yet
        assert (await accepting)["taken"]
    finally:
        await other.close()
        await watch.close()
    assert (await country.row("clue", number))["due_on"] == D(2026, 3, 14)


async def test_the_number_waits_for_it_and_finds_it(moving: tuple[Country, int, int], database: Any) -> None:
    country, number, transfer = moving
    country.today("2026-03-03")
    setting = await propose(country, "identification_days", "10")
    other, watch = await database.app.connect(), await database.owner.connect()
    try:
        async with other.transaction():
            moment = datetime.datetime.now(datetime.UTC)
            key = IdempotencyKey(await watch.fetchval("select min(id) from account"), "a move under way", b"")
            step_input, services = (
                StepInput(transfer, 1, key.key, on=D(2026, 3, 3)),
                StepServices(lambda *_: False, SetClock(moment), "test"),
            )
            handler = TRANSFER.handler
            assert not (await claim(other, key, moment, None, handler.lock_query(ACCEPT, step_input))).repeated
            ctx = await handler.load(other, None, services, ACCEPT, step_input)  # type: ignore[arg-type]  # asks nobody
            assert ctx is not None
            for read in ACCEPT.facts:
                await read(ctx)
            approving = asyncio.create_task(take(country, "files", "parameterApprove", "ParameterSetting", setting))
            await waits(watch, approving)
            for effect in ACCEPT.effects:
                await effect(ctx)
            await ctx.flush()
        assert (await approving)["taken"]
    finally:
        await other.close()
        await watch.close()
    assert (await country.row("clue", number))["due_on"] == D(2026, 3, 12)
