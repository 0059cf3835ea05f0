"""全国 The files of the country into the database, skipped when the same files are in it already. Q1

What was loaded last is the comment of the table `unit`: a digest per scope, written with the rows in one transaction,
which only the table's owner can do. Nothing else in the product writes units.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.database import Connection
from api.errors import Problem, code
from api.rules.units import NATION
from api.rules.words.vocabulary import Tier
from api.units import divisions, overrides, tree
from api.units.divisions import BAD_DIVISIONS
from api.units.load import Loaded, Progress, load, silent
from api.units.tree import Unit, grow, within

UNKNOWN_PROVINCE = code(
    "UNKNOWN_PROVINCE",
    400,
    zh="没有这一代码的省级责任单位",
    en="no province has this code",
    next_zh="用两位省级代码，如 50（重庆）、66（兵团）",
    next_en="give a province's code of two digits, such as 50 (Chongqing) or 66 (the corps)",
    question="Q1",
)

_IS_OPEN = "SELECT EXISTS (SELECT FROM unit WHERE code = $1 AND tier = $2 AND valid_until IS NULL)"


@dataclass(frozen=True, slots=True)
class Files:
    """The two files that make the country: ours unless another is named."""

    divisions: Path = divisions.DIVISIONS
    overrides: Path = overrides.OVERRIDES

    def digest(self) -> str:
        """SHA-256 over both files and the code that grows the tree; BAD_DIVISIONS when one cannot be read."""
        parts = (self.divisions, self.overrides, Path(tree.__file__))
        try:
            return hashlib.sha256(b"".join(hashlib.sha256(part.read_bytes()).digest() for part in parts)).hexdigest()
        except OSError as error:
            raise Problem(BAD_DIVISIONS, place=error.filename, expected="a file", found=error.strerror) from error


async def load_country(
    connection: Connection,
    on: date,
    *,
    province: str | None = None,
    files: Files | None = None,
    compare: bool = False,
    progress: Progress = silent,
) -> Loaded | None:
    """Load the country or one province, as the table's owner; None when exactly these files are already loaded.

    `compare` compares with the rows even then. Problems: BAD_DIVISIONS, BAD_OVERRIDES, UNKNOWN_PROVINCE,
    UNITS_CHANGED_TOO_SOON.
    """
    files = files or Files()
    digest = files.digest()
    if not compare and await _is_loaded(connection, province, digest):
        return None
    read = divisions.read(files.divisions)
    units: Iterable[Unit] = grow(read, overrides.read(files.overrides))
    if province is not None:
        units = list(within(units, province))
        if len(units) <= 1:
            raise Problem(UNKNOWN_PROVINCE)
    async with connection.transaction():
        loaded = await load(connection, units, vintage=read.vintage, on=on, province=province, progress=progress)
        await _record(connection, province or NATION, digest)
    return loaded


async def _is_loaded(connection: Connection, province: str | None, digest: str) -> bool:
    code, tier = (NATION, Tier.NATIONAL) if province is None else (province, Tier.PROVINCE)
    exists: bool = await connection.fetchval(_IS_OPEN, code, tier.name)
    recorded = await _recorded(connection)
    return exists and digest in (recorded.get(NATION), recorded.get(code))


async def _recorded(connection: Connection) -> dict[str, str]:
    comment = await connection.fetchval("SELECT obj_description('unit'::regclass)")
    try:
        recorded = json.loads(comment or "{}")
    except ValueError:
        return {}
    return recorded if isinstance(recorded, dict) else {}


async def _record(connection: Connection, scope: str, digest: str) -> None:
    recorded = {} if scope == NATION else await _recorded(connection)
    if recorded.get(NATION) != digest:
        recorded.pop(NATION, None)
    comment = json.dumps(recorded | {scope: digest}, sort_keys=True)
    quoted = await connection.fetchval("SELECT quote_literal($1)", comment)
    await connection.execute(f"COMMENT ON TABLE unit IS {quoted}")
