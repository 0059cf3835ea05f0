"""筛选与排序 Filters and orders of an entity's connections, declared beside its fields.

A filter or an order names the column it reads; a subject that may not see the column may not use it either.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """Rows whose responsible unit is the given unit or lies below it; bound as one equality. DESIGN §3"""

    name: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Among:
    """Rows whose column equals one of the given values."""

    name: str
    column: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Rows whose text column begins with the given text."""

    name: str
    column: str


@dataclass(frozen=True, slots=True)
class Until:
    """Rows whose date column is on or before the given day."""

    name: str
    column: str


@dataclass(frozen=True, slots=True)
class Since:
    """Rows whose date column is on or after the given day."""

    name: str
    column: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """Rows whose last day lies before the given day while nothing has met them. The day is given: no clock is asked.

    `column` holds the last day, `met` the day it was met; `among` is the column and word of those with a last day.
    """

    name: str
    column: str
    met: str
    among: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Open:
    """Rows whose date column is empty yet, for true; those where it is filled, for false."""

    name: str
    zh: str
    en: str
    column: str


@dataclass(frozen=True, slots=True)
class InForce:
    """Rows that were in force on the given day: begun by then, and ended, if at all, on that day or later.

    `standing` says that rows which have ended are listed only where a day is given.
    """

    name: str
    begins: str
    column: str
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Through:
    """Rows that have a visible row at the end of a path of foreign keys whose column is one of the values.

    The path is text, "Entity.foreign_key" outwards from the row, so that entity files never import each other.
    """

    name: str
    first: str
    second: str
    column: str


Filter = Region | Among | Prefix | Until | Since | Overdue | Open | InForce | Through


@dataclass(frozen=True, slots=True)
class Order:
    """An order of a connection: one column (or the identifier alone), ties broken by the identifier.

    A nullable column sorts its NULLs as `nulls`, an SQL literal, so that a cursor can stand on them.
    """

    name: str
    zh: str
    en: str
    column: str | None = None
    nulls: str | None = None
