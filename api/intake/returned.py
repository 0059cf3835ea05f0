"""退回文件 The file as it came, each sheet with a column 错误 in front of no value: what to mend, row by row. Q12

Written as a stream, so a large file needs no more memory than a small one. A text that a spreadsheet program could
take for a formula gets an apostrophe in front; the import reads over it when the file comes back.
"""

import os
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from api.intake.columns import Form, Sheet, header, sheets
from api.intake.faults import Fault, Faults
from api.intake.workbook import COLUMNS, ERRORS_HEADER, ROWS, guarded, opened

LEADS_TO_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_000


def write_returned(source: Path, target: Path, faults: Faults) -> None:
    """Write the sheets of the form with their errors to `target`, readable by its owner alone: it holds personal data.

    INTAKE_NOT_A_WORKBOOK.
    """
    known = {header(sheet.label): sheet for sheet in sheets().values()}
    copy = Workbook(write_only=True)
    with opened(source) as workbook:
        for title in workbook.sheetnames:
            sheet = known.get(header(title))
            if sheet is not None:
                _copy(workbook[title], copy.create_sheet(sheet.label), sheet, faults)
        target.unlink(missing_ok=True)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            copy.save(file)


def _copy(source: Any, target: Any, sheet: Sheet, faults: Faults) -> None:
    target.freeze_panes = "C2"
    source.reset_dimensions()
    first = next(guarded(source.iter_rows(min_row=1, max_row=1, max_col=COLUMNS)), ())
    names = [str(cell.value) if cell.value is not None else "" for cell in first]
    while names and not names[-1]:
        names.pop()
    old = next((index for index, name in enumerate(names) if header(name) == ERRORS_HEADER), None)
    fields = [sheet.by_header.get(header(name)) for name in names]
    for index, field in enumerate(fields):
        if field is not None and (field.is_text or field.form is Form.DAY):
            target.column_dimensions[get_column_letter(index + 1)].number_format = (
                "@" if field.is_text else "yyyy-mm-dd"
            )
    for number, row in enumerate(guarded(source.iter_rows(max_row=ROWS, max_col=max(len(names), 1))), 1):
        cells = [_copied(target, cell) for index, cell in enumerate(row) if index != old]
        cells += [None] * (len(names) - (old is not None) - len(cells))
        told = "；".join(_told(fault, names) for fault in faults.of_row(sheet.label, number))
        if number == 1:
            told = f"{ERRORS_HEADER} {told}" if told else ERRORS_HEADER
        target.append([*cells, _text(target, told[:LONGEST_CELL]) if told else None])


def _told(fault: Fault, names: list[str]) -> str:
    where = names[fault.column - 1] if fault.column <= len(names) and fault.row > 1 else ""
    return f"{'［提示］' if fault.warning else ''}{where} {fault.code} {fault.zh}".strip()


def _copied(target: Any, cell: Any) -> Any:
    value = cell.value
    if value is None:
        return None
    if isinstance(value, str) or cell.data_type in ("f", "e"):
        return _text(target, str(value))
    copied = WriteOnlyCell(target, value)
    if cell.is_date:
        copied.number_format = "yyyy-mm-dd"
    return copied


def _text(target: Any, value: str) -> Any:
    copied = WriteOnlyCell(target)
    copied.value = neutral(value)
    copied.data_type = "s"
    copied.number_format = "@"
    return copied


def neutral(value: str) -> str:
    """A text that no spreadsheet program takes for a formula.

    >>> neutral("=1+1"), neutral("张三")
    ("'=1+1", '张三')
    """
    return f"'{value}" if value.startswith(LEADS_TO_FORMULA) else value
