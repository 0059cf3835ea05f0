"""牵涉 Extent: how many officials and households a change of policy touches today, by its own formula. Q1, Q38

The formula is the policy's own, rendered as everywhere; only the subject is no parameter but a row: every seat held
today by one of the roles. A policy editor sees no household, so examples are counties with their counts, nothing else.
Counts of households stop at MOST, and those under FEW are not told: who writes rows could otherwise ask about one
village, one state, one department until a single household is left. (ours)
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.access.formula.formula import FALSE, Formula, Grant, Or, atoms
from api.access.review.difference import Change
from api.access.role import Role
from api.database import Reader
from api.planner.sql.binder import Binder
from api.planner.sql.conditions import Place
from api.planner.values import Getter
from api.rules.words.vocabulary import Kind, Tier
from api.schema.catalogue import Type, catalogue

MOST = 100_000
FEW = 5
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class County:
    """A county of today with how many of its households are touched."""

    code: str
    name: str
    households: int


@dataclass(frozen=True, slots=True)
class Extent:
    """`households` is None where the change is about none; there may be more (`at_least`) or `fewer` than it says."""

    officials: int
    households: int | None
    at_least: bool
    fewer: bool
    counties: tuple[County, ...]


async def extent(reader: Reader, change: Change, on: date, *, gains: bool, deadline: float | None = None) -> Extent:
    """Count one side of a change: the officials who gain or lose, and the households concerned."""
    formula = change.gains if gains else change.loses
    sql, arguments = _statement(change.members, change.kinds, formula, on)
    answer = json.loads(await reader.fetch(sql, arguments, deadline))
    counted: int | None = answer["households"]
    if counted is None:
        return Extent(answer["officials"], None, at_least=False, fewer=False, counties=())
    fewer = 0 < counted < FEW
    counties = (County(**county) for county in answer["counties"] if county["households"] >= FEW)
    return Extent(answer["officials"], FEW if fewer else min(counted, MOST), counted > MOST, fewer, tuple(counties))


def _statement(members: Iterable[Role], kinds: Iterable[Kind], formula: Formula, on: date) -> tuple[str, Sequence[Any]]:
    binder = _SeatBinder(on)
    tiers = {tier: [role for role in members if role.tier is tier] for tier in Tier}
    seats = {tier: _seats(tier, held, binder) for tier, held in tiers.items() if held}
    branches = [_households(type_, formula, seats, binder) for type_ in _types(kinds, formula)]
    rows = " union ".join(branches) or "select null::bigint where false"
    counted = "(select count(*) from touched)" if branches else "null"
    text = (
        f"with {', '.join(f'{_name(tier)} as materialized ({sql})' for tier, sql in seats.items())}, "
        f"touched as materialized (select h.county from ({rows} limit {MOST + 1}) f(id) "
        "join household h on h.id = f.id) "
        "select convert_to(json_build_object("
        f"'officials', (select sum(held) from ({_officials(seats)}) o), 'households', {counted}, "
        f"'counties', {_COUNTIES})::text, 'UTF8')"
    )
    sql, getters, _ = binder.settle(text)
    return sql, [get({}, None) for get in getters]  # type: ignore[arg-type]  # no getter of these reads a subject


_COUNTIES = f"""(select coalesce(json_agg(c), '[]') from (
  select t.county as code, coalesce(max(u.name), '') as name, count(*) as households
  from touched t left join unit u on u.code = t.county and u.valid_until is null
  where t.county is not null group by t.county order by 3 desc, 1 limit {EXAMPLES}) c)"""


class _SeatBinder(Binder):
    """A binder whose subject is the row `s` of a table of seats."""

    def __init__(self, on: date) -> None:
        super().__init__()
        self.on = on

    def bind(self, get: Getter, cast: str, key: Any = None) -> str:
        """Bind a value, replacing the subject's own by the seat's."""
        return {"home": "s.home", "department": "s.department"}.get(
            key if isinstance(key, str) else ""
        ) or super().bind(get, cast, key)


def _seats(tier: Tier, held: Sequence[Role], binder: _SeatBinder) -> str:
    day = binder.bind(lambda *_: binder.on, "date", ("day",))
    offices = [(role.department.name, role.duty.name) for role in held]
    departments = binder.bind(lambda *_: [office[0] for office in offices], "text[]", ("departments", tier))
    duties = binder.bind(lambda *_: [office[1] for office in offices], "text[]", ("duties", tier))
    return (
        "select u.code as home, p.department, count(distinct p.account) as held "
        "from post p join unit u on u.id = p.unit join account a on a.id = p.account and a.state = 'ACTIVE' "
        f"where p.tier = '{tier.name}' and p.since <= {day} and (p.until is null or p.until >= {day}) "
        f"and (p.department, p.duty) in (select * from unnest({departments}, {duties})) group by 1, 2"
    )


def _name(tier: Tier) -> str:
    return f"seats_{tier.name.lower()}"


def _officials(seats: Iterable[Tier]) -> str:
    return " union all ".join(f"select coalesce(sum(held), 0) as held from {_name(tier)}" for tier in seats)


def _types(kinds: Iterable[Kind], formula: Formula) -> Iterator[Type]:
    """The rows whose household is meant, by kind; none for what hangs on no household or on a request's progress."""
    if formula == FALSE or any(isinstance(atom, Grant) for atom in atoms(formula)):
        return
    for kind in kinds:
        ours = [type_ for type_ in catalogue().values() if type_.kind is kind and type_.household]
        stated = [type_ for type_ in ours if type_.name == "Household" or "state" in type_.by_column]
        yield from stated[:1]


def _households(type_: Type, formula: Formula, seats: Iterable[Tier], binder: Binder) -> str:
    ways = formula.parts if isinstance(formula, Or) else (formula,)
    tests = [
        f"exists (select 1 from {_name(tier)} s where {Place(type_, 't', tier, binder).sql(way)})"
        for tier in seats
        for way in ways
    ]
    household = "t.id" if type_.name == "Household" else "t.household"
    return f"select distinct {household} from {type_.table} t where {' or '.join(tests)}"
