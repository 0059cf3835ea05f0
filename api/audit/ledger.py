"""审计台账 Append an event, in the caller's transaction, with its own digest: no record, no change. RULES §4

    digest = SHA-256( canonical form of every column but the id and the digest itself )

The canonical form is RFC 8785 as far as the ledger needs it: keys sorted, no blanks, UTF-8, no fractions (an amount
is a text), the moment as UTC with microseconds. So the digest can be worked out again from the stored row. Chaining
and sealing the events of a province comes after COMMIT and is no part of this module.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson

from api.database import Connection, Row
from api.schema.declare import TIER_COLUMNS

Fact = str | int | bool | None
LARGEST_EXACT = 2**53 - 1
NOBODY = "nobody"
"""The role of an event before anybody is signed in."""


class Actor(Protocol):
    """The person who acts: a Subject has all of it."""

    @property
    def account(self) -> int:
        """Account id."""
        ...

    @property
    def person(self) -> int:
        """Person id."""
        ...

    @property
    def post(self) -> int:
        """Post id."""
        ...

    @property
    def role(self) -> str:
        """Role word."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act or look-up to record. `facts` hold words, numbers and row ids, never a personal value.

    `place` is the responsible unit of the object by tier column: whoever reads that subtree's ledger reads this.
    """

    action: str
    object_type: str
    object_id: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    place: Mapping[str, str | None] = field(default_factory=dict)


_COLUMNS = (
    *("action", "object_type", "object_id", "account", "person", "post", "role", "policy_version", "facts", "at"),
    *("digest", "trace", *TIER_COLUMNS),
)
_CONTENT = tuple(name for name in _COLUMNS if name != "digest")
_INSERT = """
INSERT INTO event (action, object_type, object_id, account, person, post, role, policy_version, facts, at, digest,
                   trace, province, city, county, township, village)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11, $12, $13, $14, $15, $16, $17)
RETURNING id"""


async def append(
    connection: Connection,
    entry: AuditEntry,
    actor: Actor | None,
    at: datetime,
    *,
    policy_version: str,
    trace: str | None = None,
) -> int:
    """Write one event inside the caller's transaction and return its id. ValueError for a fact that is none."""
    row = event(entry, actor, at, policy_version=policy_version, trace=trace)
    return int(await connection.fetchval(_INSERT, *(row[name] for name in _COLUMNS)))


async def append_all(
    connection: Connection,
    entries: Iterable[AuditEntry],
    actor: Actor | None,
    at: datetime,
    *,
    policy_version: str,
    trace: str | None = None,
) -> None:
    """Write many events of one change, in their order and in one round trip."""
    rows = [event(entry, actor, at, policy_version=policy_version, trace=trace) for entry in entries]
    await connection.executemany(_INSERT, [tuple(row[name] for name in _COLUMNS) for row in rows])


def event(
    entry: AuditEntry, actor: Actor | None, at: datetime, *, policy_version: str, trace: str | None = None
) -> dict[str, Any]:
    """The row of an event by column, to be written with others. ValueError for a fact that is none."""
    row = _row(entry, actor, at, policy_version, trace)
    facts = orjson.dumps(row["facts"], option=orjson.OPT_SORT_KEYS).decode()
    return {**row, "facts": facts, "at": at, "digest": digest(row)}


def digest(row: Mapping[str, Any]) -> bytes:
    """The SHA-256 of an event's canonical form; `row` holds its columns by name, `at` as `canonical_moment`."""
    content = {name: row[name] for name in _CONTENT}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def digest_of(stored: Row) -> bytes:
    """The digest worked out again from a stored row, whose `facts` were read as text."""
    content = {name: stored[name] for name in _CONTENT}
    content["facts"], content["at"] = orjson.loads(stored["facts"]), canonical_moment(stored["at"])
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def canonical_moment(at: datetime) -> str:
    """A moment in UTC with microseconds.

    >>> canonical_moment(datetime(2026, 11, 23, 10, tzinfo=UTC))
    '2026-11-23T10:00:00.000000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _row(entry: AuditEntry, actor: Actor | None, at: datetime, version: str, trace: str | None) -> dict[str, Any]:
    return {
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "account": actor.account if actor else None,
        "person": actor.person if actor else None,
        "post": actor.post if actor else None,
        "role": actor.role if actor else NOBODY,
        "policy_version": version,
        "facts": {_plain(name): _exact(value) for name, value in entry.facts.items()},
        "at": canonical_moment(at),
        "trace": trace,
        **{column: entry.place.get(column) for column in TIER_COLUMNS},
    }


def _plain(name: str) -> str:
    if not name.isascii():  # beyond ASCII the two sorting orders of RFC 8785 and of orjson differ
        raise ValueError("the name of a fact is written in ASCII")
    return name


def _exact(value: Fact) -> Fact:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST_EXACT:
        raise ValueError("a number this large is not exact in JSON: write it as a text")
    if value is not None and not isinstance(value, str | int):
        raise ValueError(f"an event holds texts, whole numbers, yes and no, not {type(value).__name__}")
    return value
