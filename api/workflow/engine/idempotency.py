"""幂等 One effect and one answer per key and account: the answer to a COMMIT can be lost on its way. DESIGN §6

An act in a transaction of another database role can't be one with its key. Its key has three states:

    claimed   `reply` is null: nothing was done yet; the next request with the key begins anew, whatever it asks for
    judged    the guards let it pass and the act may have committed; the next request asks the act itself
    answered  the next request is given the answer
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from api.access.subject import Subject
from api.database import TRY_AGAIN, Connection
from api.errors import Problem, code
from api.workflow.engine.batch_insert import Values, combine
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import KEY_REUSED, StepRefused, problem_of
from api.workflow.engine.result import StepResult

_CLAIM = """
with claimed as (insert into idempotency (account, key, digest, at)
  select $1, $2, $3, $4 from set_config('shouwang.session', $5, true)
  on conflict (account, key) do nothing returning policy_publication() as publication)
select publication{lock} from claimed"""
_TAKE_OVER = "delete from idempotency where account = $1 and key = $2 and digest <> $3 and reply is null returning 1"
_EARLIER = "select digest, reply::text as reply from idempotency where account = $1 and key = $2"
_STORE = "update idempotency set reply = $1::text::jsonb where account = $2 and key = $3"
_JUDGED = """update idempotency set reply = jsonb_build_object('judged', $1::text::jsonb)
where account = $2 and key = $3 and digest = $4 and (reply is null or reply ? 'judged') returning 1"""
# never an answer that arrived meanwhile
_RELEASE = """delete from idempotency where account = $1 and key = $2 and digest = $3
and (reply is null or reply ? 'judged')"""

RELEASING = 0.5
"""Seconds that a failed request may take to release its key."""

POLICY_CHANGED = code(
    "POLICY_CHANGED",
    409,
    zh="权限策略刚刚更换，未办理",
    en="the policy has just changed; nothing was done",
    next_zh="稍后用同一幂等键重试",
    next_en="try again with the same key in a moment",
    question="Q1",
)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """The key of one act of an account, with the digest of the request: nothing of the request can be read back.

    `session` proves to the database that the account sent the request; claiming the key proves it.
    """

    account: int
    key: str
    digest: bytes
    session: str = field(default="", repr=False)

    @classmethod
    def of(cls, subject: Subject, action: str, step_input: StepInput) -> "IdempotencyKey":
        """The key of a step with its input."""
        content = {**step_input.arguments, "on": step_input.on, "reason": step_input.reason}
        parts = [action, step_input.number, content]
        text = orjson.dumps(parts, default=_plain, option=orjson.OPT_SORT_KEYS)
        return cls(subject.account, step_input.key, hashlib.sha256(text).digest(), subject.session)


def _plain(value: Any) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class LockQuery:
    """A select that locks the target of a step as soon as the key is claimed; `$6` is the parameter."""

    sql: str
    parameter: int | str


@dataclass(slots=True)
class Reply:
    """The answer to a key.

    result           what became of the step; set by the first request
    repeated         an earlier request set the result
    uncertain        an earlier request was judged and nobody knows what became of it; `result` holds its alerts
    claimed          this request claimed the key, no earlier one
    acting           the act has begun: what fails from here on leaves nobody sure
    pending_inserts  rows to insert in the statement that stores the result
    """

    result: StepResult = field(default_factory=StepResult)
    repeated: bool = False
    uncertain: bool = False
    claimed: bool = False
    acting: bool = False
    pending_inserts: list[tuple[str, Values]] = field(default_factory=list)


@asynccontextmanager
async def idempotent(
    connection: Connection, key: IdempotencyKey, services: StepServices, lock: LockQuery | None = None
) -> AsyncIterator[Reply]:
    """Claim a key inside the caller's transaction, lock the target, and store the result with the pending rows.

    A second request waits here for the first to commit, and is given its result. KEY_REUSED when the key was used
    for something else. POLICY_CHANGED when another policy than the caller's is in force; it stays so until COMMIT.
    """
    reply = await claim(connection, key, services.clock.now(), services.publication, lock)
    yield reply
    if not reply.repeated:
        await _store(connection, key, reply)


async def claim(
    connection: Connection,
    key: IdempotencyKey,
    now: datetime,
    publication: int | None,
    lock: LockQuery | None = None,
) -> Reply:
    """Claim a key, then wait for the lock.

    Read the rows in a new statement: under READ COMMITTED the one that waited for the lock still sees the old snapshot.
    """
    # a subselect that uses no column of the CTE runs when its row is asked for: after the claim
    sql = _CLAIM.format(lock="" if lock is None else f", ({lock.sql})")
    parameters = () if lock is None else (lock.parameter,)
    values = (key.account, key.key, key.digest, now, key.session, *parameters)
    newest = await connection.fetchval(sql, *values)
    if newest is None and await connection.fetchval(_TAKE_OVER, key.account, key.key, key.digest):
        newest = await connection.fetchval(sql, *values)
    if newest is None:
        return await _earlier(connection, key)
    _check_publication(newest, publication)
    return Reply(claimed=True)


async def _earlier(connection: Connection, key: IdempotencyKey) -> Reply:
    row = await connection.fetchrow(_EARLIER, key.account, key.key)
    if row is None:  # released since the claim met it: the earlier request was refused
        raise Problem(TRY_AGAIN)
    if row["digest"] != key.digest:
        raise StepRefused([problem_of(KEY_REUSED)])
    if row["reply"] is None:
        return Reply()
    stored = orjson.loads(row["reply"])
    if "judged" in stored:
        return Reply(StepResult.of_stored(stored["judged"]), uncertain=True)
    return Reply(StepResult.of_stored(stored), repeated=True)


async def check_publication(nation: Connection, publication: int | None) -> None:
    """Check the publication in a transaction of the nation's role. POLICY_CHANGED."""
    _check_publication(await nation.fetchval("select nation_policy_publication()"), publication)


