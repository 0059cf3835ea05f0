"""比对 A batch of rows against what is stored: which household, which member, whose they are. Q15, Q16

What lies outside the importing unit is never told more of than that it exists: a person exists once nationwide. Q38
"""

from datetime import date

from api.database import Connection
from api.database import Row as Stored
from api.intake.columns import DEFAULTS, HEAD_ID, NUMBER, Form, sheets
from api.intake.errors import BEYOND_REACH, UNIT_BAD, UNIT_NOT_VILLAGE
from api.intake.household_errors import HOUSEHOLD_ABSENT, NEEDS_TRANSFER, NUMBER_TAKEN, TRANSFER_OPEN
from api.intake.scope import Reach, units_in_force
from api.intake.staging import Row, give_ids
from api.rules.words.vocabulary import Tier
from api.schema.declare import TIER_COLUMNS
from api.sealing import Identifier, Sealer

UNITS = tuple(name for name, field in sheets()["household"].fields.items() if field.form is Form.UNIT)
TRANSFERRED = (*(name for name in UNITS if name != "unit"), "jurisdiction", "jurisdiction_reason", "relocated")
"""The places and the basis that an open transfer is about. Q16"""
COOPERATING = tuple(f"cooperating_{column}" for column in TIER_COLUMNS)
_PATH = ", ".join(f"h.{column}" for column in TIER_COLUMNS)
# Each key is looked up by its index, whatever the planner believes of tables that an import may just have filled:
# LATERAL … LIMIT leaves it no other order.
_BY_NUMBER = """
SELECT h.id FROM unnest($1::text[]) k(number)
CROSS JOIN LATERAL (SELECT id FROM household WHERE number = k.number LIMIT 1) h"""
_BY_HEAD = """
SELECT m.household AS id, k.index AS key FROM unnest($1::bytea[]) k(index) CROSS JOIN LATERAL (
  SELECT household FROM member WHERE id_number_index = k.index AND id_number_index IS NOT NULL AND left_on IS NULL
    AND relation = 'HEAD' LIMIT 1) m"""
_LOCKED = f"""
SELECT h.id, h.number, h.unit, {_PATH}, {", ".join(f"h.{name}" for name in TRANSFERRED)}, EXISTS (
  SELECT FROM proceeding p WHERE p.household = h.id AND p.kind = 'TRANSFER' AND p.ended_on IS NULL) AS in_transfer
FROM household h WHERE h.id = ANY($1) ORDER BY h.id FOR UPDATE OF h"""  # noqa: S608 - declared names only
_PEOPLE = """
SELECT k.household, m.* FROM unnest($1::bigint[]) k(household) CROSS JOIN LATERAL (
  SELECT count(*) AS people, min(id) FILTER (WHERE relation = 'HEAD') AS head,
    min(id) FILTER (WHERE relation = 'SPOUSE') AS spouse
  FROM member WHERE household = k.household AND left_on IS NULL) m"""
_STAGED = """
SELECT r.* FROM unnest($1::text[]) k(number) CROSS JOIN LATERAL (
  SELECT household_number, NULL::bytea AS head_index, target FROM intake_row
  WHERE sheet = 'household' AND household_number = k.number ORDER BY line DESC LIMIT 1) r
UNION ALL
SELECT r.* FROM unnest($2::bytea[]) k(index) CROSS JOIN LATERAL (
  SELECT NULL, head_index, target FROM intake_row
  WHERE sheet = 'household' AND head_index = k.index ORDER BY line DESC LIMIT 1) r"""
# the two queries that find persons follow the two indexes there are: present ones by number, others by household
_PRESENT = f"""
SELECT m.id, m.household, k.index AS key, m.left_on, {_PATH} FROM unnest($1::bytea[]) k(index) CROSS JOIN LATERAL (
  SELECT id, household, left_on FROM member
  WHERE id_number_index = k.index AND id_number_index IS NOT NULL AND left_on IS NULL LIMIT 1) m
CROSS JOIN LATERAL (SELECT * FROM household WHERE id = m.household LIMIT 1) h"""  # noqa: S608 - declared names only
_OTHERS = """
SELECT m.* FROM unnest($1::bigint[]) k(household) CROSS JOIN LATERAL (
  SELECT id, household, id_number_index AS key, name, birth_date, left_on FROM member
  WHERE household = k.household AND (id_number_index IS NULL OR left_on IS NOT NULL) OFFSET 0) m ORDER BY m.id"""


