"""比较 Finds the rows of a batch that differ from what is stored. An empty cell of the file changes nothing. Q12"""

from collections.abc import Sequence

from api.database import Connection
from api.schema.declare import Entity
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member
from api.schema.entities.household.survey import Survey

BOOKKEEPING = {"version", "updated_at"}


def columns(entity: type[Entity], *, without: set[str]) -> list[str]:
    """The names of a table's columns."""
    names = [column._meta.name for column in entity._meta.columns]
    return [name for name in names if name not in without]


def _compared(entity: type[Entity], row: str) -> str:
    # ciphertext differs at each sealing; equal index and mask mean an equal value
    names = columns(entity, without=BOOKKEEPING | {"id", "revision"} | {f"{name}_sealed" for name in entity.sealed})
    return ", ".join(f'{row}."{name}"' for name in names)


def _differs(entity: type[Entity], stored: str = "t") -> str:
    return f"({_compared(entity, 'n')}) IS DISTINCT FROM ({_compared(entity, stored)})"


def _changed(entity: type[Entity]) -> str:
    # the order leaves the planner no other index than that of ids, whatever it believes of the table
    return f"""
    WITH stored(t) AS MATERIALIZED (
      SELECT entry FROM "{entity._meta.tablename}" entry WHERE entry.id = ANY($1) ORDER BY entry.id)
    SELECT r.id FROM unnest($1::bigint[], $2::text[]) AS r(id, data) JOIN stored ON (stored.t).id = r.id
    CROSS JOIN LATERAL jsonb_populate_record(stored.t, r.data::jsonb) n WHERE {_differs(entity, "(stored.t)")}"""  # noqa: S608 - declared names only


_QUERIES = {"household": _changed(Household), "member": _changed(Member)}
_SURVEYS = f"""
SELECT r.line, coalesce(t.revision, 0) AS revision FROM unnest($1::int[], $2::text[]) AS r(line, data)
CROSS JOIN LATERAL jsonb_populate_record(NULL::survey, r.data::jsonb) n
LEFT JOIN LATERAL (
  SELECT * FROM survey s WHERE s.household = n.household AND s.year = n.year ORDER BY s.revision DESC LIMIT 1) t ON true
WHERE t.id IS NULL OR {_differs(Survey)}"""  # noqa: S608 - declared names only


async def changed(connection: Connection, key: str, ids: Sequence[int], data: Sequence[str]) -> set[int]:
    """The ids of stored households or members that these rows would change."""
    return {row["id"] for row in await connection.fetch(_QUERIES[key], ids, data)}


async def revisions(connection: Connection, lines: Sequence[int], data: Sequence[str]) -> dict[int, int]:
    """Find, by line, the newest stored revision of each survey that differs; 0 where there is none."""
    return {row["line"]: row["revision"] for row in await connection.fetch(_SURVEYS, lines, data)}
