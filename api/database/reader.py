"""读取 The planner's read pool: finished JSON as bytes, in the reader role. The hottest path of the product. DESIGN §4

Each connection keeps its own prepared statements, named, so that PostgreSQL plans a statement once. No reset query
runs between uses: nothing here leaves session state behind. The connection used last is used next: its caches are warm.
One timer looks after all who wait and all that run: a timer for each would cost a request a twentieth of its time.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import asyncpg

from api.database.connection import OwnConnection, Row, Statement
from api.database.dsn import Dsn
from api.database.errors import DATABASE_BUSY, DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED, is_lost, problem_of
from api.errors import Problem

PATIENCE = 1.0  # seconds to wait for a free connection
TICK = 0.05  # seconds between looks at who has waited or run too long
NEVER = float("inf")
CONNECTING = 2.0  # seconds a new connection may take
BUDGET = 24 * 1024 * 1024
BYTES_A_CHARACTER = 200
"""What PostgreSQL keeps of a prepared statement with its generic plan, measured: 54 to 209 bytes for each of text."""
SHARE = 2
"""A statement heavier than this part of the budget is run once and not kept: it would push out all that is in use."""
SETTINGS = {
    "application_name": "shouwang reader",
    "jit": "off",
    "timezone": "UTC",
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",  # a bound LIMIT looks dear: the planner would plan anew at each request
    "statement_timeout": "60s",  # for a worker that died: a living one cancels at its request's deadline
}


class Slot:
    """One connection, or the place of one that was lost, with its prepared statements, least recently used first.

    `weight` is what the statements take of the server's memory, in bytes. `until` is when its statement has to have
    ended, `task` waits for that, `late` says that it was cancelled for it.
    """

    __slots__ = ("connection", "late", "statements", "task", "until", "weight")

    def __init__(self) -> None:
        self.connection: OwnConnection | None = None
        self.statements: dict[str, Statement] = {}
        self.weight = 0
        self.until, self.late = NEVER, False
        self.task: asyncio.Task[Any] | None = None

    def keep(self, sql: str, statement: Statement, budget: int) -> None:
        """Keep a statement that was prepared, the oldest out first; the driver deallocates those with its next one."""
        weight = weight_of(sql)
        if weight * SHARE > budget:
            return
        self.statements[sql] = statement
        self.weight += weight
        while self.weight > budget:
            oldest = next(iter(self.statements))
            del self.statements[oldest]
            self.weight -= weight_of(oldest)

    def clear(self) -> None:
        """Forget all statements: their connection has gone."""
        self.statements, self.weight = {}, 0


def weight_of(sql: str) -> int:
    """What a prepared statement takes of a server process's memory at most, in bytes, by the length of its text."""
    return BYTES_A_CHARACTER * len(sql)


