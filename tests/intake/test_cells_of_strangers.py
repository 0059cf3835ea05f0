"""What strangers type and save: each class of cell and file with the true cause, and the one spelling of names. Q12"""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart

from api.errors import Problem
from api.intake.workbook import opened
from api.rules.words.person_name import is_damaged, is_visible, spelled
from tests.support.intake.imports import Import
from tests.support.intake.invented import cell_of, form, household, households, id_number, member, save

HOME, PEOPLE, INCOME = "户", "家庭成员", "收入支出"
BOX = chr(0x25A1)
TWO_VALUES = [
    *((INCOME, "工资性收入", text) for text in ("300 200", "300　200", "1 200.00", "300\n200", "３００ ２００")),
    *((HOME, "耕地面积", text) for text in ("3 5", "3.5 2")),
    *(
        (HOME, "联系电话", f"13912345678{gap}13812345678")
        for gap in (" ", "、", "/", ",", "，", "；", "\n", "　", "/ ")
    ),
    *((HOME, "银行账号", f"6222021234567890123{gap}6222021234567890124") for gap in (" ", "、", "/")),
    *(
        (PEOPLE, "出生日期", text)
        for text in ("1970-5-1 7", "1970-5-1\n7", "1970-5-1\t7", "1970-5-17 1971-5-17", "1970年5月17日 7")
    ),
    (PEOPLE, "务工时间（月）", "1 2"),
    (HOME, "家庭人口数", "3 3"),
]
DAMAGED = ["李?", "李？", "李*", "李＊", f"李{BOX}", "李\ufffd", "李\ue000", "李#", "·李", "李·"]
UNSEEN = ["李\u200b四", "李\u202e四", "李\x07四".replace("\x07", "\u200e"), "李\ufeff四", "李\u00ad四"]
SPELLINGS = [
    ("张 三", "张三"), ("张　三", "张三"), (" 张三 ", "张三"), ("买买提 · 吐尔逊", "买买提·吐尔逊"),
    *((f"阿卜杜{dot}买买提", "阿卜杜·买买提") for dot in "•‧・･∙⋅．"),
    ("Anna  Li", "Anna Li"), ("Ａｎｎａ Ｌｉ", "Anna Li"), ("e\u0301", "é"), ("\ue816", "\U00020087"), ("\uf9d1", "六"),
]  # fmt: skip


Cell = tuple[str, str, str]


async def codes_of(bring: Import, cells: Sequence[Cell]) -> list[str | None]:
    """The codes with which the cells are refused: one file, a household for each of them."""
    filled = form(households(len(cells)))
    rows = []
    for place, (sheet, label, value) in enumerate(cells):
        row = place * 3 if sheet == PEOPLE else place
        filled[sheet][row][label] = value
        rows.append(cell_of(sheet, label, row + 2))
    outcome = await bring(filled)
    assert outcome.written is None, "refused as a whole"
    codes = {fault.cell: fault.code for fault in outcome.faults if not fault.warning}
    return [codes.get(row) for row in rows]


async def first_fault(bring: Import, sheet: str, label: str, value: Any) -> Any:
    filled = household(1)
    filled[sheet][0][label] = value
    outcome = await bring(filled)
    where = cell_of(sheet, label, 2)
    return next(fault for fault in outcome.faults if fault.cell == where and not fault.warning)


async def test_a_cell_takes_one_value(bring: Import, app: Any) -> None:
    assert await codes_of(bring, TWO_VALUES) == ["INTAKE_SEVERAL_VALUES"] * len(TWO_VALUES)
    assert await app.fetchval("SELECT count(*) FROM household") == 0


async def test_groups_of_one_number_are_one_value(bring: Import) -> None:
    phones = ["139 1234 5678", "139-1234-5678", "+86 139 1234 5678"]
    filled = form(households(len(phones)))
    for row, phone in zip(filled[HOME], phones, strict=True):
        row["联系电话"] = phone
    assert (await bring(filled)).written is not None


