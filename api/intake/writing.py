"""写入 Writes the waiting room's rows into household, member and survey, in sets. Nothing is ever deleted. Q12, Q15

A row that says what is stored already changes nothing. What the file leaves empty stays as it is. A changed survey is
a new revision. A household whose own row, members or surveys changed gets its next version, once.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from api.database import Connection
from api.intake.comparing import BOOKKEEPING, columns
from api.schema.declare import Entity
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member
from api.schema.entities.household.survey import Survey

PART = 1000
"""Rows changed by one statement."""


@dataclass(frozen=True, slots=True)
class Written:
    """Numbers of rows that an import wrote, or that a dry run would write."""

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
        return sum(getattr(self, field.name) for field in fields(self) if not field.name.endswith("_unchanged"))


def _insert(entity: type[Entity], source: str, **expressions: str) -> str:
    names = columns(entity, without={"id"} if entity is Survey else set())
    values = ", ".join(expressions.get(name, f'n."{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{entity._meta.tablename}" ({quoted}) SELECT {values} {source}'


def _update(entity: type[Entity]) -> str:
    names = columns(entity, without={"id"} | BOOKKEEPING)
    quoted, new = (", ".join(f'{row}"{name}"' for name in names) for row in ("", "n."))
    return f"""
    UPDATE "{entity._meta.tablename}" t SET ({quoted}) = (SELECT {new} FROM jsonb_populate_record(t, r.data::jsonb) n)
    FROM unnest($1::bigint[], $2::text[]) AS r(id, data) WHERE t.id = r.id AND t.id = ANY($1)"""  # noqa: S608 - declared names only


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
UPDATES = {entity: _update(entity) for entity in (Household, Member)}
CHANGED = "SELECT target, data::text AS data FROM intake_row WHERE sheet = $1 AND changed AND NOT fresh ORDER BY line"
TOUCHED = """
SELECT household AS target FROM intake_row WHERE changed OR (fresh AND sheet = 'member')
EXCEPT SELECT target FROM intake_row WHERE sheet = 'household' AND fresh"""
NEXT_VERSION = "UPDATE household SET version = version + 1, updated_at = $1 WHERE id = ANY($2)"
COUNTS = """
SELECT sheet, count(*) FILTER (WHERE fresh) AS fresh, count(*) FILTER (WHERE changed AND NOT fresh) AS changed,
  count(*) AS every FROM intake_row GROUP BY sheet"""


async def write(connection: Connection, at: datetime) -> Written:
    """Write what was staged and empty the waiting room. The caller's transaction keeps or forgets it."""
    # joins are hashed and rows found by their keys, whatever the planner believes of tables that were just filled
    await connection.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_seqscan = off")
    await connection.execute(INSERT_HOUSEHOLDS, at)
    for entity in (Household, Member):  # who left goes first: a person is a member once
        async for rows in _parts(connection, CHANGED, entity._meta.tablename):
            await connection.execute(UPDATES[entity], [row["target"] for row in rows], [row["data"] for row in rows])
    await connection.execute(INSERT_MEMBERS)
    await connection.execute(INSERT_SURVEYS)
    touched = 0
    async for rows in _parts(connection, TOUCHED):
        await connection.execute(NEXT_VERSION, at, [row["target"] for row in rows])
        touched += len(rows)
    written = await _counted(connection, touched)
    await connection.execute("DELETE FROM intake_row")
    return written


async def _parts(connection: Connection, query: str, *arguments: object) -> AsyncIterator[list[Any]]:
    """The rows of a query, a part of them at a time."""
    cursor = await connection.cursor(query, *arguments)
    while rows := await cursor.fetch(PART):
        yield rows


async def _counted(connection: Connection, homes_changed: int) -> Written:
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
