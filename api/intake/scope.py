"""辖区 Limits an import to households of the importer's unit and of the units below it. Q16"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.database import Connection, Row
from api.errors import Problem
from api.intake.errors import UNIT_UNKNOWN
from api.rules.units import NATION
from api.schema.declare import TIER_COLUMNS

_PATH = ", ".join(TIER_COLUMNS)
_UNITS = f"SELECT id, code, tier, {_PATH} FROM unit WHERE code = ANY($1) AND valid_until IS NULL"  # noqa: S608 - declared names only


@dataclass(frozen=True, slots=True)
class Reach:
    """The importing unit: its code, the tier column that holds it (None for the nation), its own path."""

    code: str
    column: str | None
    path: Mapping[str, str | None]

    def covers(self, row: Row) -> bool:
        """Whether a row with tier columns lies inside."""
        return self.column is None or row[self.column] == self.code


async def reach_of(connection: Connection, code: str) -> Reach:
    """The reach of a unit in force; INTAKE_IMPORTER_UNKNOWN."""
    units = await units_in_force(connection, [code])
    if code not in units:
        raise Problem(UNIT_UNKNOWN)
    unit = units[code]
    column = None if code == NATION else str(unit["tier"]).lower()
    return Reach(code, column, {name: unit[name] for name in TIER_COLUMNS})


async def units_in_force(connection: Connection, codes: Iterable[str]) -> dict[str, Row]:
    """The units of these codes, by code: id, tier and path."""
    return {row["code"]: row for row in await connection.fetch(_UNITS, sorted(set(codes)))}
