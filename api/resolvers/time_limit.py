"""总时限 The time in which a request is answered, whatever it waits for: a turn, a connection, sign-in, its statements.

Every wait below has a limit of its own; together they could still be long, and a wait that nobody thought of has none.
One timer looks at all requests: a timer for each would cost a request a twentieth of its time. What a client takes to
send its body does not count: the connection has limits for that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from api.database import DEADLINE_EXCEEDED
from api.errors import Problem

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
READ, WRITE, NATIONAL = 10.5, 30.0, 90.0
"""Seconds for a request; once it writes, from then on; once it executes a national request, ten thousand items long."""
LOOK = 0.1
"""Seconds between two looks at the requests that run."""
NEVER = float("inf")


class TimeLimit:
    """The limit of one request: the task that answers it, and when it is cancelled."""

    __slots__ = ("is_past", "task", "until")

    def __init__(self, task: "asyncio.Task[Any]", until: float) -> None:
        self.task, self.until = task, until
        self.is_past = False

    async def untimed(self, receive: Receive) -> Mapping[str, Any]:
        """The client's next message; the time that the client takes does not count."""
        loop = asyncio.get_running_loop()
        begun, until = loop.time(), self.until
        self.until = NEVER
        try:
            return await receive()
        finally:
            self.until = until + loop.time() - begun


class TimeLimits:
    """The limits of a worker's requests."""

    def __init__(self) -> None:
        self._limits: dict[asyncio.Task[Any], TimeLimit] = {}
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[TimeLimit]:
        """Cancel the block when it has run that long; DEADLINE_EXCEEDED then."""
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        limit = self._limits[task] = TimeLimit(task, loop.time() + seconds)
        if self._timer is None:
            self._timer = loop.call_later(LOOK, self._look)
        try:
            yield limit
        except asyncio.CancelledError:
            if limit.is_past and not task.uncancel():
                raise Problem(DEADLINE_EXCEEDED) from None
            raise
        finally:
            self._limits.pop(task, None)

    def extend(self, seconds: float) -> None:
        """Give the request that runs at least so many seconds from now; nothing for what is no request."""
        task = asyncio.current_task()
        limit = self._limits.get(task) if task is not None else None
        if limit is not None:
            limit.until = max(limit.until, asyncio.get_running_loop().time() + seconds)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for limit in self._limits.values():
            if limit.until <= now:
                limit.until, limit.is_past = NEVER, True
                limit.task.cancel()
        self._timer = loop.call_later(LOOK, self._look) if self._limits else None
