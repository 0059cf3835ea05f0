"""行 Statements whose rows have a known shape: one row that must exist."""

from typing import Any

from api.database.connection import Connection, Row


async def fetch_only(connection: Connection, sql: str, *args: Any) -> Row:
    """The first row of a statement that always has one; LookupError when it has none."""
    row = await connection.fetchrow(sql, *args)
    if row is None:
        raise LookupError("a statement that always has a row had none")
    return row
