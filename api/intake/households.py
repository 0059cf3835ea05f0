"""农户导入 One file of the collection form into the tables: all of it, or nothing and every reason. Q12

    read → match → stage → agree → write → event        one transaction; killed anywhere, nothing has happened

The file's SHA-256 is in the event of its import: the same file again changes nothing, even after another one changed
what it had brought. Save it anew to have it read anew. A dry run goes the whole way and then turns back. A refused
file that asked about persons beyond the importing unit leaves an event of its own, in a dry run too. Q38
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.audit import ledger
from api.clock import Clock, today
from api.codes.lists import code_list_term
from api.database import Connection, problems
from api.errors import Problem
from api.intake import cross_checks, household_row, member_row, survey_row
from api.intake.cells import Cells, Codes
from api.intake.columns import HEAD_ID, NUMBER, Field, sheets
from api.intake.errors import CODES_ABSENT, EMPTY, TIE_ABSENT
from api.intake.faults import Faults, RowFaults
from api.intake.matching import Matching
from api.intake.scope import Reach, reach_of
from api.intake.staging import Row, person_index, stage, staged_row
from api.intake.workbook import Rows, opened, sheet_rows
from api.intake.writing import Written, write
from api.sealing import Sealer

# a batch is matched by a handful of statements: larger ones only take memory
BATCH = 1000
IMPORTED, REFUSED = "household.import", "household.import.refused"
FILE = "HouseholdFile"
NO_POLICY = "none"
"""No policy is asked on the command line: whoever runs it holds the database's secrets."""

_EARLIER = "SELECT at FROM event WHERE object_type = $1 AND action = $2 AND facts ->> 'sha256' = $3 ORDER BY id LIMIT 1"
# a second import of the file waits for the first: no advisory lock, which any login could hold
_LOCK = """
INSERT INTO idempotency (account, key, digest, at) VALUES (0, 'import ' || $1, '', clock_timestamp())
ON CONFLICT DO NOTHING"""
_UNLOCK = "DELETE FROM idempotency WHERE account = 0 AND key = 'import ' || $1"
_CODES = """
SELECT l.name, i.zh, i.code FROM code_list l JOIN code_item i ON i.code_list = l.id WHERE i.in_use
ORDER BY l.id, i.position"""

Match = Mapping[str, Callable[[list[Row]], Awaitable[None]]]
Progress = Callable[[int, int], object]
"""Told how many rows of about how many are read."""


