"""策略内容 Writing the rows and cases of a draft: whole, in one statement each. Q1"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api.access.reading.case_rows import COLUMNS as CASE_COLUMNS
from api.access.reading.content import P_CELLS, CaseRow, Content, Row
from api.access.reading.lines import (
    FORMS,
    POLICY_CHARACTER,
    POLICY_COLUMN_COUNT,
    POLICY_ROW_TYPE,
    character_term,
)
from api.database import Connection
from api.errors import Term, code
from api.workflow.engine.errors import StepProblem, StepRefused, problem_of
from api.workflow.engine.handler import personal_data_in

POLICY_NO_ROW = code(
    "POLICY_NO_ROW",
    400,
    zh="没有所指的行",
    en="there is no such row",
    next_zh="按行号指明现有的行",
    next_en="name a row by its position",
)
_NOTE = Term("note", "说明", "note")
R = TypeVar("R", Row, CaseRow)
_CELL = re.compile(r"[A-Za-z0-9_.:|*-]")
_SEPARATES = re.compile(r"[,\r\n#]")
_ROW_COLUMNS = ("role", "group", *P_CELLS[1:])
_CASE_COLUMNS = ("name", *CASE_COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Edit(Generic[R]):
    """One change: `row` instead of the one at `position`; none there: removed; no position: added after `after`."""

    position: int | None
    after: int | None
    row: R | None


def edited(rows: Sequence[R], edits: Sequence[Edit[R]]) -> tuple[R, ...]:
    """The rows after all edits; positions are those before any of them. StepRefused with POLICY_NO_ROW."""
    slots: list[list[R]] = [[]]
    slots.extend([row] for row in rows)
    for edit in edits:
        least, place = (0, edit.after) if edit.position is None else (1, edit.position)
        place = len(rows) if place is None else place
        if not least <= place <= len(rows):
            raise StepRefused([problem_of(POLICY_NO_ROW)])
        new = [] if edit.row is None else [edit.row]
        if edit.position is None:
            slots[place].extend(new)
        else:
            slots[place][:1] = new
    return tuple(row for slot in slots for row in slot)


def check_writable(content: Content) -> None:
    """StepRefused for rows of the wrong form, characters that end a cell or a line, and numbers of persons in notes."""
    problems = [problem for row in content.rows for problem in _malformed(row)]
    problems += [problem for row in content.rows for problem in _strange(row.cells, _CELL.fullmatch)]
    problems += [problem for case in content.cases for problem in _strange(case.cells, _harmless)]
    if problems:
        raise StepRefused(problems[:20])
    notes = (*(row.note for row in content.rows), *(case.note for case in content.cases))
    problems = [problem for note in notes for problem in personal_data_in(note or "", _NOTE)]
    if problems:
        raise StepRefused(problems)


def _malformed(row: Row) -> Iterator[StepProblem]:
    form = FORMS.get(row.type)
    if form is None:
        yield problem_of(POLICY_ROW_TYPE)
    elif len(row.cells) != form.count(",") or not all(row.cells):
        yield problem_of(POLICY_COLUMN_COUNT, expected=form.count(",") + 1, found=len(row.cells) + 1, form=form)


def _harmless(character: str) -> bool:
    return _SEPARATES.fullmatch(character) is None


def _strange(cells: Sequence[str], fine: Any) -> Iterator[StepProblem]:
    for cell in cells:
        for character in cell:
            if not fine(character):
                yield problem_of(POLICY_CHARACTER, name=character_term(character))


async def write(connection: Connection, version: int, before: Content | None, after: Content) -> None:
    """Make the stored rows and cases of a draft these; what is the same already is left alone."""
    if before is None or before.rows != after.rows:
        await connection.execute("delete from policy_row where policy_version = $1", version)
        await _insert(connection, version, "policy_row", ("type", *_ROW_COLUMNS, "note"), map(_row, after.rows))
    if before is None or before.cases != after.cases:
        await connection.execute("delete from policy_case where policy_version = $1", version)
        values = ((case.file, *case.cells, case.note) for case in after.cases)
        await _insert(connection, version, "policy_case", ("file", *_CASE_COLUMNS, "note"), values)


def _row(row: Row) -> tuple[str | None, ...]:
    if row.type == "g":
        return ("G", *row.cells, *(None for _ in P_CELLS[1:]), row.note)
    return ("P", row.cells[0], None, *row.cells[1:], row.note)


async def _insert(
    connection: Connection, version: int, table: str, columns: Sequence[str], values: Iterator[Any]
) -> None:
    rows = list(values)
    names = ", ".join(f'"{name}"' for name in columns)
    arrays = ", ".join(f"${index}::text[]" for index in range(3, 3 + len(columns)))
    sql = (
        f"insert into {table} (policy_version, position, {names})"  # noqa: S608 - names of columns alone
        f" select $1, cells.* from unnest($2::int[], {arrays}) as cells"
    )
    cells = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    await connection.execute(sql, version, list(range(1, len(rows) + 1)), *cells)
