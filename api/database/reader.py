"""读取 The planner's read pool: finished JSON as bytes, in the reader role. The hottest path of the product. DESIGN §4

Each connection keeps its own prepared statements, named, so that PostgreSQL plans a statement once. No reset query
runs between uses: nothing here leaves session state behind. The connection used last is used next: its caches are warm.
One timer looks after all who wait and all that run: a timer for each would cost a request a twentieth of its time.
A connection whose link is dead is ended (`link_watch`) and its read repeated on a new one, within the read's deadline.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from api.database.connection import OwnConnection, Row, Statement
from api.database.dsn import Dsn
from api.database.errors import DATABASE_BUSY, DATABASE_UNAVAILABLE, DEADLINE_EXCEEDED, is_lost, problem_of
from api.database.link_watch import LinkWatch
from api.errors import Problem

PATIENCE = 1.0  # seconds to wait for a free connection
TICK = 0.05  # seconds between looks at who has waited or run too long
NEVER = float("inf")
T = TypeVar("T")
CONNECTING = 2.0  # seconds a new connection may take
BUDGET = 24 * 1024 * 1024
BYTES_A_CHARACTER = 200
"""What PostgreSQL keeps of a prepared statement with its generic plan, measured: 54 to 209 bytes for each of text."""
SHARE = 2
"""A statement heavier than this part of the budget is run once and not kept: it would push out all that is in use."""
LIMIT = 4.0  # seconds a read without a deadline of its own may take
SETTLING = 0.5  # seconds a cancelled statement has to end before its connection is given up
SETTINGS = {
    "application_name": "shouwang reader",
    # compiling a plan to machine code takes longer than any read here runs
    "jit": "off",
    "timezone": "UTC",
    # below the rights of the role: no statement of this pool can write, whatever it says
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",  # a bound LIMIT looks dear: the planner would plan anew at each request
    "statement_timeout": "60s",  # for a worker that died: a living one cancels at its request's deadline
}


class Slot:
    """One connection, or the place of one that was lost, with its prepared statements, least recently used first.

    `weight` is what the statements take of the server's memory, in bytes. `until` is when its statement has to have
    ended, `task` waits for that, `late` says that it was cancelled for it. `is_stale` says that the connection is
    replaced before it is used again.
    """

    __slots__ = ("connection", "is_stale", "late", "statements", "task", "until", "weight")

    def __init__(self) -> None:
        self.connection: OwnConnection | None = None
        self.statements: dict[str, Statement] = {}
        self.weight = 0
        self.until, self.late, self.is_stale = NEVER, False, False
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
    """Estimate the most memory, in bytes, that a prepared statement takes of a server process, by its text's length."""
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
        self._watch = LinkWatch(dsn, self.renew)
        self._settling: set[asyncio.Task[None]] = set()

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
        self._watch.close()
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

        async def read(slot: Slot, connection: OwnConnection) -> bytes:
            statement = slot.statements.pop(sql, None)
            if statement is None:
                statement = await connection.prepare(sql)
                slot.keep(sql, statement, self._budget)
            else:
                slot.statements[sql] = statement  # now the one used last
            return await statement.fetchval(*args)  # type: ignore[no-any-return]

        return await self._within(deadline, read)

    async def rows(self, sql: str, args: Sequence[Any] = (), deadline: float | None = None) -> list[Row]:
        """The rows of an ordinary small read, as asyncpg records; json columns are bytes here too."""

        async def read(_: Slot, connection: OwnConnection) -> list[Row]:
            return await connection.fetch(sql, *args)

        return await self._within(deadline, read)

    async def _within(self, deadline: float | None, read: Callable[[Slot, OwnConnection], Awaitable[T]]) -> T:
        """Run `read` on a free connection. A read may be repeated: it runs twice if the first connection was lost."""
        now = asyncio.get_running_loop().time()
        until = now + LIMIT if deadline is None else deadline
        slot = self._free.pop() if self._free else await self._wait(until)
        settled = True
        try:
            self._limit(slot, until)
            try:
                return await self._attempt(slot, read)
            except Exception as error:
                if not _is_repeatable(error):
                    raise
                return await self._attempt(slot, read, anew=True)
        except asyncio.CancelledError:
            settled = False
            if slot.late and slot.task is not None and not slot.task.uncancel():
                raise Problem(DEADLINE_EXCEEDED) from None
            raise
        except Exception as error:
            raise problem_of(error) or error from None
        finally:
            slot.until, slot.late, slot.task = NEVER, False, None
            if settled or slot.connection is None:
                self._release(slot)
            else:
                self._settle(slot, slot.connection)

    async def _attempt(
        self, slot: Slot, read: Callable[[Slot, OwnConnection], Awaitable[T]], *, anew: bool = False
    ) -> T:
        connection = slot.connection
        if connection is None or anew or slot.is_stale or connection.is_closed():
            connection = await self._connect(slot)
        self._watch.began(connection)
        try:
            return await read(slot, connection)
        finally:
            self._watch.ended(connection)

    def _settle(self, slot: Slot, connection: OwnConnection) -> None:
        """Give the slot on once its cancelled statement has ended; a connection on which it does not is given up."""

        async def settle() -> None:
            try:
                await connection.execute("select", timeout=SETTLING)
            except Exception:  # whatever it is, the connection is no good
                connection.terminate()
            finally:
                self._release(slot)

        task = asyncio.create_task(settle())
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def _limit(self, slot: Slot, deadline: float) -> None:
        """Have the read that is about to run on the slot cancelled at the deadline."""
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

    async def _connect(self, slot: Slot) -> OwnConnection:
        if not self._open:
            raise Problem(DATABASE_UNAVAILABLE, retry=1)
        if slot.connection is not None:
            slot.connection.terminate()
        slot.connection, slot.is_stale = None, False
        slot.clear()
        try:
            async with asyncio.timeout(CONNECTING):
                connection = await self._dsn.connect(
                    timeout=CONNECTING,
                    command_timeout=None,  # `_look` ends what runs too long
                    statement_cache_size=1000,
                    # 0 is without end: statements are bounded by their weight (`keep`), not by age or length
                    max_cached_statement_lifetime=0,
                    max_cacheable_statement_size=0,
                    server_settings=SETTINGS,
                )
                slot.connection = connection  # so that whoever gives up ends it
                await connection.set_type_codec(
                    "json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary"
                )
                await self._watch.add(connection)
        except BaseException as error:
            if slot.connection is not None:
                slot.connection.terminate()
                slot.connection = None
            if isinstance(error, Exception):
                raise problem_of(error) or error from None
            raise
        return connection

    def renew(self) -> None:
        """Replace every connection before its next use: the link or the server of one of them was found dead."""
        for slot in self._slots:
            slot.is_stale = True
        for slot in self._free:
            if slot.connection is not None:
                slot.connection.terminate()

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


def _is_repeatable(error: Exception) -> bool:
    return is_lost(error) or isinstance(error, asyncpg.InvalidCachedStatementError)
