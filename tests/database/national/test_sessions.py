"""The app's login writes in the name of who is signed in, and in nobody else's: by plain SQL. RULES §4

Each refusal also shows that nothing has changed.
"""

import datetime
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.access.signin.sessions import open_session, prove
from tests.support.national.nationally import Case, Nationally
from tests.support.national.promises import PASSING, SIGNED
from tests.support.national.trust import in_earnest

REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)
NOTE = """insert into note (household, unit, noted_on, content)
select {household}, unit, current_date, '备注' from household where id = {household}"""
ACT = """insert into act (household, monitoring_case, step, taken_on, recorded_at, role, account, person, post,
  arguments)
values ({household}, {number}, 'assistance.start', current_date, now(), 'county:rural_revitalization:handler', {who},
  '{{}}')"""
NO_GUARD = {
    "session", "sealing", "seal", "account_change", "request_effect", "migration", "unit", "code_list", "code_item",
    "national_decision", "national_filing", "national_execution", "executed_item",
}  # fmt: skip
"""Tables on which the app's login has no right to write at all."""


@pytest_asyncio.fixture(scope="module")
async def case(nationally: Nationally, database: Any) -> AsyncIterator[Case]:
    identified = await nationally.identified()
    await nationally.appoint("colleague", "500110", "COUNTY", "HANDLER")
    await nationally.appoint("village", "500110001201", "VILLAGE", "HANDLER")
    async with in_earnest(nationally.owner, database.owner.database):
        yield identified


async def nothing_done(nationally: Nationally, connection: Any, sql: str, *values: Any) -> None:
    before = await nationally.everything()
    with pytest.raises(REFUSED):
        await connection.execute(sql, *values)
    assert await nationally.everything() == before


def an_act(nationally: Nationally, case: Case, official: str) -> str:
    who = nationally.officials[official]
    return ACT.format(household=case.household, number=case.number, who=f"{who.account}, {who.person}, {who.post}")


async def session(nationally: Nationally, text: str, official: str | None, hours: float, *, issued: Any = None) -> None:
    """A session opened with the nation's login, which ends in so many hours."""
    now = datetime.datetime.now(datetime.UTC)
    who = nationally.officials[official] if official else None
    ends = now + datetime.timedelta(hours=hours)
    account, post = (who.account, who.post) if who else (None, None)
    await open_session(nationally.nation, text, account, post, issued or now, ends)


async def test_nobody_signed_in_writes_nothing(nationally: Nationally, case: Case) -> None:
    await prove(nationally.app, "", lasting=True)
    await nothing_done(nationally, nationally.app, NOTE.format(household=case.household))
    await nothing_done(nationally, nationally.app, an_act(nationally, case, "county"))
    await prove(nationally.app, "no such proof", lasting=True)
    await nothing_done(nationally, nationally.app, NOTE.format(household=case.household))


async def test_who_is_signed_in_acts_in_the_own_name_alone(nationally: Nationally, case: Case) -> None:
    await nationally.sign_in("county", nationally.app)
    await nationally.app.execute(an_act(nationally, case, "county"))
    for other in ("colleague", "province", "reviewer"):
        await nothing_done(nationally, nationally.app, an_act(nationally, case, other))


@pytest.mark.parametrize("why", ["over", "recalled", "disabled", "another's post", "not proven here"])
async def test_a_void_session_proves_nothing(nationally: Nationally, case: Case, why: str) -> None:
    now, colleague = datetime.datetime.now(datetime.UTC), nationally.officials["colleague"]
    if why == "another's post":
        county = nationally.officials["county"]
        await open_session(nationally.nation, why, county.account, colleague.post, now, now)
    else:
        await session(nationally, why, "colleague", -1 if why == "over" else 1)
    if why == "recalled":
        later = now + datetime.timedelta(seconds=5)
        await nationally.owner.execute("update account set tokens_from = $2 where id = $1", colleague.account, later)
    if why == "disabled":
        await nationally.owner.execute("update account set state = 'DISABLED' where id = $1", colleague.account)
    await prove(nationally.app, "" if why == "not proven here" else why, lasting=True)
    await nothing_done(nationally, nationally.app, an_act(nationally, case, "colleague"))
    await nothing_done(nationally, nationally.app, NOTE.format(household=case.household))
    back = "update account set tokens_from = null, state = 'ACTIVE' where id = $1"
    await nationally.owner.execute(back, colleague.account)


async def test_a_command_of_the_installation_writes_in_nobodys_name(nationally: Nationally, case: Case) -> None:
    await session(nationally, "a command", None, 1)
    await prove(nationally.app, "a command", lasting=True)
    await nationally.app.execute(NOTE.format(household=case.household))
    await nothing_done(nationally, nationally.app, an_act(nationally, case, "county"))


