"""互相印证 Checks between rows, and between rows and what is stored, each in one query. Q12, Q15"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.database import Connection
from api.errors import Code
from api.intake.columns import HEAD_ID, NUMBER, sheets
from api.intake.errors import TOO_MANY_STRANGERS
from api.intake.faults import Faults, RowFaults
from api.intake.household_errors import (
    ALREADY_REGISTERED,
    CHILD_OLDER,
    HEAD_ID_DISAGREES,
    HEAD_NAME,
    HEAD_NONE,
    HEAD_STORED,
    HEAD_TWICE,
    HOUSEHOLD_TWICE,
    MEMBERS_ABSENT,
    PEOPLE_DISAGREE,
    PERSON_ELSEWHERE,
    PERSON_TWICE,
    SPOUSE_SEX,
    SPOUSE_STORED,
    SPOUSE_TWICE,
    SURVEY_TWICE,
)

STRANGERS = 50
"""How many persons of one file may be told to be registered beyond the importing unit's reach. Q38 (ours)"""


@dataclass(frozen=True, slots=True)
class Check:
    """One query whose rows are findings: `line`, and what fills the code's sentences."""

    sheet: str
    field: str
    code: Code
    sql: str
    warning: bool = False


def _twice(sheet: str, keys: str, condition: str = "true") -> str:
    return f"""
        SELECT line, first AS row FROM (
          SELECT line, min(line) OVER (PARTITION BY {keys}) AS first FROM intake_row
          WHERE sheet = '{sheet}' AND {condition}) AS numbered
        WHERE line <> first"""  # noqa: S608 - our own text


_MEMBER = "SELECT household, line, person_index, data FROM intake_row WHERE sheet = 'member' AND present AND relation"
_HEADS = f"head AS ({_MEMBER} = 'HEAD')"
_WHOLE = "NOT EXISTS (SELECT FROM intake_row m WHERE m.sheet = 'member' AND m.failed AND m.household = h.target)"
_BESIDE_HEAD = f"WITH {_HEADS} SELECT m.line FROM intake_row m JOIN head USING (household) WHERE m.sheet = 'member'"  # noqa: S608
_OF_HOUSEHOLD = (
    f"WITH {_HEADS} SELECT h.line, head.line AS row FROM intake_row h JOIN head ON head.household = h.target"  # noqa: S608
)

CHECKS = (
    Check(
        "household", NUMBER, HOUSEHOLD_TWICE, _twice("household", "household_number", "household_number IS NOT NULL")
    ),
    Check("household", HEAD_ID, HOUSEHOLD_TWICE, _twice("household", "head_index", "head_index IS NOT NULL")),
    Check(
        "household",
        NUMBER,
        HOUSEHOLD_TWICE,
        # told by target only where number and head do not tell it
        _twice("household", "target", "target IS NOT NULL AND (household_number IS NULL OR head_index IS NULL)"),
    ),
    Check(
        "member", "id_number", PERSON_TWICE, _twice("member", "person_index", "present AND person_index IS NOT NULL")
    ),
    Check(
        "member",
        "name",
        PERSON_TWICE,
        # a row without a number is the same person as one of the same name whose birth does not differ
        """SELECT m.line, min(o.line) AS row FROM intake_row m JOIN intake_row o ON o.household = m.household
             AND o.data ->> 'name' = m.data ->> 'name'
           WHERE m.sheet = 'member' AND o.sheet = 'member' AND m.present AND o.present AND o.line < m.line
             AND (m.person_index IS NULL OR o.person_index IS NULL)
             AND coalesce(m.data ->> 'birth_date' = o.data ->> 'birth_date', true) GROUP BY 1""",
    ),
    Check("survey", "year", SURVEY_TWICE, _twice("survey", "household, data ->> 'year'", "household IS NOT NULL")),
    Check("member", "relation", HEAD_TWICE, _twice("member", "household", "present AND relation = 'HEAD'")),
    Check("member", "relation", SPOUSE_TWICE, _twice("member", "household", "present AND relation = 'SPOUSE'")),
    Check(
        "household",
        "head_name",
        HEAD_NAME,
        f"{_OF_HOUSEHOLD} WHERE h.sheet = 'household' AND h.data ->> 'head_name' <> head.data ->> 'name'",
    ),
    Check(
        "household",
        HEAD_ID,
        HEAD_ID_DISAGREES,
        f"{_OF_HOUSEHOLD} WHERE h.sheet = 'household' AND h.head_index <> head.person_index",
    ),
    Check(
        "household",
        "people",
        PEOPLE_DISAGREE,
        # the members that the household will have: those of the file, and those on record that the file leaves out
        f"""SELECT h.line, coalesce(m.counted, 0) + h.stored - coalesce(m.matched, 0) AS members
            FROM intake_row h LEFT JOIN (
              SELECT household, count(*) FILTER (WHERE present) AS counted,
                count(DISTINCT target) FILTER (WHERE matched) AS matched
              FROM intake_row WHERE sheet = 'member' GROUP BY 1) m ON m.household = h.target
            WHERE h.sheet = 'household' AND NOT h.failed AND {_WHOLE}
              AND coalesce(m.counted, 0) + h.stored - coalesce(m.matched, 0) <> (h.data ->> 'people')::int""",  # noqa: S608
    ),
    Check(
        "member",
        "sex",
        SPOUSE_SEX,
        f"{_BESIDE_HEAD} AND m.present AND m.relation = 'SPOUSE' AND m.data ->> 'sex' = head.data ->> 'sex'",
        warning=True,
    ),
    Check(
        "member",
        "birth_date",
        CHILD_OLDER,
        f"{_BESIDE_HEAD} AND m.present AND m.relation IN ('SON', 'DAUGHTER')"
        " AND (m.data ->> 'birth_date')::date <= (head.data ->> 'birth_date')::date",
        warning=True,
    ),
    Check(
        "household",
        "people",
        MEMBERS_ABSENT,
        """SELECT h.line, h.stored - coalesce(m.matched, 0) AS count FROM intake_row h LEFT JOIN (
             SELECT household, count(DISTINCT target) AS matched FROM intake_row
             WHERE sheet = 'member' AND matched GROUP BY 1) m ON m.household = h.target
           WHERE h.sheet = 'household' AND NOT h.fresh AND h.stored > coalesce(m.matched, 0)""",
        warning=True,
    ),
)

