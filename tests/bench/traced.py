"""带追踪的服务 Our own server as it is, tracing on; spans are made, batched and dropped.

`BENCH_POLICY_ROWS` adds rows to the policy in force, up to that many; `BENCH_TRACING=off` tells what tracing costs.
"""

import os
import sys
from collections.abc import Sequence

import uvicorn
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from api import app, telemetry
from api.access.policy import Policy
from api.serving import worker_process
from tests.bench.policies import enlarged


class Dropping(SpanExporter):
    """Takes spans and sends them nowhere."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Forget them."""
        return SpanExportResult.SUCCESS


def create() -> app.Application:
    """The application, as uvicorn's factory."""
    if os.environ.get("BENCH_TRACING") != "off":
        telemetry.use(BatchSpanProcessor(Dropping()))
    rows = int(os.environ.get("BENCH_POLICY_ROWS", "0"))
    if rows:
        load = Policy.load

        def more(*_: object) -> Policy:
            return enlarged(load(), rows)

        Policy.load = more  # type: ignore[method-assign, assignment]
    return app.create()


def serve(port: int) -> None:
    """Serve as a worker of `shouwang serve` does."""
    config = worker_process.config()
    config.app, config.host, config.port = "tests.bench.traced:create", "127.0.0.1", port
    sys.setswitchinterval(worker_process.SWITCHING)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
