"""批量装载 Many rows at once: triggers off, indexes and foreign keys away and back, all in the caller's transaction.

What triggers would have written is part of the lines (tests compare). Should anything fail, the transaction takes back
rows, triggers and indexes together. Only the owner of the tables may do this.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

MEMORY = "512MB"

_REFERRING = """
WITH RECURSIVE referring(relation) AS (
  SELECT unnest($1::text[])::regclass::oid
  UNION SELECT c.conrelid FROM pg_constraint c JOIN referring r ON c.confrelid = r.relation AND c.contype = 'f')
SELECT relation::regclass::text AS name FROM referring ORDER BY 1"""
_KEYS = """
SELECT conrelid::regclass::text AS relation, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE conrelid = ANY($1::text[]::regclass[]) AND contype = ANY($2::"char"[])
ORDER BY contype DESC, conname"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
WHERE i.indrelid = ANY($1::text[]::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, 1"""


@dataclass(frozen=True, slots=True)
class Away:
    """What was dropped, as statements that bring it back, in order."""

    statements: tuple[str, ...]

    async def back(self, connection: Any, told: Callable[[int, int], object]) -> None:
        """Run them; `told` hears how many of how many are done."""
        for number, statement in enumerate(self.statements, 1):
            await connection.execute(statement)
            told(number, len(self.statements))


async def lock(connection: Any, tables: Iterable[str]) -> None:
    """Keep writers out until the transaction ends."""
    await connection.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


async def empty(connection: Any, tables: list[str]) -> bool:
    """Truncate the tables if they and all that refer to them hold nothing: only then may COPY freeze its rows."""
    referring = [row["name"] for row in await connection.fetch(_REFERRING, tables)]
    for table in referring:
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):  # noqa: S608 - a name from the catalogue
            return False
    await connection.execute(f"TRUNCATE {', '.join(referring)}")
    return True


async def triggers(connection: Any, tables: Iterable[str], *, enabled: bool) -> None:
    """Switch the tables' own triggers off or on; those of foreign keys stay."""
    for table in tables:
        await connection.execute(f"ALTER TABLE {table} {'ENABLE' if enabled else 'DISABLE'} TRIGGER USER")


async def put_away(connection: Any, tables: list[str]) -> Away:
    """Drop foreign keys and every index that is not a primary key."""
    foreign = await connection.fetch(_KEYS, tables, [b"f"])
    unique = await connection.fetch(_KEYS, tables, [b"u"])
    indexes = await connection.fetch(_INDEXES, tables)
    for key in (*foreign, *unique):
        await connection.execute(f"ALTER TABLE {key['relation']} DROP CONSTRAINT {key['name']}")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    keys = [
        f"ALTER TABLE {key['relation']} ADD CONSTRAINT {key['name']} {key['definition']}" for key in (*unique, *foreign)
    ]
    return Away((*(index["definition"] for index in indexes), *keys))


async def copy(connection: Any, table: str, columns: Iterable[str], lines: bytes, *, freeze: bool) -> int:
    """Append lines in COPY's text format; how many."""
    status: str = await connection.copy_to_table(
        table, source=BytesIO(lines), columns=list(columns), format="text", freeze=freeze or None
    )
    return int(status.rpartition(" ")[2])


async def first_free_id(connection: Any, table: str) -> int:
    """The id after the last one that the table's sequence gave or that a row has."""
    given: int = await connection.fetchval("SELECT nextval(pg_get_serial_sequence($1, 'id'))", table)
    return given


async def advance_ids(connection: Any, table: str) -> None:
    """Let the table's sequence go on after its last row."""
    last = f"SELECT setval(pg_get_serial_sequence($1, 'id'), max(id)) FROM {table}"  # noqa: S608 - our own name
    await connection.fetchval(last, table)
