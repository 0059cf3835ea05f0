"""账号与岗位 Loads the Subject of an account and post with one query, cached until told otherwise. RULES §2

Refused here: unknown and disabled accounts, posts that are another's, not begun or ended, and a choice between
several posts that nobody made.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from api.access.signin.cache import Cache
from api.access.signin.errors import (
    ACCOUNT_DISABLED,
    ACCOUNT_UNKNOWN,
    POST_ENDED,
    POST_NOT_BEGUN,
    POST_REQUIRED,
    POST_UNKNOWN,
)
from api.access.subject import Subject, role_of
from api.clock import Clock, today
from api.database import Row
from api.errors import Problem, Term, listed
from api.rules.words.vocabulary import AccountState, Department, Duty, Tier
from api.schema.paths import path_of

Holder = int | str
"""Whom a token speaks of: an account id (local issuer) or a subject at the OIDC issuer."""


class Rows(Protocol):
    """A source of rows: `api.database.Reader`."""

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> Sequence[Row]:
        """The rows of one statement."""
        ...


_POSTS = """
SELECT a.id AS account, a.person, a.state, a.tokens_from, p.id AS post, p.department, p.duty, p.since, p.until,
       u.id AS unit, u.tier, u.province, u.city, u.county, u.township, u.village
FROM account a
LEFT JOIN post p ON p.account = a.id AND ($2::bigint IS NULL OR p.id = $2)
LEFT JOIN unit held ON held.id = p.unit
LEFT JOIN LATERAL (
  SELECT * FROM unit n WHERE n.code = held.code ORDER BY n.valid_until DESC NULLS FIRST LIMIT 1
) u ON true
WHERE a.{holder} = $1
ORDER BY p.id"""
# a unit that moved in the tree is a newer row of the same code: the post moves with it
BY_ACCOUNT = _POSTS.format(holder="id")
BY_SUBJECT = _POSTS.format(holder="oidc_subject")

LARGEST_ID = 2**63 - 1


class Accounts:
    """Subjects by holder and post. An answer is at most `seconds` old; `invalidate` makes it new at once."""

    def __init__(self, reader: Rows, clock: Clock, *, size: int = 20_000, seconds: float = 30.0) -> None:
        self._reader, self._clock, self._seconds = reader, clock, seconds
        self._cache: Cache[tuple[Holder, int | None], Subject] = Cache(size)
        self._changes = 0
        self._seen: int | None = None

    def cached(self, holder: Holder, post: int | None, now: float) -> Subject | None:
        """The Subject when it is fresh in memory; never asks the database."""
        return self._cache.get((holder, post), now)

    async def subject(self, holder: Holder, post: int | None) -> Subject:
        """The Subject of `holder` in `post`, or in its only current post; `token_expires` is 0.

        ACCOUNT_UNKNOWN, ACCOUNT_DISABLED, POST_UNKNOWN, POST_NOT_BEGUN, POST_ENDED, POST_REQUIRED.
        """
        now = self._clock.now().timestamp()
        cached = self._cache.get((holder, post), now)
        if cached is not None:
            return cached
        changes = self._changes
        subject = await self._load(holder, post)
        if changes == self._changes:  # else a change was announced while the row was on its way
            self._cache.put((holder, post), subject, now + self._seconds)
        return subject

    def invalidate(self, account: int | None = None) -> None:
        """Forget one account, or all of them: called when a notification says that it or its posts changed."""
        self._changes += 1
        self._cache.drop(lambda subject: account is None or subject.account == account)

    async def hear(self, payload: str | None) -> None:
        """Handle a notice on the channel `accounts`: an account's id, "" for all, None when notices may be lost."""
        if payload is None:
            (row,) = await self._reader.rows("SELECT seq FROM account_change")
            if row["seq"] == self._seen:
                return
            self._seen = row["seq"]
        self.invalidate(int(payload) if payload else None)

    async def _load(self, holder: Holder, post: int | None) -> Subject:
        by_id = isinstance(holder, int)
        if (post is not None and not 0 < post <= LARGEST_ID) or (isinstance(holder, int) and holder > LARGEST_ID):
            raise Problem(POST_UNKNOWN)
        rows = await self._reader.rows(BY_ACCOUNT if by_id else BY_SUBJECT, (holder, post))
        return chosen(rows, post, today(self._clock))


def chosen(rows: Sequence[Row], post: int | None, day: date) -> Subject:
    """The Subject among the joined rows of one holder on that day, or the Problem that there is none."""
    if len({row["account"] for row in rows}) != 1:  # two accounts with one OIDC subject prove nobody
        raise Problem(ACCOUNT_UNKNOWN)
    if rows[0]["state"] != AccountState.ACTIVE.name:
        raise Problem(ACCOUNT_DISABLED)
    held = [row for row in rows if row["post"] is not None]
    if not held:
        raise Problem(POST_UNKNOWN)
    current = [row for row in held if row["since"] <= day and (row["until"] is None or day <= row["until"])]
    if not current:
        raise Problem(POST_NOT_BEGUN if all(day < row["since"] for row in held) else POST_ENDED)
    if post is None and len(current) > 1:
        raise Problem(POST_REQUIRED, count=len(current), posts=listed(map(_choice, current)))
    return _subject(current[0])


def _choice(row: Row) -> Term:
    subject = _subject(row)
    tier, department, duty = Tier[row["tier"]], Department[row["department"]], Duty[row["duty"]]
    text = f"{subject.post} ({subject.role}@{subject.home})"
    return Term(text, f"{subject.post}（{tier.zh}级{department.zh}{duty.zh}，单位 {subject.home}）", text)


def _subject(row: Row) -> Subject:
    tier, department, duty = Tier[row["tier"]], Department[row["department"]], Duty[row["duty"]]
    return Subject(
        account=row["account"],
        person=row["person"],
        post=row["post"],
        tier=tier,
        department=department,
        duty=duty,
        unit=row["unit"],
        path=path_of(row),
        role=role_of(tier, department, duty),
        token_expires=0,
        tokens_from=row["tokens_from"].timestamp() if row["tokens_from"] else 0.0,
    )
