"""参数声明 A number of the Guide: value, unit, question, force, since when, who may tighten it how. RULES §0"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.rules.words.judging import Dimension, Direction, Force
from api.rules.words.vocabulary import Tier

GUIDE_ISSUED = date(2023, 3, 22)


@dataclass(frozen=True, slots=True, order=True)
class DayOfYear:
    """A day of every year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """The day in one year.

        >>> DayOfYear(3, 31).in_year(2024)
        datetime.date(2024, 3, 31)
        """
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"


Value = int | Decimal | date | DayOfYear | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number: `tightened_by` is the tier whose units may change it, `direction` the only way they may."""

    name: str
    value: Value
    dimension: Dimension
    question: int
    force: Force
    zh: str
    en: str
    direction: Direction
    tightened_by: Tier
    since: date
    ours: bool

    @property
    def number(self) -> int:
        """The value of a length or a count. TypeError for any other dimension."""
        if not isinstance(self.value, int):
            raise TypeError(f"{self.name} is no whole number")
        return self.value

    @property
    def amount(self) -> Decimal:
        """The value of a ratio, a factor or an amount of money. TypeError for any other dimension."""
        if not isinstance(self.value, Decimal):
            raise TypeError(f"{self.name} is no decimal")
        return self.value


# no larger than dates and amounts can carry
_WHOLE_NUMBER, _AMOUNT = re.compile("[0-9]{1,4}"), re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")
_WHOLE = frozenset({Dimension.DAYS, Dimension.MONTHS, Dimension.COUNT, Dimension.AGE, Dimension.YEAR})


def read_value(text: str, dimension: Dimension) -> Value:
    """A value as people write it: 8, 0.02, 03-15, 2030-12-31. ValueError when it is none of the dimension.

    >>> read_value("03-15", Dimension.DAY_OF_YEAR).in_year(2026)
    datetime.date(2026, 3, 15)
    """
    if dimension is Dimension.DATE:
        return date.fromisoformat(text)
    if dimension is Dimension.DAY_OF_YEAR:
        day = date.fromisoformat(f"2023-{text}")  # no leap year: the day is one of every year
        return DayOfYear(day.month, day.day)
    pattern, read = (_WHOLE_NUMBER, int) if dimension in _WHOLE else (_AMOUNT, Decimal)
    if pattern.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no value in {dimension.name}")
    value: Value = read(text)
    return value


PARAMETERS: dict[str, Parameter] = {}


def parameter(
    name: str,
    value: Value,
    dimension: Dimension,
    question: int,
    force: Force,
    direction: Direction,
    *,
    zh: str,
    en: str,
    tightened_by: Tier = Tier.PROVINCE,
    since: date = GUIDE_ISSUED,
    ours: bool = False,
) -> Parameter:
    """Declare a number once. ValueError when the name exists already."""
    if name in PARAMETERS:
        raise ValueError(f"parameter {name} is declared twice")
    PARAMETERS[name] = Parameter(name, value, dimension, question, force, zh, en, direction, tightened_by, since, ours)
    return PARAMETERS[name]
