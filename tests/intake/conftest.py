"""A database with code lists and two counties, and an import bound to it."""

from collections.abc import AsyncIterator
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
from api.units.tree import grow
from tests.support.databases import delete_all
from tests.support.intake.imports import CHANGES, NOW, UNITS, VINTAGE, Import
from tests.support.intake.invented import COUNTY, Form, save


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
    await connection.close()
    await delete_all(country.owner, "survey", "member", "household")


@pytest.fixture
def bring(app: Any, sealer: Sealer, tmp_path: Path) -> Import:
    """Import a form, as a new file each time, by default for the first county."""

    async def run(filled: Form | Path, unit: str = COUNTY, **how: Any) -> Outcome:
        path = filled if isinstance(filled, Path) else save(tmp_path / "form.xlsx", filled)
        return await import_households(app, path, Importer(sealer, SetClock(NOW), unit), **how)

    return run
