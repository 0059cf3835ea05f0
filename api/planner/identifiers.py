"""全局标识与游标 Global identifiers and cursors: how they are written in SQL, and read from a request."""

import base64
import binascii
import datetime
from functools import lru_cache
from typing import Any

from api.errors import Problem
from api.planner.errors import BAD_CURSOR, BAD_ID, TOO_MANY_IDS
from api.schema.catalogue import catalogue
from api.schema.scalars import Scalar

LARGEST_ID = 2**63 - 1
LONGEST = 64
"""Characters of the longest text that can be an identifier."""
LARGEST_NODES = 100
"""Rows that `nodes` answers at most."""
_STANDARD = bytes.maketrans(b"-_", b"+/")


def global_id(type_name: str, number: int) -> str:
    """The global identifier of a row.

    >>> global_id("Household", 7), parse_id("SG91c2Vob2xkOjc")
    ('SG91c2Vob2xkOjc', ('Household', 7))
    """
    return base64.urlsafe_b64encode(f"{type_name}:{number}".encode()).decode().rstrip("=")


def parse_id(text: str) -> tuple[str, int]:
    """The type and number a global identifier stands for; BAD_ID when it is none of ours."""
    if len(text) > LONGEST:
        raise Problem(BAD_ID)
    return _parsed(text)


@lru_cache(1024)
def _parsed(text: str) -> tuple[str, int]:
    type_name, _, number = _decoded(text).partition(":")
    type_ = catalogue().get(type_name)
    # a part of a moment is found by its moment alone: by its number the whole ledger would have to be read
    if type_ is None or type_.part or not number.isascii() or not number.isdigit() or int(number) > LARGEST_ID:
        raise Problem(BAD_ID)
    return type_name, int(number)


def parse_ids(value: Any) -> list[tuple[str, int]]:
    """The types and numbers of a list of identifiers; TOO_MANY_IDS beyond the bound."""
    if len(value) > LARGEST_NODES:
        raise Problem(TOO_MANY_IDS, found=len(value), limit=LARGEST_NODES)
    return [parse_id(text) for text in value]


def id_sql(type_name: str, column: str) -> str:
    """SQL text of a global identifier. Its alphabet needs no + or /, so plain base64 is base64url already."""
    return _unpadded(f"'{type_name}:'||{column}")


def cursor_sql(order: str, number: str, key: str | None) -> str:
    """SQL text of a cursor: the order's name, the row's number, and its key where the order has one."""
    if key is None:
        return _unpadded(f"'{order}|'||{number}")
    text = f"convert_to(concat('{order}|',{number},'|',{key}),'UTF8')"
    return f"translate(encode({text},'base64'),E'+/=\\n','-_')"


def _unpadded(text: str) -> str:
    # textsend gives its bytes without reading them, as a cast would; split_part costs a third of rtrim
    return f"split_part(encode(textsend({text}),'base64'),'=',1)"


def parse_cursor(text: str, order: str, scalar: Scalar | None) -> tuple[int, Any]:
    """The row's number and key a cursor stands on; BAD_CURSOR when it is none of this order."""
    try:
        name, number, *key = _decoded(text).split("|", 2)
        if name == order and bool(key) == (scalar is not None) and number.isascii() and int(number) <= LARGEST_ID:
            return int(number), _key(key[0], scalar) if scalar is not None else None
    except (ValueError, Problem) as fault:
        raise Problem(BAD_CURSOR) from fault
    raise Problem(BAD_CURSOR)


def _key(text: str, scalar: Scalar) -> Any:
    if "\0" in text:
        raise Problem(BAD_CURSOR)
    match scalar.cast:
        case "date":
            return datetime.date.max if text == "infinity" else datetime.date.fromisoformat(text)
        case "timestamptz":
            return datetime.datetime.fromisoformat(text)
        case "integer":
            return int(text)
        case _:
            return text


def _decoded(text: str) -> str:
    try:
        padded = text.encode("ascii").translate(_STANDARD) + b"=" * (-len(text) % 4)
        return binascii.a2b_base64(padded, strict_mode=True).decode()
    except (binascii.Error, ValueError) as fault:
        raise Problem(BAD_ID) from fault