_NO_HEAD = f"""
SELECT h.line FROM intake_row h WHERE h.sheet = 'household' AND NOT h.failed AND {_WHOLE}
  AND NOT EXISTS ({_MEMBER} = 'HEAD' AND household = h.target)
  AND NOT EXISTS (SELECT FROM unnest($1::bigint[], $2::bigint[]) s(household, id) WHERE s.household = h.target
    AND NOT EXISTS (SELECT FROM intake_row r WHERE r.sheet = 'member' AND r.target = s.id))
ORDER BY 1"""  # noqa: S608 - our own text
_STORED_TOO = """
SELECT m.line FROM intake_row m JOIN unnest($1::bigint[], $2::bigint[]) s(household, id) USING (household)
WHERE m.sheet = 'member' AND m.present AND m.relation = $3 AND m.target IS DISTINCT FROM s.id
  AND NOT EXISTS (SELECT FROM intake_row r WHERE r.sheet = 'member' AND r.target = s.id)
ORDER BY 1"""
_ELSEWHERE = """
SELECT line, elsewhere_unit FROM intake_row r WHERE sheet = 'member' AND elsewhere IS NOT NULL AND NOT EXISTS (
  SELECT FROM intake_row gone WHERE gone.sheet = 'member' AND gone.target = r.elsewhere AND NOT gone.present)
ORDER BY line"""


async def check(
    connection: Connection, columns: dict[str, dict[str, int]], faults: Faults, stored: Mapping[str, Mapping[int, int]]
) -> int:
    """Tell every finding, planned for hashing: nobody can analyze the waiting room, so it looks empty to the planner.

    How many persons turned out to be registered beyond the importing unit's reach.
    """
    await connection.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_seqscan = on")
    twice: set[int] = set()  # what is said of a household that stands there twice is all there is to say
    for rule in CHECKS:
        label = sheets()[rule.sheet].label
        for finding in await connection.fetch(f"SELECT * FROM ({rule.sql}) AS finding ORDER BY line"):  # noqa: S608
            if rule.code is HOUSEHOLD_TWICE:
                twice |= {finding["line"], finding["row"]}
            elif rule.sheet == "household" and finding["line"] in twice:
                continue
            row = RowFaults(faults, label, finding["line"], columns[rule.sheet])
            tell = row.warn if rule.warning else row.refuse
            tell(rule.field, rule.code, **{name: value for name, value in finding.items() if name != "line"})
    await _resulting(connection, columns, faults, stored, twice)
    return await _elsewhere(connection, columns["member"], faults)


async def _resulting(
    connection: Connection,
    columns: dict[str, dict[str, int]],
    faults: Faults,
    stored: Mapping[str, Mapping[int, int]],
    twice: set[int],
) -> None:
    """One head and at most one spouse in the household that results, members on record included. RULES §5"""
    label = sheets()["member"].label
    for relation, code in (("HEAD", HEAD_STORED), ("SPOUSE", SPOUSE_STORED)):
        holders = stored[relation]
        for row in await connection.fetch(_STORED_TOO, list(holders), list(holders.values()), relation):
            RowFaults(faults, label, row["line"], columns["member"]).refuse("relation", code)
    heads = stored["HEAD"]
    for row in await connection.fetch(_NO_HEAD, list(heads), list(heads.values())):
        if row["line"] in twice:
            continue
        home = RowFaults(faults, sheets()["household"].label, row["line"], columns["household"])
        home.refuse("head_name", HEAD_NONE)


async def _elsewhere(connection: Connection, columns: dict[str, int], faults: Faults) -> int:
    label, strangers = sheets()["member"].label, 0
    for finding in await connection.fetch(_ELSEWHERE):
        row = RowFaults(faults, label, finding["line"], columns)
        if finding["elsewhere_unit"] is not None:
            row.refuse("id_number", PERSON_ELSEWHERE, unit=finding["elsewhere_unit"])
            continue
        strangers += 1
        if strangers <= STRANGERS:
            row.refuse("id_number", ALREADY_REGISTERED)
    if strangers > STRANGERS:
        RowFaults(faults, label, 1, columns).refuse("id_number", TOO_MANY_STRANGERS, limit=STRANGERS)
    return strangers