async def test_a_damaged_name_is_refused(bring: Import) -> None:
    assert all(is_damaged(spelled(name)) for name in DAMAGED)
    cells = [(PEOPLE, "姓名", name) for name in DAMAGED]
    assert await codes_of(bring, cells) == ["INTAKE_NAME_DAMAGED"] * len(DAMAGED)


async def test_invisible_characters_are_named_as_such(bring: Import) -> None:
    cells = [(PEOPLE, "姓名", name) for name in UNSEEN]
    assert await codes_of(bring, cells) == ["INTAKE_TEXT_INVISIBLE"] * len(UNSEEN)


@pytest.mark.parametrize(("typed", "stored"), SPELLINGS)
def test_a_name_has_one_spelling(typed: str, stored: str) -> None:
    assert spelled(typed) == stored
    assert spelled(stored) == stored


def test_every_ideograph_of_the_standard_is_a_character() -> None:
    """GB 18030-2022 has the blocks of Unicode up to extension I; Python's tables end where they end."""
    blocks = (
        range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2A6E0), range(0x2A700, 0x2EBE1),
        range(0x2EBF0, 0x2EE5E), range(0x30000, 0x323B0),
    )  # fmt: skip
    for block in blocks:
        assert all(is_visible(f"李{chr(number)}") and not is_damaged(chr(number)) for number in block), hex(block.start)


async def test_rare_characters_are_stored_as_typed(bring: Import, app: Any) -> None:
    filled = household(1)
    filled[HOME][0]["户主姓名"] = filled[PEOPLE][0]["姓名"] = "李\U0003158e"
    filled[PEOPLE][1]["姓名"] = "张 三"
    assert (await bring(filled)).written is not None
    names = {row["name"] for row in await app.fetch("SELECT name FROM member")}
    assert {"李\U0003158e", "张三"} <= names


async def test_a_name_twice_is_a_person_twice(bring: Import) -> None:
    filled = household(1)
    tie = {"户编号": filled[HOME][0]["户编号"]}
    for birth in ("2020-01-01", None):
        child = member(tie, "王宝", "之子", "男", "", 在校生状况="学龄前儿童", 无证件原因="未办理", 出生日期=birth)
        filled[PEOPLE].append({label: value for label, value in child.items() if value})
    filled[HOME][0]["家庭人口数"] = 5
    outcome = await bring(filled)
    assert "INTAKE_PERSON_TWICE" in [fault.code for fault in outcome.faults]


async def test_a_second_file_makes_no_second_head(bring: Import, app: Any) -> None:
    filled = household(1)
    assert (await bring(filled)).written is not None
    tie = {"户编号": filled[HOME][0]["户编号"]}
    other = id_number(1, date(1969, 1, 2))
    again = {HOME: [{**filled[HOME][0], "户主姓名": "新户主", "家庭人口数": 1}]}
    again[PEOPLE] = [member(tie, "新户主", "户主", "男", other, 文化程度="初中", 劳动技能="普通劳动力")]
    outcome = await bring(again)
    codes = [fault.code for fault in outcome.faults]
    assert outcome.written is None
    assert "INTAKE_HEAD_STORED" in codes
    assert "INTAKE_PEOPLE_DISAGREE" in codes
    assert await app.fetchval("SELECT count(*) FROM member WHERE relation = 'HEAD'") == 1


async def test_a_second_file_makes_no_second_spouse(bring: Import, app: Any) -> None:
    filled = household(1)
    filled[PEOPLE][1]["与户主关系"] = "配偶"
    assert (await bring(filled)).written is not None
    tie = {"户编号": filled[HOME][0]["户编号"]}
    other = id_number(1, date(1971, 1, 2))
    another = member(tie, "另一人", "配偶", "女", other, 文化程度="初中", 劳动技能="普通劳动力")
    outcome = await bring({**filled, PEOPLE: [filled[PEOPLE][0], another]})
    assert outcome.written is None
    assert "INTAKE_SPOUSE_STORED" in [fault.code for fault in outcome.faults]
    assert await app.fetchval("SELECT count(*) FROM member WHERE relation = 'SPOUSE'") == 1


