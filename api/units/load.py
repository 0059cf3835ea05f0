"""装载 Units into the database: by COPY, effective-dated, re-runnable. Q1

A unit that is new opens; one that is gone closes the day before; one whose path changed closes and opens again with
a successor, which takes the posts that go on and the proposals that wait; a new name or flag is written in place, the
unit staying who it is. Nothing is ever deleted.
Refused: a change on a day when a unit it would close has only begun.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from api.database import Connection
from api.errors import Problem, code
from api.rules.units import TIER_BY_LENGTH
from api.units.bulk import set_aside
from api.units.tree import Unit

TOO_SOON = code(
    "UNITS_CHANGED_TOO_SOON",
    409,
    zh="生效日期应晚于被替换单位的生效日期 {expected}，实为 {found}",
    en="the change must take effect after {expected}, when a unit it replaces began; found {found}",
    next_zh="用 --on 指定更晚的日期，或明天再装载",
    next_en="give a later day with --on, or load again tomorrow",
    question="Q1",
)

LOCK = 0x53686F75756E6974
"""Key of the advisory lock: one load at a time ("Shouunit")."""

PATH = ("province", "city", "county", "township", "village")
FACTS = (*PATH, "name", "western", "development_zone", "unverified", "statistical_code")
CHUNK = 5000
_TIER_NAMES = {length: tier.name.encode() for length, tier in TIER_BY_LENGTH.items()}

_PRESENT = f"""
    SELECT id, code, {", ".join(FACTS)} FROM unit
    WHERE valid_until IS NULL AND ($1::text IS NULL OR province = $1 OR code = ANY($2::text[]))
"""  # noqa: S608 - our own column names


Progress = Callable[[int, int], object]
"""Told how many units of how many are settled."""


def silent(done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Numbers of units that a load opened, moved, changed, closed and left alone."""

    opened: int
    moved: int
    changed: int
    closed: int
    unchanged: int


class _Opened(NamedTuple):
    code: str
    parent: str | None
    rest: bytes


