"""装载代码表 Loading is idempotent; new codes come, vanished ones go out of use, nothing is deleted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest_asyncio

from api.codes import Item, Loaded, load, read
from api.roles import Logins
from tests.support.databases import undone

ON = date(2024, 5, 1)
ALL = sum(len(code_list.items) for code_list in read())


@pytest_asyncio.fixture
async def connection(database: Logins) -> AsyncIterator[Any]:
    async with undone(database.owner) as connection:
        yield connection


async def items(connection: Any) -> list[Any]:
    rows = await connection.fetch(
        "SELECT l.name, l.zh AS list_zh, l.en AS list_en, l.source, i.* FROM code_item i"
        " JOIN code_list l ON l.id = i.code_list ORDER BY i.id"
    )
    return [dict(row) for row in rows]


async def test_the_tables_hold_the_files_and_a_second_load_changes_nothing(connection: Any) -> None:
    assert await load(connection, ON) == Loaded(added=ALL, changed=0, stopped=0)
    before = await items(connection)
    assert [(row["name"], row["code"], row["zh"], row["en"], row["position"]) for row in before] == [
        (code_list.name, item.code, item.zh, item.en, position)
        for code_list in read()
        for position, item in enumerate(code_list.items, 1)
    ]
    assert {row["name"]: row["source"] for row in before} == {code_list.name: code_list.source for code_list in read()}
    assert await load(connection, date(2025, 1, 1)) == Loaded(added=0, changed=0, stopped=0)
    assert await items(connection) == before


async def test_a_vanished_code_goes_out_of_use_and_comes_back(connection: Any) -> None:
    await load(connection, ON)
    first = read()[0]
    without = [replace(first, items=first.items[1:]), *read()[1:]]
    done = await load(connection, date(2025, 1, 1), without)
    assert done.stopped == 1
    row = (await items(connection))[0]
    assert (row["code"], row["in_use"], row["valid_until"]) == (first.items[0].code, False, date(2024, 12, 31))
    assert (await load(connection, date(2026, 1, 1), without)).stopped == 0
    await load(connection, date(2026, 1, 1))
    row = (await items(connection))[0]
    assert (row["in_use"], row["valid_until"]) == (True, None)


async def test_new_codes_come_and_labels_change(connection: Any) -> None:
    await load(connection, ON)
    first = read()[0]
    changed = replace(first, zh="关系", en="kinship", items=(replace(first.items[0], zh="本户户主"), *first.items[1:]))
    more = replace(changed, items=(*changed.items, Item("TENANT", "寄居", "lodger", None)))
    assert await load(connection, ON, [more, *read()[1:]]) == Loaded(added=1, changed=1, stopped=0)
    rows = await items(connection)
    assert (rows[0]["zh"], rows[0]["list_zh"], rows[0]["list_en"]) == ("本户户主", "关系", "kinship")
    assert rows[-1]["code"] == "TENANT"


async def test_a_locally_known_external_code_stays(connection: Any) -> None:
    await load(connection, ON)
    await connection.execute("UPDATE code_item SET external_code = '01' WHERE code = 'HAN'")
    assert (await load(connection, ON)).changed == 0
    assert await connection.fetchval("SELECT external_code FROM code_item WHERE code = 'HAN'") == "01"
