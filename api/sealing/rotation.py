"""密钥轮换 Re-encrypt what older data keys sealed: in small batches, beside ordinary work, resumable at any point.

    rotate    a new data key becomes the newest; workers reload the keyring and write with it
    reseal    rows sealed by older keys are opened and sealed again, a batch per transaction
    retire    a key that no row names any more leaves the keyring

No reader ever fails: a row is sealed either by its old key or by the new one, and both are in the keyring until the
count of rows by the old one is zero.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from api.database import Connection, Row
from api.errors import Problem, code
from api.sealing.identifiers import Identifier
from api.sealing.sealer import Sealer

KEYS_DO_NOT_FIT = code(
    "KEYS_DO_NOT_FIT",
    500,
    zh="密钥文件与数据库不符：{table}.{column} 的密文不能用现有密钥打开",
    en="the key file does not belong to this database: {table}.{column} can't be opened with its keys",
    next_zh="用 SHOUWANG_KEYS_FILE 指明本数据库的密钥文件，或从备份恢复",
    next_en="name this database's own key file by SHOUWANG_KEYS_FILE, or restore it from its backup",
)

# rows are locked for a batch: officials who edit one of them wait no longer than that
BATCH = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A table and the sealed identifier in it, by its plain name (`member`, `phone`)."""

    table: str
    column: str


async def row_ids(connection: Connection, table: str, count: int) -> Sequence[int]:
    """Ids for rows about to be inserted, from the table's own sequence: the row keys to seal with. One round trip."""
    rows = await connection.fetch(
        "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2::bigint)", table, count
    )
    return [row["id"] for row in rows]


async def key_counts(connection: Connection, places: Iterable[Place]) -> dict[int, int]:
    """Count the values that each data key seals."""
    counts: dict[int, int] = {}
    for place in places:
        rows = await connection.fetch(
            f"SELECT get_byte({place.column}_sealed, 0) AS key, count(*) AS values "  # noqa: S608 - names are declared
            f"FROM {place.table} WHERE {place.column}_sealed IS NOT NULL GROUP BY 1"
        )
        for row in rows:
            counts[row["key"]] = counts.get(row["key"], 0) + row["values"]
    return counts


async def lock_writers(connection: Connection, places: Iterable[Place]) -> None:
    """Wait for writers of those tables to end and keep new ones out until the caller's transaction ends."""
    for table in sorted({place.table for place in places}):
        await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")


async def check_keys(connection: Connection, sealer: Sealer, places: Iterable[Place]) -> None:
    """Open one value of every place and compare its index: KEYS_DO_NOT_FIT before a wrong keyring does harm."""
    for place in places:
        row = await connection.fetchrow(
            f"SELECT id, {place.column}_sealed AS sealed, {place.column}_index AS index "  # noqa: S608
            f"FROM {place.table} WHERE {place.column}_sealed IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
        if row is not None and not _fits(sealer, place, row):
            raise Problem(KEYS_DO_NOT_FIT, table=place.table, column=place.column)


def _fits(sealer: Sealer, place: Place, row: Row) -> bool:
    try:
        value = sealer.open(place.table, place.column, row["id"], row["sealed"])
    except Problem:
        return False
    return sealer.index(Identifier(place.column), value) == bytes(row["index"])


async def reseal(connection: Connection, sealer: Sealer, place: Place, batch: int = BATCH) -> AsyncIterator[int]:
    """Seal again, with the newest key, everything older in one place; yields the rows done after each batch.

    A row that somebody changes meanwhile is left to that change, which used the newest key. SEALED_VALUE_BROKEN.
    """
    last = 0
    while True:
        async with connection.transaction():
            rows = await connection.fetch(
                _OLDER.format(table=place.table, column=place.column), last, sealer.newest, batch
            )
            if not rows:
                return
            fresh = [sealer.reseal(place.table, place.column, row["id"], row["sealed"]) for row in rows]
            await connection.execute(
                _RESEAL.format(table=place.table, column=place.column), [row["id"] for row in rows], fresh
            )
        last = rows[-1]["id"]
        yield len(rows)


_OLDER = """
SELECT id, {column}_sealed AS sealed FROM {table}
WHERE id > $1 AND {column}_sealed IS NOT NULL AND get_byte({column}_sealed, 0) <> $2
ORDER BY id LIMIT $3 FOR UPDATE"""
_RESEAL = """
UPDATE {table} AS row SET {column}_sealed = fresh.sealed
FROM unnest($1::bigint[], $2::bytea[]) AS fresh(id, sealed) WHERE row.id = fresh.id"""
