"""错误清单 Faults of a file: sheet, cell, code, both languages. They never hold the value of the cell. Q38"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from api.errors import Code, Problem
from api.rules.verdict import Reason

MOST = 20_000
"""Findings kept of one file; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding; `warning` when it stops nothing."""

    sheet: str
    row: int
    column: int
    code: str
    zh: str
    en: str
    warning: bool

    @property
    def cell(self) -> str:
        """The cell's address as Excel writes it.

        >>> Fault("家庭成员", 12, 6, "X", "", "", False).cell
        '家庭成员!F12'
        """
        return f"{self.sheet}!{get_column_letter(self.column)}{self.row}"


@dataclass(slots=True)
class Faults:
    """The findings of one file, bounded; `errors` and `warnings` count all of them."""

    errors: int = 0
    warnings: int = 0
    by_row: dict[tuple[str, int], list[Fault]] = field(default_factory=dict)
    _count: int = 0

    def add(self, fault: Fault) -> None:
        """Keep one, or only count it when there are too many; errors displace nothing."""
        if fault.warning:
            self.warnings += 1
        else:
            self.errors += 1
        if self._count < MOST:
            self._count += 1
            self.by_row.setdefault((fault.sheet, fault.row), []).append(fault)

    def of_row(self, sheet: str, row: int) -> list[Fault]:
        """The faults of one row."""
        return self.by_row.get((sheet, row), [])

    def __iter__(self) -> Iterator[Fault]:
        """Errors first, then warnings, in the order they were found."""
        every = [fault for row in self.by_row.values() for fault in row]
        return iter([*(fault for fault in every if not fault.warning), *(fault for fault in every if fault.warning)])


@dataclass(slots=True)
class RowFaults:
    """Collects the findings of one row; `columns` tells where a field stands, the first column standing for the row."""

    faults: Faults
    sheet: str
    row: int
    columns: dict[str, int]
    failed: bool = False

    def refuse(self, name: str, code: Code, **facts: object) -> None:
        """An error at a field of the row."""
        self.failed = True
        self.faults.add(self._worded(name, Problem(code, **facts), warning=False))

    def warn(self, name: str, code: Code, **facts: object) -> None:
        """A warning at a field of the row."""
        self.faults.add(self._worded(name, Problem(code, **facts), warning=True))

    def because(self, name: str, reason: Reason) -> None:
        """An error that a rule words."""
        self.failed = True
        self.faults.add(self._fault(name, reason.code, reason.zh, reason.en, warning=False))

    def _worded(self, name: str, problem: Problem, *, warning: bool) -> Fault:
        return self._fault(name, problem.code.name, problem.text("zh"), problem.text("en"), warning=warning)

    def _fault(self, name: str, code: str, zh: str, en: str, *, warning: bool) -> Fault:
        return Fault(self.sheet, self.row, self.columns.get(name, 1), code, zh, en, warning)
