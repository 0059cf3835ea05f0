"""演示省 Load a synthetic province: units, code lists, thresholds, officials and households, in one transaction.

The same seed, day and number give the same rows, ciphertexts apart. Whoever is loaded has never lived: persons.py says
why no number can belong to anybody.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from api import codes
from api.database import LONG, Connection, Dsn, problems
from api.demo import bulk
from api.demo.cases import acts, history
from api.demo.cases.courses import OLDEST
from api.demo.chunk_plan import NUMBERED, Ids, chunks
from api.demo.copying import COLUMNS
from api.demo.people.officials import demo_officials, plant
from api.demo.people.staff import staffed_units
from api.demo.places import villages
from api.demo.workers import build_chunks
from api.demo.world import Limit, Plan
from api.errors import INVALID_INPUT, Problem, Term, code
from api.sealing import Sealer
from api.units.country import load_country

HOUSEHOLDS_EXIST = code(
    "HOUSEHOLDS_EXIST",
    409,
    zh="数据库中已有农户，不再装载演示数据",
    en="the database holds households already: no demo data over them",
    next_zh="换用空数据库；确要追加的，加 --more",
    next_en="take an empty database, or say --more to add to it",
)
FOUNDED = code(
    "FOUNDED",
    409,
    zh="数据库已有真实人员，不装载演示数据",
    en="the database has its first real people: no demo data among them",
    next_zh="换用空数据库",
    next_en="take an empty database",
)
MOST = 20_000_000
REBUILD_FROM = 5_000
"""From so many households indexes are made anew afterwards, if there are not more than that already."""
SPAWN_FROM, MOST_PROCESSES = 10_000, 4
FIRST_AMOUNT, RAISE = 6000, 500
BASIS = "物价指数变化、农村居民人均可支配收入增幅、农村低保标准和“三保障”及饮水安全实现情况（演示数据）"
TABLES = [*COLUMNS, *history.TABLES, *acts.TABLES]

Progress = Callable[[int, int], object]
"""Told how much of how much is done; the whole may be corrected once, before anything is."""


def silent(done: int, total: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """The content to load."""

    households: int
    province: str
    seed: int
    on: date
    past: bool


@dataclass(frozen=True, slots=True)
class Demo:
    """Result of a load: numbers of rows, and the demo accounts."""

    rows: dict[str, int]
    officials: int


async def load_demo(
    owner: Dsn,
    sealer: Sealer,
    households: int,
    province: str,
    seed: int,
    progress: Progress = silent,
    *,
    on: date,
    more: bool = False,
    past: bool = True,
    password_hash: str | None = None,
    processes: int | None = None,
) -> Demo:
    """Load `households` of that province as they stand on day `on`, as the owner of the tables; all or nothing.

    The units of the province are loaded if missing. `more`: beside households that exist. `past`: with moments before
    today to show cases at and to go back to. `password_hash`: every demo official's. Problems: HOUSEHOLDS_EXIST,
    FOUNDED, UNKNOWN_PROVINCE, INVALID_INPUT, DATABASE_UNAVAILABLE.
    """
    if not 0 < households <= MOST:
        raise Problem(INVALID_INPUT, expected=Term("households", f"1 至 {MOST} 户", f"from 1 to {MOST} households"))
    load_request = LoadRequest(households, province, seed, on, past)
    with problems():
        connection = await owner.connect(command_timeout=LONG)
    try:
        if await is_founded(connection):
            raise Problem(FOUNDED)
        await load_country(connection, on, province=province)
        async with connection.transaction():
            staffed, officials = await _surroundings(connection, load_request, password_hash)
            plan = await _plan(connection, load_request, sealer, staffed)
            rows = await _load(connection, plan, load_request, progress, more=more, processes=processes)
        await connection.execute(f"VACUUM (ANALYZE) {', '.join([*TABLES, 'unit', 'threshold', 'post', 'code_item'])}")
    finally:
        await connection.close()
    return Demo(rows, officials)


async def is_founded(connection: Connection) -> bool:
    """Whether the owner made accounts for real people, as `shouwang officials bootstrap` does."""
    return bool(await connection.fetchval("select exists (select from event where action = 'account.make')"))


async def _surroundings(
    connection: Connection, load_request: LoadRequest, password_hash: str | None
) -> tuple[list[str], int]:
    await codes.load(connection, load_request.on)
    await _set_thresholds(connection, load_request)
    staffed = await staffed_units(connection, load_request.province)
    since = date(load_request.on.year - 1, 1, 1)
    officials = await plant(connection, demo_officials(staffed, load_request.seed), since, password_hash)
    return staffed, officials


async def _plan(connection: Connection, load_request: LoadRequest, sealer: Sealer, staffed: list[str]) -> Plan:
    return Plan(
        load_request.province,
        load_request.seed,
        load_request.on,
        tuple(await villages(connection, load_request.province, load_request.households, load_request.seed, staffed)),
        await _limits(connection, load_request.province),
        sealer.keyring,
    )


async def _load(
    connection: Connection,
    plan: Plan,
    load_request: LoadRequest,
    progress: Progress,
    *,
    more: bool,
    processes: int | None,
) -> dict[str, int]:
    await bulk.lock(connection, TABLES)
    present = await connection.fetchval(_PRESENT, load_request.households + 1)
    if present and not more:
        raise Problem(HOUSEHOLDS_EXIST)
    rebuild = load_request.households >= max(REBUILD_FROM, present)
    triggers = await bulk.silence(connection, TABLES)
    away = [await bulk.put_away(connection, part) if rebuild else bulk.Away(()) for part in (acts.TABLES, TABLES)]
    frozen = rebuild and not present
    if frozen:
        await bulk.truncate(connection, TABLES)
    rest = load_request.households // 2 if rebuild else 0
    total = load_request.households + rest
    rows, first = await _copy(
        connection, plan, load_request, lambda done: progress(done, total), processes, frozen=frozen
    )
    await _tell(
        connection,
        load_request,
        first,
        away,
        lambda done, of: progress(load_request.households + rest * done // of, total),
    )
    await triggers.back(connection, lambda _, __: None)
    for table in NUMBERED:
        await bulk.advance_ids(connection, table)
    return rows


async def _copy(
    connection: Connection,
    plan: Plan,
    load_request: LoadRequest,
    progress: Callable[[int], object],
    processes: int | None,
    *,
    frozen: bool,
) -> tuple[dict[str, int], int]:
    first = Ids(*[await bulk.first_free_id(connection, table) for table in NUMBERED])
    spawned = min(os.cpu_count() or 1, MOST_PROCESSES) if load_request.households >= SPAWN_FROM else 1
    done, rows = 0, dict.fromkeys(COLUMNS, 0)
    progress(done)
    async for chunk, tables in build_chunks(
        plan, chunks(load_request.seed, load_request.households, first), processes or spawned
    ):
        for table, lines in tables.items():
            rows[table] += await bulk.copy(connection, table, COLUMNS[table], lines, freeze=frozen)
        done += chunk.size
        progress(done)
    return rows, first.household


async def _tell(
    connection: Connection, load_request: LoadRequest, first: int, away: Sequence[bulk.Away], progress: Progress
) -> None:
    """The history of the households from that id on; indexes come back when nothing more is written below them."""
    of_acts, of_rows = away
    await connection.execute(f"ANALYZE {', '.join(COLUMNS)}")  # whole tables are joined: their sizes must be known
    await acts.name_officials(connection, load_request.province)
    await history.tell(connection, first, load_request.on)
    await of_rows.back(connection, lambda number, of: progress(number, 2 * of))
    await acts.tell(connection, first, past=load_request.past)  # by those indexes
    await of_acts.back(connection, lambda number, of: progress(number + of, 2 * of))


async def _set_thresholds(connection: Connection, load_request: LoadRequest) -> None:
    """A threshold for each year that a demo case can be identified in; those that exist stay as they are. Q10"""
    years = range(load_request.on.year - OLDEST // 365 - 2, load_request.on.year + 1)
    for place, year in enumerate(years):
        filed, acknowledged = date(year, 3, 15), date(year, 3, 28)
        state = "ACKNOWLEDGED" if acknowledged <= load_request.on else "FILED" if filed <= load_request.on else "SET"
        await connection.execute(
            _THRESHOLD,
            load_request.province,
            year,
            FIRST_AMOUNT + RAISE * place,
            BASIS,
            state,
            date(year - 1, 12, 20),
            filed if filed <= load_request.on else None,
            acknowledged if acknowledged <= load_request.on else None,
        )


async def _limits(connection: Connection, province: str) -> dict[int, Limit]:
    rows = await connection.fetch(_LIMITS, province)
    return {row["year"]: Limit(row["id"], int(row["amount"])) for row in rows}


_PRESENT = "SELECT count(*) FROM (SELECT FROM household LIMIT $1) few"
_THRESHOLD = """
INSERT INTO threshold (unit, year, amount, basis, state, set_on, filed_on, acknowledged_on, version, province)
SELECT unit.id, $2, $3, $4, $5, $6, $7, $8, 1, $1 FROM unit WHERE unit.code = $1 AND unit.valid_until IS NULL
ON CONFLICT (unit, year) DO NOTHING"""
_LIMITS = """
SELECT threshold.id, threshold.year, threshold.amount FROM threshold JOIN unit ON unit.id = threshold.unit
WHERE unit.code = $1 AND unit.valid_until IS NULL"""