@dataclass(frozen=True, slots=True)
class Importer:
    """The surroundings of an import; `actor` is None for an operator on the machine itself."""

    sealer: Sealer
    clock: Clock
    unit: str
    actor: ledger.Actor | None = None
    policy_version: str = NO_POLICY


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a file: findings, rows written (or to be written), and the day the same file was imported before."""

    sha256: str
    faults: Faults
    written: Written | None = None
    known_since: datetime | None = None


def silent(done: int, total: int) -> None:
    """Show nothing."""


async def import_households(
    connection: Connection, path: Path, importer: Importer, *, dry_run: bool = False, progress: Progress = silent
) -> Outcome:
    """Import a workbook on a connection of the app role, which is in no transaction. All or nothing.

    The outcome has `written` when there was no error. INTAKE_NOT_A_WORKBOOK, INTAKE_TOO_LARGE, INTAKE_SHEET_ABSENT,
    INTAKE_CODES_ABSENT, INTAKE_IMPORTER_UNKNOWN; TRY_AGAIN when another change came between.
    """
    task = _Import(connection, path, importer, dry_run, progress)
    with problems():
        transaction = connection.transaction()
        await transaction.start()
        try:
            await task.run()
        except BaseException:
            await transaction.rollback()
            raise
        if task.written is not None and not dry_run:
            await transaction.commit()
        else:
            await transaction.rollback()
            await task.leave_a_trace()
    return Outcome(task.sha256, task.faults, task.written, task.known_since)


class _Import:
    def __init__(
        self, connection: Connection, path: Path, importer: Importer, dry_run: bool, progress: Progress
    ) -> None:
        self._connection, self._path, self._importer, self._progress = connection, path, importer, progress
        self._dry_run, self._day = dry_run, today(importer.clock)
        self.faults, self.sha256 = Faults(), digest(path)
        self.written: Written | None = None
        self.known_since: datetime | None = None
        self._strangers = self._done = self._expected = 0
        self._reach: Reach

    async def run(self) -> None:
        """Import the file inside one transaction."""
        self._reach = await reach_of(self._connection, self._importer.unit)
        await self._connection.execute(_LOCK, self.sha256)
        await self._connection.execute(_UNLOCK, self.sha256)  # others wait all the same
        self.known_since = await self._connection.fetchval(_EARLIER, FILE, IMPORTED, self.sha256)
        if self.known_since is not None:
            return
        cells = Cells(await _codes(self._connection), self._day)
        with opened(self._path) as workbook:
            read = [
                sheet_rows(workbook, sheet, self.faults, optional=sheet.key == "survey") for sheet in sheets().values()
            ]
            present = [rows for rows in read if rows is not None]
            if not self.faults.errors:
                await self._read(present, cells)
        if not self.faults.errors:
            self.written = await write(self._connection, self._importer.clock.now())
            await self._record(IMPORTED, {**asdict(self.written), "warnings": self.faults.warnings})

    async def leave_a_trace(self) -> None:
        """Record, after the rollback, that somebody asked about persons registered elsewhere."""
        if self._strangers:
            async with self._connection.transaction():
                facts = {"errors": self.faults.errors, "registered_elsewhere": self._strangers}
                await self._record(REFUSED, {**facts, "dry_run": self._dry_run})

    async def _read(self, present: list[Rows], cells: Cells) -> None:
        self._expected = sum(rows.expected for rows in present)
        # a batch is joined by hashing and looks up by keys, never scans
        await self._connection.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_seqscan = off")
        matching = Matching(self._connection, self._importer.sealer, self._reach, self._day)
        match: Match = {
            "household": matching.households,
            "member": matching.members,
            "survey": matching.surveys,
        }
        for rows in present:
            batch: list[Row] = []
            for line, filled in rows:
                batch.append(self._row(rows, line, filled, cells))
                if len(batch) == BATCH:
                    await self._flush(rows.sheet.key, batch, match)
                    batch = []
            await self._flush(rows.sheet.key, batch, match)
        columns = {rows.sheet.key: rows.columns for rows in present}
        self._strangers = await cross_checks.check(self._connection, columns, self.faults, matching.stored)

    def _row(self, rows: Rows, line: int, filled: list[tuple[Field, Any]], cells: Cells) -> Row:
        faults = RowFaults(self.faults, rows.sheet.label, line, rows.columns)
        read = {field.name: cells.read(field, cell, faults) for field, cell in filled}
        values = {name: value for name, value in read.items() if value is not None}
        for name in rows.columns:
            field = rows.sheet.fields[name]
            if field.required and name not in read:
                faults.refuse(name, EMPTY, label=field.label)
        if NUMBER not in read and HEAD_ID not in read:
            faults.refuse(NUMBER, TIE_ABSENT)
        if rows.sheet.key == "member":
            member_row.check(values, frozenset(read), faults, self._day)
        elif rows.sheet.key == "household":
            household_row.check(values, faults)
        else:
            survey_row.check(values, faults)
        row = staged_row(line, values, faults, self._importer.sealer)
        if "id_number" in values:
            row.person_index = person_index(self._importer.sealer, values["id_number"])
        return row

    async def _flush(self, key: str, batch: list[Row], match: Match) -> None:
        await match[key](batch)
        await stage(self._connection, key, batch, self._importer.sealer)
        self._done += len(batch)
        self._progress(self._done, max(self._expected, self._done))
        await asyncio.sleep(0)  # others of the same loop get their turn

    async def _record(self, action: str, facts: dict[str, ledger.Fact]) -> None:
        happening = ledger.AuditEntry(
            action, FILE, facts={"sha256": self.sha256, "unit": self._importer.unit, **facts}, place=self._reach.path
        )
        importer = self._importer
        await ledger.append(
            self._connection, happening, importer.actor, importer.clock.now(), policy_version=importer.policy_version
        )


async def _codes(connection: Connection) -> Codes:
    codes: dict[str, dict[str, str]] = {}
    for row in await connection.fetch(_CODES):
        codes.setdefault(row["name"], {})[row["zh"]] = row["code"]
    for sheet in sheets().values():
        for field in sheet.fields.values():
            if field.codes and field.codes not in codes:
                raise Problem(CODES_ABSENT, name=code_list_term(field.codes))
    return codes


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
