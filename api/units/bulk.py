"""批量 Indexes and self-references of `unit` set aside while most of the table is written.

Row by row they cost more than the rows do. Only the owner of the table may do this, within the load's transaction;
readers wait for its end.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.database import Connection

MANY = 100_000
"""From so many new units on, building them again is cheaper than keeping them right row by row."""

_OWNS = "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = 'unit'::regclass"
_ASIDE = """
    SELECT 'ALTER TABLE unit DROP CONSTRAINT ' || quote_ident(conname) AS away,
        'ALTER TABLE unit ADD CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid) AS back
    FROM pg_constraint WHERE conrelid = 'unit'::regclass AND contype = 'f'
    UNION ALL
    SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = 'unit'::regclass AND NOT indisunique
"""


@asynccontextmanager
async def set_aside(connection: Connection, opening: int) -> AsyncIterator[None]:
    """Take plain indexes and foreign keys away for the block and put them back, when `opening` units are worth it.

    A foreign key put back checks every row. Unique indexes stay: they refuse a wrong row when it comes.
    """
    aside = []
    if opening >= MANY and await connection.fetchval(_OWNS):
        aside = await connection.fetch(_ASIDE)
    for index in aside:
        await connection.execute(index["away"])
    yield
    for index in aside:
        await connection.execute(index["back"])
