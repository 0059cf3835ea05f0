"""挂断 A client that hangs up while its read runs: the read is cancelled, in PostgreSQL too.

To listen for the end of each connection would cost every request a task. One timer looks at the requests that have run
for a while, and listens for those alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
T = TypeVar("T")
PATIENCE = 0.25
"""Seconds a request runs before anybody listens for its client; half as long between two looks."""


_unfinished: set["asyncio.Task[Any]"] = set()


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Wait for work that goes on to its end when its waiter is cancelled."""
    task = asyncio.create_task(work)
    _unfinished.add(task)
    task.add_done_callback(_unfinished.discard)
    return await asyncio.shield(task)


class HungUp(Exception):  # noqa: N818 - the client's doing, no error of ours
    """The client has gone: there is nobody to answer."""


class Link(Protocol):
    """The connection of a request."""

    def end_if_left(self) -> None:
        """End the connection when its client has left where nothing reads it."""
        ...


class _Watched:
    """A request that runs: since when, by which task, and whether its client's going was heard."""

    __slots__ = ("connection", "gone", "listener", "receive", "since", "task")

    def __init__(self, task: "asyncio.Task[Any]", receive: Receive, since: float, connection: Link | None) -> None:
        self.task, self.receive, self.since, self.connection = task, receive, since, connection
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
    def watching(self, receive: Receive, connection: Link | None = None) -> Iterator[None]:
        """Cancel the block when its client goes; HungUp then. Its body has been received whole."""
        task = asyncio.current_task()
        if task is None:
            yield
            return
        loop = asyncio.get_running_loop()
        watched = self._watched[task] = _Watched(task, receive, loop.time(), connection)
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
            if watched.connection is not None:
                watched.connection.end_if_left()
        self._timer = loop.call_later(PATIENCE / 2, self._look) if self._watched else None
