"""取值范围 The bounds of the values of inputs and columns. RULES §5

A bound is declared once, beside the column or the argument. From it follow the check of an input, the CHECK of the
column, the check of a cell of a spreadsheet and the words that tell a client what was expected. No message holds the
value: it may be somebody's number.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.errors import Problem, code

VALUE_OUT_OF_BOUNDS = code(
    "VALUE_OUT_OF_BOUNDS",
    400,
    zh="{field}：应为{expected_zh}",
    en="{field}: expected {expected_en}",
    next_zh="改正该参数后重试",
    next_en="correct the argument and try again",
)
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
AMOUNT_LIMIT = Decimal(10) ** 12
"""Amounts stay below this: what numeric(14, 2) holds."""

_CONTROLS = "\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f"
_LINE_BREAKS = "\\t\\n\\r"
_BIDI = "\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069"
# PostgreSQL stores neither NUL nor surrogates, so only Python has to look for them
_OF_LINES = re.compile(f"[\\x00\\ud800-\\udfff{_CONTROLS}{_BIDI}]")
_OF_LINE = re.compile(f"[\\x00\\ud800-\\udfff{_CONTROLS}{_LINE_BREAKS}{_BIDI}]")


@dataclass(frozen=True, slots=True)
class Text:
    """Bound of a text.

    longest   most characters
    shortest  fewest characters
    blank     whether it may hold nothing but gaps
    lines     whether it may hold line breaks
    """

    longest: int
    shortest: int = 1
    blank: bool = False
    lines: bool = True

    @property
    def zh(self) -> str:
        """Chinese words for the value expected."""
        span = f"{self.shortest} 至 {self.longest}" if self.shortest > 1 else f"不超过 {self.longest} "
        empty = "" if self.blank else "不为空白、"
        return f"{empty}{span.strip()} 个字符的文字，不含控制字符{'' if self.lines else '、换行'}和文字方向控制符"

    @property
    def en(self) -> str:
        """English words for the value expected."""
        span = f"{self.shortest} to {self.longest}" if self.shortest > 1 else f"at most {self.longest}"
        empty = "" if self.blank else "that is not blank, "
        breaks = "" if self.lines else ", no line break"
        return f"a text {empty}of {span} characters, with no control character{breaks} and no bidi mark"

    @property
    def limit(self) -> str:
        """The limit as a sentence of a description."""
        return (
            f"{self.shortest} to {self.longest} characters."
            if self.shortest > 1
            else f"At most {self.longest} characters."
        )

    def holds(self, value: Any) -> bool:
        """Whether a value keeps within the bound."""
        if not isinstance(value, str) or not (self.blank or self.shortest <= len(value)) or len(value) > self.longest:
            return False
        return (self.blank or bool(value.strip())) and not (_OF_LINES if self.lines else _OF_LINE).search(value)

    def condition(self, column: str) -> str:
        """The SQL condition on a quoted column. The regular expression also counts an ideographic space as a gap."""
        refused = f"{_CONTROLS}{'' if self.lines else _LINE_BREAKS}{_BIDI}"
        within = f"char_length({column}) <= {self.longest} and {column} !~ '[{refused}]'"
        return within if self.blank else rf"{within} and {column} ~ '[^\s\u00a0\u3000]'"


@dataclass(frozen=True, slots=True)
class Amount:
    """Bound of an amount or a quantity: finite, two decimals.

    lowest  least amount, None where a negative one has a meaning
    """

    lowest: Decimal | None = Decimal(0)

    @property
    def zh(self) -> str:
        """Chinese words for the value expected."""
        return f"{'' if self.lowest is None else '不小于 0、'}绝对值小于 10¹²、最多两位小数的数"

    @property
    def en(self) -> str:
        """English words for the value expected."""
        return f"a number {'' if self.lowest is None else 'of 0 or more, '}below 10¹², with two decimals at most"

    @property
    def limit(self) -> str:
        """The limit as a sentence of a description; the scalar says the rest."""
        return "" if self.lowest is None else f"{self.lowest:f} or more."

    def holds(self, value: Any) -> bool:
        """Whether a value keeps within the bound."""
        if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= AMOUNT_LIMIT:
            return False
        return value == round(value, 2) and (self.lowest is None or value >= self.lowest)

    def condition(self, column: str) -> str:
        """The SQL condition on a quoted column; to PostgreSQL NaN is above every number, so the end refuses it."""
        lowest = f"-{AMOUNT_LIMIT:f}" if self.lowest is None else f"{self.lowest:f}"
        return f"{column} >= {lowest} and {column} < {AMOUNT_LIMIT:f}"


@dataclass(frozen=True, slots=True)
class Whole:
    """Bound of a whole number.

    lowest   least number
    highest  greatest number
    """

    lowest: int
    highest: int

    @property
    def zh(self) -> str:
        """Chinese words for the value expected."""
        return f"{self.lowest} 至 {self.highest} 的整数"

    @property
    def en(self) -> str:
        """English words for the value expected."""
        return f"a whole number from {self.lowest} to {self.highest}"

    @property
    def limit(self) -> str:
        """The limit as a sentence of a description."""
        return f"{self.lowest} to {self.highest}."

    def holds(self, value: Any) -> bool:
        """Whether a value keeps within the bound."""
        return type(value) is int and self.lowest <= value <= self.highest

    def condition(self, column: str) -> str:
        """The SQL condition on a quoted column."""
        return f"{column} between {self.lowest} and {self.highest}"


@dataclass(frozen=True, slots=True)
class Day:
    """Bound of a calendar day: the years 1900 to 2100."""

    zh = f"{FIRST_DAY} 至 {LAST_DAY} 的日期，形如 2023-05-01"
    en = f"a calendar day from {FIRST_DAY} to {LAST_DAY}, written like 2023-05-01"

    limit = ""

    def holds(self, value: Any) -> bool:
        """Whether a value keeps within the bound."""
        return isinstance(value, datetime.date) and FIRST_DAY <= value <= LAST_DAY

    def condition(self, column: str) -> str:
        """The SQL condition on a quoted column; `infinity` lies outside."""
        return f"{column} between '{FIRST_DAY}' and '{LAST_DAY}'"


@dataclass(frozen=True, slots=True)
class Items:
    """Bound of a list.

    most  most entries
    of    bound of each entry
    """

    most: int = 200
    of: "Text | None" = None

    @property
    def zh(self) -> str:
        """Chinese words for the value expected."""
        return f"不超过 {self.most} 项的列表"

    @property
    def en(self) -> str:
        """English words for the value expected."""
        return f"a list of at most {self.most} entries"

    @property
    def limit(self) -> str:
        """The limit as a sentence of a description."""
        return f"At most {self.most}."

    def holds(self, value: Any) -> bool:
        """Whether a value keeps within the bound."""
        return isinstance(value, Sequence) and len(value) <= self.most


Bound = Text | Amount | Whole | Day | Items

SHORT = Text(100, lines=False)
"""Names, numbers of documents, codes."""
TITLE = Text(200, lines=False)
REASON = Text(500)
FREE = Text(4000)
GUARDED_SHORT, GUARDED_REASON, GUARDED = (
    Text(100, blank=True, lines=False),
    Text(500, blank=True),
    Text(4000, blank=True),
)
"""Texts whose guard refuses a blank one, with the question it rests on and every other breach."""
CELL = Text(4000, blank=True)
"""A cell of a policy row or case: empty where the column does not apply."""
BASIS = Text(20_000, blank=True)
"""The bases of a threshold, one behind the other."""
COLUMN = CELL
"""A column of texts: whether it may be empty is the column's NOT NULL and the argument's bound."""
KEY = Text(100, shortest=8, lines=False)
AMOUNT, SIGNED = Amount(), Amount(None)
COUNTED = Whole(1, 99)
"""Members of a household that are counted."""
YEAR = Whole(FIRST_DAY.year, LAST_DAY.year)
DAY = Day()
LIST = Items()


def bound_of(python: Any) -> Bound | None:
    """The bound of a type where the declaration names none; None for a type whose values are closed by themselves."""
    if python is str:
        return FREE
    if python is Decimal:
        return AMOUNT
    if python is datetime.date:
        return DAY
    return LIST if getattr(python, "__origin__", None) is list else None


def limited(text: str, bound: Bound | None) -> str:
    """A description with the limit of its bound behind it, before the questions it ends with.

    >>> limited("Why. Q40", REASON)
    'Why. At most 500 characters. Q40'
    """
    if bound is None or not bound.limit:
        return text
    words, questions = re.fullmatch(r"(.*?)((?: Q[0-9]+,?)*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{words} {bound.limit}{questions}"


def check(bound: Bound | None, value: Any, field: str) -> None:
    """Check a value; VALUE_OUT_OF_BOUNDS with the path of the field, never with the value. None counts as absent."""
    if bound is None or value is None:
        return
    if not bound.holds(value):
        raise Problem(VALUE_OUT_OF_BOUNDS, field=field, expected_zh=bound.zh, expected_en=bound.en)
    if isinstance(bound, Items) and bound.of is not None:
        for place, entry in enumerate(value):
            check(bound.of, entry, f"{field}.{place}")
