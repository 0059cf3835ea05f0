"""退回文件 The file as it came, each sheet with a column 错误 in front of no value: what to mend, row by row. Q12

openpyxl makes the workbook, without rows; these are written between as a stream, so a large file needs no more memory
than a small one (and a tenth of the time that openpyxl takes for rows). A text that a spreadsheet program could take
for a formula gets an apostrophe in front; the import reads over it when the file comes back.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from api.intake.columns import Form, Sheet, header, sheets
from api.intake.faults import Fault, Faults
from api.intake.template import DAY_FORMAT, TEXT_FORMAT
from api.intake.workbook import COLUMNS, ERRORS_HEADER, ROWS, guarded, opened

LEADS_TO_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_000
NO_ROWS = b"<sheetData></sheetData>"
_SIZE = re.compile(rb"<dimension [^>]*/>")


def write_returned(source: Path, target: Path, faults: Faults) -> None:
    """Write the sheets of the form with their errors to `target`, readable by its owner alone: it holds personal data.

    INTAKE_NOT_A_WORKBOOK.
    """
    by_label = {header(sheet.label): sheet for sheet in sheets().values()}
    with opened(source) as workbook:
        matched = [
            (workbook[title], by_label[header(title)]) for title in workbook.sheetnames if header(title) in by_label
        ]
        copies = [_Copy(worksheet, sheet, faults) for worksheet, sheet in matched]
        target.unlink(missing_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _write(file, copies)


def _write(file: Any, copies: Sequence["_Copy"]) -> None:
    frame, output = Workbook(), BytesIO()
    frame.remove(frame.active)
    rows = {f"xl/worksheets/sheet{number}.xml": copy.framed(frame) for number, copy in enumerate(copies, 1)}
    frame.save(output)
    with ZipFile(output) as parts, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            content = parts.read(name)
            with archive.open(name, "w", force_zip64=True) as part:
                if name in rows:
                    before, _, content = _SIZE.sub(b"", content).partition(NO_ROWS)
                    part.write(before + b"<sheetData>")
                    part.writelines(row.encode() for row in rows[name])
                    part.write(b"</sheetData>")
                part.write(content)


class _Copy:
    """One sheet as it came, and what it says of its rows."""

    def __init__(self, worksheet: Any, sheet: Sheet, faults: Faults) -> None:
        self._worksheet, self._sheet, self._faults = worksheet, sheet, faults
        worksheet.reset_dimensions()
        first = next(guarded(worksheet.iter_rows(min_row=1, max_row=1, max_col=COLUMNS)), ())
        self._names = [str(cell.value) if cell.value is not None else "" for cell in first]
        while self._names and not self._names[-1]:
            self._names.pop()
        self._old = next((place for place, name in enumerate(self._names) if header(name) == ERRORS_HEADER), None)
        self._styles: Mapping[str, int] = {}

    def framed(self, workbook: Workbook) -> Iterator[str]:
        """Make the sheet in a workbook, without its rows; these."""
        worksheet = workbook.create_sheet(self._sheet.label)
        worksheet.freeze_panes = "C2"
        fields = [self._sheet.field_of(name) for name in self._names]
        for place, field in enumerate(fields, 1):
            if field is not None and (field.is_text or field.form is Form.DAY):
                form = TEXT_FORMAT if field.is_text else DAY_FORMAT
                worksheet.column_dimensions[get_column_letter(place)].number_format = form
        self._styles = {form: _style(workbook, form) for form in (TEXT_FORMAT, DAY_FORMAT)}
        return self._rows()

    def _rows(self) -> Iterator[str]:
        names, last = self._names, len(self._names) - (self._old is not None)
        letters = [get_column_letter(place) for place in range(1, last + 2)]
        source = guarded(self._worksheet.iter_rows(max_row=ROWS, max_col=max(len(names), 1)))
        for number, row in enumerate(source, 1):
            carried = [cell for place, cell in enumerate(row) if place != self._old]
            message = "；".join(_fault_text(fault, names) for fault in self._faults.of_row(self._sheet.label, number))
            if number == 1:
                message = f"{ERRORS_HEADER} {message}" if message else ERRORS_HEADER
            cells = [self._cell(f"{letters[place]}{number}", cell) for place, cell in enumerate(carried)]
            if message:
                cells.append(self._text(f"{letters[last]}{number}", message[:LONGEST_CELL]))
            yield f'<row r="{number}">{"".join(cells)}</row>'

    def _cell(self, place: str, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str) or cell.data_type in ("f", "e"):
            return self._text(place, str(value))
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
        if cell.is_date:
            return f'<c r="{place}" s="{self._styles[DAY_FORMAT]}"><v>{to_excel(value)}</v></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    def _text(self, place: str, value: str) -> str:
        text = f'<is><t xml:space="preserve">{escape(neutral(value))}</t></is>'
        return f'<c r="{place}" s="{self._styles[TEXT_FORMAT]}" t="inlineStr">{text}</c>'


def _style(workbook: Workbook, form: str) -> int:
    """The number of the style that has a format."""
    cell = Cell(workbook.worksheets[0])
    cell.number_format = form
    number: int = cell.style_id
    return number


def _fault_text(fault: Fault, names: list[str]) -> str:
    where = names[fault.column - 1] if fault.column <= len(names) and fault.row > 1 else ""
    return f"{'［提示］' if fault.warning else ''}{where} {fault.code} {fault.zh}".strip()


def neutral(value: str) -> str:
    """A text that no spreadsheet program takes for a formula.

    >>> neutral("=1+1"), neutral("张三")
    ("'=1+1", '张三')
    """
    return f"'{value}" if value.startswith(LEADS_TO_FORMULA) else value
