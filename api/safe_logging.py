"""日志记录 Log records without values: of an exception only its type and place are written, whoever logs it. Q38

An exception's text may hold what somebody typed: PostgreSQL's DETAIL repeats the row it refused, a KeyError its key.
A traceback repeats that text and lines of code. `begin` covers every logger of the process, the libraries' too.
"""

import asyncio
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

log = logging.getLogger("shouwang")


def described(fault: BaseException | None) -> str:
    """The type of an exception and the place it was raised at.

    >>> described(ValueError("no value of this text is told"))
    'ValueError at nowhere'
    """
    if fault is None:
        return "no exception"
    frames = traceback.extract_tb(fault.__traceback__, limit=-1)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    return f"{type(fault).__name__} at {place}"


class SafeRecord(logging.LogRecord):
    """A log record that holds no exception: instead of one it says what `described` says."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        if isinstance(self.args, tuple):
            self.args = tuple(described(value) if isinstance(value, BaseException) else value for value in self.args)
        if isinstance(self.msg, BaseException):
            self.msg, self.args = described(self.msg), ()
        if self.exc_info:
            self.msg, self.args = f"{self.getMessage().rstrip()}: {described(self.exc_info[1])}", ()
            self.exc_info = None


def begin() -> None:
    """Make every record of this process a safe one, and every exception that nobody caught."""
    logging.setLogRecordFactory(SafeRecord)
    sys.excepthook = _uncaught
    threading.excepthook = lambda hooked: log.error("a thread ended: %s", described(hooked.exc_value))
    sys.unraisablehook = lambda hooked: log.error("an object could not end: %s", described(hooked.exc_value))


def begin_loop() -> None:
    """Do the same for what the running event loop reports: its own text repeats a task with its exception."""
    asyncio.get_running_loop().set_exception_handler(_reported)


def _uncaught(_: type[BaseException], fault: BaseException, __: TracebackType | None) -> None:
    log.critical("the process ends: %s", described(fault))


def _reported(_: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    message = str(context.get("message", "")).partition("\n")[0]
    log.error("event loop: %s: %s", message, described(context.get("exception")))
