"""遥测 Traces: one span per request, named after what it is, never holding a document, a variable or a value."""

from functools import cache

from opentelemetry import trace
from opentelemetry.trace import Tracer


@cache
def tracer() -> Tracer:
    """The tracer of the product; a no-op until `start` has been called."""
    return trace.get_tracer("shouwang")


def start(endpoint: str | None) -> None:
    """Send spans to an OTLP endpoint, in batches, from a bounded queue; nothing is sent when there is none."""
    if endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "shouwang"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