class Matching:
    """Matches the rows of one import; keeps the units it has met."""

    def __init__(self, connection: Connection, sealer: Sealer, reach: Reach, day: date) -> None:
        self._connection, self._sealer, self._reach, self._day = connection, sealer, reach, day
        self._units: dict[str, Stored] = {}
        self.stored: dict[str, dict[int, int]] = {"HEAD": {}, "SPOUSE": {}}
        """The member on record who holds a relation, by household: of the households of the file."""

    async def households(self, rows: list[Row]) -> None:
        """Find the stored household of each row and put its units in; locks those found until the import ends."""
        await self._learn_units(rows)
        numbers, heads = await self._stored_households(rows)
        for row in rows:
            self._put_units(row)
            self._meet(row, numbers.get(row.number or ""), heads.get(row.head_index or b""))
        targets = sorted({row.target for row in rows if row.target is not None})
        people: dict[int | None, int] = {}
        for stored in await self._connection.fetch(_PEOPLE, targets):
            people[stored["household"]] = stored["people"]
            for relation, holder in (("HEAD", stored["head"]), ("SPOUSE", stored["spouse"])):
                if holder is not None:
                    self.stored[relation][stored["household"]] = holder
        await give_ids(self._connection, "household", rows)
        for row in rows:
            row.household, row.stored = row.target, people.get(row.target, 0)
            row.more |= {"id": row.target} | ({"number": row.number} if row.number else {})
            if row.fresh:
                defaults = {name: value for name, value in DEFAULTS["household"].items() if name not in row.values}
                row.more |= defaults | {"safety_net": False, "registered_on": self._day}

    async def members(self, rows: list[Row]) -> None:
        """Find the household of each row in the file and the stored member, here or elsewhere."""
        await self._find_households(rows)
        indexes = [self._indexes(row) for row in rows]
        keys = sorted({key for many in indexes for key in many})
        present = {bytes(row["key"]): row for row in await self._connection.fetch(_PRESENT, keys)}
        homes = sorted({row.household for row in rows if row.household is not None})
        others: dict[int, list[Stored]] = {}
        for stored in await self._connection.fetch(_OTHERS, homes):
            others.setdefault(stored["household"], []).append(stored)
        for row, own in zip(rows, indexes, strict=True):
            numbered = [present[key] for key in own if key in present]
            self._recognise(
                row,
                numbered,
                [candidate for candidate in others.get(row.household or 0, []) if _alike(candidate, row, own)],
            )
        await give_ids(self._connection, "member", rows)
        for row in rows:
            row.more |= {"id": row.target, "household": row.household}

    async def surveys(self, rows: list[Row]) -> None:
        """Find the household of each row in the file."""
        await self._find_households(rows)
        for row in rows:
            row.fresh, row.more["household"] = False, row.household

    async def _stored_households(self, rows: list[Row]) -> tuple[dict[str, Stored], dict[bytes, Stored]]:
        """The stored households of the rows, by number and by index of the head; all of them locked."""
        numbered = await self._connection.fetch(_BY_NUMBER, sorted({row.number for row in rows if row.number}))
        headed = await self._connection.fetch(_BY_HEAD, sorted({row.head_index for row in rows if row.head_index}))
        ids = sorted({row["id"] for row in (*numbered, *headed)})
        locked: dict[int, Stored] = {row["id"]: row for row in await self._connection.fetch(_LOCKED, ids)}
        numbers = {stored["number"]: stored for stored in locked.values() if stored["number"] is not None}
        return numbers, {bytes(row["key"]): locked[row["id"]] for row in headed if row["id"] in locked}

    async def _learn_units(self, rows: list[Row]) -> None:
        wanted = {row.values[name] for row in rows for name in UNITS if name in row.values} - self._units.keys()
        self._units |= await units_in_force(self._connection, wanted)

    def _put_units(self, row: Row) -> None:
        for name in UNITS:
            code = row.values.pop(name, None)
            if code is None:
                continue
            unit, label = self._units.get(code), sheets()["household"].fields[name].label
            if unit is None:
                row.faults.refuse(name, UNIT_BAD, label=label)
                continue
            row.more[name] = unit["id"]
            if name == "unit":
                row.more |= {column: unit[column] for column in TIER_COLUMNS}
                if unit["tier"] != Tier.VILLAGE.name:
                    row.faults.refuse(name, UNIT_NOT_VILLAGE, label=label)
                elif not self._reach.covers(unit):
                    row.faults.refuse(name, BEYOND_REACH, unit=self._reach.code)
            if name == "move_out_unit":
                row.more |= {name: unit[column] for name, column in zip(COOPERATING, TIER_COLUMNS, strict=True)}

    def _meet(self, row: Row, numbered: Stored | None, headed: Stored | None) -> None:
        if numbered is not None and not self._reach.covers(numbered):
            row.faults.refuse(NUMBER, NUMBER_TAKEN)
            return
        # a household that had no number yet is found by its head and gets the number
        by_head = headed is not None and self._reach.covers(headed) and (not row.number or headed["number"] is None)
        stored = numbered if numbered is not None else headed if by_head else None
        if stored is None:
            return
        row.target, row.fresh = stored["id"], False
        if "unit" in row.more and row.more["unit"] != stored["unit"]:
            row.faults.refuse("unit", NEEDS_TRANSFER, unit=stored["village"])
        self._respect_transfers(row, stored)

    def _respect_transfers(self, row: Row, stored: Stored) -> None:
        """Leave places alone that an open transfer is about, and who cooperates where the file says nothing new."""
        stated = {**row.values, **row.more}
        new = [name for name in TRANSFERRED if name in stated and stated[name] != stored[name]]
        for name in new if stored["in_transfer"] else ():
            row.faults.refuse(name, TRANSFER_OPEN, label=sheets()["household"].fields[name].label)
        if "move_out_unit" not in new:
            row.more = {name: value for name, value in row.more.items() if name not in COOPERATING}

    async def _find_households(self, rows: list[Row]) -> None:
        staged = await self._connection.fetch(
            _STAGED,
            sorted({row.number for row in rows if row.number}),
            sorted({row.head_index for row in rows if row.head_index}),
        )
        numbers = {row["household_number"]: row["target"] for row in staged if row["household_number"]}
        heads = {bytes(row["head_index"]): row["target"] for row in staged if row["head_index"]}
        for row in rows:
            if row.number is None and row.head_index is None:
                continue
            row.household = numbers.get(row.number) if row.number else heads.get(row.head_index or b"")
            if row.household is None:
                row.faults.refuse(NUMBER if row.number else HEAD_ID, HOUSEHOLD_ABSENT)

    def _indexes(self, row: Row) -> set[bytes]:
        number = row.values.get("id_number")
        if number is None:
            return set()
        return {self._sealer.index(Identifier.ID_NUMBER, number)} | ({row.person_index} if row.person_index else set())

    def _recognise(self, row: Row, numbered: list[Stored], alike: list[Stored]) -> None:
        here = [member for member in numbered if member["household"] == row.household]
        present = here or [member for member in alike if member["left_on"] is None]
        left = [member for member in alike if member["left_on"] is not None] if "left_on" in row.values else []
        chosen = (present or left)[-1:]
        if chosen:
            row.target, row.fresh, row.matched = chosen[0]["id"], False, bool(present)
        away = [member for member in numbered if member["household"] != row.household]
        if away and "left_on" not in row.values:
            row.elsewhere = away[0]["id"]
            row.elsewhere_unit = away[0]["village"] if self._reach.covers(away[0]) else None


def _alike(stored: Stored, row: Row, own: set[bytes]) -> bool:
    """Whether a stored member is the one of a row: by number, else by name and birth date.

    Somebody who only now got a number needs an equal birth date.
    """
    if stored["key"] is not None:
        return bytes(stored["key"]) in own
    births = (stored["birth_date"], row.values.get("birth_date"))
    return stored["name"] == row.values.get("name") and (births[0] == births[1] or (not own and None in births))
