"""轮次 Servers in turn on one question: answers compared first, order reversed each round, medians over the rounds."""

import base64
import http.client
import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from tests.bench import queries
from tests.bench.compiled import Compiled
from tests.bench.data import HOME, World
from tests.bench.load import CONNECTIONS, Measured, measure
from tests.bench.queries import Case
from tests.bench.rivals import Rival

WARM_UP = 2
SAMPLES = 5
FEW = 5 * CONNECTIONS
"""A server that answers fewer while it warms up gets rounds four times as long."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One server on one question: its requests, and how its identifiers are read."""

    rival: Rival
    bodies: list[bytes]
    number: Callable[[str], str]


def row_number(identifier: str) -> str:
    """The row number in one of our identifiers."""
    return base64.urlsafe_b64decode(identifier + "==").decode().partition(":")[2]


def entries(case: Case, world: World, rivals: Mapping[str, Rival], limit: Compiled) -> dict[str, Entry]:
    """Who takes part in a question."""
    own = queries.bodies(case, queries.OURS, case.ours)
    bare = [json.dumps({"statement": case.name, "arguments": argument}).encode() for argument in limit.arguments]
    entries_by_name = {
        "ours": Entry(replace(rivals["ours"], token=world.tokens[case.official]), own, row_number),
        "limit": Entry(rivals["limit"], bare, row_number),
        "plain": Entry(rivals["plain"], own, row_number),
    }
    if "postgraphile" in rivals:
        theirs = queries.bodies(case, queries.POSTGRAPHILE, _with_cursors(case, rivals["postgraphile"]))
        entries_by_name["postgraphile"] = Entry(rivals["postgraphile"], theirs, str)
        entries_by_name["rls"] = Entry(rivals[f"rls {case.official}"], theirs, str)
    return entries_by_name


def _with_cursors(case: Case, rival: Rival) -> tuple[Mapping[str, Any], ...]:
    """Row numbers after which a page begins, as PostGraphile's cursors: they name the order by a digest of its own."""
    if not case.theirs[0].get("after"):
        return case.theirs
    (first,) = queries.bodies(case, queries.POSTGRAPHILE, ({**case.theirs[0], "after": None},))
    cursor = json.loads(answer(rival, first))["data"]["households"]["pageInfo"]["endCursor"]
    order, _ = json.loads(base64.b64decode(cursor))
    cursors = [
        base64.b64encode(json.dumps([order, str(variables["after"])]).encode()).decode() for variables in case.theirs
    ]
    return tuple({**variables, "after": cursor} for variables, cursor in zip(case.theirs, cursors, strict=True))


def answer(rival: Rival, body: bytes) -> bytes:
    """One answer."""
    connection = http.client.HTTPConnection("127.0.0.1", rival.port, timeout=60)
    headers = {"content-type": "application/json", "accept": "application/json"}
    if rival.token:
        headers["authorization"] = f"Bearer {rival.token}"
    connection.request("POST", "/graphql", body, headers)
    content = connection.getresponse().read()
    connection.close()
    return content


def compare(case: Case, entries_: Mapping[str, Entry]) -> dict[str, int]:
    """The shortest answer of each server; refuses to measure servers that do not answer the same."""
    shortest: dict[str, int] = {}
    count = len(case.ours)
    for index in range(0, count, max(1, count // SAMPLES)):
        wanted: Any = None
        for name, entry in entries_.items():
            text = answer(entry.rival, entry.bodies[index])
            body = json.loads(text)
            if "errors" in body or not body.get("data"):
                raise SystemExit(f"{case.name}: {name} answered {text[:2000]!r}")
            data = queries.normal(body["data"], entry.number)
            if wanted is None:
                wanted = data
            elif data != wanted:
                _tell_apart(case, name, wanted, data)
            shortest[name] = min(len(text), shortest.get(name, len(text)))
    return shortest


def _tell_apart(case: Case, name: str, wanted: Any, data: Any) -> None:
    (HOME / "wanted.json").write_text(json.dumps(wanted, ensure_ascii=False, indent=1))
    (HOME / "found.json").write_text(json.dumps(data, ensure_ascii=False, indent=1))
    raise SystemExit(f"{case.name}: {name} answers otherwise than ours; see {HOME}/wanted.json and found.json")


def run(
    case: Case, entries_: Mapping[str, Entry], postmaster: int, rounds: int, seconds: int, report: Callable[[str], None]
) -> dict[str, Measured]:
    """The medians of each server."""
    shortest = compare(case, entries_)
    files: dict[str, Path] = {}
    lengths: dict[str, int] = {}
    for name, entry in entries_.items():
        files[name] = HOME / f"bodies-{name}.txt"
        files[name].write_bytes(b"\n".join(entry.bodies) + b"\n")
        warm = measure(entry.rival, postmaster, files[name], shortest[name] // 2, WARM_UP)
        lengths[name] = seconds if warm.requests > FEW else seconds * 4
    measured: dict[str, list[Measured]] = {name: [] for name in entries_}
    for turn in range(rounds):
        order = list(entries_) if turn % 2 == 0 else list(entries_)[::-1]
        for name in order:
            rival, least = entries_[name].rival, shortest[name] // 2
            measured[name].append(measure(rival, postmaster, files[name], least, lengths[name]))
    medians = {name: median(many) for name, many in measured.items()}
    for name, milliseconds in medians.items():
        report(in_words(name, milliseconds))
    return medians


def in_words(name: str, measured: Measured) -> str:
    """A line of progress."""
    return (
        f"  {name:14s} {measured.rate:8.0f}/s  p50 {measured.p50:7.2f}  p99 {measured.p99:7.2f}"
        f"  server {measured.server:6.3f}  database {measured.database:6.3f} ms  bad {measured.bad}"
    )


def median(many: list[Measured]) -> Measured:
    """The median of each number."""
    columns = list(zip(*map(astuple, many), strict=True))
    middle = [statistics.median(column) for column in columns]
    return Measured(*middle[:5], bad=sum(columns[5]), requests=sum(columns[6]))
