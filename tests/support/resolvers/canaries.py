"""Canaries: values that nobody would type, planted in requests, and whoever watches where they turn up again. Q38"""

import base64
import json
import logging
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from graphql import (
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api import safe_logging, telemetry

CANARY = "CanaryQz7Kx9"
BY_SCALAR: Mapping[str, Any] = {
    "String": CANARY,
    "ID": CANARY,
    "Int": 741852,
    "Decimal": "741852.63",
    "Date": "1974-08-17",
    "DateTime": "1974-08-17T01:02:03+08:00",
}
"""A value that fits each scalar; booleans and words of an enum tell nothing."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
TRACES = (CANARY.lower(), "741852", "1974-08-17", "1974年8月17日")
"""What a canary is known by, whatever a program made of it."""


def sings(text: bytes | str) -> bool:
    """Whether a text holds a canary, in any case, escaped or not."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    unescaped = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), plain)
    return any(trace in unquote(unescaped).lower() for trace in TRACES)


class Keeper(logging.Handler):
    """Every log record as it would be written, whatever its level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@dataclass
class Watcher:
    """What was written while requests ran: log lines and spans; files are read when they are looked for."""

    keeper: Keeper
    exporter: InMemorySpanExporter
    folders: tuple[Path, ...]
    sizes: dict[Path, int] = field(default_factory=dict)

    def written(self) -> Iterator[str]:
        """Every log line, every name, attribute and event of a span, every file of the folders."""
        yield from self.keeper.lines
        telemetry.finish()
        for span in self.exporter.get_finished_spans():
            yield span.to_json()
        for folder in self.folders:
            for path in folder.rglob("*"):
                if path.is_file() and path.stat().st_size < 2**24:
                    yield path.read_bytes()[self.sizes.get(path, 0) :].decode("utf-8", "replace")

    def heard(self) -> list[str]:
        """What was written with a canary in it."""
        return [text[:400] for text in self.written() if sings(text)]


@contextmanager
def watching(*folders: Path) -> Iterator[Watcher]:
    """Watch the log at its most talkative, spans and files while the block runs."""
    keeper, exporter = Keeper(), InMemorySpanExporter()
    factory, root, ours = logging.getLogRecordFactory(), logging.getLogger(), logging.getLogger("shouwang")
    logging.setLogRecordFactory(safe_logging.SafeRecord)
    root.addHandler(keeper)
    level, ours.level = ours.level, logging.DEBUG
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.addHandler(keeper)
    telemetry.use(SimpleSpanProcessor(exporter))
    try:
        sizes = {path: path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()}
        yield Watcher(keeper, exporter, folders, sizes)
    finally:
        telemetry._spans = None
        logging.setLogRecordFactory(factory)
        root.removeHandler(keeper)
        uvicorn.removeHandler(keeper)
        ours.level = level


def fitting(
    type_: GraphQLInputType, planted: Collection[str], ids: Mapping[str, str], about: str = "", depth: int = 3
) -> Any:
    """A value of an input type: every field of an object, canaries for the scalars planted, else what is ordinary."""
    if isinstance(type_, GraphQLNonNull):
        return fitting(type_.of_type, planted, ids, about, depth)
    if is_list_type(type_):
        return [fitting(type_.of_type, planted, ids, about, depth)]
    if is_enum_type(type_):
        return next(iter(type_.values))
    if is_input_object_type(type_):
        if not depth:
            return {}
        return {
            name: fitting(declared.type, planted, ids, declared.description or "", depth - 1)
            for name, declared in type_.fields.items()
        }
    name = get_named_type(type_).name
    if name in planted:
        return BY_SCALAR[name]
    if name == "ID":
        return next((value for word, value in ids.items() if f"{word}." in about), ids["Household"])
    plain = {"String": "情况属实", "Int": 1, "Decimal": "1.00", "Date": "2026-01-05", "Boolean": True}
    return plain.get(name, "2026-01-05T00:00:00+08:00")


def positions(type_: GraphQLInputType, depth: int = 3) -> Iterator[tuple[str | int, ...]]:
    """The path of every scalar and list of an input type."""
    if isinstance(type_, GraphQLNonNull):
        yield from positions(type_.of_type, depth)
    elif is_list_type(type_):
        yield ()
        yield from ((0, *path) for path in positions(type_.of_type, depth))
    elif is_input_object_type(type_) and depth:
        for name, declared in type_.fields.items():
            yield from ((name, *path) for path in positions(declared.type, depth - 1))
    else:
        yield ()


def placed(value: Any, path: tuple[str | int, ...], planted: Any) -> Any:
    """The value with something else at a path."""
    if not path:
        return planted
    copy = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else {}
    key: Any = path[0]
    inner = copy[key] if isinstance(copy, list) or key in copy else {}
    copy[key] = placed(inner, path[1:], planted)
    return copy


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path."""
    for key in path:
        value = value[key]
    return value


def unstored(type_: GraphQLOutputType, schema: GraphQLSchema, depth: int = 3) -> str:
    """A selection of all that an answer says besides stored rows: problems, flags, findings; rows by their type alone.

    What was stored may be read back by whoever may read it: that is an answer. All else would be an echo.
    """
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    parts = ["__typename"]
    if is_object_type(named) and not any(interface.name == "Node" for interface in named.interfaces):
        for name, declared in named.fields.items():
            inner = get_named_type(declared.type)
            if any(isinstance(argument.type, GraphQLNonNull) for argument in declared.args.values()):
                continue
            if is_leaf_type(inner):
                parts.append(name)
            elif depth:
                parts.append(f"{name} {unstored(inner, schema, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"


def header_lines(canary: str = CANARY) -> list[tuple[str, str]]:
    """Headers that the product or its libraries read, each with a canary where a value may stand."""
    return [
        ("accept", canary),
        ("accept", f"{canary}/json"),
        ("content-type", canary),
        ("content-type", f"application/json; charset={canary}"),
        ("authorization", canary),
        ("authorization", f"Bearer {canary}"),
        ("authorization", f"Basic {canary}"),
        ("authorization", f"Bearer {canary}.{canary}.{canary}"),
        ("authorization", f"Bearer {_segment({'alg': canary, 'kid': canary})}.{_segment({'sub': canary})}.{canary}"),
        ("authorization", f"Bearer {_segment({'alg': 'EdDSA', 'kid': canary})}.{_segment({'iss': canary})}.AAAA"),
        ("cookie", f"session={canary}"),
        ("traceparent", f"00-{canary}-{canary}-01"),
        ("tracestate", f"v={canary}"),
        ("baggage", f"user={canary}"),
        ("origin", f"https://{canary}.example"),
        ("referer", f"https://{canary}.example/{canary}"),
        ("user-agent", canary),
        ("x-forwarded-for", canary),
        ("x-forwarded-host", canary),
        ("x-request-id", canary),
        ("host", f"{canary}.example"),
        ("accept-language", canary),
        ("accept-encoding", canary),
        ("idempotency-key", canary),
        ("content-disposition", f"attachment; filename*=UTF-8''{quote(canary)}.pdf"),
        ("content-disposition", canary),
        ("if-none-match", f'"{canary}"'),
        ("if-modified-since", canary),
        ("range", f"bytes={canary}"),
        ("graphql-require-preflight", canary),
        ("expect", canary),
        (f"x-{canary}", canary),
    ]


def _segment(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
