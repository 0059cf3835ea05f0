"""A table for the tests of the write pool and Piccolo's engine: a deferred foreign key makes COMMIT fail."""

import pytest_asyncio

from api.roles import Logins


@pytest_asyncio.fixture(scope="module")
async def tables(database: Logins) -> None:
    owner = await database.owner.connect()
    await owner.execute(
        """
        CREATE TABLE tone (id int PRIMARY KEY);
        CREATE TABLE jotting (text text, tone int REFERENCES tone DEFERRABLE INITIALLY DEFERRED);
        GRANT SELECT, INSERT, DELETE ON tone, jotting TO shouwang_app;
        GRANT SELECT ON tone, jotting TO shouwang_reader;
        """
    )
    await owner.close()
