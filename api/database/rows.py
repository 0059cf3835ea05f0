"""行 Statements whose rows have a known shape: one row that must exist, or rows typed by a table of the catalogue.

A shape is a TypedDict of `api.schema.rows`; the driver's rows are read by column name as a dict would be.
"""

from typing import Any, TypeVar, cast

from api.database.connection import Connection, Row

R = TypeVar("R")


async def fetch_only(connection: Connection, sql: str, *args: Any) -> Row:
    """The first row of a statement that always has one; LookupError when it has none."""
    row = await connection.fetchrow(sql, *args)
    if row is None:
        raise LookupError("a statement that always has a row had none")
    return row


async def fetch_rows(connection: Connection, shape: type[R], sql: str, *args: Any) -> list[R]:  # noqa: ARG001 - it tells the type checker
    """The rows of a statement that selects columns of one table."""
    return cast("list[R]", await connection.fetch(sql, *args))


async def fetch_row(connection: Connection, shape: type[R], sql: str, *args: Any) -> R | None:  # noqa: ARG001
    """The first row of a statement that selects columns of one table, or None."""
    return cast("R | None", await connection.fetchrow(sql, *args))
