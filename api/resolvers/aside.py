"""旁线 One thread for long work, accounts in turn: whoever sends much of it waits for himself alone.

At most one work of an account waits for the thread or runs in it, so the queue holds one of each account. Work whose
caller has gone is done all the same where it has begun, and counts as his until then: hanging up gains nothing.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Runs work off the event loop, one at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "aside")
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        """Count the accounts that have work here."""
        return len(self._turns)

    async def run(self, account: int, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The result of the work, when it is the account's turn."""
        turn, waiting = self._turns.get(account, (asyncio.Lock(), 0))
        self._turns[account] = turn, waiting + 1
        try:
            await turn.acquire()
        except BaseException:
            self._leave(account)
            raise
        future = self._thread.submit(partial(work, *arguments, **named))
        loop = asyncio.get_running_loop()

        def ended(_: Future[T]) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(self._release, account, turn)

        future.add_done_callback(ended)
        return await asyncio.wrap_future(future)

    def _release(self, account: int, turn: asyncio.Lock) -> None:
        turn.release()
        self._leave(account)

    def _leave(self, account: int) -> None:
        turn, waiting = self._turns[account]
        if waiting > 1:
            self._turns[account] = turn, waiting - 1
        else:
            del self._turns[account]
