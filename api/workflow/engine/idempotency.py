"""幂等 One effect and one answer per key and account: the reply to a COMMIT can be lost. DESIGN §6"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from api.errors import code
from api.workflow.engine.batch_insert import Values, together
from api.workflow.engine.errors import KEY_REUSED, NotTaken, problem_of

_CLAIM = """
with claimed as (insert into promise (account, key, asked, at) values ($1, $2, $3, $4)
  on conflict (account, key) do nothing returning policy_publication() as publication)
select publication{turn} from claimed"""
_KEEP = "update promise set reply = $1::text::jsonb where account = $2 and key = $3"

POLICY_CHANGED = code(
    "POLICY_CHANGED",
    409,
    zh="权限策略刚刚更换，未办理",
    en="the policy has just changed; nothing was done",
    next_zh="稍后用同一幂等键重试",
    next_en="try again with the same key in a moment",
    question="Q1",
)


def digest(action: str, target: Any, given: Mapping[str, Any]) -> bytes:
    """What was asked, as a digest: nothing of it can be read from the database."""
    return hashlib.sha256(orjson.dumps([action, target, given], default=_said, option=orjson.OPT_SORT_KEYS)).digest()


def _said(value: Any) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class Turn:
    """A select that locks what steps take turns at, once the key is claimed; `$5` is the id."""

    sql: str
    number: int


async def claim(
    connection: Any,
    account: int,
    key: str,
    asked: bytes,
    now: datetime,
    publication: int | None,
    turn: Turn | None = None,
) -> Mapping[str, int] | None:
    """Claim a key inside the transaction, then wait for the turn; the answer given before when it was claimed already.

    A second request waits here for the first to commit. KEY_REUSED when the key was used for something else.
    POLICY_CHANGED when another policy than that publication's is in force; it stays so until the transaction ends.
    What is read next sees whatever was committed before it was one's turn: the statement that waits does not.
    """
    sql, more = _claiming(turn)
    newest = await connection.fetchval(sql, account, key, asked, now, *more)
    if newest is not None:
        _unmoved(newest, publication)
        return None
    row = await connection.fetchrow(
        "select asked, reply::text as reply from promise where account = $1 and key = $2", account, key
    )
    if row["asked"] != asked:
        raise NotTaken([problem_of(KEY_REUSED)])
    reply: Mapping[str, int] = orjson.loads(row["reply"])
    return reply


def _claiming(turn: Turn | None) -> tuple[str, tuple[int, ...]]:
    # a subselect that no column of the claim is in runs when it is first asked for: after the claim
    return (_CLAIM.format(turn=""), ()) if turn is None else (_CLAIM.format(turn=f", ({turn.sql})"), (turn.number,))


async def unmoved(nation: Any, publication: int | None) -> None:
    """The same of an act in a transaction of the nation's role. POLICY_CHANGED."""
    _unmoved(await nation.fetchval("select nation_policy_publication()"), publication)


def _unmoved(newest: int, publication: int | None) -> None:
    if publication not in (None, newest):
        raise NotTaken([problem_of(POLICY_CHANGED)])


async def promised(connection: Any, account: int, key: str, asked: bytes, now: datetime) -> tuple[Any, bool]:
    """Claim a key in a transaction of its own, for what is done in another database role's.

    The answer given before, None when there is none; and whether it was claimed before without an answer: then nobody
    knows whether it was done, and whoever does it has to tell one request from another by its key.
    """
    async with connection.transaction():
        if await connection.fetchval(_claiming(None)[0], account, key, asked, now) is not None:
            return None, False
        row = await connection.fetchrow(
            "select asked, reply::text as reply from promise where account = $1 and key = $2", account, key
        )
    if row["asked"] != asked:
        raise NotTaken([problem_of(KEY_REUSED)])
    return (None, True) if row["reply"] is None else (orjson.loads(row["reply"]), False)


async def release(connection: Any, account: int, key: str) -> None:
    """Nothing was done: the key is free again."""
    await connection.execute("delete from promise where account = $1 and key = $2 and reply is null", account, key)


async def keep(
    connection: Any, account: int, key: str, reply: Mapping[str, int], rows: Iterable[tuple[str, Values]] = ()
) -> None:
    """Keep what was answered, in the same transaction, and insert the rows that are left to be, in one statement."""
    sql, values = together(rows, _KEEP, orjson.dumps(reply).decode(), account, key)
    await connection.execute(sql, *values)
