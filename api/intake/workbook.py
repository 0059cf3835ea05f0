"""工作簿 Open a spreadsheet from a stranger and read its sheets row by row, with limits on everything. Q12

openpyxl streams the rows; what it must hold whole, the table of shared texts, has a limit of its own. Before it sees
anything the archive is looked at: how much it unpacks to, how much smaller it claims to be, no document types.
"""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from api.errors import Problem, Term
from api.intake.columns import Field, Sheet, header
from api.intake.errors import (
    COLUMN_ABSENT,
    COLUMN_TWICE,
    COLUMN_UNKNOWN,
    HEADER_BELOW,
    SHEET_ABSENT,
    SHEET_IS_CHART,
    TOO_LARGE,
)
from api.intake.faults import Faults, RowFaults
from api.intake.recognising import DAMAGED, DOCUMENT_TYPE, ENCRYPTED, not_a_workbook, recognise, recognise_parts

UNPACKED = 1 << 30
"""Bytes all parts may unpack to: 100 000 rows of 40 columns take about 170 MB."""
HELD_WHOLE = 1 << 26
"""Bytes of a part that is held in memory whole: shared texts, styles."""
RATIO, RATIO_FROM = 200, 1 << 22
"""How many times smaller a part above so many bytes may be packed; real sheets reach 30."""
PARTS = 500
ROWS = 300_000
LAST_ROW = 1 << 20
"""The last row that a spreadsheet has."""
SURELY_A_HEADER = 3
"""Known labels that make a row a header."""
HEADER_SOUGHT = 10
"""Rows in which a header is looked for, to say where it stands."""
COLUMNS = 300
ERRORS_HEADER = "错误"
"""The column that a returned file has: read over when it comes back."""

_BROKEN = (
    *(ParseError, zipfile.BadZipFile, zlib.error, InvalidFileException),
    # what the reader of workbooks raises over parts that contradict each other
    *(KeyError, ValueError, IndexError, TypeError, AttributeError, EOFError, OverflowError, struct.error),
    # what an archive raises over offsets, methods and marks of encryption that are none
    *(OSError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """One sheet, its header understood: `columns` says in which column, from 1, a field stands."""

    sheet: Sheet
    columns: dict[str, int]
    title: str
    expected: int
    _worksheet: Any

    def __iter__(self) -> Iterator[tuple[int, list[tuple[Field, Any]]]]:
        """Number and filled cells of every row that has any. INTAKE_TOO_LARGE past the last row allowed."""
        fields = [(self.sheet.fields[name], column - 1) for name, column in self.columns.items()]
        width = max(self.columns.values())
        rows = self._worksheet.iter_rows(min_row=2, max_row=LAST_ROW + 1, max_col=width)
        for number, row in enumerate(guarded(rows), 2):
            cells = [(field, row[index]) for field, index in fields if index < len(row) and filled(row[index])]
            # rows that hold styles alone are no rows, but nothing lies below the last row that there is
            if (cells and number > ROWS) or number > LAST_ROW:
                raise Problem(TOO_LARGE, what=Term("rows", "工作表行数", "the rows of a sheet"), limit=ROWS)
            if cells:
                yield number, cells


def guarded(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows of a worksheet; INTAKE_NOT_A_WORKBOOK when the file turns out to be broken in the middle."""
    while True:
        try:
            row = next(rows, None)
        except _BROKEN as error:
            raise not_a_workbook(DAMAGED) from error
        if row is None:
            return
        yield row


def filled(cell: Any) -> bool:
    """Whether a cell holds anything but gaps."""
    value = cell.value
    return value is not None and not (isinstance(value, str) and not value.strip())


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The workbook, streaming. INTAKE_NOT_A_WORKBOOK, INTAKE_TOO_LARGE; also for what breaks while it is read."""
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of every extension and odd date; odd dates become errors
        try:
            recognise(file)
            _look_at_archive(file)
            recognise_parts(file)
            workbook = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        except _BROKEN:
            raise not_a_workbook(DAMAGED) from None
        try:
            yield workbook
        finally:
            workbook.close()


def _look_at_archive(file: Any) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > PARTS:
            raise Problem(TOO_LARGE, what=Term("parts", "部件数", "the number of its parts"), limit=PARTS)
        if sum(part.file_size for part in parts) > UNPACKED:
            raise Problem(
                TOO_LARGE, what=Term("unpacked", "解压后字节数", "its unpacked size in bytes"), limit=UNPACKED
            )
        for part in parts:
            _look_at_part(archive, part)
    file.seek(0)


def _look_at_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & 1:
        raise not_a_workbook(ENCRYPTED)
    if part.file_size > RATIO_FROM and part.file_size > RATIO * part.compress_size:
        raise Problem(TOO_LARGE, what=Term("ratio", "压缩比", "the compression of a part"), limit=RATIO)
    if not part.filename.endswith((".xml", ".rels")):
        return
    if part.file_size > HELD_WHOLE and "worksheets/" not in part.filename:
        raise Problem(TOO_LARGE, what=Term("part", "一个部件的字节数", "a part in bytes"), limit=HELD_WHOLE)
    with archive.open(part) as content:
        beginning = content.read(4096)
    if b"\0" in beginning or b"<!DOCTYPE" in beginning:  # UTF-16 would hide one
        raise not_a_workbook(DOCUMENT_TYPE)


def sheet_rows(workbook: Any, sheet: Sheet, faults: Faults, *, optional: bool = False) -> Rows | None:
    """The sheet with its header understood, None when it is absent and may be; INTAKE_SHEET_ABSENT otherwise."""
    titles = {header(title): title for title in workbook.sheetnames}
    title = titles.get(header(sheet.label))
    if title is None:
        if optional:
            return None
        raise Problem(SHEET_ABSENT, sheet=sheet.label)
    worksheet = workbook[title]
    if not hasattr(worksheet, "iter_rows"):
        raise Problem(SHEET_IS_CHART, sheet=sheet.label)
    expected = min(worksheet.max_row or 0, ROWS)
    worksheet.reset_dimensions()  # what the file says of its own size is not to be relied on
    top = list(guarded(worksheet.iter_rows(min_row=1, max_row=HEADER_SOUGHT, max_col=COLUMNS)))
    _header_is_first(sheet, top)
    return Rows(sheet, _columns(sheet, top[0] if top else (), faults), title, expected, worksheet)


def _header_is_first(sheet: Sheet, top: Sequence[Sequence[Any]]) -> None:
    """INTAKE_HEADER_BELOW where a title stands above the header: every column would be told as absent."""
    labels_by_row = [sum(filled(cell) and sheet.field_of(str(cell.value)) is not None for cell in row) for row in top]
    if labels_by_row and labels_by_row[0] < SURELY_A_HEADER <= max(labels_by_row):
        raise Problem(HEADER_BELOW, sheet=sheet.label, row=labels_by_row.index(max(labels_by_row)) + 1)


def _columns(sheet: Sheet, first: Sequence[Any], faults: Faults) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, cell in enumerate(first, 1):
        if not filled(cell):
            continue
        header_faults = RowFaults(faults, sheet.label, 1, {"": index})
        field = sheet.field_of(str(cell.value))
        if field is None:
            if header(str(cell.value)) != ERRORS_HEADER:
                header_faults.warn("", COLUMN_UNKNOWN)
        elif field.name in columns:
            header_faults.refuse("", COLUMN_TWICE, label=field.label)
        else:
            columns[field.name] = index
    for field in sheet.fields.values():
        if field.required and field.name not in columns:
            RowFaults(faults, sheet.label, 1, {}).refuse("", COLUMN_ABSENT, label=field.label)
    return columns
