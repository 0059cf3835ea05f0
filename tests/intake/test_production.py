"""Imports into a database of officials, not one of tests: who imports is proven, and the ledger asks for the time."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from api.access.signin.sessions import act_as_command
from api.clock import SystemClock
from api.database.objects import declared
from api.intake.households import Importer, import_households
from api.roles import Logins
from api.sealing import Sealer
from tests.support.intake.invented import COUNTY, form, households, save
from tests.support.national.trust import in_earnest

BRIEF = """create or replace function is_now(moment timestamptz, back interval) returns boolean language plpgsql stable
set search_path = public, pg_temp as $$ begin
  return moment between clock_timestamp() - least(back, interval '1 second')
    and clock_timestamp() + interval '1 minute';
end $$"""


@pytest_asyncio.fixture
async def in_production(country: Logins) -> AsyncIterator[Any]:
    owner = await country.owner.connect()
    async with in_earnest(owner, country.owner.database):
        yield owner
    await owner.close()


async def test_a_long_import_writes_nothing_that_is_too_old(
    in_production: Any, country: Logins, app: Any, sealer: Sealer, tmp_path: Path
) -> None:
    """A second stands for the ten minutes that a record may be old; the import takes longer."""
    await in_production.execute(BRIEF)
    path = save(tmp_path / "form.xlsx", form(households(2)))
    await act_as_command(country.nation, app, SystemClock())

    def slow(done: int, total: int) -> None:
        time.sleep(0.7)

    outcome = await import_households(app, path, Importer(sealer, SystemClock(), COUNTY), progress=slow)
    await in_production.execute(declared()["function", "is_now"].text.replace("create", "create or replace", 1))
    assert outcome.written is not None
    assert await app.fetchval("select count(*) from event where action = 'household.import'") == 1


async def test_without_a_session_an_import_is_refused_whole(
    in_production: Any, app: Any, sealer: Sealer, tmp_path: Path
) -> None:
    path = save(tmp_path / "form.xlsx", form(households(3, 7)))
    before = await in_production.fetchval("select count(*) from household")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await import_households(app, path, Importer(sealer, SystemClock(), COUNTY))
    assert await in_production.fetchval("select count(*) from household") == before
