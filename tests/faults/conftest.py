"""A service with real workers, before a PostgreSQL server that may be killed."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator

import pytest_asyncio

from api.serving.supervisor import GRACE
from tests.support.faults.ground import Ground, folder, ground
from tests.support.faults.report import is_long, report

collect_ignore = [] if is_long() else ["test_long.py"]


@pytest_asyncio.fixture(scope="package")
async def drilled() -> AsyncIterator[Ground]:
    """Started without a database, which comes later: the first row of the matrix."""
    # a collector of traces that takes connections and never answers
    with folder() as home, socket.create_server(("127.0.0.1", 0)) as collector:
        endpoint = f"http://127.0.0.1:{collector.getsockname()[1]}"
        async with ground(home, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as whole:
            await asyncio.to_thread(wait_for_answers, whole)
            whole.proxy.refusing = False
            healed = time.monotonic()
            await asyncio.to_thread(whole.serve.wait_until_ready)
            seconds = time.monotonic() - healed
            report("no_database", "503 with its code at once, 200 once the database was there and prepared", seconds)
            yield whole
            seconds = whole.serve.end(signal.SIGTERM)
            report("collector_dead", f"all of this ran so; SIGTERM ended it after {seconds:.1f} s")
            assert seconds < GRACE + 2


def wait_for_answers(whole: Ground) -> None:
    """Until the workers answer, which is 503: there is no database."""
    begun = time.monotonic()
    while (status := whole.serve.status("/graphql", 1)) == 0:
        assert time.monotonic() - begun < 300, whole.serve.log.read_text()[-2000:]
        assert whole.serve.process.poll() is None, whole.serve.log.read_text()[-2000:]
    assert status == 503
    assert whole.serve.status("/livez") == 200
