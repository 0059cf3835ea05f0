"""演示数据的测试 A world without a database, and a database with a small demo province, loaded once.

world    a World of invented villages, seed 7
loaded   session: the logins to a database holding HOUSEHOLDS demo households of province 50; read it, change nothing
own      module: a clone of it to change
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from api.database import Dsn
from api.demo import load, load_demo
from api.demo.world import World
from api.roles import Logins
from api.sealing import Sealer
from api.sealing.keyring import new_keyring
from tests.support.databases import mark_as_tests
from tests.support.demo.invented import HOUSEHOLDS, ON, SEED, plan_of


@pytest.fixture(scope="session")
def world() -> World:
    return World(plan_of(new_keyring()))


@pytest.fixture(scope="session")
def sealer() -> Sealer:
    return Sealer(new_keyring())


@asynccontextmanager
async def cloned(admin: Dsn, logins: Logins) -> AsyncIterator[Logins]:
    name = f"test_demo_{secrets.token_hex(4)}"
    connection = await admin.connect()
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {logins.owner.database} OWNER {logins.owner.user}")
    await mark_as_tests(connection, name)  # steps are taken on the demo's own day
    try:
        yield logins.to_database(name)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@pytest_asyncio.fixture(scope="session")
async def loaded(admin: Dsn, template: Logins, sealer: Sealer) -> AsyncIterator[Logins]:
    async with cloned(admin, template) as logins:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(load, "REBUILD_FROM", 1)  # so that indexes and keys go and come back
            await load_demo(logins.owner, sealer, HOUSEHOLDS, "50", SEED, on=ON)
        yield logins


@pytest_asyncio.fixture(scope="module")
async def own(admin: Dsn, loaded: Logins) -> AsyncIterator[Logins]:
    async with cloned(admin, loaded) as logins:
        yield logins
