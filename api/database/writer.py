"""写入 The write pool of one worker: connections of the app role, lent outside any transaction. DESIGN §7

The driver pools them; what is ours are the limits: a caller waits so long for a free connection and no longer, and a
pool that closes waits so long for what still runs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from api.database.connection import OwnConnection, Pool, PooledConnection
from api.database.dsn import Dsn
from api.database.errors import DATABASE_BUSY, DATABASE_UNAVAILABLE, problems
from api.errors import Problem

PATIENCE = 5.0  # seconds to wait for a free connection
GRACE = 10.0  # seconds a closing pool gives to what still runs
SETTINGS = {
    "application_name": "shouwang",
    "jit": "off",
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


class Writer:
    """At most `size` connections, opened as they are needed."""

    def __init__(self, dsn: Dsn, size: int) -> None:
        self._dsn, self._size = dsn, size
        self._pool: Pool | None = None

    async def open(self) -> None:
        """Open the first connection; DATABASE_UNAVAILABLE or DATABASE_REFUSED when that fails."""
        with problems():
            self._pool = await asyncpg.create_pool(
                min_size=1,
                max_size=self._size,
                timeout=10,
                statement_cache_size=512,
                max_cached_statement_lifetime=0,
                server_settings=SETTINGS,
                reset=_leave_state,
                **self._dsn.arguments(),
            )

    async def close(self) -> None:
        """Close all connections; what still runs after a grace is cut off."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), GRACE)
        except TimeoutError:
            pool.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PooledConnection]:
        """A connection until the end of the block.

        Problems: DATABASE_BUSY when none comes free in time, DATABASE_UNAVAILABLE without a database.
        """
        pool = self._pool
        if pool is None:
            raise Problem(DATABASE_UNAVAILABLE, retry=1)
        connection = await _acquire(pool)
        try:
            yield connection
        finally:
            await pool.release(connection)


async def _acquire(pool: Pool) -> PooledConnection:
    try:
        async with asyncio.timeout(PATIENCE):  # the driver's own limit would start a task for each caller
            return await pool.acquire()
    except TimeoutError:
        raise Problem(DATABASE_BUSY, retry=1) from None
    except OSError:
        raise Problem(DATABASE_UNAVAILABLE, retry=1) from None


async def _leave_state(_: PooledConnection | OwnConnection) -> None:
    """Return a connection as it is: nothing here sets what outlives a transaction, so a reset costs a round trip.

    The driver itself ends an open transaction.
    """
