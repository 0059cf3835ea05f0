"""封印链 Chains sealed events: each fixes its predecessor, one chain per province, one number through all. RULES §4

    hash = SHA-256( previous hash ‖ the event's digest ‖ canonical {event, number, position, province, sealed_at} )

The database's function `seal_events` writes seals, in the order in which events became visible; here one worker of
all sets it going, and the same hash is worked out again for whoever verifies. What is sealed is told on the channel
`sealed`: of the ledger's own writers nobody notifies, because that would queue their COMMITs behind each other.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from time import monotonic

import orjson

from api.audit.ledger import canonical_moment
from api.database import Connection, Dsn, watched_connection

log = logging.getLogger("shouwang.audit")

CHANNEL = "sealed"
FIRST = bytes(32)
"""What the first seal of a chain has before it."""
# a round holds the sealer's lock and one transaction: some tens of milliseconds at this size
AT_ONCE = 2000
LOCK = 0x5365616C  # "Seal": the advisory lock of the worker that seals
STATEMENT = 60
"""Seconds a statement may run."""
PAUSE, LOOK = 0.2, 1.0
"""Seconds between two rounds of the worker that seals, and between two looks of the others whether it still does."""

# looked up, not tried: a lock tried on a pooled connection would stay with the pool. Any login may hold an advisory
# lock: only one held by the app's own means that a worker seals
_VACANT = """select not exists (select from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.objid = $1::bigint::oid and l.classid = 0 and a.usename = current_user
    and l.database = (select oid from pg_database where datname = current_database()))"""
_TRY = f"select pg_try_advisory_lock($1) or ({_VACANT})"

_SETTINGS = {"application_name": "shouwang sealer", "timezone": "UTC", "idle_session_timeout": "10s"}
"""A worker that vanished without a word loses the lock with its session."""

CHORE = 3600.0
"""Seconds between two rounds of the chore."""
Chore = Callable[[Connection], Awaitable[object]]
Writing = Callable[[], AbstractAsyncContextManager[Connection]]


def seal_hash(
    previous: bytes, digest: bytes, event: int, number: int, position: int, chain: str, at: datetime
) -> bytes:
    """The hash of a seal: what `seal_events` worked out, worked out again."""
    place = {
        "event": event,
        "number": number,
        "position": position,
        "province": chain,
        "sealed_at": canonical_moment(at),
    }
    return hashlib.sha256(previous + digest + orjson.dumps(place)).digest()


async def seal_waiting(connection: Connection) -> int:
    """Seal what is committed and waits; how many events that were."""
    total = 0
    while True:
        sealed = int(await connection.fetchval("select seal_events($1)", AT_ONCE))
        total += sealed
        if sealed < AT_ONCE:
            return total


async def seal_forever(writing: Writing, app: Dsn, chore: Chore | None = None) -> None:
    """Seal if no other worker does, and look each second whether that still is so.

    The worker that seals also does the `chore`, at once and every CHORE seconds: one worker of all is enough for it.
    """
    while True:
        try:
            async with writing() as connection:
                vacant = await connection.fetchval(_VACANT, LOCK)
            if vacant:
                await _seal(app, chore)
        except Exception as fault:  # the database may be away: asked again, never given up on
            log.warning("sealer: %s", type(fault).__name__)
        await asyncio.sleep(LOOK)


async def _seal(app: Dsn, chore: Chore | None) -> None:
    # with the session ends its lock
    async with watched_connection(app, server_settings=_SETTINGS, command_timeout=STATEMENT) as connection:
        if await connection.fetchval(_TRY, LOCK):
            next_chore = monotonic()
            while True:
                await seal_waiting(connection)
                if chore is not None and monotonic() >= next_chore:
                    next_chore += CHORE
                    await chore(connection)
                await asyncio.sleep(PAUSE)


@asynccontextmanager
async def sealing(writing: Writing, app: Dsn, chore: Chore | None = None) -> AsyncIterator[None]:
    """Seal, or stand by, while the worker runs."""
    running = asyncio.create_task(seal_forever(writing, app, chore))
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
