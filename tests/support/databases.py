"""Databases that a test makes and drops."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.database import Dsn
from api.testdb import MARK


@asynccontextmanager
async def fresh_database(admin: Dsn, owner: str, template: str = "template0") -> AsyncIterator[str]:
    """The name of a new database, dropped afterwards."""
    name = f"test_{secrets.token_hex(4)}"
    connection = await admin.connect()
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}")
    await connection.execute(f"COMMENT ON DATABASE {name} IS '{MARK}'")  # tests are at days of their own
    yield name
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def delete_all(owner: Dsn, *tables: str) -> None:
    """Empty the tables, which only their owner may."""
    connection = await owner.connect()
    for table in tables:
        await connection.execute(f"DELETE FROM {table}")
    await connection.close()
