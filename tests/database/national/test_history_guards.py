"""History only grows, names who acts, and is written when it happens: by plain SQL as the application's role. RULES §4

The database is taken for one of officials: the mark of a database of tests would let times and persons pass.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.support.databases import mark_as_tests
from tests.support.national.nationally import Case, Nationally
from tests.support.national.trust import in_earnest

REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError, asyncpg.ObjectNotInPrerequisiteStateError)
EVENT = """insert into event ({id}action, object_type, account, person, post, role, policy_version, facts, at, digest)
values ({number}'{action}', 'Member', {account}, {person}, {post}, '{role}', 'v', '{{}}', {at}, '\\x00') """
COUNTY = "county:rural_revitalization:handler"


@pytest_asyncio.fixture(scope="module")
async def case(nationally: Nationally, database: Any) -> AsyncIterator[Case]:
    """An identified case, in a database that is not marked as one of tests; the county's official is signed in."""
    identified = await nationally.identified()
    await nationally.eliminated()  # which has an open time limit
    await nationally.appoint("another", "500110", "COUNTY", "HANDLER")
    async with in_earnest(nationally.owner, database.owner.database):
        await nationally.sign_in("county", nationally.app)
        yield identified


async def nothing_done(nationally: Nationally, sql: str) -> None:
    """The statement is refused by the application's role, and every row is as it was."""
    before = await nationally.everything()
    with pytest.raises(REFUSED):
        await nationally.app.execute(sql)
    assert await nationally.everything() == before


def an_event(nationally: Nationally, **changes: Any) -> str:
    who = nationally.officials["county"]
    values = {
        "id": "", "number": "", "action": "reveal", "account": who.account, "person": who.person, "post": who.post,
        "role": COUNTY, "at": "now()", **changes,
    }  # fmt: skip
    return EVENT.format(**values)


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "request.decide"},
        {"action": "withdraw.execute"},
        {"person": 1},
        {"account": 1},
        {"role": "national:rural_revitalization:reviewer"},
        {"role": "nobody"},
        {"account": "null", "person": "null", "post": "null"},
        {"at": "'2099-01-01'"},
        {"at": "now() - interval '1 hour'"},
        {"id": "id, ", "number": "999999, "},
        {},  # all is right but its digest
    ],
)
async def test_an_event_is_true_to_who_acts_and_when(
    nationally: Nationally, case: Case, changes: dict[str, Any]
) -> None:
    assert case
    await nothing_done(nationally, an_event(nationally, **changes))


@pytest.mark.parametrize(
    "sql",
    [
        "update survey set wages = 0",
        "update assessment set outcome = outcome",
        "delete from survey",
        "delete from member",
        "delete from deadline",
        "delete from proceeding",
        "update deadline set runs_from = '2020-01-01'",
        "update deadline set kind = 'PLAN'",
        "update risk set state = 'STABLE', eliminated_on = '2099-01-01'",
        "update monitoring_case set registered_on = '2099-01-01' where state = 'IDENTIFIED'",
        "update monitoring_case set state = 'RISK_ELIMINATED', eliminated_on = '2099-01-01' where state = 'IDENTIFIED'",
    ],
)
async def test_nothing_is_rewritten_or_dated_ahead(nationally: Nationally, case: Case, sql: str) -> None:
    assert case
    await nothing_done(nationally, sql)


@pytest.mark.parametrize(
    ("column", "value"),
    [("recorded_at", "'2099-01-01'"), ("id", "999999"), ("taken_on", "'2099-01-01'"), ("person", "1"), ("post", "1")],
)
async def test_an_act_is_true_to_who_acts_and_when(nationally: Nationally, case: Case, column: str, value: str) -> None:
    who = nationally.officials["county"]
    values = {
        "household": case.household, "monitoring_case": case.number, "step": "'assistance.start'",
        "taken_on": "current_date", "recorded_at": "now()", "role": f"'{COUNTY}'", "account": who.account,
        "person": who.person, "post": who.post, "arguments": "'{}'",
    }  # fmt: skip
    sql = "insert into act ({}) values ({})"
    changed = {**values, column: value}
    await nothing_done(nationally, sql.format(", ".join(changed), ", ".join(map(str, changed.values()))))
    await nationally.app.execute(sql.format(", ".join(values), ", ".join(map(str, values.values()))))


@pytest.mark.parametrize("moment", ["'2001-01-01'", "now() - interval '2 minutes'", "now() + interval '2 minutes'"])
async def test_the_nation_acts_now(nationally: Nationally, case: Case, moment: str) -> None:
    who = nationally.officials["operator"]
    for call in (
        f"nation_decide({who.account}, {who.post}, 1, '{{}}', '{{}}', '{{}}', '{{}}', {moment}, 'v', null)",
        f"nation_file({who.account}, {who.post}, 1, 'x', {moment}, 'v', null)",
        f"nation_begin({who.account}, {who.post}, 1, {moment})",
        f"nation_stale({who.account}, {who.post}, 1, {moment}, 'v', null)",
    ):
        with pytest.raises(asyncpg.CheckViolationError) as caught:
            await nationally.nation.execute(f"select {call}")
        assert caught.value.constraint_name == "national_moment", case


async def test_only_the_owner_marks_a_database_of_tests(nationally: Nationally, case: Case, database: Any) -> None:
    assert case
    for connection in (nationally.app, nationally.nation):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await mark_as_tests(connection, database.app.database)
    assert not await nationally.owner.fetchval("select is_test_database()")


async def test_a_row_of_an_ended_transaction_is_not_of_this_one(nationally: Nationally, case: Case) -> None:
    """As after a logical restore, when the number of an old transaction is given to a new one."""
    owner, ours = nationally.owner, "select written_by_us(xmin) from person where id = $1"
    a_person = "insert into person (name) values ('甲') returning id"
    assert await owner.fetchval("select written_by_us(xmin) from act where id = $1", min(case.acts.values())) is False
    async with owner.transaction():
        assert await owner.fetchval(ours, await owner.fetchval(a_person)) is True
        async with owner.transaction():
            assert await owner.fetchval(ours, await owner.fetchval(a_person)) is True
