"""集群 From settings to a database that is ready: embedded, or the one DATABASE_URL names; and test databases."""

import dataclasses
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api import migrate, settings, testdb
from api.clock import SetClock, SystemClock
from api.cluster import cluster
from api.database import Dsn
from api.errors import Problem
from api.roles import Logins
from tests.support.databases import fresh_database

CLOCK = "2023-05-01T08:00:00+08:00"


@pytest.fixture(scope="module")
def embedded() -> Iterator[settings.Settings]:
    folder = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    folder.chmod(0o711)
    environment = {"SHOUWANG_HOME": str(folder / "a home"), "SHOUWANG_CLOCK": CLOCK}
    environment["SHOUWANG_POSTGRES_BIN"] = os.environ.get("SHOUWANG_POSTGRES_BIN", "")
    yield settings.read(environment)
    shutil.rmtree(folder)


@pytest_asyncio.fixture
async def external(admin: Dsn, tmp_path: Path) -> AsyncIterator[settings.Settings]:
    """A database of a house: its user may create roles and databases, and is not a superuser."""
    connection = await admin.connect()
    await connection.execute("CREATE ROLE house LOGIN CREATEROLE CREATEDB PASSWORD 'p'")
    async with fresh_database(admin, "house") as name:
        house = admin.as_user("house", "p").to_database(name)
        url = house.url.replace("house@", "house:p@", 1)
        yield settings.read({"DATABASE_URL": url, "SHOUWANG_HOME": str(tmp_path / "home")})
        inside = await admin.to_database(name).connect()
        await inside.execute("DROP OWNED BY house_app, house_reader, house_nation")
        await inside.close()
    await connection.execute("DROP DATABASE IF EXISTS rehearsal WITH (FORCE)")
    await connection.execute("DROP ROLE IF EXISTS house_app, house_reader, house_nation")
    await connection.execute("DROP ROLE house")
    await connection.close()


async def query(login: Dsn, sql: str) -> Any:
    connection = await login.connect()
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_an_embedded_home_becomes_a_database_and_stays_one(embedded: settings.Settings) -> None:
    with cluster(embedded) as first:
        assert await first.prepare() == list(migrate.modules())
        await query(first.logins.app, "SELECT count(*) FROM household")
        with cluster(embedded) as second:
            assert second.logins == first.logins
            assert await second.prepare() == []
        assert await query(first.logins.reader, "SELECT current_database()") == "shouwang"


async def test_a_house_database_gets_its_roles_and_a_test_database_beside_it(
    external: settings.Settings, tmp_path: Path
) -> None:
    with cluster(external) as first:
        assert await first.prepare() == list(migrate.modules())
        assert first.logins.app.user == "house_app"
        assert await query(first.logins.reader, "SELECT count(*) FROM household") == 0
        assert await query(first.logins.owner, "SELECT tableowner FROM pg_tables WHERE tablename = 'unit'") == "house"
    with cluster(external) as again:
        assert again.logins == first.logins
        assert await again.prepare() == []
    with cluster(dataclasses.replace(external, home=tmp_path / "other home", **urls(first.logins))) as house:
        assert house.logins == first.logins
        assert house.created == ()
        assert await house.prepare() == []
    assert contents(tmp_path / "other home") == []
    rehearsal = await testdb.make(first, "rehearsal")
    assert await testdb.is_test_database(rehearsal.logins.app)
    assert await query(rehearsal.logins.app, "SELECT count(*) FROM household") == 0


def urls(logins: Logins) -> dict[str, Any]:
    addresses = {}
    for role in ("app", "reader", "nation"):
        login: Dsn = getattr(logins, role)
        addresses[f"{role}_url"] = login.url.replace("@", f":{login.password}@", 1)
    return addresses


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_the_clock_counts_in_a_test_database_only(embedded: settings.Settings) -> None:
    with cluster(embedded) as real:
        await real.prepare()
        rehearsal = await testdb.make(real, "rehearsal")
        assert await testdb.is_test_database(rehearsal.logins.app)
        clock = await testdb.clock(embedded, rehearsal.logins.app)
        assert isinstance(clock, SetClock)
        assert clock.now() == datetime.fromisoformat(CLOCK)
        with pytest.raises(Problem, match="NOT_A_TEST_DATABASE"):
            await testdb.clock(embedded, real.logins.app)
        unset = dataclasses.replace(embedded, clock=None)
        for logins in (real.logins, rehearsal.logins):
            assert isinstance(await testdb.clock(unset, logins.app), SystemClock)


async def test_a_test_database_is_kept_or_made_afresh_and_no_other_is_touched(embedded: settings.Settings) -> None:
    with cluster(embedded) as real:
        await real.prepare()
        rehearsal = await testdb.make(real, "rehearsal")
        await query(rehearsal.logins.owner, "CREATE TABLE plant (n int)")
        await testdb.make(real, "rehearsal")
        assert await query(rehearsal.logins.owner, "SELECT to_regclass('plant') IS NOT NULL")
        await testdb.make(real, "rehearsal", fresh=True)
        assert await query(rehearsal.logins.owner, "SELECT to_regclass('plant') IS NULL")
        for fresh in (False, True):
            with pytest.raises(Problem, match="NOT_A_TEST_DATABASE"):
                await testdb.make(real, "shouwang", fresh=fresh)
        assert await query(real.logins.app, "SELECT count(*) FROM household") == 0


async def test_the_server_itself_cannot_forge_the_mark(embedded: settings.Settings) -> None:
    with cluster(embedded) as real:
        await real.prepare()
        with pytest.raises(Exception, match="must be owner"):
            await query(real.logins.app, f"COMMENT ON DATABASE shouwang IS '{testdb.MARK}'")


@pytest.mark.parametrize("text", ["yesterday", "2023-05-01", "2023-05-01T08:00:00"])
def test_a_clock_that_names_no_moment(text: str) -> None:
    with pytest.raises(Problem, match="SHOUWANG_CLOCK"):
        settings.read({"SHOUWANG_CLOCK": text})