class Reader:
    """`size` connections, last in, first out; the prepared statements of each weigh at most `budget` bytes."""

    def __init__(self, dsn: Dsn, size: int, *, budget: int = BUDGET) -> None:
        self._dsn, self._size, self._budget = dsn, size, budget
        self._free: list[Slot] = []
        self._waiting: deque[tuple[asyncio.Future[Slot], float]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._slots: list[Slot] = []
        self._open = False

    async def open(self) -> None:
        """Connect all; DATABASE_UNAVAILABLE or DATABASE_REFUSED when that fails."""
        self._slots, self._open = [Slot() for _ in range(self._size)], True
        try:
            for slot in self._slots:
                await self._connect(slot)
        except BaseException:
            await self.close()
            raise
        self._free = list(self._slots)

    async def close(self) -> None:
        """Close all connections, in the middle of a statement if need be."""
        self._open = False
        if self._timer is not None:
            self._timer.cancel()
        for slot in self._slots:
            if slot.connection is not None:
                slot.connection.terminate()
        await asyncio.sleep(0)  # the transports close in the loop's next round

    async def fetch(self, sql: str, args: Sequence[Any], deadline: float | None = None) -> bytes:
        """The one json value of the statement's one row, as bytes. `deadline` is a moment of the loop's clock.

        Problems: DATABASE_BUSY, DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED (the statement was cancelled), NOT_STORABLE.
        """
        slot = self._free.pop() if self._free else await self._wait(deadline)
        try:
            statement = slot.statements.pop(sql, None)
            if statement is None:
                statement = await self._prepare(slot, sql, deadline)
                slot.keep(sql, statement, self._budget)
            else:
                slot.statements[sql] = statement  # now the one used last
            if deadline is not None:
                self._limit(slot, deadline)
            return await statement.fetchval(*args)  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            if slot.late and slot.task is not None and not slot.task.uncancel():
                raise Problem(DEADLINE_EXCEEDED) from None
            raise
        except Exception as error:
            slot.until = NEVER
            return await self._again(slot, sql, args, deadline, error)
        finally:
            slot.until, slot.late, slot.task = NEVER, False, None
            self._release(slot)

    def _limit(self, slot: Slot, deadline: float) -> None:
        """Have the statement that is about to run on the slot cancelled at the deadline."""
        if deadline <= asyncio.get_running_loop().time():
            raise Problem(DEADLINE_EXCEEDED)
        slot.task, slot.until = asyncio.current_task(), deadline
        if self._timer is None:
            self._look()

    def _look(self) -> None:
        """Cancel what ran too long, send away who waited too long, and look again while there is anybody."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for slot in self._slots:
            if slot.until <= now and slot.task is not None:
                slot.until, slot.late = NEVER, True
                slot.task.cancel()
        for ticket, limit in self._waiting:
            if limit <= now and not ticket.done():
                ticket.set_exception(Problem(DATABASE_BUSY, retry=1))
        busy = self._waiting or any(slot.until < NEVER for slot in self._slots)
        self._timer = loop.call_later(TICK, self._look) if busy and self._open else None

    async def rows(self, sql: str, args: Sequence[Any] = (), deadline: float | None = None) -> list[Row]:
        """The rows of an ordinary small read, as asyncpg records; json columns are bytes here too."""
        slot = self._free.pop() if self._free else await self._wait(deadline)
        try:
            for attempt in (1, 2):
                try:
                    connection = slot.connection
                    if connection is None or connection.is_closed():
                        connection = await self._connect(slot)
                    return await connection.fetch(sql, *args, timeout=_left(deadline))
                except Exception as error:
                    if attempt == 2 or not is_lost(error):
                        raise _problem(error, deadline) from None
            raise AssertionError("unreachable")
        finally:
            self._release(slot)

    async def _again(
        self, slot: Slot, sql: str, args: Sequence[Any], deadline: float | None, error: Exception
    ) -> bytes:
        """A read harms nothing when repeated: once more on a new connection if the old one was lost."""
        if not is_lost(error) and not isinstance(error, asyncpg.InvalidCachedStatementError):
            raise _problem(error, deadline) from None
        try:
            connection = await self._connect(slot)
            statement = await connection.prepare(sql, timeout=_left(deadline))
            slot.keep(sql, statement, self._budget)
            return await statement.fetchval(*args, timeout=_left(deadline))  # type: ignore[no-any-return]
        except Exception as second:
            raise _problem(second, deadline) from None

    async def _prepare(self, slot: Slot, sql: str, deadline: float | None) -> Statement:
        connection = slot.connection or await self._connect(slot)
        return await connection.prepare(sql, timeout=_left(deadline))

    async def _connect(self, slot: Slot) -> OwnConnection:
        if not self._open:
            raise Problem(DATABASE_UNAVAILABLE, retry=1)
        if slot.connection is not None:
            slot.connection.terminate()
        slot.connection = None
        slot.clear()
        try:
            connection = await self._dsn.connect(
                timeout=CONNECTING,
                statement_cache_size=1000,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=0,
                server_settings=SETTINGS,
            )
            await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
        except TimeoutError:
            raise Problem(DATABASE_UNAVAILABLE, retry=1) from None
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise problem_of(error) or error from None
        slot.connection = connection
        return connection

    async def _wait(self, deadline: float | None) -> Slot:
        if not self._slots:
            raise Problem(DATABASE_UNAVAILABLE, retry=1)
        loop = asyncio.get_running_loop()
        limit = loop.time() + PATIENCE
        ticket: asyncio.Future[Slot] = loop.create_future()
        self._waiting.append((ticket, limit if deadline is None else min(limit, deadline)))
        if self._timer is None:
            self._look()
        try:
            return await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled() and ticket.exception() is None:
                self._release(ticket.result())  # it came at the very moment we gave up
            raise

    def _release(self, slot: Slot) -> None:
        while self._waiting:
            ticket, _ = self._waiting.popleft()
            if not ticket.done():
                ticket.set_result(slot)
                return
        self._free.append(slot)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    return deadline - asyncio.get_running_loop().time()  # the driver refuses what is not positive without a word sent


def _problem(error: Exception, deadline: float | None) -> Exception:
    if isinstance(error, Problem):
        return error
    if isinstance(error, TimeoutError):
        return Problem(DEADLINE_EXCEEDED) if deadline is not None else Problem(DATABASE_UNAVAILABLE, retry=1)
    return problem_of(error) or error
