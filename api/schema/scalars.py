"""标量 Every scalar once: its GraphQL type, the SQL cast of a parameter, how its JSON text is written.

`quoted` values are written between quotes as they are; `plain` ones are JSON as they are; the rest are escaped.
"""

import datetime
import decimal
from dataclasses import dataclass
from typing import Any

import strawberry
from piccolo.columns import (
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar: `cast` is its PostgreSQL type, `form` one of quoted, plain, escaped, global_id, array."""

    name: str
    python: Any
    cast: str
    form: str


ID = Scalar("id", strawberry.ID, "bigint", "global_id")
TEXT = Scalar("text", str, "text", "escaped")
WORD = Scalar("word", str, "text", "quoted")
INT = Scalar("int", int, "integer", "plain")
MONEY = Scalar("money", decimal.Decimal, "numeric", "quoted")
DAY = Scalar("day", datetime.date, "date", "quoted")
MOMENT = Scalar("moment", datetime.datetime, "timestamptz", "escaped")
FLAG = Scalar("flag", bool, "boolean", "plain")
TEXTS = Scalar("texts", list[str], "text[]", "array")

BY_NAME = {scalar.name: scalar for scalar in (ID, TEXT, WORD, INT, MONEY, DAY, MOMENT, FLAG, TEXTS)}

_BY_COLUMN: tuple[tuple[type[Column], Scalar], ...] = (
    (BigSerial, ID),
    (ForeignKey, ID),
    (Array, TEXTS),
    (Boolean, FLAG),
    (Date, DAY),
    (Timestamptz, MOMENT),
    (Numeric, MONEY),
    (BigInt, INT),
    (Integer, INT),
    (Text, TEXT),
)


def scalar_of(column: Column) -> Scalar:
    """The scalar of a declared column; LookupError for a column type no field may have."""
    for column_type, scalar in _BY_COLUMN:
        if isinstance(column, column_type):
            return scalar
    raise LookupError(f"{type(column).__name__} has no scalar")