@dataclass(slots=True)
class _Difference:
    ids: dict[str, int]
    opened: list[_Opened] = field(default_factory=list)
    moved: list[tuple[int, Unit]] = field(default_factory=list)
    changed: list[tuple[int, Unit]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    unchanged: int = 0


async def load(
    connection: Connection,
    units: Iterable[Unit],
    *,
    vintage: date,
    on: date,
    province: str | None = None,
    progress: Progress = silent,
) -> Loaded:
    """Make the database hold exactly `units`, of the whole country or of one province, in one transaction.

    A province's first load is valid from the vintage, later changes from `on`. `progress` is told how many units of
    how many are settled. UNITS_CHANGED_TOO_SOON as above.
    """
    if province is not None:
        units = list(units)
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        present = await _present(connection, province, [unit.code for unit in units] if province is not None else [])
        difference = await asyncio.to_thread(_difference, units, present, vintage, on)
        await _close(connection, difference, on)
        await _open(connection, difference, progress)
        await _succeed(connection, difference, on)
        await _change(connection, difference)
    return Loaded(
        opened=len(difference.opened) - len(difference.moved),
        moved=len(difference.moved),
        changed=len(difference.changed),
        closed=len(difference.closed),
        unchanged=difference.unchanged,
    )


def _facts(unit: Unit) -> bytes:
    """The facts as COPY writes them; codes and names hold nothing that needs escaping."""
    return "\t".join(
        [
            unit.province or "\\N",
            unit.city or "\\N",
            unit.county or "\\N",
            unit.township or "\\N",
            unit.village or "\\N",
            unit.name,
            "t" if unit.western else "f",
            "t" if unit.development_zone else "f",
            "t" if unit.unverified else "f",
            unit.statistical_code or "\\N",
        ]
    ).encode()


async def _present(connection: Connection, province: str | None, codes: list[str]) -> dict[str, tuple[int, bytes]]:
    text = bytearray()

    async def take(chunk: bytes) -> None:
        text.extend(chunk)

    await connection.copy_from_query(_PRESENT, province, codes, output=take)
    rows = (line.split(b"\t", 2) for line in bytes(text).split(b"\n")[:-1])
    return {code.decode(): (int(number), facts) for number, code, facts in rows}


def _difference(units: Iterable[Unit], present: dict[str, tuple[int, bytes]], vintage: date, on: date) -> _Difference:
    difference = _Difference({code: number for code, (number, _) in present.items()})
    days = {day: day.isoformat().encode() for day in (vintage, on)}
    begun = {facts[: facts.index(b"\t")].decode() for _, facts in present.values()}
    for unit in units:
        facts = _facts(unit)
        number, before = present.pop(unit.code, (0, b""))
        if before == facts:
            difference.unchanged += 1
        elif number and before.split(b"\t")[: len(PATH)] == facts.split(b"\t")[: len(PATH)]:
            difference.changed.append((number, unit))
        else:
            since = on if number or unit.province in begun else vintage
            rest = b"%b\t%b\t%b" % (facts, _TIER_NAMES[len(unit.code)], days[since])
            difference.opened.append(_Opened(unit.code, unit.parent, rest))
            if number:
                difference.moved.append((number, unit))
    difference.closed = [number for number, _ in present.values()]
    return difference


async def _close(connection: Connection, difference: _Difference, on: date) -> None:
    ending = difference.closed + [number for number, _ in difference.moved]
    if not ending:
        return
    begun = await connection.fetchval("SELECT max(valid_from) FROM unit WHERE id = ANY($1::bigint[])", ending)
    if begun >= on:
        raise Problem(TOO_SOON, expected=begun, found=on)
    last = on - timedelta(days=1)
    await connection.execute("UPDATE unit SET valid_until = $2 WHERE id = ANY($1::bigint[])", ending, last)


async def _open(connection: Connection, difference: _Difference, progress: Progress) -> None:
    opened = difference.opened
    done = difference.unchanged + len(difference.changed)
    total = done + len(opened)
    progress(done, total)
    if not opened:
        return
    sequence = await connection.fetchval("SELECT pg_get_serial_sequence('unit', 'id')")
    numbers = await connection.fetchval(
        "SELECT array(SELECT nextval($1::text::regclass) FROM generate_series(1, $2))", sequence, len(opened)
    )
    difference.ids.update(zip((unit.code for unit in opened), numbers, strict=True))

    async def lines() -> AsyncIterator[bytes]:
        for start in range(0, len(opened), CHUNK):
            some = opened[start : start + CHUNK]
            yield b"".join(_line(difference.ids, unit) for unit in some)
            progress(done + start + len(some), total)

    columns = ["id", "parent", "code", *FACTS, "tier", "valid_from"]
    async with set_aside(connection, len(opened)):
        await connection.copy_to_table("unit", source=lines(), columns=columns, format="text")


def _line(ids: dict[str, int], unit: _Opened) -> bytes:
    parent = b"%d" % ids[unit.parent] if unit.parent else b"\\N"
    return b"%d\t%b\t%b\t%b\n" % (ids[unit.code], parent, unit.code.encode(), unit.rest)


_POSTS = f"""
    UPDATE post SET unit = n.id, {", ".join(f"{tier} = n.{tier}" for tier in PATH)}
    FROM unit o JOIN unit n ON n.id = o.successor
    WHERE o.id = ANY($1::bigint[]) AND post.unit = o.id AND (post.until IS NULL OR post.until >= $2)
"""  # noqa: S608 - our own column names
_PROPOSALS = """
    UPDATE appointment SET unit = o.successor FROM unit o
    WHERE o.id = ANY($1::bigint[]) AND appointment.unit = o.id AND appointment.state = 'PROPOSED'
"""


async def _succeed(connection: Connection, difference: _Difference, on: date) -> None:
    # the driver pipelines the rows of one statement: a whole country moves in few trips
    await connection.executemany(
        "UPDATE unit SET successor = $2 WHERE id = $1",
        [(number, difference.ids[unit.code]) for number, unit in difference.moved],
    )
    moved = [number for number, _ in difference.moved]
    if moved:
        await connection.execute(_POSTS, moved, on)
        await connection.execute(_PROPOSALS, moved)


async def _change(connection: Connection, difference: _Difference) -> None:
    await connection.executemany(
        "UPDATE unit SET name = $2, western = $3, development_zone = $4, unverified = $5, statistical_code = $6"
        " WHERE id = $1",
        [
            (number, unit.name, unit.western, unit.development_zone, unit.unverified, unit.statistical_code)
            for number, unit in difference.changed
        ],
    )
