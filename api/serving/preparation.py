"""准备 Makes the database ready while the workers wait: a database that is away is asked again, never given up on.

Workers answer DATABASE_UNAVAILABLE until a pipe that they inherit is closed: that says the database is of this release.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from api.database import DATABASE_BUSY, DATABASE_UNAVAILABLE, problem_of
from api.errors import Problem
from api.migrate import DATABASE_IN_USE

log = logging.getLogger("shouwang.serving")

PAUSE = 0.5
"""Seconds between two attempts."""
_AWAY = (DATABASE_UNAVAILABLE, DATABASE_BUSY, DATABASE_IN_USE)
Prepare = Callable[[], Coroutine[Any, Any, None]]


class Preparation:
    """Prepares at once, or in a thread until the database is there. `waiting` is the pipe's end for the workers."""

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self.waiting, self._holding = os.pipe()
        self._fault: BaseException | None = None

    def begin(self) -> None:
        """Prepare now; when the database is away, go on in the background. Other Problems pass."""
        try:
            asyncio.run(self._prepare())
        except Exception as fault:
            if not is_away(fault):
                raise
            log.warning("serve waits for the database")
            threading.Thread(target=self._go_on, name="preparation", daemon=True).start()
        else:
            os.close(self._holding)

    def check(self) -> None:
        """Raise what ended the preparation in the background."""
        if self._fault is not None:
            raise self._fault

    def _go_on(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(PAUSE)
            try:
                asyncio.run(self._prepare())
            except BaseException as fault:
                if is_away(fault):
                    continue
                self._fault = fault
                os.kill(os.getpid(), signal.SIGTERM)  # the supervisor ends, and `check` says why
                return
            os.close(self._holding)
            return


def is_away(fault: BaseException) -> bool:
    """Whether the fault passes by itself: no database, too many connections, tables held by others."""
    problem = fault if isinstance(fault, Problem) else problem_of(fault)
    return problem is not None and problem.code in _AWAY
