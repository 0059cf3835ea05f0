"""写入 From the waiting room into household, member and survey, set by set. Nothing is ever deleted. Q12, Q15

A row that says what is stored already changes nothing. What the file leaves empty stays as it is. A changed survey is
a new revision. A household whose own row, members or surveys changed gets its next version, once.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from api.intake.comparing import BOOKKEEPING, columns
from api.schema.declare import Entity
from api.schema.household import Household
from api.schema.member import Member
from api.schema.survey import Survey


@dataclass(frozen=True, slots=True)
class Written:
    """What an import did, or in a dry run would do: numbers of rows."""

    households_new: int
    households_changed: int
    households_unchanged: int
    members_new: int
    members_changed: int
    members_unchanged: int
    surveys_new: int
    surveys_unchanged: int

    @property
    def changed(self) -> int:
        """Rows written, of any kind."""
        return sum(getattr(self, one.name) for one in fields(self) if not one.name.endswith("_unchanged"))


def _insert(entity: type[Entity], source: str, **given: str) -> str:
    names = columns(entity, without={"id"} if entity is Survey else set())
    values = ", ".join(given.get(name, f'n."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{entity._meta.tablename}" ({quoted}) SELECT {values} {source}'


def _update(entity: type[Entity]) -> str:
    table = entity._meta.tablename
    names = columns(entity, without={"id"} | BOOKKEEPING)
    written = ", ".join(f'"{name}" = n."{name}"' for name in names)
    return f"""
    UPDATE "{table}" t SET {written} FROM (
      SELECT n.* FROM intake_row r JOIN "{table}" m ON m.id = r.target
      CROSS JOIN LATERAL jsonb_populate_record(m, r.data) n
      WHERE r.sheet = '{table}' AND r.changed AND NOT r.fresh) n
    WHERE t.id = n.id"""  # noqa: S608 - declared names only


def _fresh(entity: type[Entity]) -> str:
    table = entity._meta.tablename
    return f"""FROM intake_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::"{table}", r.data) n
    WHERE r.sheet = '{table}' AND r.fresh ORDER BY r.line"""


INSERT_HOUSEHOLDS = _insert(Household, _fresh(Household), version="1", updated_at="$1")
INSERT_MEMBERS = _insert(Member, _fresh(Member))
INSERT_SURVEYS = _insert(
    Survey,
    """FROM intake_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::survey, r.data) n
    WHERE r.sheet = 'survey' AND r.changed ORDER BY r.line""",
    revision="r.target + 1",
)
NEXT_VERSION = """
UPDATE household t SET version = t.version + 1, updated_at = $1 WHERE t.id IN (
  SELECT household FROM intake_row WHERE changed OR (fresh AND sheet = 'member')
  EXCEPT SELECT target FROM intake_row WHERE sheet = 'household' AND fresh)"""
COUNTS = """
SELECT sheet, count(*) FILTER (WHERE fresh) AS fresh, count(*) FILTER (WHERE changed AND NOT fresh) AS changed,
  count(*) AS every FROM intake_row GROUP BY sheet"""


async def write(connection: Any, at: datetime) -> Written:
    """Write what was staged and empty the waiting room. The caller's transaction keeps or forgets it."""
    await connection.execute("SET LOCAL enable_nestloop = on; SET LOCAL enable_seqscan = off")
    await connection.execute(INSERT_HOUSEHOLDS, at)
    await connection.execute(_update(Household))
    await connection.execute(_update(Member))  # who left goes first: a person is a member once
    await connection.execute(INSERT_MEMBERS)
    await connection.execute(INSERT_SURVEYS)
    versions = await connection.execute(NEXT_VERSION, at)
    written = await _counted(connection, int(versions.rpartition(" ")[2]))
    await connection.execute("DELETE FROM intake_row")
    return written


async def _counted(connection: Any, homes_changed: int) -> Written:
    rows = {row["sheet"]: row for row in await connection.fetch(COUNTS)}
    counts = [(rows[key]["fresh"], rows[key]["changed"], rows[key]["every"]) for key in ("household", "member")]
    (homes, _, homes_all), (people, people_changed, people_all) = counts
    surveys, surveys_all = (rows["survey"]["changed"], rows["survey"]["every"]) if "survey" in rows else (0, 0)
    return Written(
        homes,
        homes_changed,
        homes_all - homes - homes_changed,
        people,
        people_changed,
        people_all - people - people_changed,
        surveys,
        surveys_all - surveys,
    )
