"""登录留痕 Sign-in against the real account table: tokens for the right password, an event for every wrong one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from api.access.signin.accounts import Accounts
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.passwords import ACCOUNT_BY_NAME, Passwords, hash_password
from api.access.signin.tokens import Tokens
from api.audit import ledger
from api.clock import SetClock
from api.database import Reader
from api.demo.people.officials import demo_officials, plant
from api.errors import Problem
from api.roles import Logins


async def test_tokens_and_events(reader: Reader, database: Logins, issuer: LocalIssuer, clock: SetClock) -> None:
    connection = await database.owner.connect()

    async def find(name: str) -> Any:
        return await connection.fetchrow(ACCOUNT_BY_NAME, name)

    async def record(facts: Mapping[str, Any]) -> None:
        failed = ledger.AuditEntry("sign_in.failed", "Account", facts["account"], {"reason": facts["reason"]})
        await ledger.append(connection, failed, None, clock.now(), policy_version="p1")

    await connection.execute(
        """INSERT INTO unit (code, name, tier, western, development_zone, unverified, valid_from)
           VALUES ('0', '国家', 'NATIONAL', false, false, false, '2020-01-01')"""
    )
    await plant(connection, demo_officials(["0"]), date(2026, 1, 1), hash_password("right"))
    accounts = Accounts(reader, clock)
    passwords, tokens = Passwords(find, accounts, issuer, clock, record), Tokens([issuer], accounts, clock)
    name = "national.rural_revitalization.reviewer@0"
    subject = await tokens.authenticate("Bearer " + await passwords.sign_in(name, "right"))
    assert (subject.role, subject.path) == ("national:rural_revitalization:reviewer", ("0",))
    for tried in (name, "canary-name"):
        with pytest.raises(Problem) as caught:
            await passwords.sign_in(tried, "canary-password")
        assert caught.value.code.name == "SIGN_IN_FAILED"
    events = await connection.fetch("SELECT *, facts::text AS facts FROM event ORDER BY id")
    assert [(row["action"], row["object_id"], row["role"], row["facts"], row["at"]) for row in events] == [
        ("sign_in.failed", subject.account, "nobody", '{"reason": "WRONG_PASSWORD"}', clock.moment),
        ("sign_in.failed", None, "nobody", '{"reason": "UNKNOWN_ACCOUNT"}', clock.moment),
    ]
    assert "canary" not in str([dict(row) for row in events])
    await connection.close()
