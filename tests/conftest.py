"""测试 One embedded server for the whole run, a migrated template, and a clone of it per test module.

server     session   the embedded PostgreSQL (SHOUWANG_POSTGRES_BIN chooses its binaries)
template   session   the four logins to a database that every migration has run on; never connect to it
database   module    the four logins to a fresh clone: `.owner .app .reader .nation`, each a Dsn
reader     module    a Reader of two connections to `database`
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from api import grants, migrate, roles
from api.database import Dsn, Reader
from api.embedded import SUPERUSER, Server
from api.roles import ROLES, Logins
from api.settings import read
from tests.support.databases import fresh_database
from tests.support.national.trust import trust

SERVERS = {"server", "home"}

settings.register_profile("default", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=5000)
settings.load_profile(read().property_tests)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write tests/golden anew instead of comparing")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database: runs on a PostgreSQL server")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and SERVERS & set(item.fixturenames):
            item.add_marker("database")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    home.chmod(0o711)  # the account that runs the server passes through
    chosen = os.environ.get("SHOUWANG_POSTGRES_BIN")
    with Server(home / "home", Path(chosen) if chosen else None, roles=ROLES, durable=False) as server:
        yield server
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def admin(server: Server) -> Dsn:
    return Dsn(server.host, server.port, SUPERUSER, server.passwords[SUPERUSER], "postgres")


@pytest_asyncio.fixture(scope="session")
async def template(server: Server, admin: Dsn) -> Logins:
    logins = Logins.named(admin.to_database("template_of_tests"), server.passwords)
    await roles.create(admin, logins)
    await roles.create_database(admin, logins)
    await roles.restrict(admin, logins)
    await migrate.migrate(logins.owner)
    await grants.grant(logins.owner, logins)
    owner = await logins.owner.connect()
    await trust(owner)
    await owner.close()
    return logins


@pytest_asyncio.fixture(scope="module")
async def database(admin: Dsn, template: Logins) -> AsyncIterator[Logins]:
    async with fresh_database(admin, template.owner.user, template.owner.database) as name:
        logins = template.to_database(name)
        await grants.grant(logins.owner, logins)  # a clone has the tables' privileges, not the database's own
        yield logins


@pytest_asyncio.fixture(scope="module")
async def reader(database: Logins) -> AsyncIterator[Reader]:
    reader = Reader(database.reader, 2)
    await reader.open()
    yield reader
    await reader.close()
