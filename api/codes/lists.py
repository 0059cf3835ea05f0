"""代码表数据 The committed code lists, read: one list per name, its codes in the order the form shows them. Q12"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from api.errors import Term

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Item:
    """One code: the value in rows, its label in both languages, the national system's value where known."""

    code: str
    zh: str  # as the collection form has it
    en: str
    external_code: str | None


@dataclass(frozen=True, slots=True)
class CodeList:
    """One open vocabulary; `source` names the national code table where known."""

    name: str
    zh: str
    en: str
    source: str | None
    items: tuple[Item, ...]


@cache
def read(folder: Path = FOLDER) -> tuple[CodeList, ...]:
    """Every code list, from lists.csv and items.csv.

    >>> next((codes.zh, codes.en) for codes in read() if codes.name == "RELATION")
    ('与户主关系', 'relation to the head')
    """
    items: dict[str, list[Item]] = {}
    for row in _rows(folder / "items.csv"):
        item = Item(row["code"], row["zh"], row["en"], row["external_code"] or None)
        items.setdefault(row["list"], []).append(item)
    return tuple(
        CodeList(row["list"], row["zh"], row["en"], row["source"] or None, tuple(items.pop(row["list"], ())))
        for row in _rows(folder / "lists.csv")
    )


@cache
def codes_of(name: str) -> frozenset[str]:
    """The codes of a list; KeyError when there is no such list.

    >>> sorted(codes_of("ALLOWANCE"))
    ['NONE', 'RURAL', 'RURAL_TOP', 'URBAN']
    """
    lists = {code_list.name: code_list for code_list in read()}
    return frozenset(item.code for item in lists[name].items)


def code_list_term(name: str) -> Term:
    """A code list as errors name it, by its labels. KeyError when there is no such list.

    >>> code_list_term("RELATION").zh, code_list_term("RELATION").en
    ('与户主关系', 'relation to the head')
    """
    codes = {codes.name: codes for codes in read()}[name]
    return Term(name, codes.zh, codes.en)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)