async def test_a_household_keeps_the_head_on_record(bring: Import, app: Any) -> None:
    filled = household(1)
    assert (await bring(filled)).written is not None
    filled[PEOPLE] = filled[PEOPLE][1:]
    assert (await bring(filled)).written is not None
    assert await app.fetchval("SELECT count(*) FROM member WHERE relation = 'HEAD' AND left_on IS NULL") == 1


async def test_other_names_of_columns_are_known(bring: Import, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    workbook = load_workbook(path)
    names = {"证件号码": "身份证号", "与户主关系": "与户主的关系", "联系电话": "手机号码", "耕地面积": "耕地面积（亩）",
             "工资性收入": "工资性收入(元)", "易地搬迁户": "是否易地搬迁户", "家庭人口数": "家庭人数"}  # fmt: skip
    for worksheet in workbook.worksheets[:3]:
        for cell in worksheet[1]:
            cell.value = names.get(str(cell.value).rstrip(" *"), cell.value)
    workbook.save(path)
    outcome = await bring(path)
    assert outcome.written is not None, [fault.code for fault in outcome.faults]
    assert "INTAKE_COLUMN_UNKNOWN" not in [fault.code for fault in outcome.faults]


async def test_a_title_above_the_header_is_named(bring: Import, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    workbook = load_workbook(path)
    workbook[HOME].insert_rows(1, 2)
    workbook[HOME]["A1"] = "某县农户信息采集表"
    workbook.save(path)
    with pytest.raises(Problem, match="INTAKE_HEADER_BELOW") as refused:
        await bring(path)
    assert refused.value.facts["row"] == 3


async def test_a_styled_row_far_below_is_no_row(bring: Import, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    workbook = load_workbook(path)
    workbook[PEOPLE].cell(300_500, 1).number_format = "@"
    workbook.save(path)
    assert (await bring(path)).written is not None


async def test_a_chart_in_the_place_of_a_sheet_is_named(bring: Import, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    workbook = load_workbook(path)
    workbook[HOME].title = "别名"
    workbook.create_chartsheet(HOME).add_chart(BarChart())
    workbook.save(path)
    with pytest.raises(Problem, match="INTAKE_SHEET_IS_CHART"):
        await bring(path)


def _archive(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return buffer.getvalue()


STRICT = '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "空"),
        ("户编号,户主姓名\n1,甲\n".encode(), "CSV"),
        ("户编号,户主姓名\n1,甲\n".encode("gb18030"), "CSV"),
        ("户编号\t户主姓名".encode("utf-16"), "CSV"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100), ".xls"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table>", "网页"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"PK\x03\x04 broken", "损坏"),
        (_archive(xl__workbook_dot_xml=STRICT), "严格"),
        (_archive(xl__workbook_dot_bin="x"), ".xlsb"),
        (_archive(content_dot_xml="x"), ".ods"),
        (_archive(word__document_dot_xml="x"), "Word"),
        (_archive(readme="x"), "压缩包"),
        (b"\x89PNG\r\n\x1a\n\x00", "无法辨认"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes, cause: str) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(Problem, match="INTAKE_NOT_A_WORKBOOK") as refused, opened(path):
        pass
    assert cause in refused.value.text("zh")


async def test_a_choice_is_told_with_its_choices(bring: Import) -> None:
    assert "少数民族" not in (fault := await first_fault(bring, HOME, "主要燃料类型", "核能")).zh
    assert "、" in fault.zh
    assert "核能" not in fault.zh


async def test_the_name_of_a_village_is_told_as_a_name(bring: Import) -> None:
    assert (await first_fault(bring, HOME, "责任单位", "甲村")).code == "INTAKE_UNIT_IS_NAME"
