"""The file itself: the template, strange headers, hostile archives, the returned copy, memory."""

import io
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from api.errors import Problem
from api.intake import workbook
from api.intake.columns import KEPT_BY_US, sheets
from api.intake.error_workbook import write_returned
from api.intake.faults import Faults
from api.intake.template import template
from api.schema.declare import spec_of
from tests.support.intake.imports import Import
from tests.support.intake.invented import LABELS, cell_of, form, household, households, save


def test_every_shown_column_is_on_its_sheet_or_kept_by_us() -> None:
    for sheet in sheets().values():
        view = {
            column._meta.name.removesuffix("_masked") for column in sheet.entity._meta.columns if spec_of(column).public
        }
        assert view - {"id"} == (set(sheet.fields) - {"household_number", "head_id_number"}) | KEPT_BY_US[sheet.key]
        assert [sheet.field_of(field.label) for field in sheet.fields.values()] == list(sheet.fields.values())


def test_the_template_has_lists_text_columns_and_explanations(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    template(LABELS).save(path)
    filled = load_workbook(path)
    assert filled.sheetnames == ["户", "家庭成员", "收入支出", "填写说明", "选项"]
    assert filled["选项"].sheet_state == "hidden"
    people = filled["家庭成员"]
    assert people.freeze_panes == "C2"
    letters = {cell.value: cell.column_letter for cell in people[1]}
    assert people.column_dimensions[letters["证件号码"]].number_format == "@"
    lists = {
        str(validation.sqref).split("2:")[0]: validation.formula1
        for validation in people.data_validations.dataValidation
    }
    source = lists[letters["民族"]]
    column = source.split("$")[1]
    ethnicities = [cell.value for cell in filled["选项"][column][1:] if cell.value]
    assert ethnicities == LABELS["ETHNICITY"]
    assert source == f"'选项'!${column}$2:${column}${len(ethnicities) + 1}"
    assert letters["健康状况"] not in lists
    rows = {(row[0], row[1]): row for row in filled["填写说明"].iter_rows(min_row=9, values_only=True)}
    assert set(rows) == {(sheet.label, field.label) for sheet in sheets().values() for field in sheet.fields.values()}
    assert rows["家庭成员", "证件号码"][6] == "Q38"
    assert rows["户", "户类型"][2] == "必填"


async def renamed(bring: Import, tmp_path: Path, old: str, new: str) -> Any:
    path = save(tmp_path / "renamed.xlsx", form(households(1)))
    changed = load_workbook(path)
    cell = next(cell for cell in changed["家庭成员"][1] if cell.value == old)
    cell.value = new
    changed.save(path)
    return await bring(path)


async def test_headers_that_are_absent_unknown_or_twice(bring: Import, tmp_path: Path) -> None:
    absent = await renamed(bring, tmp_path, "姓名", "名字")
    cells = [(fault.cell, fault.code) for fault in absent.faults]
    assert cells == [("家庭成员!A1", "INTAKE_COLUMN_ABSENT"), (cell_of("家庭成员", "姓名", 1), "INTAKE_COLUMN_UNKNOWN")]
    twice = await renamed(bring, tmp_path, "民族", "性别")
    assert (cell_of("家庭成员", "民族", 1), "INTAKE_COLUMN_TWICE") in [
        (fault.cell, fault.code) for fault in twice.faults
    ]
    fine = await renamed(bring, tmp_path, "务工时间（月）", " 务工时间(月) *")
    assert fine.written is not None
    assert sheets()["member"].field_of("务工时间（月）") is not None


async def test_a_sheet_that_is_absent(bring: Import, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    changed = load_workbook(path)
    del changed["收入支出"]
    changed.save(path)
    outcome = await bring(path, dry_run=True)
    assert outcome.written is not None
    del changed["家庭成员"]
    changed.save(path)
    with pytest.raises(Problem, match="INTAKE_SHEET_ABSENT"):
        await bring(path)


def archive(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(f"xl/{name}.xml", content)
    return path


BOMB = b"<x/>" * 3_000_000
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "INTAKE_NOT_A_WORKBOOK"),
        (b"\xd0\xcf\x11\xe0 an old xls", "INTAKE_NOT_A_WORKBOOK"),
        (b"PK\x03\x04 broken", "INTAKE_NOT_A_WORKBOOK"),
    ],
)
async def test_what_is_no_workbook(bring: Import, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    with pytest.raises(Problem, match=code):
        await bring(path)


async def test_archives_that_unpack_to_too_much(bring: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Problem, match="INTAKE_TOO_LARGE"):
        await bring(archive(tmp_path / "bomb.xlsx", bomb=BOMB))
    with pytest.raises(Problem, match="INTAKE_NOT_A_WORKBOOK"):
        await bring(archive(tmp_path / "doctype.xlsx", workbook=DOCTYPE))
    with pytest.raises(Problem, match="INTAKE_NOT_A_WORKBOOK"):
        await bring(archive(tmp_path / "utf16.xlsx", workbook=DOCTYPE.decode().encode("utf-16")))
    with pytest.raises(Problem, match="INTAKE_TOO_LARGE"):
        await bring(archive(tmp_path / "parts.xlsx", **{f"part{number}": b"" for number in range(501)}))
    path = save(tmp_path / "form.xlsx", form(households(1)))
    monkeypatch.setattr(workbook, "UNPACKED", 10_000)
    with pytest.raises(Problem, match="INTAKE_TOO_LARGE"):
        await bring(path)


def rewritten(path: Path, change: Any) -> Path:
    """The workbook with its members' sheet changed as text."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename.endswith("sheet2.xml") else content)
    path.write_bytes(buffer.getvalue())
    return path


async def test_a_row_number_beyond_every_sheet_ends_the_import(bring: Import, app: Any, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    far = b'<row r="900000000"><c r="A900000000" t="n"><v>1</v></c></row></sheetData>'
    with pytest.raises(Problem, match="INTAKE_TOO_LARGE"):
        await bring(rewritten(path, lambda text: text.replace(b"</sheetData>", far)))
    assert await app.fetchval("SELECT count(*) FROM household") == 0


async def test_a_sheet_broken_in_the_middle_ends_the_import(bring: Import, app: Any, tmp_path: Path) -> None:
    path = save(tmp_path / "form.xlsx", form(households(1)))
    with pytest.raises(Problem, match="INTAKE_NOT_A_WORKBOOK"):
        await bring(rewritten(path, lambda text: text[: len(text) // 2]))
    assert await app.fetchval("SELECT count(*) FROM household") == 0


async def test_spoilt_bytes_anywhere_are_told_as_damage_or_change_nothing(
    bring: Import, app: Any, tmp_path: Path
) -> None:
    whole = save(tmp_path / "form.xlsx", form(households(1))).read_bytes()
    chance = random.Random(7)
    for number in range(40):
        spoilt = bytearray(whole)
        begin = chance.randrange(len(spoilt))
        spoilt[begin : begin + chance.choice([1, 8, 64])] = chance.randbytes(8)
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(spoilt)
        try:
            await bring(path, dry_run=True)
        except Problem as problem:
            assert problem.code.name.startswith("INTAKE_"), problem.code.name
    assert await app.fetchval("SELECT count(*) FROM household") == 0


async def test_the_returned_file_says_what_to_mend_and_can_be_mended(bring: Import, tmp_path: Path) -> None:
    filled = form(households(2))
    filled["户"][1]["家庭住址"] = "=HYPERLINK(1)"
    filled["户"][0]["家庭住址"] = "+甲村"
    filled["家庭成员"][4]["民族"] = "火星族"
    path = save(tmp_path / "form.xlsx", filled)
    outcome = await bring(path)
    target = tmp_path / "returned.xlsx"
    write_returned(path, target, outcome.faults)
    assert target.stat().st_mode & 0o777 == 0o600
    back = load_workbook(target)
    assert back.sheetnames == ["户", "家庭成员", "收入支出"]
    people, homes = back["家庭成员"], back["户"]
    last = people.max_column
    assert people.cell(1, last).value == "错误"
    assert "民族 INTAKE_CODE_UNKNOWN" in people.cell(6, last).value
    assert people.cell(5, last).value in (None, "")
    address = next(cell.column for cell in homes[1] if cell.value == "家庭住址")
    assert homes.cell(2, address).value == "'+甲村"
    assert homes.cell(3, address).value == "'=HYPERLINK(1)"
    assert {cell.data_type for row in homes.iter_rows() for cell in row} <= {"s", "n", "d", "b"}
    homes.cell(3, address).value = "甲村"
    people.cell(6, next(cell.column for cell in people[1] if cell.value == "民族")).value = "苗族"
    back.save(target)
    mended = await bring(target)
    assert [fault.cell for fault in mended.faults] == []
    assert mended.written is not None
    assert mended.written.members_new == 6


async def test_the_mended_address_lost_its_apostrophe(bring: Import, app: Any) -> None:
    filled = household(1)
    filled["户"][0]["家庭住址"] = "'+甲村"
    await bring(filled)
    assert await app.fetchval("SELECT address FROM household") == "+甲村"


def test_reading_ten_times_the_rows_takes_little_more_memory(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = save(
            tmp_path / f"{count}.xlsx",
            {"家庭成员": [row for household in households(count) for row in household["家庭成员"]]},
        )
        tracemalloc.start()
        with workbook.opened(path) as opened:
            rows = workbook.sheet_rows(opened, sheets()["member"], Faults())
            assert rows is not None
            assert sum(1 for _ in rows) == 3 * count
            highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    small, large = peak(50), peak(500)
    assert large - small < 1350 * 600  # a row as a dict of cells takes 4 kB and more; its shared texts stay
