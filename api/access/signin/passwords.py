"""口令登录 Sign-in by account name and password, for the embedded default: argon2, in threads, throttled, on record.

An unknown account, one without a password and a wrong password cost the same time and answer the same
SIGN_IN_FAILED. That an account is disabled is told only to whoever knows its password.
"""

import asyncio
import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Mapping

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access.signin.accounts import Accounts
from api.access.signin.errors import PASSWORD_UNFIT, SIGN_IN_FAILED
from api.access.signin.local_issuer import LIFETIME, LocalIssuer
from api.access.signin.throttle import Attempt, Throttle
from api.clock import Clock
from api.errors import Problem
from api.schema.rows.posts import AccountRow

SHORTEST, LONGEST = 12, 256
"""Characters of a password (ours)."""
AT_ONCE = 2
"""Passwords hashed at the same time: each takes 64 MiB and a core."""

HASHER = PasswordHasher()

Record = Callable[[Mapping[str, str | int | bool | None]], Awaitable[None]]
"""Puts a failed sign-in on record: `reason`, and `account` when there is one. Never the name or password typed."""

Rows = Callable[[str], Awaitable[AccountRow | None]]
"""The account of that name as a row of `id` and `password_hash`, or None; asked in the `app` role."""

ACCOUNT_BY_NAME = "SELECT id, password_hash FROM account WHERE name = $1"


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """The argon2id hash that is stored."""
    return hasher.hash(_prepared(password))


def fit(name: str, password: str) -> bool:
    """Whether a password will do for the account of that name (ours).

    >>> fit("li.ming", "correct horse battery"), fit("li.ming", "Li.Ming-2026-03"), fit("li.ming", "short")
    (True, False, False)
    """
    return SHORTEST <= len(password) <= LONGEST and name.lower() not in password.lower()


class Passwords:
    """Signs local accounts in; who fails too often waits (`throttle`)."""

    def __init__(
        self,
        find: Rows,
        accounts: Accounts,
        issuer: LocalIssuer,
        clock: Clock,
        record: Record,
        hasher: PasswordHasher = HASHER,
    ) -> None:
        self._find, self._accounts, self._issuer, self._clock = find, accounts, issuer, clock
        self._record, self._hasher = record, hasher
        # an unknown name is checked against this hash: it takes as long as a wrong password and tells nothing
        self._nobodys = hasher.hash("nobody signs in with this")
        self._throttle = Throttle()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def sign_in(
        self, name: str, password: str, post: int | None = None, *, address: str = "", lifetime: int = LIFETIME
    ) -> str:
        """A token for the account in `post`, or in its only current post.

        401 SIGN_IN_FAILED, 403 ACCOUNT_DISABLED and POST_…, 429 SIGN_IN_THROTTLED.
        """
        attempt = self.attempt(name, address)
        account = await self.proven(name, password)
        self.succeeded(attempt)
        subject = await self._accounts.subject(account, post)
        return self._issuer.issue(account, subject.post, lifetime)

    def attempt(self, name: str, address: str) -> Attempt:
        """Count an attempt to prove who one is; SIGN_IN_THROTTLED when there were too many."""
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        return self._throttle.attempt(digest, address, self._clock.now().timestamp())

    def succeeded(self, attempt: Attempt) -> None:
        """The attempt proved who it was: it no longer counts as a failure."""
        attempt.succeeded(self._clock.now().timestamp())

    async def failed(self, reason: str, account: int | None) -> None:
        """Put an attempt that proved nothing on record."""
        await self._record({"reason": reason, "account": account})

    async def hashed(self, name: str, password: str) -> str:
        """The hash of a password somebody chooses for the account of that name; PASSWORD_UNFIT."""
        if not fit(name, password):
            raise Problem(PASSWORD_UNFIT, least=SHORTEST, most=LONGEST)
        async with self._turn:
            return await asyncio.to_thread(hash_password, password, self._hasher)

    async def account(self, name: str) -> AccountRow | None:
        """The account of that name as a row of `id` and `password_hash`, or None."""
        good = 0 < len(name) <= LONGEST and "\0" not in name and _storable(name)
        return await self._find(name) if good else None

    async def proven(self, name: str, password: str) -> int:
        """The account whose password this is; SIGN_IN_FAILED, on record. Count an `attempt` first."""
        row = await self.account(name)
        stored = row["password_hash"] if row is not None else None
        good = await self._matches(stored or self._nobodys, password)
        if row is None or stored is None or not good:
            reason = "WRONG_PASSWORD" if stored else "NO_PASSWORD" if row is not None else "UNKNOWN_ACCOUNT"
            await self.failed(reason, row["id"] if row is not None else None)
            raise Problem(SIGN_IN_FAILED)
        return int(row["id"])

    async def _matches(self, stored: str, password: str) -> bool:
        if len(password) > LONGEST:
            return False
        async with self._turn:
            return await asyncio.to_thread(self._verified, stored, _prepared(password))

    def _verified(self, stored: str, prepared: bytes) -> bool:
        try:
            return self._hasher.verify(stored, prepared)
        except (VerificationError, InvalidHashError):
            return False


def _prepared(password: str) -> bytes:
    """One spelling of a password, whatever keyboard typed it."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _storable(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)