def _check_publication(newest: int, publication: int | None) -> None:
    if publication not in (None, newest):
        raise StepRefused([problem_of(POLICY_CHANGED)])


@asynccontextmanager
async def idempotent_elsewhere(connection: Connection, key: IdempotencyKey, now: datetime) -> AsyncIterator[Reply]:
    """Claim a key in a transaction of its own, for an act in a transaction of another database role.

    The reply is `uncertain` when an earlier request may have committed without storing its result: the act itself
    then tells by the key whether it was done. Call `begin_act` before the act. A request that claimed the key releases
    it when it is refused, and when it fails before the act; what it can't release, the next request takes over.
    """
    async with connection.transaction():
        reply = await claim(connection, key, now, None)
    try:
        yield reply
    except StepRefused:
        if reply.claimed:
            await connection.execute(_RELEASE, key.account, key.key, key.digest)
        elif not reply.acting and await _is_past_judgement(connection, key):
            raise Problem(TRY_AGAIN) from None  # a request with the same key acted meanwhile: it has the answer
        raise
    except BaseException:
        if reply.claimed and not reply.acting:
            with suppress(Exception):  # the connection may be what failed
                await asyncio.shield(connection.execute(_RELEASE, key.account, key.key, key.digest, timeout=RELEASING))
        raise
    if not reply.repeated:
        await _store(connection, key, reply)


async def begin_act(connection: Connection, key: IdempotencyKey, reply: Reply, judged: StepResult) -> None:
    """Write down that the guards let the act pass, with their alerts. TRY_AGAIN when the key is no longer this one's.

    What is uncertain has been judged by an earlier request, whose alerts stand.
    """
    if not reply.uncertain:
        stored = orjson.dumps(judged.stored()).decode()
        if not await connection.fetchval(_JUDGED, stored, key.account, key.key, key.digest):
            raise Problem(TRY_AGAIN)
        reply.result = judged
    reply.acting = True


async def _is_past_judgement(connection: Connection, key: IdempotencyKey) -> bool:
    row = await connection.fetchrow(_EARLIER, key.account, key.key)
    return row is not None and row["reply"] is not None


async def _store(connection: Connection, key: IdempotencyKey, reply: Reply) -> None:
    result = orjson.dumps(reply.result.stored()).decode()
    sql, values = combine(reply.pending_inserts, _STORE, result, key.account, key.key)
    await connection.execute(sql, *values)
