"""连接看护 Ends connections whose server no longer works for them: a half-open link takes words and never answers.

A statement that has waited for SUSPECT seconds makes the watch ask the server, over a connection of its own, which of
the waiting sessions it works for. Whoever it does not work for waits for nothing: the connection is ended, and with it
every idle one, which went through the same link. A server that can't be asked works for nobody. A long statement, or a
long answer that is still being sent, is left alone.
"""

import asyncio
import logging
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from api.database.connection import OwnConnection
from api.database.dsn import Dsn
from api.database.link_settings import set_socket_options

T = TypeVar("T")
log = logging.getLogger("shouwang.database")

SUSPECT, LOOK = 1.0, 0.2
"""Seconds a statement waits until the server is asked about it; between two looks while any waits."""
CLOSING = 0.5
"""Seconds a connection has to say good-bye."""
SETTLING = 0.5
"""Seconds that the first statement after a cancelled one may take."""
ASKING = 1.0
"""Seconds in which the server has to answer the watch; it is asked twice."""
_WORKED_FOR = """select pid from pg_stat_activity where pid = any($1::int[])
  and (state = 'active' or state_change > clock_timestamp() - interval '1 second')"""
_PID = "select pg_backend_pid()"


class LinkWatch:
    """Watches the connections of one login. `lost` is called when some of them were ended."""

    def __init__(self, dsn: Dsn, lost: Callable[[], None] = lambda: None) -> None:
        self._dsn, self._lost = dsn, lost
        self._pids: weakref.WeakKeyDictionary[OwnConnection, int] = weakref.WeakKeyDictionary()
        self._waiting: dict[OwnConnection, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._asking: asyncio.Task[None] | None = None
        self._own: OwnConnection | None = None
        self._closed = False

    async def add(self, connection: OwnConnection) -> None:
        """Take a new connection into the watch. A pooler in session mode has its own pids: the server's are asked."""
        set_socket_options(connection)  # of a pool, which connects by itself
        self._pids[connection] = await connection.fetchval(_PID, timeout=ASKING)

    def began(self, connection: OwnConnection) -> None:
        """The connection waits for an answer from now on."""
        self._waiting[connection] = asyncio.get_running_loop().time()
        if self._timer is None and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)

    def ended(self, connection: OwnConnection) -> None:
        """The connection waits no longer."""
        self._waiting.pop(connection, None)

    def demoted(self, connection: OwnConnection) -> None:
        """A write met a server that only reads: another one has taken its place, behind the same address perhaps."""
        log.warning("database: the server takes no writes any more: its connections were ended")
        self._waiting.pop(connection, None)
        connection.terminate()
        self._lost()

    def close(self) -> None:
        """Watch no longer."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._asking is not None:
            self._asking.cancel()
        if self._own is not None:
            self._own.terminate()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        suspected = self._suspected(loop.time() - SUSPECT)
        if suspected and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._examine(suspected))
        self._timer = loop.call_later(LOOK, self._look) if self._waiting and not self._closed else None

    def _suspected(self, since: float) -> dict[OwnConnection, float]:
        return {
            connection: begun
            for connection, begun in self._waiting.items()
            if begun <= since and connection in self._pids
        }

    async def _examine(self, suspected: dict[OwnConnection, float]) -> None:
        pids = [self._pids[connection] for connection in suspected]
        worked_for = await self._ask(pids)
        dead = [
            connection
            for connection, begun in suspected.items()
            if self._pids[connection] not in worked_for and self._waiting.get(connection) == begun
        ]
        for connection in dead:
            self._waiting.pop(connection, None)
            connection.terminate()
        if dead:
            log.warning("database: %s connections without an answer were ended", len(dead))
            self._lost()

    async def _ask(self, pids: list[int]) -> set[int]:
        """The sessions that the server works for; none when it does not answer."""
        for _ in range(2):
            try:
                async with asyncio.timeout(ASKING):
                    if self._own is None or self._own.is_closed():
                        self._own = await self._dsn.connect(timeout=ASKING)
                    rows = await self._own.fetch(_WORKED_FOR, pids)
                return {row["pid"] for row in rows}
            except Exception as fault:  # whatever it is, the server was not asked
                log.warning("database: not answering: %s", type(fault).__name__)
                if self._own is not None:
                    self._own.terminate()
                    self._own = None
        return set()


class WatchedConnection(OwnConnection):
    """A connection that tells its watch while it waits for the server. The watch is set after connecting."""

    watch: LinkWatch | None = None
    broken_off: type[BaseException] | None = None
    """How the statement before ended, when it was cancelled or took too long."""

    async def _settled(self, waiting: Awaitable[T], broken_off: type[BaseException]) -> T:
        """Wait for the statement after one that was broken off, but not for long: its cancellation may be lost."""
        self.broken_off = None
        try:
            async with asyncio.timeout(SETTLING):
                return await waiting
        except TimeoutError:
            self.terminate()
            raise broken_off from None  # as it was: a ROLLBACK must not hide it

    async def _watched(self, waiting: Awaitable[T]) -> T:
        if self.watch is None:
            return await waiting
        self.watch.began(self)
        try:
            return await (waiting if self.broken_off is None else self._settled(waiting, self.broken_off))
        except (asyncio.CancelledError, TimeoutError) as error:
            self.broken_off = type(error)
            raise
        except asyncpg.ReadOnlySQLTransactionError:
            self.watch.demoted(self)
            raise
        finally:
            self.watch.ended(self)

    # every way to wait for the server that the product uses; the driver's own arguments pass through
    async def execute(self, *args: Any, **options: Any) -> str:
        """Run the driver's `execute` under the watch."""
        return await self._watched(super().execute(*args, **options))

    async def executemany(self, *args: Any, **options: Any) -> None:
        """Run the driver's `executemany` under the watch."""
        await self._watched(super().executemany(*args, **options))

    async def fetch(self, *args: Any, **options: Any) -> Any:
        """Run the driver's `fetch` under the watch."""
        return await self._watched(super().fetch(*args, **options))

    async def fetchval(self, *args: Any, **options: Any) -> Any:
        """Run the driver's `fetchval` under the watch."""
        return await self._watched(super().fetchval(*args, **options))

    async def fetchrow(self, *args: Any, **options: Any) -> Any:
        """Run the driver's `fetchrow` under the watch."""
        return await self._watched(super().fetchrow(*args, **options))


@asynccontextmanager
async def watched_connection(login: Dsn, **more: Any) -> AsyncIterator[WatchedConnection]:
    """A connection outside any pool, for as long as the block lasts, that is ended when its link is dead."""
    watch = LinkWatch(login)
    connection = await login.connect(connection_class=WatchedConnection, **more)
    try:
        assert isinstance(connection, WatchedConnection)
        await watch.add(connection)
        connection.watch = watch
        yield connection
        await connection.close(timeout=CLOSING)
    finally:
        connection.terminate()
        watch.close()
