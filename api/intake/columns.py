"""表头 The sheets of the collection form and their columns, read off the declarations; no label is written twice. Q12

A household and its members are tied by 户编号 or, while it has none, by the head's ID number: both columns stand first
on every sheet, and a row fills in at least one.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from piccolo.columns import Array, Boolean, Column, Date, ForeignKey, Integer, Numeric

from api.rules.words.vocabulary import Group, Word
from api.schema.declare import Entity, spec_of
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member
from api.schema.entities.household.survey import Survey


class Form(Enum):
    """The form in which a cell is read."""

    TEXT = "text"
    LINE = "name"
    NUMBER = "a number that is a name, such as 户编号"
    SEALED = "personal identifier"
    UNIT = "unit code"
    WORD = "word of a closed vocabulary"
    CODE = "code of a list"
    CODES = "several codes of a list"
    FLAG = "yes or no"
    DAY = "calendar day"
    WHOLE = "whole number"
    MONEY = "amount"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One column of a sheet. `name` is the column of the table; `required` cells may not be empty."""

    name: str
    label: str
    en: str
    group: Group
    questions: tuple[int, ...]
    form: Form
    required: bool
    words: type[Word] | None = None
    codes: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether Excel must keep it as text: a long number would lose its last digits."""
        return self.form in (Form.NUMBER, Form.SEALED, Form.UNIT)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its entity, its fields by name in the template's order."""

    key: str
    label: str
    en: str
    entity: type[Entity]
    fields: Mapping[str, Field]

    def field_of(self, text: str) -> Field | None:
        """The field that a header names: by its label, another name in use, or either with a unit or 是否 added."""
        return next((field for name in _readings(text) if (field := _by_header(self.key).get(name))), None)


NUMBER, HEAD_ID = "household_number", "head_id_number"
"""The names of the two columns that tie rows to a household."""

KEPT_BY_US = {
    "household": {"monitoring_state", "category", "safety_net", "registered_on", "version", "updated_at", "number"},
    "member": {"household"},
    "survey": {"household", "revision"},
}
"""Shown columns that nobody types in: computed, locked (Q29), or the row's tie to its household."""

DEFAULTS: Mapping[str, Mapping[str, object]] = {"household": {"jurisdiction": "HUKOU", "relocated": False}}
"""What an empty cell of a new household means, where the declaration wants a value."""

