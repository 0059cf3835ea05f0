"""引擎 The Piccolo engine for writes: Piccolo's own, with its transactions mended. DESIGN §7

What differs from Piccolo 1.38, each held by a test: a failed COMMIT gives its connection back; a nested transaction
is a real savepoint; statements of tasks gathered inside a transaction wait for each other; a task that outlives the
transaction it was started in uses the pool; `transaction(isolation=…, readonly=…)`; nothing connects at import.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, Self

from piccolo.engine.postgres import AsyncBatch, PostgresEngine, PostgresTransaction
from piccolo.query.base import Query
from piccolo.querystring import QueryString

from api.database.dsn import Dsn
from api.database.failures import DATABASE_BUSY, DATABASE_UNAVAILABLE, problems
from api.errors import Problem

os.environ["PICCOLO_CONF"] = "api.piccolo_conf"  # where Piccolo's tables look for their engine

PATIENCE = 5.0  # seconds to wait for a free connection
GRACE = 10.0  # seconds a closing pool gives to what still runs
SETTINGS = {
    "application_name": "shouwang",
    "jit": "off",
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}


class Transaction(PostgresTransaction):
    """A transaction, or inside another one a savepoint. Use its `connection` for asyncpg itself."""

    __slots__ = ("_isolation", "_readonly", "done", "lock")
    _parent: Any  # a Transaction or a Bound
    engine: Any  # a SafeEngine

    def __init__(
        self,
        engine: "SafeEngine",
        allow_nested: bool = True,
        isolation: str | None = None,
        readonly: bool = False,
    ) -> None:
        super().__init__(engine, allow_nested)
        if isinstance(self._parent, Transaction) and (isolation or readonly):
            raise ValueError("isolation and readonly belong to the outermost transaction")
        self._isolation, self._readonly = isolation, readonly
        self.done = False
        self.lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            await self._parent.lock.acquire()  # the siblings' statements wait until the savepoint is over
            self.connection = self._parent.connection
        else:
            self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction(isolation=self._isolation, readonly=self._readonly)
            await self.transaction.start()
        except BaseException:
            await self._leave()
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        try:
            if error is not None and not self._rolled_back:
                with suppress(Exception):  # the link is gone, and with it the transaction: the first error counts
                    await self.transaction.rollback()
            elif error is None and not self._committed and not self._rolled_back:
                await self.transaction.commit()
        finally:
            self.engine.current_transaction.set(self._parent)
            await asyncio.shield(self._leave())
        return False

    async def _leave(self) -> None:
        self.done = True
        if self._parent is not None:
            self._parent.lock.release()
        elif self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()

    async def get_connection(self) -> Any:
        """A connection of the pool; DATABASE_BUSY when none comes free, DATABASE_UNAVAILABLE without a database."""
        return await (self.engine.acquire() if self.engine.pool else self.engine.get_new_connection())


class Bound:
    """A connection of the caller's that Piccolo's statements run on; a transaction inside it is a real one."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.lock = asyncio.Lock()
        self.done = False


class Batch(AsyncBatch):
    """Rows in batches over a connection of its own, which is closed whatever happens; errors are not swallowed."""

    async def __aenter__(self) -> Self:
        try:
            return await super().__aenter__()
        except BaseException:
            await self.connection.close()
            raise

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        try:
            if error is None:
                await self.transaction.commit()
        finally:
            await self.connection.close()
        return False


class _Current:
    """The transaction of this task. One that is over, inherited by a task that outlived it, is not seen."""

    def __init__(self) -> None:
        self._variable: ContextVar[Any] = ContextVar("transaction", default=None)

    def get(self) -> Any:
        transaction = self._variable.get()
        return None if transaction is None or transaction.done else transaction

    def set(self, transaction: Any) -> None:
        self._variable.set(transaction)


