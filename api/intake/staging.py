"""候处理区 Rows on their way: matched with what is stored, sealed, and copied into `intake_row`, a batch at a time. Q12

`intake_row` holds rows only inside the transaction of their import, so nobody else ever sees one. A household is
matched by its number, else by the ID number of its head; a person by the ID number, else within the household by
name and birth. Identifiers are sealed for the row they will have, which is known before it is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.database import Connection
from api.intake.columns import HEAD_ID, NUMBER, Form, sheets
from api.intake.comparing import changed, revisions
from api.intake.faults import RowFaults
from api.rules.privacy.identity_number import MODERN, is_valid_identity_number
from api.sealing import Identifier, Sealer, row_ids

COLUMNS = (
    *("sheet", "line", "failed", "household_number", "head_index", "person_index", "household", "target", "fresh"),
    *("changed", "stored", "matched", "elsewhere", "elsewhere_unit", "relation", "present", "data"),
)


@dataclass(slots=True)
class Row:
    """One row of the file on its way into the tables.

    `stored` counts the present members of a stored household; `matched` says that a member matched one of them.
    """

    line: int
    values: dict[str, Any]
    faults: RowFaults
    number: str | None
    head_index: bytes | None
    person_index: bytes | None = None
    household: int | None = None
    target: int | None = None
    fresh: bool = True
    stored: int = 0
    matched: bool = False
    elsewhere: int | None = None
    elsewhere_unit: str | None = None
    more: dict[str, Any] = field(default_factory=dict)


def staged_row(line: int, values: dict[str, Any], faults: RowFaults, sealer: Sealer) -> Row:
    """A row of values, its ties taken out of them."""
    head = values.pop(HEAD_ID, None)
    return Row(line, values, faults, values.pop(NUMBER, None), person_index(sealer, head) if head else None)


def person_index(sealer: Sealer, number: str) -> bytes:
    """The blind index of a person: of the citizen's number, with which that of a disability card begins."""
    card = len(number) > MODERN and is_valid_identity_number(number[:MODERN])
    return sealer.index(Identifier.ID_NUMBER, number[:MODERN] if card else number)


async def give_ids(connection: Connection, table: str, rows: Iterable[Row]) -> None:
    """Ids from the table's sequence for rows that match nothing stored."""
    fresh = [row for row in rows if row.fresh and row.target is None]
    for row, identifier in zip(fresh, await row_ids(connection, table, len(fresh)), strict=True):
        row.target = identifier


async def stage(connection: Connection, key: str, rows: list[Row], sealer: Sealer) -> None:
    """Copy a batch of matched rows into the database, each with whether it says something new."""
    data = [orjson.dumps(_data(key, row, sealer), default=str).decode() for row in rows]
    if key == "survey":
        newest = await revisions(connection, [row.line for row in rows], data)
        for row in rows:
            row.target = newest.get(row.line)
        differing = {row.line for row in rows if row.target is not None}
    else:
        stored = [(row, text) for row, text in zip(rows, data, strict=True) if not row.fresh]
        ids = await changed(connection, key, [row.target or 0 for row, _ in stored], [text for _, text in stored])
        differing = {row.line for row, _ in stored if row.target in ids}
    records = [_record(key, row, row.line in differing, text) for row, text in zip(rows, data, strict=True)]
    await connection.copy_records_to_table("intake_row", records=records, columns=COLUMNS)


def _record(key: str, row: Row, differs: bool, data: str) -> tuple[Any, ...]:
    present = "left_on" not in row.values
    return (
        *(key, row.line, row.faults.failed, row.number, row.head_index, row.person_index, row.household),
        *(row.target, row.fresh, differs, row.stored, row.matched, row.elsewhere, row.elsewhere_unit),
        *(row.values.get("relation"), present, data),
    )


def _data(key: str, row: Row, sealer: Sealer) -> dict[str, Any]:
    """The row as columns of its table; what the file leaves empty is absent and so stays as it is stored."""
    data = {**row.values, **row.more}
    for name in [name for name in row.values if sheets()[key].fields[name].form is Form.SEALED]:
        value = data.pop(name)
        if row.target is not None:
            sealed = sealer.seal(key, name, row.target, value)
            data[f"{name}_sealed"] = f"\\x{sealed.sealed.hex()}"
            data[f"{name}_index"] = f"\\x{sealed.index.hex()}"
            data[f"{name}_masked"] = sealed.masked
    return data
