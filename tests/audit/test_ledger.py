"""审计台账 Events are written with their change or not at all, their digest follows from the row, and they stay."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import asyncpg
import orjson
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from api.audit import ledger
from api.audit.ledger import AuditEntry, append, digest
from api.audit.quota import day_bounds, take
from api.clock import SetClock
from api.errors import Problem
from api.roles import Logins
from api.schema.declare import TIER_COLUMNS

AT = datetime(2026, 11, 23, 18, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))


@dataclass(frozen=True)
class Clerk:
    account: int = 1
    person: int = 2
    post: int = 3
    role: str = "county:health:handler"


@pytest_asyncio.fixture
async def app(database: Logins) -> AsyncIterator[Any]:
    connection = await database.app.connect()
    yield connection
    await connection.close()


async def stored(app: Any, event: int) -> dict[str, Any]:
    row = dict(await app.fetchrow("SELECT *, facts::text AS text FROM event WHERE id = $1", event))
    return {**row, "facts": orjson.loads(row["text"]), "at": ledger.canonical_moment(row["at"])}


async def test_the_digest_follows_from_the_stored_row(app: Any) -> None:
    facts = {"purpose": "PAYMENT", "found": False, "count": -7, "note": '逐户核实 "引号" \\ \u2028 😀', "none": None}
    place = {"province": "50", "county": "500110"}
    event = await append(
        app, AuditEntry("search", "Member", 9, facts, place), Clerk(), AT, policy_version="p1", trace="t1"
    )
    row = await stored(app, event)
    assert row["facts"] == facts
    assert (row["account"], row["person"], row["post"], row["role"]) == (1, 2, 3, "county:health:handler")
    assert (row["province"], row["city"], row["county"], row["village"]) == ("50", None, "500110", None)
    assert digest(row) == row["digest"]
    names = [name for name in row if name not in ("id", "digest", "text")]
    assert len(names) == 16
    by_hand = json.dumps({name: row[name] for name in names}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(by_hand.encode()).digest() == row["digest"]


async def test_any_changed_column_changes_the_digest(app: Any) -> None:
    event = await append(app, AuditEntry("search", "Member", 9, {"a": 1}), Clerk(), AT, policy_version="p1")
    row = await stored(app, event)
    for name in row:
        if name not in ("id", "digest", "text"):
            changed = {**row, name: {"a": 2} if name == "facts" else "changed"}
            assert digest(changed) != row["digest"], name


def test_a_digest_once_worked_out_stays() -> None:
    row = {
        **dict.fromkeys(("object_id", "account", "person", "post", "trace", *TIER_COLUMNS)),
        "action": "sign_in.failed",
        "object_type": "Account",
        "role": "nobody",
        "policy_version": "none",
        "facts": {"reason": "UNKNOWN_ACCOUNT", "account": None},
        "at": "2026-11-23T10:30:15.123456Z",
    }
    assert digest(row).hex() == "501927540658b0d316c081f28246becc9fac1b68998382a45e449c9d02693898"


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(codec="utf-8"), max_size=20),
        max_size=6,
    )
)
def test_order_of_facts_does_not_matter(facts: dict[str, Any]) -> None:
    forwards, backwards = dict(facts), dict(reversed(facts.items()))
    rows = [ledger._row(AuditEntry("a", "b", None, facts), None, AT, "v", None) for facts in (forwards, backwards)]
    assert digest(rows[0]) == digest(rows[1])


@pytest.mark.parametrize("fact", [1.5, 2**53, -(2**53), b"x", [1], {"a": 1}, datetime.now(UTC)])
async def test_what_has_no_exact_form_is_no_fact(app: Any, fact: Any) -> None:
    before = await app.fetchval("SELECT count(*) FROM event")
    with pytest.raises(ValueError):
        await append(app, AuditEntry("a", "b", None, {"fact": fact}), Clerk(), AT, policy_version="p1")
    with pytest.raises(ValueError):
        await append(app, AuditEntry("a", "b", None, {"事实": 1}), Clerk(), AT, policy_version="p1")
    assert await app.fetchval("SELECT count(*) FROM event") == before


async def test_the_event_lives_and_dies_with_its_transaction(app: Any) -> None:
    before = await app.fetchval("SELECT count(*) FROM event")
    transaction = app.transaction()
    await transaction.start()
    await append(app, AuditEntry("a", "b"), None, AT, policy_version="p1")
    assert await app.fetchval("SELECT count(*) FROM event") == before + 1
    await transaction.rollback()
    assert await app.fetchval("SELECT count(*) FROM event") == before


async def test_nobody_is_a_role_too(app: Any) -> None:
    row = await stored(app, await append(app, AuditEntry("sign_in.failed", "Account"), None, AT, policy_version="p1"))
    assert (row["role"], row["account"], row["person"], row["post"]) == ("nobody", None, None, None)


@pytest.mark.parametrize("statement", ["UPDATE event SET role = 'x'", "DELETE FROM event", "TRUNCATE event"])
async def test_the_app_can_change_no_event(app: Any, statement: str) -> None:
    await append(app, AuditEntry("a", "b"), None, AT, policy_version="p1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(statement)


def test_a_day_is_shanghais() -> None:
    for moment in (datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 23, 15, 59, 59, 999999, UTC)):
        begins, ends = day_bounds(SetClock(moment))
        assert (begins, ends) == (datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 23, 16, tzinfo=UTC))


async def test_a_quota_counts_the_named_actions_of_one_account_today(app: Any) -> None:
    clock = SetClock(AT.astimezone(UTC))
    for account, action, at in (
        (900, "search", AT),
        (900, "reveal", AT),
        (900, "search.refused", AT),
        (900, "search", AT - timedelta(days=1)),
        (900, "search", AT + timedelta(days=1)),
        (901, "search", AT),
    ):
        await append(app, AuditEntry(action, "Member"), Clerk(account=account), at, policy_version="p1")
    async with app.transaction():
        assert await take(app, 900, ("search", "reveal"), 5, clock) == 2
        assert await take(app, 901, ("search", "reveal"), 5, clock) == 3
        assert await take(app, 902, ("search", "reveal"), 1, clock) == 0
        with pytest.raises(Problem) as caught:
            await take(app, 900, ("search", "reveal"), 2, clock)
    assert (caught.value.code.name, caught.value.code.status, caught.value.facts) == (
        "QUOTA_EXCEEDED",
        429,
        {"limit": 2},
    )
    async with app.transaction():
        with pytest.raises(Problem):
            await take(app, 902, ("search",), 0, clock)
