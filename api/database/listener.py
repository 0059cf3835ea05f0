"""听取 One connection per worker that hears the database's notifications, whatever happens to it. DESIGN §5

A notification only says that something may be new: who hears looks it up. So a lost connection loses nothing: after
every connect, and every `poll` seconds behind it, each channel is told `None`, as if everything might be new.

Any login can notify, and as much as it likes. So a notification is never believed, and of one channel no more than
PENDING wait at a time: then `None` takes their place.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from api.database.connection import Connection, OwnConnection
from api.database.dsn import Dsn

log = logging.getLogger("shouwang.listener")

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds before the second attempt to connect, doubled with each one, and at most."""
CONNECTING = 2.0
PENDING = 256
"""Notifications of one channel that wait at a time."""
ASKED_AFTER = 2
"""Polls after which a silent link is asked whether it still works."""

Heard = Callable[[str | None], Awaitable[None]]
"""Told the payload of a notification, or None when there may have been any."""


class Listener:
    """Hears channels of one database. Register with `on` before `listening`; one channel may have several hearers."""

    def __init__(self, dsn: Dsn, *, poll: float = 1.0, deaf: bool = False) -> None:
        self._dsn, self._poll, self._deaf = dsn, poll, deaf
        self._hearers: dict[str, list[Heard]] = {}
        self._waiting: dict[str, dict[str | None, None]] = {}
        self._more = asyncio.Event()

    def on(self, channel: str, hear: Heard) -> None:
        """Let `hear` be told of a channel; what it raises is logged by type and told to nobody else."""
        self._hearers.setdefault(channel, []).append(hear)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear while the block runs. `deaf`: by polling alone, as where notifications do not come through."""
        ways = [self._tell(), self._ask()] if self._deaf else [self._tell(), self._ask(), self._hear()]
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                connection = await self._dsn.connect(timeout=CONNECTING)
            except Exception as fault:  # a database that is away is asked again, never given up on
                log.warning("listener: %s", type(fault).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            try:
                await self._stay(connection)
            except Exception as fault:
                log.warning("listener: %s", type(fault).__name__)
            finally:
                connection.terminate()

    async def _stay(self, connection: OwnConnection) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        async with asyncio.timeout(CONNECTING):
            for channel in self._hearers:
                await connection.add_listener(channel, self._heard)
        self._everything()  # what was told while nobody listened
        while not lost.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), ASKED_AFTER * self._poll)
            if not lost.is_set():
                await connection.execute("select 1", timeout=CONNECTING)  # a half-open link says nothing by itself

    def _heard(self, _: Connection, __: int, channel: str, payload: object) -> None:
        self._put(channel, str(payload))

    def _everything(self) -> None:
        for channel in self._hearers:
            self._put(channel, None)

    def _put(self, channel: str, payload: str | None) -> None:
        waiting = self._waiting.setdefault(channel, {})
        if len(waiting) >= PENDING:
            waiting.clear()
            payload = None
        waiting[payload] = None  # the same again is the same news
        self._more.set()

    async def _ask(self) -> None:
        while True:
            await asyncio.sleep(self._poll)
            self._everything()

    async def _tell(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            waiting, self._waiting = self._waiting, {}
            for channel, payloads in waiting.items():
                for payload in payloads:
                    await self._tell_hearers(channel, payload)

    async def _tell_hearers(self, channel: str, payload: str | None) -> None:
        for hear in self._hearers[channel]:
            try:
                await hear(payload)
            except Exception as fault:  # a hearer's trouble is its own; its text may hold a value
                log.warning("listener: %s on %s", type(fault).__name__, channel)
