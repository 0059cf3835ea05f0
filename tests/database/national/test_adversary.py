"""Whoever holds the app's login draws statements at random; what the database promises stays true. RULES §4

A short form runs always; with SHOUWANG_HYPOTHESIS=soak thousands of sequences.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from api.settings import read
from tests.support.databases import mark_as_tests, unmark_as_tests
from tests.support.national.adversary import Adversary, Catalogue, attempt
from tests.support.national.nationally import Nationally

SEQUENCES = 1500 if read().property_tests == "soak" else 60
GROWS = (
    "act", "event", "survey", "assessment", "evidence", "note", "national_decision", "national_filing",
    "national_execution", "executed_item",
)  # fmt: skip
LATER = {
    "GREEN_CHANNEL": {"GREEN_CHANNEL", "IDENTIFIED", "EXITED", "RISK_ELIMINATED"},
    "IDENTIFIED": {"IDENTIFIED", "RISK_ELIMINATED"},
    "RISK_ELIMINATED": {"RISK_ELIMINATED"}, "EXITED": {"EXITED"}, "WITHDRAWN": {"WITHDRAWN"},
}  # fmt: skip
NATION = """
select p.id, p.account, a.person, a.name, a.oidc_subject, p.unit, p.tier, p.department, p.duty, p.since, p.until
from post p join account a on a.id = p.account left join unit u on u.id = p.unit
where p.tier = 'NATIONAL' or u.tier = 'NATIONAL' or u.code = '0' order by p.id"""
CASES = "select * from monitoring_case order by id"
DATES = ("entered_on", "identified_on", "registered_on", "eliminated_on", "ended_on", "category", "threshold_amount")
COLUMNS = """
select i.id, count(*) filter (where e is distinct from o) as wrong from request_item i
left join lateral (select array_agg((e.object_type, e.object_id, e.field, e.before, e.after)::text order by e.id)
  from request_effect e where e.item = i.id and e.object_type <> 'Unit') e (e) on true
left join lateral (select array_agg((o.object_type, o.object_id, o.field, o.before, o.after)::text)
  from request_outcome(i.id) o where o.object_type <> 'Unit') o (o) on true
where i.state = 'SUBMITTED' and i.digest = request_digest(i.id) group by i.id having bool_or(e is distinct from o)"""
FORGED = """
select e.id from event e where e.id > $1 and e.account is not null
  and not acts_in(e.account, e.person, e.post, e.role, e.at)"""


async def snapshot(owner: Any) -> dict[str, Any]:
    """All that the promises speak of."""
    histories = {table: {tuple(row) for row in await owner.fetch(f'select * from "{table}"')} for table in GROWS}
    return {
        **histories,
        "nation": await owner.fetch(NATION),
        "unit": await owner.fetch("select * from unit order by id"),
        "person": {tuple(row) for row in await owner.fetch("select * from person")},
        "cases": {row["id"]: row for row in await owner.fetch(CASES)},
        "states": await owner.fetch("select id, state from request_item where state in ('APPROVED', 'EXECUTED')"),
    }


@asynccontextmanager
async def in_earnest(owner: Any, database: str) -> AsyncIterator[None]:
    """The database is one of officials while the block runs: times and persons are looked at."""
    await unmark_as_tests(owner, database)
    yield
    await mark_as_tests(owner, database)


def broken(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The promises that no longer hold."""
    wrong = [f"{table} lost history" for table in (*GROWS, "person") if not before[table] <= after[table]]
    wrong += [f"{table} changed" for table in ("nation", "unit", "states") if before[table] != after[table]]
    for number, case in before["cases"].items():
        later = after["cases"].get(number)
        if later is None or later["state"] not in LATER[case["state"]]:
            wrong.append(f"case {number} went backwards")
        elif any(case[name] is not None and case[name] != later[name] for name in DATES):
            wrong.append(f"case {number} was dated anew")
        elif case["safety_net"] and not later["safety_net"]:
            wrong.append(f"case {number} lost its mark")
    return wrong


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_the_application_draws_breaks_a_promise(nationally: Nationally, database: Any, seed: int) -> None:
    item = await nationally.proposed(await nationally.eliminated(), "WITHDRAWAL")
    await nationally.submitted([item])
    executed = await nationally.proposed(await nationally.identified(), "WITHDRAWAL")
    await nationally.execute(await nationally.filed([executed]))
    app = await database.app.connect()
    adversary = Adversary(await Catalogue.read(nationally.owner), database.app.database, seed)
    newest = await nationally.owner.fetchval("select coalesce(max(id), 0) from event")
    before, taken = await snapshot(nationally.owner), 0
    async with in_earnest(nationally.owner, database.app.database):
        for number in range(SEQUENCES):
            statements = adversary.sequence()
            taken += await attempt(app, statements, together=number % 2 == 0)
            if number % 10 == 9:
                after = await snapshot(nationally.owner)
                assert broken(before, after) == [], statements
                assert await nationally.owner.fetch(COLUMNS) == []
                assert await nationally.owner.fetch(FORGED, newest) == []
                before = after
    await app.close()
    assert taken > SEQUENCES / 4, "the adversary must get something done"


async def test_the_draws_would_find_a_guard_that_is_missing(nationally: Nationally, database: Any) -> None:
    app = await database.app.connect()
    adversary = Adversary(await Catalogue.read(nationally.owner), database.app.database, 7)
    await nationally.owner.execute("alter table monitoring_case disable trigger guard_change")
    before = await snapshot(nationally.owner)
    wrong: list[str] = []
    for _ in range(400):
        await attempt(app, adversary.sequence(), together=False)
        wrong = broken(before, await snapshot(nationally.owner))
        if wrong:
            break
    await nationally.owner.execute("alter table monitoring_case enable trigger guard_change")
    await app.close()
    assert wrong
