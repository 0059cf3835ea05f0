"""A log record tells an exception's type and place, never its text, whoever logs it and however."""

import asyncio
import gc
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from api import safe_logging

TYPED = "110105194912310021"


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    factory, stream = logging.getLogRecordFactory(), io.StringIO()
    logger, handler = logging.getLogger("a library"), logging.StreamHandler(stream)
    logging.setLogRecordFactory(safe_logging.SafeRecord)
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(factory)


def raised() -> Exception:
    """An exception with its traceback and cause."""
    try:
        int(TYPED + "!")
    except ValueError as fault:
        fault.__cause__ = KeyError(TYPED)
        return fault
    raise AssertionError


def test_no_form_of_logging_an_exception_writes_its_text(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    fault = raised()
    logger.error("plain argument: %s", fault)
    logger.error("repr: %r", fault)
    logger.error(fault)
    logger.error("Exception in ASGI application\n", exc_info=fault)
    try:
        raise fault
    except ValueError:
        logger.exception("of the block, %s of %s", 1, 2)
    text = stream.getvalue()
    assert TYPED not in text
    assert text.count("ValueError at") == 5
    assert "of the block, 1 of 2: ValueError at" in text
    assert "test_safe_logging.py:" in text


def test_what_is_no_exception_is_written_as_ever(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.warning("%(count)s of %(all)s", {"count": 1, "all": 2})
    logger.warning("no arguments: 100%")
    assert stream.getvalue() == "1 of 2\nno arguments: 100%\n"


async def test_the_event_loop_reports_no_text(log: tuple[logging.Logger, io.StringIO]) -> None:
    _, stream = log
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    safe_logging.begin_loop()

    async def fail() -> None:
        raise ValueError(TYPED)

    try:
        task: Any = asyncio.create_task(fail())
        await asyncio.wait([task])
        del task
        gc.collect()
    finally:
        logging.getLogger().removeHandler(handler)
        asyncio.get_running_loop().set_exception_handler(None)
    assert "never retrieved: ValueError at" in stream.getvalue()
    assert TYPED not in stream.getvalue()


@pytest.mark.parametrize(
    "program",
    [
        f"raise ValueError('{TYPED}')",
        f"import threading\nt = threading.Thread(target=lambda: {{}}['{TYPED}'])\nt.start(); t.join()",
        f"class A:\n    def __del__(self): raise ValueError('{TYPED}')\na = A(); del a",
    ],
    ids=["process", "thread", "finalizer"],
)
def test_an_exception_that_nobody_caught_is_written_without_its_text(program: str) -> None:
    text = f"from api import safe_logging\nsafe_logging.begin()\n{program}\n"
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    assert TYPED not in run.stdout + run.stderr
    assert "Error at <string>:" in run.stderr
