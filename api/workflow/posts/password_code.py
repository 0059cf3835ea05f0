"""口令凭码 A one-time code for a password: two people from above give one half each. RULES §2

    give      who may propose an appointment of the account gets its first half, who may approve one its second
    choose    the official, holding both, chooses a password; the halves are spent

Nobody but the official ever holds both, so nobody alone can sign in as another (docs/decisions). Only digests are
stored; a code that was given is shown once. A new password makes every older token worth nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.access.signin.errors import PASSWORD_CODE_WRONG
from api.access.signin.sessions import prove
from api.access.subject import Subject
from api.database import Connection
from api.errors import Problem
from api.rules.themes.appointment import nobody_appoints_himself
from api.rules.themes.four_eyes import different_persons
from api.rules.verdict import breaches
from api.rules.words.judging import ActPair
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.contexts import StepServices
from api.workflow.engine.errors import StepRefused, breach_of
from api.workflow.posts.account import on_record, posts_below
from api.workflow.posts.appointment import APPROVE, PROPOSE
from api.workflow.posts.errors import texts_clean
from api.workflow.posts.target import may

HALVES = {PROPOSE.action: "FIRST", APPROVE.action: "SECOND"}
LIFETIME = timedelta(hours=72)
"""How long a half is good (ours)."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that looks like another
_LENGTH = 10
# no ON CONFLICT: it would read a digest, which the app's login may not. The accounts' row is locked by then
_KEEP = """
with renewed as (update password_code set digest = $3, person = $4, expires_at = $5
  where account = $1 and half = $2 returning id)
insert into password_code (account, half, digest, person, expires_at)
select $1, $2, $3, $4, $5 where not exists (select from renewed)"""
_CHOOSE = "select choose_password($1, $2::bytea[], $3, $4)"
_SET = """
update account set password_hash = $2, tokens_from = greatest(tokens_from, date_trunc('second', $3::timestamptz))
where id = $1"""


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a code, shown once to whom it is given."""

    half: str
    code: str
    expires_at: datetime


async def give(connection: Connection, subject: Subject, account: int, reason: str, services: StepServices) -> Half:
    """A new half for the account, in place of the one before. StepRefused with every problem."""
    async with connection.transaction():
        await prove(connection, subject.session)
        posts = await posts_below(connection, subject, account, services)
        half = next(HALVES[action] for action in HALVES if all(may(services, subject, action, post) for post in posts))
        other = await connection.fetch(
            "select person from password_code where account = $1 and half <> $2 and expires_at > $3",
            account,
            half,
            services.clock.now(),
        )
        verdicts = [
            nobody_appoints_himself(posts[0]["person"], subject.person),
            different_persons(ActPair.PROPOSE_AND_APPROVE, {row["person"] for row in other}, subject.person),
        ]
        problems = [*texts_clean({"reason": reason}), *map(breach_of, breaches(verdicts))]
        if problems:
            raise StepRefused(problems)
        letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        issued = Half(half, letters, services.clock.now() + LIFETIME)
        await connection.execute(_KEEP, account, half, _digest(issued.code), subject.person, issued.expires_at)
        facts = {"half": half, "reason": reason}
        await on_record(connection, subject, "password.code", account, facts, posts[0], services)
        return issued


async def choose(
    connection: Connection, account: int | None, codes: tuple[str, str], hashed: str, services: StepServices
) -> None:
    """Set the password of an account for the holder of both halves; PASSWORD_CODE_WRONG, also for no account."""
    async with connection.transaction():
        halves = [_digest(code) for code in codes]
        chosen = await connection.fetchval(_CHOOSE, account, halves, hashed, services.clock.now())
        if account is None or not chosen:
            raise Problem(PASSWORD_CODE_WRONG)
        await _record_password(connection, account, "CODES", services)


async def change(connection: Connection, account: int, session: str, hashed: str, services: StepServices) -> None:
    """Set another password for an account whose present one was proven; `session` is its own."""
    async with connection.transaction():
        await prove(connection, session)
        await connection.execute(_SET, account, hashed, services.clock.now())
        await _record_password(connection, account, "PASSWORD", services)


async def _record_password(connection: Connection, account: int, by: str, services: StepServices) -> None:
    nowhere = dict.fromkeys(TIER_COLUMNS)
    place = await connection.fetchrow(
        "select province, city, county, township, village from post where account = $1 order by id limit 1", account
    )
    await on_record(connection, None, "password.set", account, {"by": by}, place or nowhere, services)


def _digest(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).digest()
