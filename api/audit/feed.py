"""消息源 The sealed events as they come, one reading of them for all who wait in this worker. DESIGN §10

A reader of the feed stands at a number and asks for what follows it. What is recent is in memory, once for all; who
stands further back reads from the database. So nothing is kept for a reader that is slow, and nothing is lost to it.
Nobody reads while nobody waits.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from api.database import Row
from api.rules.units import NATION
from api.schema.declare import TIER_COLUMNS

log = logging.getLogger("shouwang.audit")

RECENT = 2000
"""Events kept in memory."""
AT_ONCE = 200
PAUSE = 1.0
"""Seconds until a database that was away is asked again."""
DAYS = 7
"""How far back a reader may begin. (ours)"""


class Rows(Protocol):
    """A source of rows: `api.database.Reader`."""

    async def rows(self, sql: str, args: Sequence[Any] = ()) -> Sequence[Row]:
        """The rows of one statement."""
        ...


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """A sealed event, as far as it is told: never who the person was, never the facts.

    `place` holds the codes of the units it belongs to, at each tier; `cooperating` those of the unit that cooperates.
    """

    number: int
    event: int
    action: str
    object_type: str
    object_id: int | None
    role: str
    at: datetime
    place: frozenset[str]
    cooperating: frozenset[str]

    def concerns(self, home: str) -> bool:
        """Whether it happened where a post of that unit can reach at all."""
        return home == NATION or home in self.place or home in self.cooperating


_COOPERATING = ", ".join(f"h.cooperating_{tier}" for tier in TIER_COLUMNS)
_AFTER = f"""
select s.number, e.id as event, e.action, e.object_type, e.object_id, e.role, e.at,
  array_remove(array[e.province, e.city, e.county, e.township, e.village], null) as place,
  array_remove(array[{_COOPERATING}], null) as cooperating
from seal s join event e on e.id = s.id
left join act a on a.id = case when jsonb_typeof(e.facts -> 'act') = 'number' then (e.facts ->> 'act')::bigint end
left join household h on h.id = a.household
where s.number > $1 order by s.number limit $2"""  # noqa: S608 - the columns are the catalogue's own
_HEAD = "select coalesce(max(number), 0) as head from seal"
_STILL_THERE = """select coalesce(min(sealed_at) > now() - make_interval(days => $2), true) as readable from (
  select sealed_at from seal where number > $1 order by number limit 1) next"""


class Feed:
    """The feed of one worker. `heard` belongs to a listener's channel `sealed`."""

    def __init__(self, reader: Rows) -> None:
        self._reader = reader
        self._recent: deque[SealedEvent] = deque(maxlen=RECENT)
        self._head: int | None = None
        self._stirred, self._news = asyncio.Event(), asyncio.Event()
        self._waiting = 0

    async def heard(self, _: str | None) -> None:
        """Wake the readers: events may have been sealed."""
        if self._waiting:
            self._stirred.set()

    async def head(self) -> int:
        """The newest number there is."""
        return int((await self._reader.rows(_HEAD))[0]["head"])

    async def still_there(self, number: int) -> bool:
        """Whether a reader may begin after this number: what follows it is not older than DAYS."""
        return bool((await self._reader.rows(_STILL_THERE, (number, DAYS)))[0]["readable"])

    async def after(self, number: int) -> AsyncGenerator[SealedEvent, None]:
        """Every sealed event after a number, in order, once, for ever; waits for those to come."""
        self._waiting += 1
        self._stirred.set()
        try:
            while True:
                batch = self._remembered(number)
                if batch is None:
                    batch = await self._read(number)
                for event in batch:
                    yield event
                    number = event.number
                if not batch:
                    await self._more(number)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._head = None
                self._recent.clear()

    def _remembered(self, number: int) -> list[SealedEvent] | None:
        """The events after a number, if memory holds them; empty when there is none; None to ask the database."""
        if self._recent and self._recent[0].number <= number + 1:
            begin = number + 1 - self._recent[0].number  # numbers have no gaps
            return list(islice(self._recent, begin, begin + AT_ONCE))
        return [] if self._head is not None and number >= self._head else None

    async def _more(self, number: int) -> None:
        news = self._news
        if self._head is None or self._head <= number:
            await news.wait()

    async def _read(self, number: int) -> list[SealedEvent]:
        return [_sealed_event(row) for row in await self._reader.rows(_AFTER, (number, AT_ONCE))]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read on for whoever waits, while the block runs."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._advance()
            except Exception as fault:  # the database may be away: asked again, never given up on
                log.warning("feed: %s", type(fault).__name__)
                await asyncio.sleep(PAUSE)
                self._stirred.set()

    async def _advance(self) -> None:
        if self._head is None:
            self._head = await self.head()
        while self._waiting and (batch := await self._read(self._head)):
            self._recent.extend(batch)
            self._head = batch[-1].number
            self._tell()
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _sealed_event(row: Row) -> SealedEvent:
    values = dict(row)
    return SealedEvent(
        **{**values, "place": frozenset(values["place"]), "cooperating": frozenset(values["cooperating"])}
    )
