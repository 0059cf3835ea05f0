"""同写 Rows of several tables inserted by one statement, together with the statement that ends a step. DESIGN §6

A trigger of the statement does not see its other rows: a row that a trigger reads is inserted before.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

Values = Mapping[str, Any]
Shape = tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)
def insertion(table: str, names: tuple[str, ...], before: int = 0) -> str:
    """The INSERT of one row; its parameters come after `before` others.

    >>> insertion("clue", ("household", "source"), 3)
    'insert into "clue" ("household", "source") values ($4, $5)'
    """
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(f"${index}" for index in range(before + 1, before + len(names) + 1))
    return f'insert into "{table}" ({columns}) values ({marks})'  # noqa: S608 - names are of our tables


def combine(rows: Iterable[tuple[str, Values]], last: str, *parameters: Any) -> tuple[str, Sequence[Any]]:
    """One statement that inserts the rows and runs `last`, whose parameters come first; and all its arguments."""
    shape, arguments = [], list(parameters)
    for table, values in rows:
        shape.append((table, tuple(values)))
        arguments += values.values()
    return _statement(tuple(shape), last, len(parameters)), arguments


# a step writes the same columns each time: its text is built once
@lru_cache(maxsize=1024)
def _statement(shape: Shape, last: str, before: int) -> str:
    parts = []
    for number, (table, names) in enumerate(shape, 1):
        # data-modifying CTEs: rows of several tables go in one trip (decision 23)
        parts.append(f"row_{number} as ({insertion(table, names, before)})")
        before += len(names)
    return f"with {', '.join(parts)} {last}" if parts else last
