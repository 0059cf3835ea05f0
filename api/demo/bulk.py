"""批量装载 Many rows at once: triggers off, indexes and foreign keys away and back, all in the caller's transaction.

What triggers would have written is part of the lines (tests compare). Should anything fail, the transaction takes back
rows, triggers and indexes together. Only the owner of the tables may do this.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from api.database import Connection

MEMORY = "512MB"
"""For each sort of an index build."""

_TRIGGERS = """
SELECT tgrelid::regclass::text AS relation, quote_ident(tgname) AS name, CASE tgenabled
  WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END AS enabled
FROM pg_trigger WHERE tgrelid = ANY($1::text[]::regclass[]) AND NOT tgisinternal AND tgenabled <> 'D' ORDER BY 1, 2"""
_KEYS = """
SELECT conrelid::regclass::text AS relation, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'f'
  AND (conrelid = ANY($1::text[]::regclass[]) OR confrelid = ANY($1::text[]::regclass[]))
  OR contype = 'u' AND conrelid = ANY($1::text[]::regclass[])
ORDER BY contype = 'f', 1, 2"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
WHERE i.indrelid = ANY($1::text[]::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, 1"""


@dataclass(frozen=True, slots=True)
class Away:
    """The objects dropped for the load, as statements that create them again, in order."""

    statements: tuple[str, ...]

    async def back(self, connection: Connection, progress: Callable[[int, int], object]) -> None:
        """Run them; `told` hears how many of how many are done."""
        await connection.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for number, statement in enumerate(self.statements, 1):
            await connection.execute(statement)
            progress(number, len(self.statements))


async def lock(connection: Connection, tables: Iterable[str]) -> None:
    """Keep writers out until the transaction ends."""
    await connection.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")


async def silence(connection: Connection, tables: list[str]) -> Away:
    """Switch off the tables' own triggers, each to come back as it was; those of foreign keys stay."""
    triggers = await connection.fetch(_TRIGGERS, tables)
    for trigger in triggers:
        await connection.execute(f"ALTER TABLE {trigger['relation']} DISABLE TRIGGER {trigger['name']}")
    return Away(
        tuple(
            f"ALTER TABLE {trigger['relation']} {trigger['enabled']} TRIGGER {trigger['name']}" for trigger in triggers
        )
    )


async def put_away(connection: Connection, tables: list[str]) -> Away:
    """Drop the foreign keys from and to the tables, and every index that is not a primary key."""
    keys, indexes = await connection.fetch(_KEYS, tables), await connection.fetch(_INDEXES, tables)
    for key in reversed(keys):
        await connection.execute(f"ALTER TABLE {key['relation']} DROP CONSTRAINT {key['name']}")
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    added = [f"ALTER TABLE {key['relation']} ADD CONSTRAINT {key['name']} {key['definition']}" for key in keys]
    return Away((*(index["definition"] for index in indexes), *added))


async def truncate(connection: Connection, tables: Iterable[str]) -> None:
    """Make empty tables new ones, into which COPY may freeze its rows: no vacuum has to visit them again."""
    await connection.execute(f"TRUNCATE {', '.join(tables)}")


async def copy(connection: Connection, table: str, columns: Iterable[str], lines: bytes, *, freeze: bool) -> int:
    """Append lines in COPY's text format; how many."""
    status: str = await connection.copy_to_table(
        table, source=BytesIO(lines), columns=list(columns), format="text", freeze=freeze or None
    )
    return int(status.rpartition(" ")[2])


async def first_free_id(connection: Connection, table: str) -> int:
    """An id that no row has, nor any after it."""
    next_id: int = await connection.fetchval("SELECT nextval(pg_get_serial_sequence($1, 'id'))", table)
    return next_id


async def advance_ids(connection: Connection, table: str) -> None:
    """Let the table's sequence go on after its last row."""
    last = f"SELECT setval(pg_get_serial_sequence($1, 'id'), max(id)) FROM {table}"  # noqa: S608 - our own name
    await connection.fetchval(last, table)
