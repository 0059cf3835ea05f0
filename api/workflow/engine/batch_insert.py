"""同写 Rows inserted by one statement, whatever their tables, and what is done along with them. DESIGN §6

No trigger of the statement sees its other rows: a row that a trigger looks for is inserted before.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

Values = Mapping[str, Any]
Shape = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)
def insertion(table: str, names: tuple[str, ...], before: int = 0) -> str:
    """The INSERT of one row; `before` parameters are others'.

    >>> insertion("clue", ("household", "source"), 3)
    'insert into "clue" ("household", "source") values ($4, $5)'
    """
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(f"${index}" for index in range(before + 1, before + len(names) + 1))
    return f'insert into "{table}" ({columns}) values ({marks})'  # noqa: S608 - names are of our tables


def together(rows: Iterable[tuple[str, Values]], last: str, *given: Any) -> tuple[str, Sequence[Any]]:
    """One statement that inserts the rows and does the `last` thing, whose parameters come first; and all arguments."""
    shape, arguments = [], list(given)
    for table, values in rows:
        shape.append((table, tuple(values)))
        arguments += values.values()
    return _statement(tuple(shape), last, len(given)), arguments


@lru_cache(maxsize=1024)
def _statement(shape: Shape, last: str, before: int) -> str:
    parts = []
    for number, (table, names) in enumerate(shape, 1):
        parts.append(f"row_{number} as ({insertion(table, names, before)})")
        before += len(names)
    return f"with {', '.join(parts)} {last}" if parts else last