_OF_HEAD = dict.fromkeys(
    ("户主身份证号", "户主身份证号码", "户主身份证", "户主公民身份号码", "户主证件号", "户主身份证件号码"), HEAD_ID
)
_PHONES = dict.fromkeys(("手机号", "手机号码", "电话", "电话号码", "联系方式", "户主联系电话"), "phone")
ALIASES: Mapping[str, Mapping[str, str]] = {
    "household": {
        **_OF_HEAD,
        **_PHONES,
        **dict.fromkeys(("银行卡号", "银行账户", "一卡通账号", "社保卡账号"), "bank_account"),
        **dict.fromkeys(("家庭人数", "人口数", "家庭人口"), "people"),
        **dict.fromkeys(("姓名", "户主"), "head_name"),
        **dict.fromkeys(("户属性", "农户类型", "户类别"), "kind_of_household"),
        **dict.fromkeys(("责任单位代码", "村代码", "行政村代码", "行政区划代码"), "unit"),
        **dict.fromkeys(("户编码", "户号", "家庭编号"), NUMBER),
        **dict.fromkeys(("住址", "详细地址", "家庭地址"), "address"),
        **dict.fromkeys(("开户行",), "bank_name"),
    },
    "member": {
        **_OF_HEAD,
        **dict.fromkeys(
            ("身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "证件号", "居民身份证号"),
            "id_number",
        ),
        **_PHONES,
        **dict.fromkeys(("成员姓名", "家庭成员姓名", "人员姓名"), "name"),
        **dict.fromkeys(("与户主的关系", "户主关系", "家庭关系"), "relation"),
        **dict.fromkeys(("出生年月日", "生日"), "birth_date"),
        **dict.fromkeys(("户编码", "户号", "家庭编号"), NUMBER),
        **dict.fromkeys(("人员编号", "人口编码"), "number"),
    },
    "survey": {**_OF_HEAD, **dict.fromkeys(("户编码", "户号", "家庭编号"), NUMBER)},
}
"""Other names in use for a column, as the lists of counties have them."""

_UNIT = re.compile(r"[(（](元|亩|㎡|m2|平方米|公里|千米|km|人|月|个月|元/年)[)）]$")
_NUMBERS = {("member", "number")}


def header(text: str) -> str:
    """A header as it is compared: no gaps, no mark of a required column, full-width forms folded.

    >>> header("务工时间（月） *") == header("务工时间(月)")
    True
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip("*")


def _readings(text: str) -> Iterator[str]:
    """A header as it stands, without the unit in brackets behind it, without and with 是否 before it."""
    whole = header(text)
    for name in (whole, _UNIT.sub("", whole)):
        yield name
        yield name.removeprefix("是否")
        yield f"是否{name}"


@cache
def _by_header(key: str) -> dict[str, Field]:
    fields = sheets()[key].fields
    by_label = {header(field.label): field for field in fields.values()}
    others = {header(name): fields[field] for name, field in ALIASES.get(key, {}).items() if field in fields}
    return others | by_label


@cache
def sheets() -> dict[str, Sheet]:
    """The three sheets by key, in the order they are read: households, members, surveys."""
    wanted = (
        ("household", "户", "Households, one a row.", Household),
        ("member", "家庭成员", "Members, one a row.", Member),
        ("survey", "收入支出", "Income and expense of a year, one household and year a row.", Survey),
    )
    return {key: Sheet(key, label, en, entity, _fields(key, entity)) for key, label, en, entity in wanted}


def _fields(key: str, entity: type[Entity]) -> dict[str, Field]:
    by_name = {field.name: field for field in _ties()}
    for column in entity._meta.columns:
        spec, name = spec_of(column), column._meta.name
        visible = spec.public and name != "id"
        if not visible or name.removesuffix("_masked") in KEPT_BY_US[key]:
            continue
        plain = name.removesuffix("_masked")
        required = not column._meta.params["null"] and name not in DEFAULTS.get(key, {})
        by_name[plain] = Field(
            plain,
            spec.zh,
            spec.en,
            spec.group,
            spec.questions,
            _form(key, column, plain),
            required,
            spec.words,
            spec.codes,
        )
    return _sealed_beside_their_group(by_name)


def _sealed_beside_their_group(fields: dict[str, Field]) -> dict[str, Field]:
    """The declaration sets sealed columns last; on paper the number stands behind the kind of document."""
    placed = [field for field in fields.values() if field.form is not Form.SEALED or field.name == HEAD_ID]
    for field in fields.values():
        if field not in placed:
            alike = [index for index, other in enumerate(placed) if other.group is field.group and index > 1]
            placed.insert(max(alike, default=len(placed) - 1) + 1, field)
    return {field.name: field for field in placed}


def _ties() -> tuple[Field, Field]:
    number = spec_of(Household.number)
    return (
        Field(NUMBER, number.zh, number.en, number.group, number.questions, Form.NUMBER, required=False),
        Field(
            HEAD_ID,
            "户主证件号码",
            "ID number of the head of household; ties rows together while there is no household number.",
            Group.IDENTITY,
            (12, 38),
            Form.SEALED,
            required=False,
        ),
    )


def _form(key: str, column: Column, name: str) -> Form:
    spec = spec_of(column)
    if column._meta.name.endswith("_masked"):
        return Form.SEALED
    if spec.words is not None:
        return Form.WORD
    if spec.codes is not None:
        return Form.CODES if isinstance(column, Array) else Form.CODE
    if (key, name) in _NUMBERS:
        return Form.NUMBER
    if spec.line:
        return Form.LINE
    for kind, form in ((ForeignKey, Form.UNIT), (Boolean, Form.FLAG), (Date, Form.DAY), (Integer, Form.WHOLE)):
        if isinstance(column, kind):
            return form
    if isinstance(column, Numeric):
        return Form.MONEY if column.digits == (14, 2) else Form.QUANTITY
    return Form.TEXT
