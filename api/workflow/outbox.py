"""待发消息 Outbox: what was written with a step leaves after it, at least once, in order per household. Q24

Only the oldest waiting message of a household is ever sent, under a row lock that other workers skip; the next one
follows when it has been delivered. What fails is tried again later and later, and holds up no other household.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx
import orjson

from api.clock import Clock
from api.database import Connection, Row

log = logging.getLogger("shouwang.outbox")

AT_ONCE = 20
FIRST_PAUSE, LONGEST_PAUSE = 2, 600
"""Seconds before the second attempt, doubled with each one, and at most."""
_HEADS = """
select m.id, m.household, m.topic, m.recipient, m.content::text as content, m.at, m.attempts from message m
where m.delivered_at is null
  and not exists (
    select from message e where e.household = m.household and e.delivered_at is null and e.id < m.id)
  and (m.tried_at is null or m.tried_at > $1 -- before the clock was put back
    or m.tried_at + make_interval(secs => least($2::int * 2.0 ^ least(m.attempts - 1, 30), $3::int)) <= $1)
order by m.id limit $4 for update of m skip locked
"""
_DELIVERED = "update message set delivered_at = $2, tried_at = $2, attempts = attempts + 1 where id = any($1::bigint[])"
_FAILED = "update message set tried_at = $2, attempts = attempts + 1 where id = any($1::bigint[])"

Writing = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it leaves: its number is the same at every attempt, so a receiver can tell a repetition."""

    number: int
    household: int
    topic: str
    recipient: str
    content: dict[str, Any]
    at: datetime
    attempt: int


class Channel(Protocol):
    """A way out. Whatever `deliver` raises means that the message was not delivered."""

    async def deliver(self, letter: Letter) -> None:
        """Deliver one message, or raise."""

    async def close(self) -> None:
        """Close what it holds open."""


class LogChannel:
    """Messages written to the log: their numbers, never a value."""

    async def deliver(self, letter: Letter) -> None:
        """Write a line."""
        values = (letter.number, letter.household, letter.topic, letter.recipient)
        log.info("message %s of household %s: %s, to %s", *values)

    async def close(self) -> None:
        """Do nothing: a log holds no connection."""


class Webhook:
    """Messages posted as JSON to one address; any answer but 2xx, or none in time, is a failure."""

    def __init__(self, url: str, seconds: float = 10) -> None:
        self._url = url
        self._client = httpx.AsyncClient(timeout=seconds)

    async def deliver(self, letter: Letter) -> None:
        """Post it; `Idempotency-Key` is the message's number."""
        body = {
            "id": letter.number,
            "household": letter.household,
            "topic": letter.topic,
            "recipient": letter.recipient,
            "content": letter.content,
            "at": letter.at,
            "attempt": letter.attempt,
        }
        headers = {"content-type": "application/json", "idempotency-key": f"shouwang-message-{letter.number}"}
        answer = await self._client.post(self._url, content=orjson.dumps(body), headers=headers)
        answer.raise_for_status()

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


def channel(setting: str) -> Channel:
    """The channel a setting names: `log:` or an address."""
    return LogChannel() if setting == "log:" else Webhook(setting)


async def send_waiting(connection: Connection, channel: Channel, clock: Clock) -> int:
    """Try the oldest waiting message of up to twenty households at once; how many were tried."""
    async with connection.transaction():
        rows = await connection.fetch(_HEADS, clock.now(), FIRST_PAUSE, LONGEST_PAUSE, AT_ONCE)
        letters = [_letter(row) for row in rows]
        outcomes = await asyncio.gather(*(channel.deliver(letter) for letter in letters), return_exceptions=True)
        failed = {letter.number for letter, outcome in zip(letters, outcomes, strict=True) if outcome is not None}
        for letter, outcome in zip(letters, outcomes, strict=True):
            if outcome is not None:  # an exception's text may hold an address or an answer: its type says enough
                log.warning("message %s, attempt %s: %s", letter.number, letter.attempt, type(outcome).__name__)
        now = clock.now()
        await connection.execute(_FAILED, sorted(failed), now)
        await connection.execute(_DELIVERED, sorted({letter.number for letter in letters} - failed), now)
    return len(letters)


def _letter(row: Row) -> Letter:
    return Letter(
        number=row["id"],
        household=row["household"],
        topic=row["topic"],
        recipient=row["recipient"],
        content=orjson.loads(row["content"]),
        at=row["at"],
        attempt=row["attempts"] + 1,
    )


async def deliver_forever(writing: Writing, channel: Channel, clock: Clock, seconds: float = 1) -> None:
    """Send waiting messages, look again after `seconds`; an unreachable database is tried again without end."""
    while True:
        try:
            async with writing() as connection:
                while await send_waiting(connection, channel, clock):
                    pass
        except Exception as fault:  # the loop goes on after any failure of one round
            log.warning("outbox: %s", type(fault).__name__)
        await asyncio.sleep(seconds)


@asynccontextmanager
async def delivering(setting: str | None, writing: Writing, clock: Clock) -> AsyncIterator[None]:
    """Deliver while the worker runs; nothing is sent, and everything kept, when no channel is set."""
    if setting is None:
        yield
        return
    way = channel(setting)
    running = asyncio.create_task(deliver_forever(writing, way, clock))
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await way.close()
