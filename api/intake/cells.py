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
    NAME_DAMAGED,
    NAME_QUOTED,
    NUMBER_BAD,
    NUMBER_NOT_TEXT,
    PERSONAL_DATA,
    SEALED_BAD,
    SEVERAL_VALUES,
    TEXT_BAD,
    TEXT_INVISIBLE,
    TEXT_LONG,
    UNIT_BAD,
    UNIT_IS_NAME,
    WHOLE_BAD,
    WORD_UNKNOWN,
)
from api.intake.faults import RowFaults
from api.intake.notation import day_of, digits, folded
from api.intake.ranges import (
    CHOICES,
    FIRST_YEAR,
    LONGEST,
    MOST_AMOUNT,
    MOST_QUANTITY,
    ODD_AMOUNT,
    ODD_QUANTITY,
    SCANNED_FROM,
    WHOLE_RANGES,
    WHOLE_VALUE,
)
from api.rules.privacy.personal_data import find_personal_data
from api.rules.units import tier_of
from api.rules.words.person_name import is_damaged, is_han, is_visible, spelled
from api.schema.bounds import FIRST_DAY, SHORT
from api.sealing import Identifier

Codes = Mapping[str, Mapping[str, str]]
"""Code lists: by name, the code of each label."""

FLAGS = {"是": True, "否": False}
REMEMBERED = 10_000
"""How many cells are remembered with their value, of those that say the same in row after row."""
_REPEATED = {Form.UNIT, Form.WORD, Form.CODE, Form.CODES, Form.FLAG, Form.WHOLE}

_GUARDED = re.compile(r"'(?=[=+\-@])")
_NAME = re.compile(r"[0-9A-Z-]{1,40}\Z")
_MOBILE = re.compile(r"1[0-9]{10}\Z")
_AMOUNT = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\Z")
_SEVERAL = re.compile(r"[,，、;；\n]+")
_APART = re.compile(r"[\s,，、;；/／|]+")


class _Refused(Exception):  # noqa: N818 - told as a finding, never raised further
    def __init__(self, code: Code, **facts: object) -> None:
        self.code, self.facts = code, facts


class Cells:
    """Reads cells; made once for an import, from the code lists in use and the day."""

    def __init__(self, codes: Codes, day: date) -> None:
        self._choices = {name: tuple(labels) for name, labels in codes.items()}
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
        if not text:
            raise _Refused(TEXT_BAD)
        if len(text) > LONGEST:
            raise _Refused(TEXT_LONG, limit=LONGEST)
        if not text.isprintable() and not is_visible(text):
            raise _Refused(TEXT_INVISIBLE)
        if len(text) >= SCANNED_FROM:
            places = find_personal_data(text)
            if places:
                kind = places[0].kind
                raise _Refused(PERSONAL_DATA, kind=kind.zh, kind_en=kind.name)
        return text

    def _line(self, field: Field, value: Any) -> str:
        text = spelled(self._text(field, value))
        if '"' in text or "\\" in text:
            raise _Refused(NAME_QUOTED)
        if len(text) > SHORT.longest:
            raise _Refused(TEXT_LONG, limit=SHORT.longest)
        if is_damaged(text):
            raise _Refused(NAME_DAMAGED)
        return text

    def _number(self, _: Field, value: Any) -> str:
        text = digits(value)
        if text is None:
            raise _Refused(NUMBER_NOT_TEXT)
        if len(text.split()) > 1:
            raise _Refused(SEVERAL_VALUES)
        text = folded(text).upper()
        if not _NAME.match(text):
            raise _Refused(NUMBER_BAD)
        return text

    def _sealed(self, field: Field, value: Any) -> str:
        identifier = Identifier.ID_NUMBER if field.name == HEAD_ID else Identifier(field.name)
        if not isinstance(value, str):
            text = digits(value)
            # eleven digits of a mobile number survive as a number; anything else may have lost some
            if identifier is not Identifier.PHONE or text is None or not _MOBILE.match(text):
                raise _Refused(NUMBER_NOT_TEXT)
            value = text
        parts = [part for part in _APART.split(unicodedata.normalize("NFKC", value)) if part]
        if sum(len(part) >= WHOLE_VALUE[identifier] for part in parts) > 1:
            raise _Refused(SEVERAL_VALUES)
        try:
            return identifier.normalised(value)
        except Problem:
            raise _Refused(SEALED_BAD) from None

    def _unit(self, field: Field, value: Any) -> str:
        if isinstance(value, str) and any(is_han(character) for character in value):
            raise _Refused(UNIT_IS_NAME)
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
            raise _Refused(CODE_UNKNOWN, expected=self._choice(field.codes))
        return code

    def _choice(self, codes: str) -> str:
        labels = self._choices[codes]
        more = f" 等 {len(labels)} 项，见模板的“选项”工作表" if len(labels) > CHOICES else ""
        return "、".join(labels[:CHOICES]) + more

    def _several(self, field: Field, value: Any) -> tuple[str, ...]:
        assert field.codes is not None
        parts = [part for part in _SEVERAL.split(str(value)) if part.strip()]
        if not parts:
            raise _Refused(CODE_UNKNOWN, expected=self._choice(field.codes or ""))
        return tuple(sorted({self._code(field, part) for part in parts}))

    def _flag(self, _: Field, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        flag = FLAGS.get(folded(str(value)))
        if flag is None:
            raise _Refused(FLAG_BAD)
        return flag

    def _a_day(self, _: Field, value: Any) -> date:
        day = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else day_of(value)
        if day is None:
            apart = isinstance(value, str) and len([part for part in _APART.split(value) if part]) > 1
            raise _Refused(SEVERAL_VALUES if apart else DAY_BAD)
        if not FIRST_DAY <= day <= self._day:
            raise _Refused(DAY_RANGE, first=FIRST_DAY, last=self._day)
        return day

    def _whole(self, field: Field, value: Any) -> int:
        least, most = WHOLE_RANGES.get(field.name, (0, 1_000_000))
        if field.name == "year":
            least, most = FIRST_YEAR, self._day.year
        if isinstance(value, str) and len(value.split()) > 1:
            raise _Refused(SEVERAL_VALUES)
        text = folded(digits(value) or "")
        if not re.match(r"[0-9]{1,9}\Z", text) or not least <= int(text) <= most:
            raise _Refused(WHOLE_BAD, least=least, most=most)
        return int(text)

    def _amount(self, field: Field, value: Any) -> Decimal:
        if isinstance(value, str):
            if len(value.split()) > 1:
                raise _Refused(SEVERAL_VALUES)
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
