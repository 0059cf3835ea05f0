"""测试 Accounts in memory, a clock that stands, an issuer and what verifies its tokens."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.access.signin.accounts import Accounts
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.tokens import Tokens
from api.clock import SetClock
from tests.support.signin.account_table import Table

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def table() -> Table:
    table = Table()
    table.add(1, 3)
    return table


@pytest.fixture
def accounts(table: Table, clock: SetClock) -> Accounts:
    return Accounts(table, clock)


@pytest.fixture(scope="session")
def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def issuer(private_key: Ed25519PrivateKey, clock: SetClock) -> LocalIssuer:
    return LocalIssuer(private_key, clock)


@pytest.fixture
def tokens(issuer: LocalIssuer, accounts: Accounts, clock: SetClock) -> Tokens:
    return Tokens([issuer], accounts, clock)
