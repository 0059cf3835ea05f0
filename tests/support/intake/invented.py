"""Invented households for spreadsheets: valid check characters, no real person."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from api.codes import read
from api.intake.columns import sheets
from api.intake.template import template
from api.rules.privacy.identity_number import check_character

VILLAGE, NEXT_VILLAGE, FOREIGN_VILLAGE = "520101001001", "520101001002", "530102001001"
COUNTY, FOREIGN_COUNTY = "520101", "530102"
NUMBERS = itertools.count()
LABELS = {code_list.name: [item.zh for item in code_list.items] for code_list in read()}

Record = dict[str, Any]
Form = dict[str, list[Record]]


def id_number(sequence: int, born: date = date(1970, 5, 17), male: bool = True) -> str:
    """A number with a valid check character, of a county that its sequence makes up."""
    digits = f"52{sequence // 500:04d}{born:%Y%m%d}{sequence % 500 * 2 + male:03d}"
    return digits + check_character(digits)


def household(sequence: int, village: str = VILLAGE, number: bool = True) -> Form:
    """A household of three: head, spouse, daughter at primary school; with its survey."""
    head_id = id_number(sequence)
    tie = {"户编号": f"52{sequence:010d}"} if number else {"户主证件号码": head_id}
    home = {
        **tie,
        "户类型": "脱贫户",
        "户主姓名": f"甲{sequence}",
        "家庭人口数": 3,
        "责任单位": village,
        "联系电话": f"139{sequence:08d}",
        "银行账号": f"62{sequence:017d}",
        "住房安全等级": "A级",
        "耕地面积": 3.5,
        "饮水安全": "是",
    }
    return {
        "户": [home],
        "家庭成员": [
            member(tie, f"甲{sequence}", "户主", "男", head_id, 文化程度="初中", 劳动技能="普通劳动力"),
            member(tie, f"乙{sequence}", "配偶", "女", id_number(sequence, date(1972, 3, 1), False), 文化程度="小学"),
            member(tie, f"丙{sequence}", "之女", "女", id_number(sequence, date(2016, 7, 9), False), 在校生状况="小学"),
        ],
        "收入支出": [survey(tie)],
    }


def member(tie: Record, name: str, relation: str, sex: str, number: str, **more: Any) -> Record:
    return {
        **tie,
        "姓名": name,
        "与户主关系": relation,
        "性别": sex,
        "证件号码": number,
        "民族": "汉族",
        "健康状况": "健康",
        **more,
    }


AMOUNTS = {
    "工资性收入": 21000,
    "生产经营性收入": 5000.5,
    "转移性收入": "1,200.00",
    "财产性收入": 0,
    "生产经营性支出": 800,
    "商业保险理赔": 0,
    "第三方赔偿": 0,
    "医疗自付支出": 350.25,
    "教育刚性支出": 0,
    "灾害事故支出": 0,
}


def survey(tie: Record, year: int = 2024) -> Record:
    gaps = dict.fromkeys(("义务教育未保障", "基本医疗未保障", "住房安全未保障", "饮水安全未保障"), "否")
    return {**tie, "年度": year, "采集日期": date(year, 11, 3), "计入人口数": 3, **AMOUNTS, **gaps}


def form(households: Iterable[Form]) -> Form:
    """Several households as one form."""
    every = list(households)
    return {sheet: [row for household in every for row in household[sheet]] for sheet in ("户", "家庭成员", "收入支出")}


def save(path: Path, filled: Form) -> Path:
    """Fill the template by openpyxl, cell by cell, as a person would."""
    workbook = template(LABELS)
    workbook.properties.identifier = str(next(NUMBERS))  # two files are never the same bytes
    for title, rows in filled.items():
        worksheet = workbook[title]
        columns = {cell.value: cell.column for cell in worksheet[1]}
        for line, row in enumerate(rows, 2):
            for label, value in row.items():
                worksheet.cell(line, columns[label], value)
    workbook.save(path)
    return path


def cell_of(sheet: str, label: str, line: int) -> str:
    """Where the template has a column, as the errors say it."""
    from openpyxl.utils import get_column_letter

    declared = next(candidate for candidate in sheets().values() if candidate.label == sheet)
    position = [field.label for field in declared.fields.values()].index(label) + 1
    return f"{sheet}!{get_column_letter(position)}{line}"


def households(count: int, first: int = 1) -> Iterator[Form]:
    return (household(sequence) for sequence in range(first, first + count))