@pytest.mark.parametrize(
    "sql",
    [
        "select nation_open_session('\\x00', null, null, now(), now() + interval '1 hour')",
        "select digest from session",
        "select * from session",
        "insert into session (digest, issued_at, expires_at) values ('\\x00', now(), now())",
        "update session set expires_at = now() + interval '1 hour'",
        "delete from session",
        "select digest from password_code",
        "delete from password_code",
        "update account_change set seq = 0",
    ],
)
async def test_the_application_opens_and_reads_no_session(nationally: Nationally, case: Case, sql: str) -> None:
    assert case
    await nationally.sign_in("county", nationally.app)
    await nothing_done(nationally, nationally.app, sql)


async def test_no_table_is_left_out(nationally: Nationally, case: Case) -> None:
    """Whatever table is added is written by who is signed in, or said to be another matter here."""
    assert case
    guarded = await nationally.owner.fetch(
        "select distinct c.relname::text as name from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal"
        " and p.prosrc ~ '\\m(is_signed_in|signed_in|acts_in|is_own)\\M'"
    )
    tables = await nationally.owner.fetch(
        "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
    )
    names = {row["name"] for row in guarded}
    assert {row["name"] for row in tables} - names == PASSING - {"message"} | NO_GUARD
    assert SIGNED.keys() <= names


@pytest.mark.parametrize(
    ("official", "change"),
    [
        ("reviewer", "password_hash = 'mine'"),
        ("reviewer", "state = 'DISABLED'"),
        ("operator", "tokens_from = now()"),
        ("village", "password_hash = 'mine'"),
        ("village", "person = 1"),
        ("village", "oidc_subject = 'mine'"),
        ("village", "name = 'mine'"),
    ],
)
async def test_an_account_is_its_holders(nationally: Nationally, case: Case, official: str, change: str) -> None:
    assert case
    await nationally.sign_in("county", nationally.app)
    account = nationally.officials[official].account
    before = await nationally.row("account", account)
    with pytest.raises(REFUSED):
        await nationally.app.execute(f"update account set {change} where id = $1", account)
    assert await nationally.row("account", account) == before


@pytest.mark.parametrize(
    ("giver", "account", "half"),
    [
        ("county", "village", "FIRST"),  # strictly above, but below: another's name
        ("village", "county", "FIRST"),  # from below
        ("county", "colleague", "FIRST"),  # beside
        ("province", "reviewer", "SECOND"),  # of the nation
        ("county", "village", "SECOND"),  # a handler gives no second half
        ("province", "village", "FIRST"),  # a reviewer gives no first half
    ],
)
async def test_no_code_is_given_from_elsewhere(
    nationally: Nationally, case: Case, giver: str, account: str, half: str
) -> None:
    assert case
    await nationally.sign_in(giver, nationally.app)
    named = "colleague" if (giver, account, half) == ("county", "village", "FIRST") else giver
    sql = """insert into password_code (account, half, digest, person, expires_at)
    values ($1, $2, '\\x00', $3, now() + interval '72 hours')"""
    values = nationally.officials[account].account, half, nationally.officials[named].person
    with pytest.raises(REFUSED):
        await nationally.app.execute(sql, *values)
    assert await nationally.owner.fetchval("select count(*) from password_code") == 0


async def test_two_halves_choose_a_password_and_one_does_not(nationally: Nationally, case: Case) -> None:
    assert case
    give = """insert into password_code (account, half, digest, person, expires_at)
    values ($1, $2, sha256($3), $4, now() + interval '72 hours')"""
    choose = "select choose_password($1, array[sha256($2), sha256($3)], 'chosen', now())"
    account = nationally.officials["village"].account
    await nationally.sign_in("county", nationally.app)
    await nationally.app.execute(give, account, "FIRST", b"one", nationally.officials["county"].person)
    assert await nationally.app.fetchval(choose, account, b"one", b"two") is False
    await nationally.sign_in("province", nationally.app)
    await nationally.app.execute(give, account, "SECOND", b"two", nationally.officials["province"].person)
    assert await nationally.app.fetchval(choose, account, b"two", b"one") is False
    assert await nationally.app.fetchval(choose, None, b"one", b"two") is False
    assert await nationally.app.fetchval(choose, account, b"one", b"two") is True
    row = await nationally.row("account", account)
    assert (row["password_hash"], row["tokens_from"] is not None) == ("chosen", True)
    assert await nationally.app.fetchval(choose, account, b"one", b"two") is False
