"""装载 All or nothing, triggers' work done exactly, indexes and keys as before, and never over what exists."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.demo import HOUSEHOLDS_EXIST, load, load_demo
from api.demo.copying import COLUMNS
from api.errors import INVALID_INPUT, Problem
from api.roles import Logins
from api.sealing import Sealer
from api.sealing.rotation import Place, check_keys
from tests.support.demo.invented import HOUSEHOLDS, ON, SEED

STRUCTURE = """
SELECT 'index' AS kind, indexname AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'
UNION SELECT 'key', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace
UNION SELECT 'trigger', tgrelid::regclass || '.' || tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
"""
FOLLOWED = {
    "household": "SELECT id, monitoring_state, category, safety_net FROM household ORDER BY id",
    "clue": "SELECT id, province, city, county, township, village FROM clue ORDER BY id",
    "case": "SELECT id, province, city, county, township, village FROM monitoring_case ORDER BY id",
    "involvement": """SELECT household, department, province, city, county, township, village FROM involvement
        ORDER BY household, department""",
}


@pytest_asyncio.fixture
async def connection(own: Logins) -> AsyncIterator[Any]:
    connection = await own.owner.connect()
    yield connection
    await connection.close()


async def structure(connection: Any) -> set[tuple[str, ...]]:
    return {tuple(row.values()) for row in await connection.fetch(STRUCTURE)}


async def followed(connection: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [tuple(row.values()) for row in await connection.fetch(text)] for name, text in FOLLOWED.items()}


async def test_indexes_keys_and_triggers_are_as_in_a_fresh_database(connection: Any, database: Logins) -> None:
    fresh = await database.owner.connect()
    assert await structure(connection) == await structure(fresh)
    await fresh.close()


async def test_the_triggers_would_have_written_the_same(connection: Any) -> None:
    before = await followed(connection)
    transaction = connection.transaction()
    await transaction.start()
    order = ["clue", "monitoring_case", "risk", "proceeding", "plan", "measure"]
    for table in order:
        await connection.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")
    await connection.execute("ALTER TABLE act DISABLE TRIGGER append_only")
    for table in ("assessment", "deadline", "act", "involvement"):
        await connection.execute(f"DELETE FROM {table}")
    for table in reversed(order):
        await connection.execute(f"DELETE FROM {table}")
    await connection.execute("UPDATE household SET monitoring_state = NULL, category = NULL, safety_net = false")
    for table in ("clue", "monitoring_case"):
        await connection.execute(
            f"UPDATE kept_{table} SET province = NULL, county = NULL, township = NULL, village = NULL"
        )
    for table in order:
        await connection.execute(f"INSERT INTO {table} SELECT * FROM kept_{table} ORDER BY id")
    assert await followed(connection) == before
    await transaction.rollback()


async def test_nothing_is_loaded_over_households(own: Logins, sealer: Sealer) -> None:
    with pytest.raises(Problem) as caught:
        await load_demo(own.owner, sealer, 10, "50", SEED, on=ON)
    assert caught.value.code is HOUSEHOLDS_EXIST


@pytest.mark.parametrize("households", [0, -1, load.MOST + 1])
async def test_a_number_out_of_range_is_refused(own: Logins, sealer: Sealer, households: int) -> None:
    with pytest.raises(Problem) as caught:
        await load_demo(own.owner, sealer, households, "50", SEED, on=ON)
    assert caught.value.code is INVALID_INPUT


async def test_more_goes_beside_what_exists(own: Logins, sealer: Sealer, connection: Any) -> None:
    last = await connection.fetchval("SELECT max(id) FROM member")
    progress: list[tuple[int, int]] = []
    demo = await load_demo(
        own.owner, sealer, 60, "50", SEED + 1, lambda done, total: progress.append((done, total)), on=ON, more=True
    )
    assert demo.rows["household"] == 60
    assert demo.officials == 0
    assert progress[0] == (0, 60)
    assert progress[-1] == (60, 60)
    assert await connection.fetchval("SELECT count(*) FROM household") == HOUSEHOLDS + 60
    assert await connection.fetchval("SELECT min(id) FROM member WHERE id > $1", last) > last
    next_id = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('member', 'id'))")
    assert next_id > await connection.fetchval("SELECT max(id) FROM member")


async def test_without_the_past_acts_are_the_same_and_keep_no_picture(
    own: Logins, sealer: Sealer, connection: Any
) -> None:
    steps = "SELECT step FROM act WHERE id > $1 ORDER BY id"
    progress = []
    for past in (True, False):
        last = await connection.fetchval("SELECT max(id) FROM act")
        await load_demo(own.owner, sealer, 60, "50", SEED + 2, on=ON, more=True, past=past)
        progress.append([row["step"] for row in await connection.fetch(steps, last)])
        pictures = await connection.fetchval("SELECT count(after) FROM act WHERE id > $1", last)
        assert (pictures > 0) is past
    assert progress[0] == progress[1]


async def test_a_failure_leaves_everything_as_it_was(
    own: Logins, sealer: Sealer, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "REBUILD_FROM", 1)
    before, rows = await structure(connection), await connection.fetchval("SELECT count(*) FROM household")
    households = rows + 1  # as many as there are: indexes go away

    def fail(done: int, total: int) -> None:
        if done:
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        await load_demo(own.owner, sealer, households, "50", SEED, fail, on=ON, more=True)
    assert await structure(connection) == before
    assert await connection.fetchval("SELECT count(*) FROM household") == rows


async def test_the_keys_open_what_was_sealed(connection: Any, sealer: Sealer) -> None:
    names = {
        Place(table, name.removesuffix("_sealed"))
        for table, columns in COLUMNS.items()
        for name in columns
        if name.endswith("_sealed")
    }
    assert len(names) == 4
    await check_keys(connection, sealer, names)
