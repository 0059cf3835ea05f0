"""挂断 A client that hangs up while its read runs: the read is cancelled, in PostgreSQL too.

To listen for the end of each connection would cost every request a task. One timer looks at the requests that have run
for a while, and listens for those alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
PATIENCE = 0.25
"""Seconds a request runs before anybody listens for its client; half as long between two looks."""


class HungUp(Exception):  # noqa: N818 - the client's doing, no error of ours
    """The client has gone: there is nobody to answer."""


class _Watched:
    """A request that runs: since when, by which task, and whether its client's going was heard."""

    __slots__ = ("gone", "listener", "receive", "since", "task")

    def __init__(self, task: "asyncio.Task[Any]", receive: Receive, since: float) -> None:
        self.task, self.receive, self.since = task, receive, since
        self.listener: asyncio.Task[None] | None = None
        self.gone = False

    async def listen(self) -> None:
        """Wait for the client to go, then cancel the request."""
        while (await self.receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self.task.cancel()


class HangingUp:
    """The requests of a worker that end with their clients."""

    def __init__(self) -> None:
        self._watched: dict[asyncio.Task[Any], _Watched] = {}
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def watching(self, receive: Receive) -> Iterator[None]:
        """Cancel the block when its client goes; HungUp then. Its body has been received whole."""
        task = asyncio.current_task()
        if task is None:
            yield
            return
        loop = asyncio.get_running_loop()
        watched = self._watched[task] = _Watched(task, receive, loop.time())
        if self._timer is None:
            self._timer = loop.call_later(PATIENCE, self._look)
        try:
            yield
        except asyncio.CancelledError:
            if watched.gone and not task.uncancel():
                raise HungUp from None
            raise
        finally:
            self._watched.pop(task, None)
            if watched.listener is not None:
                watched.listener.cancel()

    def ignore(self) -> None:
        """Let the request that runs go on, whatever its client does."""
        task = asyncio.current_task()
        watched = self._watched.pop(task, None) if task is not None else None
        if watched is not None and watched.listener is not None:
            watched.listener.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        before = loop.time() - PATIENCE
        for watched in self._watched.values():
            if watched.since > before:
                break  # they stand in the order in which they began
            if watched.listener is None:
                watched.listener = loop.create_task(watched.listen())
        self._timer = loop.call_later(PATIENCE / 2, self._look) if self._watched else None
