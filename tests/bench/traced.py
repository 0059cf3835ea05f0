"""带追踪的服务 Our own server as it is, tracing on; spans are made, batched and dropped.

`BENCH_POLICY_ROWS` adds rows to the policy in force, up to that many; `BENCH_TRACING=off` tells what tracing costs.
"""

import os
from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from api import app, telemetry
from api.access.policy import Policy
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
