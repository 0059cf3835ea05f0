"""A finished span is what OpenTelemetry's own exporters expect, and obeys the provider's sampler."""

import asyncio

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import SpanKind, StatusCode

from api import telemetry
from api.telemetry import ERROR, Spans, record


def spans(sampler: Sampler) -> tuple[Spans, InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=sampler, resource=Resource({"service.name": "shouwang"}))
    return Spans(provider, SimpleSpanProcessor(exporter)), exporter


async def test_a_span_says_what_kind_how_long_and_what_went_wrong() -> None:
    tracer, exporter = spans(ALWAYS_ON)
    tracer.record("POST /graphql", 1_000, {"shouwang.role": "county:health:handler"})
    tracer.record("POST /graphql", 2_000, {ERROR: "TOO_DEEP"})
    assert not exporter.get_finished_spans()
    tracer.hand_on()
    fine, failed = exporter.get_finished_spans()
    assert fine.kind is SpanKind.SERVER
    assert fine.start_time == 1_000
    assert fine.end_time is not None
    assert fine.end_time > 1_000
    assert dict(fine.attributes or {}) == {"shouwang.role": "county:health:handler"}
    assert (fine.status.status_code, failed.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    assert fine.context.trace_id != failed.context.trace_id
    assert fine.context.is_valid


async def test_it_is_sent_as_otlp() -> None:
    tracer, exporter = spans(ALWAYS_ON)
    tracer.record("POST /graphql", 1_000, {ERROR: "TOO_DEEP"})
    tracer.hand_on()
    (resource,) = encode_spans(exporter.get_finished_spans()).resource_spans
    (scope,) = resource.scope_spans
    (span,) = scope.spans
    assert scope.scope.name == "shouwang"
    assert resource.resource.attributes[0].value.string_value == "shouwang"
    assert (span.name, span.attributes[0].key, span.status.code) == ("POST /graphql", ERROR, 2)


async def test_the_sampler_decides() -> None:
    tracer, exporter = spans(ALWAYS_OFF)
    tracer.record("POST /graphql", 1_000, {})
    tracer.hand_on()
    assert not exporter.get_finished_spans()


async def test_many_are_handed_on_at_once_and_the_last_ones_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "LONGEST", 0.01)
    tracer, exporter = spans(ALWAYS_ON)
    for _ in range(telemetry.MOST + 1):
        tracer.record("POST /graphql", 1_000, {})
    assert len(exporter.get_finished_spans()) == telemetry.MOST
    await asyncio.sleep(0.1)
    assert len(exporter.get_finished_spans()) == telemetry.MOST + 1


async def test_nothing_is_made_where_nobody_wants_it() -> None:
    record("POST /graphql", 1_000, {})
