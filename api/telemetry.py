"""遥测 Traces: one span per request, named after what it is, never holding a document, a variable or a value."""

import asyncio
from time import time_ns

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, DEFAULT_ON, Decision
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

ERROR = "shouwang.error"
"""The attribute that holds the code of what went wrong."""
_SCOPE = InstrumentationScope("shouwang")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_FINE, _FAILED = Status(StatusCode.UNSET), Status(StatusCode.ERROR)
LONGEST, MOST = 1.0, 128
"""Seconds that what is known of a request waits to become a span, and how many wait."""


Traced = dict[str, str]
"""What a span tells."""


class Spans:
    """Hands finished spans to a processor of the SDK.

    Nothing hangs on a request's span while it runs, so it is made when all is known, straight as what is exported;
    and many in one go, because one in the midst of each request costs that three times as much. Sampler, identifiers
    and resource are the provider's; samplers that take every span are not asked.
    """

    def __init__(self, provider: TracerProvider, processor: SpanProcessor) -> None:
        self._provider, self._processor = provider, processor
        self._ids, self._resource = provider.id_generator, provider.resource
        self._sampler = None if provider.sampler in (ALWAYS_ON, DEFAULT_ON) else provider.sampler
        self._waiting: list[tuple[str, int, int, Traced]] = []
        self._timer: asyncio.TimerHandle | None = None

    def record(self, name: str, begun: int, attributes: Traced) -> None:
        """A span that began at `begun`, in nanoseconds since 1970, and ends now."""
        self._waiting.append((name, begun, time_ns(), attributes))
        if len(self._waiting) >= MOST:
            self.hand_on()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONGEST, self._late)

    def _late(self) -> None:
        self._timer = None
        self.hand_on()

    def hand_on(self) -> None:
        """Make spans of all that waits."""
        waiting, self._waiting = self._waiting, []
        for span in waiting:
            self._make(*span)

    def _make(self, name: str, begun: int, ended: int, attributes: Traced) -> None:
        trace_id = self._ids.generate_trace_id()
        if self._sampler is not None:
            answer = self._sampler.should_sample(None, trace_id, name, SpanKind.SERVER, attributes)
            if answer.decision is not Decision.RECORD_AND_SAMPLE:
                return
        context = SpanContext(trace_id, self._ids.generate_span_id(), is_remote=False, trace_flags=_SAMPLED)
        span = ReadableSpan(
            name,
            context,
            resource=self._resource,
            attributes=attributes,
            kind=SpanKind.SERVER,
            status=_FAILED if ERROR in attributes else _FINE,
            start_time=begun,
            end_time=ended,
            instrumentation_scope=_SCOPE,
        )
        self._processor.on_end(span)


_spans: Spans | None = None


def record(name: str, begun: int, attributes: Traced) -> None:
    """A finished span of a request, if any are wanted."""
    if _spans is not None:
        _spans.record(name, begun, attributes)


def use(processor: SpanProcessor) -> None:
    """Give spans to this processor from now on; libraries that make spans of their own share it."""
    global _spans
    provider = TracerProvider(resource=Resource.create({"service.name": "shouwang"}))
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    _spans = Spans(provider, processor)


def finish() -> None:
    """Hand on what still waits, before the loop ends."""
    if _spans is not None:
        _spans.hand_on()


def start(endpoint: str | None) -> None:
    """Send spans to an OTLP endpoint, in batches, from a bounded queue; nothing is sent when there is none."""
    if endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # slow to import
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    use(BatchSpanProcessor(OTLPSpanExporter()))
