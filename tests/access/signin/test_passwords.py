"""口令登录 Right and wrong passwords, what a refusal tells, how it is throttled and put on record."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from api.access.signin.accounts import Accounts
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.passwords import Passwords, hash_password
from api.access.signin.throttle import Failures
from api.access.signin.tokens import Tokens
from api.clock import SetClock
from api.errors import Problem
from tests.support.signin.account_table import Table

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "守望 Ｐassword ﬁ"


class Book:
    """Accounts by name, what went on record, and how many hashes were checked."""

    def __init__(self) -> None:
        self.accounts: dict[str, dict[str, Any]] = {
            "handler@1": {"id": 1, "password_hash": hash_password(PASSWORD, QUICK)},
            "oidc@1": {"id": 1, "password_hash": None},
            "spoilt@1": {"id": 1, "password_hash": "not a hash"},
        }
        self.record: list[Mapping[str, Any]] = []
        self.names: list[str] = []

    async def find(self, name: str) -> dict[str, Any] | None:
        self.names.append(name)
        return self.accounts.get(name)

    async def note(self, facts: Mapping[str, Any]) -> None:
        self.record.append(facts)


class Counting(PasswordHasher):
    checked = 0
    real = True

    def verify(self, hashed: Any, password: Any) -> bool:
        self.checked += 1
        self.real = hashed.startswith("$argon2id$")
        return super().verify(hashed, password)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def hasher() -> Counting:
    return Counting(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords(book: Book, accounts: Accounts, issuer: LocalIssuer, clock: SetClock, hasher: Counting) -> Passwords:
    return Passwords(book.find, accounts, issuer, clock, book.note, hasher)


async def refusal(passwords: Passwords, name: str, password: str = "wrong", **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await passwords.sign_in(name, password, **more)
    return caught.value


async def test_a_right_password_gives_a_good_token(passwords: Passwords, tokens: Tokens, book: Book) -> None:
    for spelling in (PASSWORD, "守望 Password fi"):
        subject = await tokens.authenticate("Bearer " + await passwords.sign_in("handler@1", spelling))
        assert (subject.account, subject.post) == (1, 3)
    assert book.record == []


async def test_the_post_is_chosen(passwords: Passwords, tokens: Tokens, table: Table) -> None:
    table.add(1, 4, duty="REVIEWER")
    assert (await refusal(passwords, "handler@1", PASSWORD)).code.name == "POST_REQUIRED"
    token = await passwords.sign_in("handler@1", PASSWORD, 4)
    assert (await tokens.authenticate(f"Bearer {token}")).role == "county:health:reviewer"


@pytest.mark.parametrize(
    ("name", "reason", "account"),
    [
        ("handler@1", "WRONG_PASSWORD", 1),
        ("oidc@1", "NO_PASSWORD", 1),
        ("spoilt@1", "WRONG_PASSWORD", 1),
        ("nobody", "UNKNOWN_ACCOUNT", None),
        ("", "UNKNOWN_ACCOUNT", None),
        ("a\0b", "UNKNOWN_ACCOUNT", None),
        ("\ud800", "UNKNOWN_ACCOUNT", None),
        ("x" * 100_000, "UNKNOWN_ACCOUNT", None),
    ],
)
async def test_every_refusal_answers_and_costs_the_same(
    passwords: Passwords, book: Book, hasher: Counting, name: str, reason: str, account: int | None
) -> None:
    problem = await refusal(passwords, name)
    assert (problem.code.name, problem.code.status, problem.facts) == ("SIGN_IN_FAILED", 401, {})
    assert book.record == [{"reason": reason, "account": account}]
    assert (hasher.checked, hasher.real) == (1, name != "spoilt@1")
    assert all(0 < len(name) <= 256 for name in book.names)


@pytest.mark.parametrize("password", ["", "x" * 257, "x" * 1_000_000, "\0", "\ud800", "nobody signs in with this"])
async def test_odd_passwords(passwords: Passwords, password: str) -> None:
    for name in ("handler@1", "nobody"):
        assert (await refusal(passwords, name, password)).code.name == "SIGN_IN_FAILED"


async def test_a_disabled_account_is_told_to_its_holder_only(passwords: Passwords, table: Table) -> None:
    table.held[0]["state"] = "DISABLED"
    assert (await refusal(passwords, "handler@1")).code.name == "SIGN_IN_FAILED"
    assert (await refusal(passwords, "handler@1", PASSWORD)).code.name == "ACCOUNT_DISABLED"


async def test_who_mistypes_waits_even_with_the_right_password(
    passwords: Passwords, hasher: Counting, clock: SetClock
) -> None:
    for _ in range(5):
        assert (await refusal(passwords, "handler@1", address="10.0.0.1")).code.name == "SIGN_IN_FAILED"
        clock.moment += timedelta(seconds=10)
    checked = hasher.checked
    problem = await refusal(passwords, "handler@1", PASSWORD, address="10.0.0.1")
    assert (problem.code.name, problem.code.status) == ("SIGN_IN_THROTTLED", 429)
    assert problem.facts["retry_after"] == 850
    assert hasher.checked == checked
    assert (await refusal(passwords, "nobody", address="10.0.0.1")).code.name == "SIGN_IN_FAILED"
    clock.moment += timedelta(seconds=849, microseconds=999_000)
    assert (await refusal(passwords, "handler@1", PASSWORD, address="10.0.0.1")).facts["retry_after"] == 1
    clock.moment += timedelta(microseconds=1_000)
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")


async def test_a_stranger_who_guesses_locks_nobody_out(passwords: Passwords) -> None:
    for _ in range(20):
        await refusal(passwords, "handler@1", address="10.9.9.9")
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")


async def test_a_colleague_behind_the_same_address_locks_nobody_out(passwords: Passwords) -> None:
    for _ in range(60):
        await refusal(passwords, "somebody", address="10.0.0.1")
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")


async def test_guesses_spread_over_many_addresses_are_counted_together(passwords: Passwords) -> None:
    await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")
    for number in range(50):
        assert (await refusal(passwords, "handler@1", address=f"10.1.0.{number}")).code.name == "SIGN_IN_FAILED"
    assert (await refusal(passwords, "handler@1", PASSWORD, address="10.1.0.99")).code.name == "SIGN_IN_THROTTLED"
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1"), "the usual place stays open"


async def test_one_password_tried_on_many_accounts_is_stopped(passwords: Passwords) -> None:
    await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")
    for number in range(50):
        await refusal(passwords, f"guess-{number}", address="10.0.0.1")
    assert (await refusal(passwords, "guess-99", address="10.0.0.1")).code.name == "SIGN_IN_THROTTLED"
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1"), "who signed in here before may again"
    assert await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.2")


async def test_success_counts_as_no_failure(passwords: Passwords) -> None:
    for _ in range(60):
        await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")
    for _ in range(3):
        for _ in range(4):
            await refusal(passwords, "handler@1", address="10.0.0.1")
        await passwords.sign_in("handler@1", PASSWORD, address="10.0.0.1")


async def test_many_guesses_at_once_are_many(passwords: Passwords, hasher: Counting) -> None:
    problems = await asyncio.gather(*(refusal(passwords, "handler@1", f"guess {n}") for n in range(30)))
    assert [problem.code.name for problem in problems].count("SIGN_IN_FAILED") == 5
    assert hasher.checked == 5


def test_memory_of_failures_is_bounded() -> None:
    failures = Failures(2, 10.0, size=3)
    for number in range(50):
        assert failures.add(str(number), 0.0, "first")
        assert failures.add(str(number), 0.0, "second")
    assert len(failures._times) == 3
    assert failures.wait("49", 10.0, "third") == 0
    assert len(failures._times) == 2
    assert failures.wait("48", 9.5, "third") == 0.5


def test_a_failure_counts_once_for_its_mark() -> None:
    failures = Failures(2, 10.0)
    assert [failures.add("address", 0.0, mark) for mark in ("a", "a", "b")] == [True, False, True]
    assert failures.wait("address", 1.0, "a") == 0.0, "who failed already may go on"
    assert failures.wait("address", 1.0, "c") == 9.0
    failures.undo("address", "b")
    assert failures.wait("address", 1.0, "c") == 0.0


async def test_no_password_or_name_leaves(passwords: Passwords, book: Book, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    problem = await refusal(passwords, "canary-name", "canary-password")
    text = f"{problem!r} {problem.extensions()} {problem.__context__!r} {book.record} {caplog.text}"
    assert "canary" not in text


async def test_the_shipped_cost_is_argon2id_with_enough_memory() -> None:
    assert hash_password("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