class SafeEngine(PostgresEngine):
    """Piccolo's engine with the transactions above. `transaction`, `bound` and the pool are what callers use."""

    current_transaction: Any
    pool: Any

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        super().__init__(config=config or {})
        self.current_transaction = _Current()

    async def check_version(self) -> None:
        """Nothing: Piccolo would connect while this module is imported."""

    async def prep_database(self) -> None:
        """Nothing: no extension is needed."""

    def transaction(self, allow_nested: bool = True, **how: Any) -> Transaction:
        """A transaction; `isolation` ("serializable", …) and `readonly` on the outermost one. Nested: a savepoint."""
        return Transaction(self, allow_nested, **how)

    @asynccontextmanager
    async def bound(self, connection: Any) -> AsyncIterator[None]:
        """Run this task's statements on the given connection, which stays the caller's: for migrations and tests."""
        outer, inner = self.current_transaction.get(), Bound(connection)
        self.current_transaction.set(inner)
        try:
            yield
        finally:
            inner.done = True
            self.current_transaction.set(outer)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        """Run one statement: in the current transaction, else in the pool, else on a connection of its own."""
        transaction = self.current_transaction.get()
        if transaction is None:
            return await super().run_querystring(querystring, in_pool)
        async with transaction.lock:
            return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        """Run one DDL statement, as `run_querystring` does."""
        transaction = self.current_transaction.get()
        if transaction is None:
            return await super().run_ddl(ddl, in_pool)
        async with transaction.lock:
            return await super().run_ddl(ddl, in_pool)

    async def batch(self, query: Query[Any, Any], batch_size: int = 100, node: str | None = None) -> AsyncBatch:
        """Rows in batches, over a connection of its own; there are no extra nodes."""
        if node is not None:
            raise ValueError(f"no node named {node}")
        return Batch(connection=await self.get_new_connection(), query=query, batch_size=batch_size)

    async def acquire(self) -> Any:
        """A connection of the pool; DATABASE_BUSY when none comes free in time."""
        try:
            async with asyncio.timeout(PATIENCE):  # the driver's own limit would make a task of each
                return await self.pool.acquire()
        except TimeoutError:
            raise Problem(DATABASE_BUSY, retry=1) from None
        except OSError:
            raise Problem(DATABASE_UNAVAILABLE, retry=1) from None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Any]:
        """A connection of the pool until the end of the block, outside any transaction. Problems as `acquire`."""
        pool, connection = self.pool, await self.acquire()
        try:
            yield connection
        finally:
            await pool.release(connection)

    async def get_new_connection(self) -> Any:
        """A connection outside the pool; the caller closes it."""
        if not self.config:
            raise RuntimeError("the engine is not configured: call api.database.configure(dsn) first")
        with problems():
            return await super().get_new_connection()

    async def start_connection_pool(self, **how: Any) -> None:
        """Open the pool: `min_size`, `max_size` and whatever asyncpg's create_pool takes."""
        if not self.config:
            raise RuntimeError("the engine is not configured: call api.database.configure(dsn) first")
        with problems():
            await super().start_connection_pool(reset=_as_it_is, **how)

    async def close_connection_pool(self) -> None:
        """Close the pool; what still runs after a grace is cut off."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            await asyncio.wait_for(pool.close(), GRACE)
        except TimeoutError:
            pool.terminate()

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        async with self.lent() as connection:
            return await connection.fetch(query, *(args or ()))

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> Any:
        connection = await self.get_new_connection()
        try:
            return await connection.fetch(query, *(args or ()))
        finally:
            await connection.close()


async def _as_it_is(_: Any) -> None:
    """Give a connection back as it is: nothing here sets what outlives a transaction, so a reset is a trip for nothing.

    What a pool must see to, an open transaction, the driver ends without it.
    """


ENGINE = SafeEngine()


def configure(dsn: Dsn) -> None:
    """Tell the engine of this process its database and login; it connects when first used."""
    ENGINE.config = {
        **dsn.arguments(),
        "timeout": 10,
        "statement_cache_size": 512,
        "max_cached_statement_lifetime": 0,
        "server_settings": SETTINGS,
    }
