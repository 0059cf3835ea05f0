"""账号与岗位 Which post somebody acts in, who is refused, how long an answer is believed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.access.signin.accounts import Accounts
from api.clock import SetClock
from api.errors import Problem
from tests.support.signin.account_table import Table


async def refusal(accounts: Accounts, holder: Any = 1, post: int | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        await accounts.subject(holder, post)
    return caught.value


async def test_the_only_current_post_is_taken(accounts: Accounts, table: Table) -> None:
    table.add(1, 4, until=date(2025, 12, 31))
    table.add(1, 5, since=date(2027, 1, 1))
    assert (await accounts.subject(1, None)).post == 3
    assert (await accounts.subject("subject-1", None)).post == 3


async def test_a_choice_nobody_made(accounts: Accounts, table: Table) -> None:
    table.add(1, 4, duty="REVIEWER", tier="PROVINCE", county=None)
    problem = await refusal(accounts)
    assert (problem.code.name, problem.code.status) == ("POST_REQUIRED", 403)
    assert "4 (province:health:reviewer@50)" in problem.facts["posts"].name
    assert "3 (county:health:handler@500110)" in problem.extensions()["next"]["en"]
    assert (await accounts.subject(1, 4)).home == "50"


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), "POST_NOT_BEGUN"),
        (datetime(2026, 11, 22, 16, tzinfo=UTC), "admitted"),
        (datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC), "admitted"),
        (datetime(2026, 11, 25, 16, tzinfo=UTC), "POST_ENDED"),
    ],
)
@pytest.mark.parametrize("post", [None, 3])
async def test_first_and_last_day_in_shanghai(table: Table, moment: datetime, outcome: str, post: int | None) -> None:
    table.held[0].update(since=date(2026, 11, 23), until=date(2026, 11, 25))
    accounts = Accounts(table, SetClock(moment))
    if outcome == "admitted":
        assert (await accounts.subject(1, post)).post == 3
    else:
        assert (await refusal(accounts, post=post)).code.name == outcome


async def test_refusals(accounts: Accounts, table: Table) -> None:
    table.add(2, None)
    table.add(5, 6, state="DISABLED", until=date(2020, 1, 2))
    table.add(7, 8)
    table.add(9, 10, subject="subject-7")
    for holder, post, code, status in (
        (404, None, "ACCOUNT_UNKNOWN", 401),
        ("nobody", None, "ACCOUNT_UNKNOWN", 401),
        ("subject-7", None, "ACCOUNT_UNKNOWN", 401),  # two accounts claim one subject: neither is proven
        (2, None, "POST_UNKNOWN", 403),
        (1, 8, "POST_UNKNOWN", 403),
        (1, 0, "POST_UNKNOWN", 403),
        (1, 2**70, "POST_UNKNOWN", 403),
        (2**70, None, "POST_UNKNOWN", 403),
        (5, None, "ACCOUNT_DISABLED", 403),
    ):
        problem = await refusal(accounts, holder, post)
        assert (problem.code.name, problem.code.status) == (code, status)


async def test_an_answer_is_kept_for_seconds_and_a_refusal_is_not(
    accounts: Accounts, table: Table, clock: SetClock
) -> None:
    for _ in range(3):
        await accounts.subject(1, 3)
    assert table.queries == 1
    clock.moment += timedelta(seconds=30)
    await accounts.subject(1, 3)
    assert table.queries == 2
    for _ in range(2):
        await refusal(accounts, 404)
    assert table.queries == 4


async def test_a_change_announced_while_the_row_is_on_its_way_is_not_lost(clock: SetClock) -> None:
    class Slow(Table):
        async def rows(self, sql: str, args: Any = ()) -> Any:
            rows = [dict(row) for row in await super().rows(sql, args)]
            await asyncio.sleep(0.05)
            return rows

    table = Slow()
    table.add(1, 3)
    accounts = Accounts(table, clock)
    loading = asyncio.create_task(accounts.subject(1, 3))
    await asyncio.sleep(0.01)
    table.held[0]["state"] = "DISABLED"
    accounts.invalidate(1)
    assert (await loading).post == 3
    assert (await refusal(accounts, 1, 3)).code.name == "ACCOUNT_DISABLED"


async def test_only_the_account_told_of_is_forgotten(accounts: Accounts, table: Table) -> None:
    table.add(2, 4)
    await accounts.subject(1, 3)
    await accounts.subject(2, 4)
    accounts.invalidate(2)
    await accounts.subject(1, 3)
    assert table.queries == 2
    await accounts.subject(2, 4)
    assert table.queries == 3


async def test_memory_is_bounded(table: Table, clock: SetClock) -> None:
    accounts = Accounts(table, clock, size=5)
    for account in range(100, 120):
        table.add(account, account)
        await accounts.subject(account, None)
    assert len(accounts._cache) == 5
