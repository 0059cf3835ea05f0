"""版本内容 Content: the rows and cases of one version, from files and to files; export then import is the identity. Q1

Here rows are cells as they stand, right or wrong: judging them is the reader's work. A comment that stands directly
above a row is that row's note; other comments belong to the file and stay there.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, product
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from api.access.reading.case_rows import COLUMNS as CASE_COLUMNS
from api.access.reading.case_rows import Case, cases_in
from api.access.reading.finding import Finding, Source, refuse
from api.access.reading.lines import FORMS, POLICY_FILE_UNREADABLE
from api.access.reading.rules import Written

P_CELLS = ("role", "action", "kind", "reach", "state", "unit", "effect", "basis")
G_CELLS = ("role", "group")
BASELINE, TESTS = "baseline.csv", "tests"
_HEAD = "\n".join(f"# {form}" for form in FORMS.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `p` with eight cells, `g` with two."""

    type: str
    cells: tuple[str, ...]
    note: str | None = None

    @property
    def line(self) -> str:
        """The row as a policy file has it."""
        return ", ".join((self.type, *self.cells))


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case, in the columns of `case_rows`, with the file it stands in."""

    file: str
    cells: tuple[str, ...]
    note: str | None = None

    @property
    def line(self) -> str:
        """The case as its file has it."""
        return ", ".join(self.cells)

    @property
    def keys(self) -> Iterable[tuple[str, str]]:
        """The actions and kinds it asks about."""
        actions, kinds = (self.cells[CASE_COLUMNS.index(name)].split("|") for name in ("action", "kind"))
        return product(actions, kinds)


R = TypeVar("R", Row, CaseRow)


@dataclass(frozen=True, slots=True)
class Content:
    """The rows and cases of a version. Both are counted from 1."""

    rows: tuple[Row, ...] = ()
    cases: tuple[CaseRow, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the rows: the same rows in any order have the same; notes and cases are no part of it."""
        return hashlib.sha256("\n".join(sorted(row.line for row in self.rows)).encode()).hexdigest()

    @property
    def units(self) -> set[str]:
        """The values of the column `unit` in its permissions."""
        column = P_CELLS.index("unit")
        return {row.cells[column] for row in self.rows if len(row.cells) == len(P_CELLS)}

    def written(self, name: str) -> Written:
        """The rows for the reader; a finding's line is the row's place in the version."""
        return Written(name, "\n".join(row.line for row in self.rows))

    def read_cases(self, wanted: Callable[[CaseRow], bool] = lambda _: True) -> tuple[Case, ...]:
        """The wanted cases, ready to run; POLICY_REFUSED with every finding, its line the case's place in the version.

        One case may stand for thousands of requests: only those that are wanted are made.
        """
        return _read_cases(tuple(case.line if wanted(case) else "" for case in self.cases))


@lru_cache(maxsize=4)
def _read_cases(lines: tuple[str, ...]) -> tuple[Case, ...]:
    findings: list[Finding] = []
    cases = tuple(cases_in(TESTS, "\n".join(lines), findings))
    refuse(findings)
    return cases


def of_folder(folder: Path, file: str = BASELINE) -> Content:
    """Rows of `file` and cases of `tests/*.csv`. POLICY_REFUSED when a file can't be read at all."""
    rows = tuple(_row(cells, note) for cells, note in _noted(folder / file))
    cases = (
        CaseRow(path.name, cells, note)
        for path in sorted((folder / TESTS).glob("*.csv"))
        for cells, note in _noted(path)
    )
    return Content(rows, tuple(cases))


def to_folder(content: Content, folder: Path, file: str = BASELINE) -> None:
    """Write the same files again; what else the folder holds is left alone, but for cases that are none of these."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / file, _HEAD, content.rows)
    tests = folder / TESTS
    tests.mkdir(exist_ok=True)
    for old in tests.glob("*.csv"):
        old.unlink()
    for name, cases in groupby(sorted(content.cases, key=attrgetter("file")), attrgetter("file")):
        _write(tests / name, "# " + ", ".join(CASE_COLUMNS), cases)


def moved(base: Content, mine: Content, onto: Content) -> Content:
    """Apply to `onto` what `mine` changed in `base`: removed rows and cases are removed, added ones added."""
    return Content(_moved(base.rows, mine.rows, onto.rows), _moved(base.cases, mine.cases, onto.cases))


def _moved(base: tuple[R, ...], mine: tuple[R, ...], onto: tuple[R, ...]) -> tuple[R, ...]:
    gone = {_without_source(row) for row in base} - {_without_source(row) for row in mine}
    there = {_without_source(row) for row in onto} | {_without_source(row) for row in base}
    remaining = [row for row in onto if _without_source(row) not in gone]
    return tuple(remaining + [row for row in mine if _without_source(row) not in there])


def _without_source(row: Row | CaseRow) -> Row | CaseRow:
    return replace(row, note=None)


def _row(cells: tuple[str, ...], note: str | None) -> Row:
    return Row(cells[0], cells[1:], note)


def _noted(path: Path) -> Iterator[tuple[tuple[str, ...], str | None]]:
    note: list[str] = []
    for content in _text(path).split("\n"):
        line = content.strip()
        if line.startswith("#"):
            note.append(line[1:].strip())
            continue
        if line:
            yield tuple(cell.strip() for cell in line.split(",")), "\n".join(note) or None
        note = []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        refuse([Finding(POLICY_FILE_UNREADABLE, Source(path.name))])
        raise


def _write(path: Path, head: str, rows: Iterable[Row | CaseRow]) -> None:
    lines = [head, ""]
    for row in rows:
        if row.note is not None:
            lines += ["", *(f"# {line}".rstrip() for line in row.note.split("\n"))]
        lines.append(row.line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
