"""写入 The app role's pool: a connection for the length of a block, its statements prepared once. DESIGN §6

Taken out and put back without a task, and asked by prepared statements straight: the driver's own pool and its own
calls would cost a step of five statements a fifth of its time.
"""

from contextlib import suppress
from typing import Any

import asyncpg

from api.database.engine import PATIENCE, SETTINGS
from api.database.reader import Reader, Slot
from api.errors import Problem

STALE = (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)
"""A table has changed under a prepared statement: prepared anew at the next use."""


class Connection:
    """One connection of the app role, with the driver's own words for what steps ask of it."""

    __slots__ = ("_driver", "_slot", "_writer")

    def __init__(self, writer: "Writer", slot: Slot) -> None:
        self._writer, self._slot, self._driver = writer, slot, slot.connection

    async def fetchval(self, sql: str, *values: Any) -> Any:
        """The first value of the first row."""
        return await self._asked(sql, "fetchval", values)

    async def fetchrow(self, sql: str, *values: Any) -> Any:
        """The first row."""
        return await self._asked(sql, "fetchrow", values)

    async def fetch(self, sql: str, *values: Any) -> Any:
        """All rows."""
        return await self._asked(sql, "fetch", values)

    async def execute(self, sql: str, *values: Any) -> None:
        """Run it and forget its rows; without values it may be several statements."""
        if values:
            await self._asked(sql, "fetch", values)
        else:
            await self._driver.execute(sql)

    async def executemany(self, sql: str, rows: Any) -> None:
        """Run it for each row of values."""
        await self._driver.executemany(sql, rows)

    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._driver.is_in_transaction())

    def transaction(self, **how: Any) -> Any:
        """A transaction, or inside another one a savepoint."""
        return self._driver.transaction(**how)

    async def _asked(self, sql: str, how: str, values: tuple[Any, ...]) -> Any:
        known = self._slot.statements
        statement = known.pop(sql, None)
        if statement is None:
            statement = await self._writer.prepare(self._slot, sql)
        known[sql] = statement
        try:
            return await getattr(statement, how)(*values)
        except STALE:
            known.clear()
            raise


class Lease:
    """A connection until the end of the block. One that was left in a transaction is closed: nobody inherits that."""

    __slots__ = ("_slot", "_writer")
    _slot: Slot

    def __init__(self, writer: "Writer") -> None:
        self._writer = writer

    async def __aenter__(self) -> Connection:
        self._slot = await self._writer.take()
        return Connection(self._writer, self._slot)

    async def __aexit__(self, *_: object) -> None:
        self._writer.give_back(self._slot)


class Writer(Reader):
    """`size` connections, each opened when it is first needed."""

    settings, patience, raw = SETTINGS, PATIENCE, False

    async def open(self) -> None:
        """Connect one; DATABASE_UNAVAILABLE or DATABASE_REFUSED when that fails."""
        self._slots, self._open = [Slot() for _ in range(self._size)], True
        await self._connect(self._slots[-1])
        self._free = list(self._slots)

    async def close(self) -> None:
        """Close all connections; a block that still runs has as long to end as one waits for a connection."""
        with suppress(Problem):
            for _ in self._slots:
                await self._turn()
        await super().close()
        self._free = list(self._slots)  # whoever comes now is told at once that it is closed

    def lease(self) -> Lease:
        """A connection, outside any transaction. DATABASE_BUSY when none comes free in time."""
        return Lease(self)

    async def take(self) -> Slot:
        """A slot with a living connection."""
        slot = await self._turn()
        if slot.connection is None or slot.connection.is_closed():
            try:
                await self._connect(slot)
            except BaseException:
                self._release(slot)
                raise
        return slot

    async def _turn(self) -> Slot:
        return self._free.pop() if self._free else await self._wait(None)

    def give_back(self, slot: Slot) -> None:
        """Let the next one have it."""
        if slot.connection.is_in_transaction():
            slot.connection.terminate()
        self._release(slot)

    async def prepare(self, slot: Slot, sql: str) -> Any:
        """A statement of the slot's connection, prepared; the one used least lately makes room for it."""
        return await self._prepare(slot, sql, None)
