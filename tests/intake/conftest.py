"""A database with code lists and two counties, and an import bound to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api import codes
from api.clock import SetClock
from api.intake.households import Importer, Outcome, import_households
from api.roles import Logins
from api.sealing import Sealer
from api.units.divisions import Divisions
from api.units.load import load
from api.units.overrides import Overrides
from api.units.tree import grow
from tests.intake.invented import COUNTY, Form, save

NOW = datetime(2025, 3, 1, 8, tzinfo=UTC)
VINTAGE = date(2023, 6, 30)
UNITS = [
    *(("52", "甲省"), ("53", "乙省"), ("5201", "甲市"), ("520101", "甲县"), ("530102", "乙县")),
    *(("520101001", "甲乡"), ("530102001", "乙乡")),
    *(("520101001001", "甲村"), ("520101001002", "丙村"), ("530102001001", "乙村")),
]
CHANGES = Overrides(frozenset(), (), {"530102": "53"}, frozenset(), frozenset(), {})

Import = Callable[..., Awaitable[Outcome]]


@pytest.fixture(scope="session")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer.of(tmp_path_factory.mktemp("keys"))


@pytest_asyncio.fixture(scope="module")
async def country(database: Logins) -> Logins:
    connection = await database.owner.connect()
    await codes.load(connection, VINTAGE)
    await load(connection, grow(Divisions(VINTAGE, UNITS), CHANGES), vintage=VINTAGE, on=VINTAGE)
    await connection.close()
    return database


@pytest_asyncio.fixture
async def app(country: Logins) -> AsyncIterator[Any]:
    """A connection of the app role; the tables are empty again afterwards."""
    connection = await country.app.connect()
    yield connection
    if connection.is_closed():
        return
    for table in ("survey", "member", "household"):
        await connection.execute(f"DELETE FROM {table}")
    await connection.close()


@pytest.fixture
def bring(app: Any, sealer: Sealer, tmp_path: Path) -> Import:
    """Import a form, as a new file each time, by default for the first county."""

    async def run(filled: Form | Path, unit: str = COUNTY, **how: Any) -> Outcome:
        path = filled if isinstance(filled, Path) else save(tmp_path / "form.xlsx", filled)
        return await import_households(app, path, Importer(sealer, SetClock(NOW), unit), **how)

    return run
