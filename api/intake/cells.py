"""单元格 One cell into one value: text, word, code, day, amount; or what is wrong with it, without repeating it. Q12

Full-width digits and letters, gaps around a value, 是/否, dates as dates or as text are read as meant. Refused are
formulas, error values, and numbers where only text keeps every digit.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from api.codes.lists import code_list_term
from api.errors import Code, Problem
from api.intake.columns import HEAD_ID, Field, Form, sheets
from api.intake.errors import (
    AMOUNT_BAD,
    AMOUNT_DECIMALS,
    AMOUNT_LARGE,
    AMOUNT_NEGATIVE,
    AMOUNT_ODD,
    CODE_UNKNOWN,
    DAY_BAD,
    DAY_RANGE,
    EXCEL_ERROR,
    FLAG_BAD,
    FORMULA,
    NAME_QUOTED,
    NUMBER_NOT_TEXT,
    PERSONAL_DATA,
    SEALED_BAD,
    TEXT_BAD,
    UNIT_BAD,
    WHOLE_BAD,
    WORD_UNKNOWN,
)
from api.intake.faults import RowFaults
from api.rules.privacy.personal_data import find_personal_data
from api.rules.units import tier_of
from api.sealing import Identifier

Codes = Mapping[str, Mapping[str, str]]
"""Code lists: by name, the code of each label."""

FIRST_DAY, FIRST_YEAR = date(1900, 1, 1), 2014
LONGEST, SCANNED_FROM = 200, 7
EXACT = 10**15
"""Excel keeps 15 digits of a number; from here on the last ones are lost."""
MOST_AMOUNT, ODD_AMOUNT = Decimal(100_000_000), Decimal(1_000_000)
MOST_QUANTITY = Decimal(1_000_000)
ODD_QUANTITY = {"farmland": Decimal(100), "housing_area": Decimal(1000), "road_distance": Decimal(100)}
"""Above these an official is asked to look again (ours; 耕地 over 100 mu is suspect in county practice)."""
WHOLE_RANGES = {"people": (1, 99), "counted": (1, 99), "disability_grade": (1, 4), "work_months": (0, 12)}
FLAGS = {"是": True, "否": False}
REMEMBERED = 10_000
"""How many cells are remembered with their value, of those that say the same in row after row."""
_REPEATED = {Form.UNIT, Form.WORD, Form.CODE, Form.CODES, Form.FLAG, Form.WHOLE}

_GUARDED = re.compile(r"'(?=[=+\-@])")
_NAME = re.compile(r"[0-9A-Z-]{1,40}\Z")
_MOBILE = re.compile(r"1[0-9]{10}\Z")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z|([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_AMOUNT = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\Z")
_SEVERAL = re.compile(r"[,，、;；\n]+")


def folded(value: str) -> str:
    """Full-width forms folded, gaps removed.

    >>> folded(" ２０２３-05 ")
    '2023-05'
    """
    return "".join((value if value.isascii() else unicodedata.normalize("NFKC", value)).split())


class _Refused(Exception):  # noqa: N818 - told as a finding, never raised further
    def __init__(self, code: Code, **facts: object) -> None:
        self.code, self.facts = code, facts


class Cells:
    """Reads cells; made once for an import, from the code lists in use and the day."""

    def __init__(self, codes: Codes, day: date) -> None:
        self._codes = {name: {folded(label): code for label, code in labels.items()} for name, labels in codes.items()}
        self._day = day
        self._readers: dict[Form, Callable[[Field, Any], Any]] = {
            Form.TEXT: self._text,
            Form.LINE: self._line,
            Form.NUMBER: self._number,
            Form.SEALED: self._sealed,
            Form.UNIT: self._unit,
            Form.WORD: self._word,
            Form.CODE: self._code,
            Form.CODES: self._several,
            Form.FLAG: self._flag,
            Form.DAY: self._a_day,
            Form.WHOLE: self._whole,
            Form.MONEY: self._amount,
            Form.QUANTITY: self._amount,
        }
        remembered = lru_cache(REMEMBERED, typed=True)(self._plain)
        self._values = {
            field: remembered if field.form in _REPEATED else self._plain
            for sheet in sheets().values()
            for field in sheet.fields.values()
        }

    def read(self, field: Field, cell: Any, faults: RowFaults) -> Any:
        """The value of a filled cell, None when it is refused."""
        try:
            value = self._value(field, cell)
        except _Refused as refused:
            faults.refuse(field.name, refused.code, label=field.label, **refused.facts)
            return None
        odd = ODD_AMOUNT if field.form is Form.MONEY else ODD_QUANTITY.get(field.name)
        if odd is not None and value > odd:
            faults.warn(field.name, AMOUNT_ODD, label=field.label, above=odd)
        return value

    def _value(self, field: Field, cell: Any) -> Any:
        if cell.data_type == "f":
            raise _Refused(FORMULA)
        if cell.data_type == "e":
            raise _Refused(EXCEL_ERROR)
        return self._values[field](field, cell.value)

    def _plain(self, field: Field, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip()
            if value.startswith("'"):
                value = _GUARDED.sub("", value, count=1)
        return self._readers[field.form](field, value)

    def _text(self, _: Field, value: Any) -> str:
        text = str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
        text = " ".join(text.split())
        if not text or len(text) > LONGEST or not text.isprintable():
            raise _Refused(TEXT_BAD, limit=LONGEST)
        if len(text) >= SCANNED_FROM:
            places = find_personal_data(text)
            if places:
                kind = places[0].kind
                raise _Refused(PERSONAL_DATA, kind=kind.zh, kind_en=kind.name)
        return text

    def _line(self, field: Field, value: Any) -> str:
        text = self._text(field, value)
        if '"' in text or "\\" in text:
            raise _Refused(NAME_QUOTED)
        return text

    def _number(self, _: Field, value: Any) -> str:
        text = _digits(value)
        if text is None:
            raise _Refused(NUMBER_NOT_TEXT)
        text = folded(text).upper()
        if not _NAME.match(text):
            raise _Refused(TEXT_BAD, limit=40)
        return text

    def _sealed(self, field: Field, value: Any) -> str:
        identifier = Identifier.ID_NUMBER if field.name == HEAD_ID else Identifier(field.name)
        if not isinstance(value, str):
            text = _digits(value)
            # eleven digits of a mobile number survive as a number; anything else may have lost some
            if identifier is not Identifier.PHONE or text is None or not _MOBILE.match(text):
                raise _Refused(NUMBER_NOT_TEXT)
            value = text
        try:
            return identifier.normalised(value)
        except Problem:
            raise _Refused(SEALED_BAD) from None

    def _unit(self, field: Field, value: Any) -> str:
        text = self._number(field, value)
        try:
            tier_of(text)
        except Problem:
            raise _Refused(UNIT_BAD) from None
        return text

    def _word(self, field: Field, value: Any) -> str:
        assert field.words is not None
        text = folded(str(value))
        for word in field.words:
            if folded(word.zh) == text:
                return str(word.name)
        expected = "、".join(word.zh for word in field.words)
        raise _Refused(WORD_UNKNOWN, expected=expected)

    def _code(self, field: Field, value: Any) -> str:
        assert field.codes is not None
        code = self._codes[field.codes].get(folded(str(value)))
        if code is None:
            raise _Refused(CODE_UNKNOWN, list=code_list_term(field.codes))
        return code

    def _several(self, field: Field, value: Any) -> tuple[str, ...]:
        assert field.codes is not None
        parts = [part for part in _SEVERAL.split(str(value)) if part.strip()]
        if not parts:
            raise _Refused(CODE_UNKNOWN, list=code_list_term(field.codes))
        return tuple(sorted({self._code(field, part) for part in parts}))

    def _flag(self, _: Field, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        flag = FLAGS.get(folded(str(value)))
        if flag is None:
            raise _Refused(FLAG_BAD)
        return flag

    def _a_day(self, _: Field, value: Any) -> date:
        day = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else _day(value)
        if day is None:
            raise _Refused(DAY_BAD)
        if not FIRST_DAY <= day <= self._day:
            raise _Refused(DAY_RANGE, first=FIRST_DAY, last=self._day)
        return day

    def _whole(self, field: Field, value: Any) -> int:
        least, most = WHOLE_RANGES.get(field.name, (0, 1_000_000))
        if field.name == "year":
            least, most = FIRST_YEAR, self._day.year
        text = folded(_digits(value) or "")
        if not re.match(r"[0-9]{1,9}\Z", text) or not least <= int(text) <= most:
            raise _Refused(WHOLE_BAD, least=least, most=most)
        return int(text)

    def _amount(self, field: Field, value: Any) -> Decimal:
        if isinstance(value, str):
            text = folded(value)
        else:
            text = f"{value:.15g}" if isinstance(value, float) else str(value) if type(value) is int else ""
        if isinstance(value, float) and "e" in text:
            text = f"{Decimal(text):f}"
        if not _AMOUNT.match(text):
            raise _Refused(AMOUNT_BAD)
        amount, money = Decimal(text.replace(",", "")), field.form is Form.MONEY
        most = MOST_AMOUNT if money else MOST_QUANTITY
        if amount < 0:
            raise _Refused(AMOUNT_NEGATIVE)
        if amount != round(amount, 2):
            raise _Refused(AMOUNT_DECIMALS)
        if amount > most:
            raise _Refused(AMOUNT_LARGE, most=most)
        return amount


def _digits(value: Any) -> str | None:
    """A text as it is, a number as its digits; None when a number may have lost some or was no whole one."""
    if isinstance(value, str):
        return value
    whole = not isinstance(value, bool) and isinstance(value, int | float) and value == value // 1
    return str(int(value)) if whole and abs(value) < EXACT else None


def _day(value: Any) -> date | None:
    read = _DAY.match(folded(_digits(value) or ""))
    if read is None:
        return None
    year, month, day = (part for part in read.groups() if part is not None)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
