"""Databases that a test makes and drops."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.database import Dsn, OwnConnection
from api.testdb import MARK


async def mark_as_tests(connection: OwnConnection, name: str) -> None:
    """Let the database's guards accept officials and days of the tests, as `shouwang testdb` does."""
    await connection.execute(f"COMMENT ON DATABASE {name} IS '{MARK}'")


async def unmark_as_tests(connection: OwnConnection, name: str) -> None:
    """Let the database's guards judge persons and times as in earnest."""
    await connection.execute(f"COMMENT ON DATABASE {name} IS NULL")


@asynccontextmanager
async def undone(login: Dsn) -> AsyncIterator[OwnConnection]:
    """A connection in a transaction that is rolled back, whatever happens in the block."""
    connection = await login.connect()
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@asynccontextmanager
async def fresh_database(admin: Dsn, owner: str, template: str = "template0") -> AsyncIterator[str]:
    """The name of a new database, dropped afterwards."""
    name = f"test_{secrets.token_hex(4)}"
    connection = await admin.connect()
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner}")
    await mark_as_tests(connection, name)
    yield name
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


async def delete_all(owner: Dsn, *tables: str) -> None:
    """Empty the tables, which only their owner may."""
    connection = await owner.connect()
    for table in tables:
        await connection.execute(f"DELETE FROM {table}")
    await connection.close()
