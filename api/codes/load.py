"""装载代码表 Code lists into the database: new codes come, changed labels are written, vanished ones go out of use. Q12

Nothing is ever deleted, since rows hold the codes. An external code that a province wrote into the database stays
where ours is empty. Loading twice changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from api.codes.lists import CodeList, read
from api.database import Connection

LOCK = 0x53686F75636F6465
"""Key of the advisory lock: one load at a time ("Shoucode")."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Numbers of codes that a load added, changed and stopped."""

    added: int
    changed: int
    stopped: int


async def load(connection: Connection, on: date, lists: Iterable[CodeList] | None = None) -> Loaded:
    """Make code_list and code_item hold these lists (the committed ones), in one transaction; `on` is the day."""
    chosen = tuple(read() if lists is None else lists)
    heads = (
        [code_list.name for code_list in chosen],
        [code_list.zh for code_list in chosen],
        [code_list.en for code_list in chosen],
        [code_list.source for code_list in chosen],
    )
    rows = [
        (code_list.name, item.code, item.zh, item.en, item.external_code, position)
        for code_list in chosen
        for position, item in enumerate(code_list.items, 1)
    ]
    columns = tuple(list(column) for column in zip(*rows, strict=True)) or ([],) * 6
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(_NEW_LISTS, *heads)
        await connection.execute(_CHANGED_LISTS, *heads)
        added = await connection.execute(_NEW, *columns)
        changed = await connection.execute(_CHANGED, *columns)
        stopped = await connection.execute(_STOPPED, *columns[:2], on - timedelta(days=1))
    return Loaded(*(int(status.rpartition(" ")[2]) for status in (added, changed, stopped)))


_LISTS = (
    "unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS file(name, zh, en, source, position)"
)
_NEW_LISTS = f"""
INSERT INTO code_list (name, zh, en, source) SELECT file.name, file.zh, file.en, file.source FROM {_LISTS}
WHERE NOT EXISTS (SELECT FROM code_list WHERE code_list.name = file.name) ORDER BY file.position"""  # noqa: S608 - our own text
_CHANGED_LISTS = f"""
UPDATE code_list SET zh = file.zh, en = file.en, source = file.source FROM {_LISTS} WHERE code_list.name = file.name
  AND (code_list.zh, code_list.en, code_list.source) IS DISTINCT FROM (file.zh, file.en, file.source)"""  # noqa: S608
_ITEMS = (
    "unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[])"
    " AS file(list, code, zh, en, external_code, position) JOIN code_list ON code_list.name = file.list"
)
_NEW = f"""
INSERT INTO code_item (code_list, code, zh, en, external_code, position, in_use)
SELECT code_list.id, file.code, file.zh, file.en, file.external_code, file.position, true FROM {_ITEMS}
WHERE NOT EXISTS (SELECT FROM code_item i WHERE i.code_list = code_list.id AND i.code = file.code)
ORDER BY code_list.id, file.position"""  # noqa: S608
_CHANGED = f"""
UPDATE code_item item SET zh = file.zh, en = file.en,
  external_code = coalesce(file.external_code, item.external_code), position = file.position, in_use = true,
  valid_until = NULL
FROM {_ITEMS} WHERE item.code_list = code_list.id AND item.code = file.code
  AND (item.zh, item.en, item.external_code, item.position, item.in_use, item.valid_until) IS DISTINCT FROM
    (file.zh, file.en, coalesce(file.external_code, item.external_code), file.position, true, NULL::date)"""  # noqa: S608
_STOPPED = """
UPDATE code_item item SET in_use = false, valid_until = $3 WHERE in_use AND NOT EXISTS (
  SELECT FROM unnest($1::text[], $2::text[]) AS file(list, code) JOIN code_list ON code_list.name = file.list
  WHERE code_list.id = item.code_list AND file.code = item.code)"""
