"""写入 The write pool of one worker: connections of the app role, lent outside any transaction. DESIGN §7

The driver pools them; what is ours are the limits: a caller waits so long for a free connection and no longer, each
statement has a deadline, a connection whose link is dead is ended, and a pool that closes waits so long for what still
runs.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg

from api.database.connection import OwnConnection, Pool, PooledConnection
from api.database.dsn import Dsn
from api.database.errors import DATABASE_BUSY, DATABASE_UNAVAILABLE, problem_of, problems
from api.database.link_settings import LINK_SETTINGS, STATEMENT
from api.database.link_watch import LinkWatch, WatchedConnection
from api.errors import Problem

PATIENCE = 5.0  # seconds to wait for a free connection
GRACE = 4.0  # seconds a closing pool gives to what still runs
CONNECTING = 2.0  # seconds a new connection may take
RELEASING = 0.5  # seconds a connection has to become free for the next caller
PROBING = 1.0  # seconds in which an idle connection has to answer
PROBED_AFTER = 2.0  # seconds of idleness after which a connection is tried before it is given to a caller
SETTINGS = {
    **LINK_SETTINGS,
    "application_name": "shouwang",
    # as in the reader: no statement runs long enough for it to pay
    "jit": "off",
    "timezone": "UTC",
    # shorter than STATEMENT, so that the error says that a lock was waited for
    "lock_timeout": "10s",
    # a worker that died without a word keeps its locks no longer than this
    "idle_in_transaction_session_timeout": "60s",
}


class Writer:
    """A pool of at most `size` connections, opened as they are needed.

    `lost` is called when their link or their server is.
    """

    def __init__(self, dsn: Dsn, size: int, lost: Callable[[], None] = lambda: None) -> None:
        self._dsn, self._size, self._lost = dsn, size, lost
        self._pool: Pool | None = None
        self._watch = LinkWatch(dsn, self._end_idle)
        self._idle_since: weakref.WeakKeyDictionary[OwnConnection, float] = weakref.WeakKeyDictionary()

    async def open(self) -> None:
        """Open the first connection; DATABASE_UNAVAILABLE or DATABASE_REFUSED when that fails."""
        with problems():
            self._pool = await asyncpg.create_pool(
                # a floor is restored in the background, and its failures logged in the server's own words
                min_size=0,
                max_size=self._size,
                timeout=CONNECTING,
                command_timeout=STATEMENT,
                connection_class=WatchedConnection,
                init=self._init,
                statement_cache_size=512,
                max_cached_statement_lifetime=0,
                server_settings=SETTINGS,
                reset=_leave_state,
                **self._dsn.arguments(),
            )
        try:
            async with self.connection():
                pass
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close all connections; what still runs after a grace is cut off."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), GRACE)
        except TimeoutError:
            pool.terminate()
        finally:
            self._watch.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PooledConnection]:
        """A connection until the end of the block.

        Problems: DATABASE_BUSY when none comes free in time, DATABASE_UNAVAILABLE without a database.
        """
        pool = self._pool
        if pool is None:
            raise Problem(DATABASE_UNAVAILABLE, retry=1)
        connection = await self._acquire(pool)
        try:
            yield connection
        finally:
            await self._release(pool, connection)

    async def _acquire(self, pool: Pool) -> PooledConnection:
        try:
            async with asyncio.timeout(PATIENCE) as patience:  # the driver's own limit would start a task a caller
                while True:
                    connection = await pool.acquire()
                    if await self._answers(connection):
                        return connection
                    await self._release(pool, connection)
        except TimeoutError:
            raise Problem(DATABASE_BUSY if patience.expired() else DATABASE_UNAVAILABLE, retry=1) from None
        except asyncpg.InterfaceError:  # the pool is closing
            raise Problem(DATABASE_UNAVAILABLE, retry=1) from None
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError) as error:
            raise problem_of(error) or error from None

    async def _answers(self, connection: PooledConnection) -> bool:
        """Whether the connection still reaches the server; the ones used a moment ago are not asked."""
        own = _own(connection)
        if isinstance(own, WatchedConnection):
            own.broken_off = None  # the pool has settled it
        now = asyncio.get_running_loop().time()
        if own is None or now - self._idle_since.pop(own, now) <= PROBED_AFTER:
            return True
        try:
            await connection.execute("select", timeout=PROBING)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            own.terminate()
            self._end_idle()
            return False
        return True

    async def _release(self, pool: Pool, connection: PooledConnection) -> None:
        if (own := _own(connection)) is not None:
            self._idle_since[own] = asyncio.get_running_loop().time()
        # the driver ends a connection that can't be freed in time
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            await pool.release(connection, timeout=RELEASING)

    async def _init(self, connection: OwnConnection) -> None:
        try:
            await self._watch.add(connection)
        except BaseException:
            connection.terminate()  # the pool would say good-bye and wait for an answer
            raise
        if isinstance(connection, WatchedConnection):
            connection.watch = self._watch
        self._idle_since[connection] = asyncio.get_running_loop().time()

    def _end_idle(self) -> None:
        """End the idle connections, which go through the same link as the one that was found dead."""
        for connection in list(self._idle_since):
            connection.terminate()
        self._idle_since.clear()
        self._lost()


def _own(connection: PooledConnection) -> OwnConnection | None:
    """The connection behind the pool's proxy; None once the pool has taken it back."""
    own: OwnConnection | None = connection._con  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy gives it to nobody
    return own


async def _leave_state(_: PooledConnection | OwnConnection) -> None:
    """Return a connection as it is: nothing here sets what outlives a transaction, so a reset costs a round trip.

    The driver itself ends an open transaction.
    """
