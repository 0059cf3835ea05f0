"""行的类型 What the types of rows say is what the database has and the driver gives."""

import datetime
import decimal
import importlib
import types
import typing
from typing import Any

import pytest

from api.database import fetch_only, fetch_row, fetch_rows
from api.roles import Logins
from api.schema.catalogue import entities

PYTHON = {
    "bigint": int, "integer": int, "text": str, "boolean": bool, "date": datetime.date, "bytea": bytes,
    "timestamp with time zone": datetime.datetime, "numeric": decimal.Decimal, "jsonb": str,
}  # fmt: skip
ARRAYS = {"_text": list[str], "_int8": list[int]}
COLUMNS = """select column_name, data_type, udt_name, is_nullable = 'YES' as nullable
from information_schema.columns where table_schema = 'public' and table_name = $1"""


def shape_of(name: str) -> Any:
    theme = entities()[name].__module__.split(".")[3]
    return getattr(importlib.import_module(f"api.schema.rows.{theme}"), f"{name}Row")


def parts(annotation: Any) -> set[Any]:
    return set(typing.get_args(annotation)) if isinstance(annotation, types.UnionType) else {annotation}


@pytest.mark.parametrize("name", entities())
async def test_each_table_has_the_columns_that_its_row_type_names(name: str, database: Logins) -> None:
    entity, connection = entities()[name], await database.owner.connect()
    columns = await connection.fetch(COLUMNS, entity._meta.tablename)
    await connection.close()
    expected = {
        row["column_name"]: {ARRAYS.get(row["udt_name"]) or PYTHON[row["data_type"]]}
        | ({types.NoneType} if row["nullable"] else set())
        for row in columns
    }
    stored = {column: parts(annotation) for column, annotation in typing.get_type_hints(shape_of(name)).items()}
    if getattr(entity, "view", False):  # PostgreSQL calls every column of a view nullable
        expected = {column: parts_ - {types.NoneType} for column, parts_ in expected.items()}
        stored = {column: parts_ - {types.NoneType} for column, parts_ in stored.items()}
    assert stored == expected


async def test_the_driver_gives_values_of_those_types(database: Logins) -> None:
    samples = {
        "1::bigint": int, "1::int": int, "'x'::text": str, "true": bool, "current_date": datetime.date,
        "'x'::bytea": bytes, "now()": datetime.datetime, "1.50::numeric": decimal.Decimal, "'{}'::jsonb": str,
    }  # fmt: skip
    assert set(samples.values()) == set(PYTHON.values())
    connection = await database.app.connect()
    for sql, kind in samples.items():
        assert type(await connection.fetchval(f"select {sql}")) is kind, sql
    assert await connection.fetchval("select array['a', 'b']") == ["a", "b"]
    await connection.close()


async def test_rows_are_fetched_by_shape_and_a_missing_one_is_told(database: Logins) -> None:
    from api.schema.rows.reference import UnitRow

    connection = await database.owner.connect()
    none = "select code, name from unit where id = -1"
    assert await fetch_row(connection, UnitRow, none) is None
    assert await fetch_rows(connection, UnitRow, none) == []
    with pytest.raises(LookupError):
        await fetch_only(connection, none)
    assert (await fetch_only(connection, "select 7 as number"))["number"] == 7
    await connection.close()
