"""期限与评估 Time limits and assessments of demo households, worked out from the days of their rows. Q33, Q34"""

from datetime import date
from decimal import Decimal
from typing import Any

from api.database import Connection, Row
from api.demo.cases.procedure import TOWNSHIP
from api.rules.limits.deadlines import DEADLINES
from api.rules.numbers.parameter import DayOfYear
from api.rules.themes.assessment import HouseholdFacts, assess
from api.rules.themes.survey import Income, per_capita_net_income
from api.rules.themes.threshold import is_in_range
from api.rules.words.judging import DeadlineKind, Dimension
from api.rules.words.vocabulary import HouseholdKind
from api.schema.declare import TIER_COLUMNS

TABLES = ["assessment", "deadline"]
JUDGEMENT = "入户核实情况属实（演示数据）"
# what each limit runs from, and what met it, by kind; a case that ended owes nothing
_LIMITS = {
    DeadlineKind.IDENTIFICATION: """
select c.household, c.id as clue, null::bigint as proceeding, null::bigint as monitoring_case, c.found_on as runs_from,
  coalesce(m.entered_on, c.closed_on) as done_on
from clue c left join proceeding p on p.clue = c.id and p.kind = 'GREEN_CHANNEL'
left join monitoring_case m on m.id = p.monitoring_case where c.household >= $1""",
    DeadlineKind.PUBLICITY: """
select p.household, null, p.id, null, p.publicized_on, coalesce(p.submitted_on, p.ended_on) from proceeding p
where p.household >= $1 and p.publicized_on is not null""",
    DeadlineKind.SYSTEM_ENTRY: """
select c.household, null, null, c.id, c.identified_on, coalesce(c.registered_on, c.ended_on) from monitoring_case c
where c.household >= $1 and c.identified_on is not null and c.entered_on is null""",
    DeadlineKind.PLAN: """
select c.household, null, null, c.id, p.approved_on, coalesce(min(d.declared_on), c.eliminated_on, c.ended_on)
from monitoring_case c join proceeding p on p.monitoring_case = c.id and p.kind = 'IDENTIFICATION'
left join plan d on d.monitoring_case = c.id
where c.household >= $1 and p.approved_on is not null group by c.id, p.approved_on""",
    DeadlineKind.GREEN_CHANNEL_VERIFICATION: """
select c.household, null, null, c.id, c.entered_on, coalesce(p.verified_on, p.ended_on)
from monitoring_case c join proceeding p on p.monitoring_case = c.id and p.kind = 'GREEN_CHANNEL'
where c.household >= $1 and c.entered_on is not null""",
    DeadlineKind.YEARLY_UPDATE: """
select c.household, null, null, c.id, make_date(greatest(extract(year from c.eliminated_on)::int + 1,
  extract(year from $2::date)::int), 1, 1), null from monitoring_case c
where c.household >= $1 and c.state = 'RISK_ELIMINATED'
  and not exists (select from monitoring_case n where n.previous = c.id)""",
}
_PLACE = ", ".join(TIER_COLUMNS)
_DEADLINES = """
insert into deadline (household, clue, proceeding, monitoring_case, kind, nature, effect, length, runs_from, due_on,
  done_on, {place})
select t.household, t.clue::bigint, t.proceeding::bigint, t.monitoring_case::bigint, '{kind}', '{nature}', '{effect}',
  {length}, t.runs_from, {due}, t.done_on::date, {places}
from ({rows}) t (household, clue, proceeding, monitoring_case, runs_from, done_on)
join household h on h.id = t.household where $2::date is not null"""
_VERIFIED = """
select distinct on (p.id) p.household, p.id as proceeding, p.verified_on, h.kind_of_household, s.id as survey,
  s.counted, s.wages, s.business, s.transfers, s.property, s.business_expense,
  s.education_gap or s.medical_gap or s.housing_gap or s.water_gap as gap, t.id as threshold, t.year, t.amount
from proceeding p join household h on h.id = p.household join survey s on s.household = p.household
left join monitoring_case c on c.id = p.monitoring_case
join threshold t on t.id = c.threshold or c.threshold is null and t.year = extract(year from p.verified_on)
join unit u on u.id = t.unit and u.code = h.province
where p.household >= $1 and p.kind = 'IDENTIFICATION' and p.verified_on is not null
order by p.id, s.surveyed_on <= p.verified_on desc, abs(s.surveyed_on - p.verified_on), s.id"""
_COLUMNS = (
    "household", "proceeding", "survey", "threshold", "threshold_amount", "threshold_year", "per_capita",
    "after_expense", "in_range", "gap", "hardship", "copes_alone", "income_stable", "at_risk", "high_income",
    "judgement", "outcome", "category", "grounds", "assessed_on", "person",
)  # fmt: skip


async def tell(connection: Connection, first: int, on: date) -> None:
    """Write the limits and assessments of every household from that id on, as it stands on day `on`.

    Indexes may be away: the statements join whole tables, and must know how large these have become.
    """
    for kind, rows in _LIMITS.items():
        await connection.execute(_owed(kind, rows), first, on)
    person = await connection.fetchval("select person from officials where role = $1 and first", TOWNSHIP)
    verified = await connection.fetch(_VERIFIED, first)
    records = [_assessed(row, person) for row in verified]
    await connection.copy_records_to_table("assessment", records=records, columns=_COLUMNS)


def _owed(kind: DeadlineKind, rows: str) -> str:
    declared = DEADLINES[kind]
    value = declared.parameter.value
    if isinstance(value, DayOfYear):
        due = f"make_date(extract(year from t.runs_from)::int, {value.month}, {value.day})"
        length = f"{due} - t.runs_from"
    else:
        months = declared.parameter.dimension is Dimension.MONTHS
        length = str(declared.parameter.number)
        due = f"(t.runs_from + interval '{length} {'months' if months else 'days'}')::date"
    return _DEADLINES.format(
        place=_PLACE,
        places=", ".join(f"h.{tier}" for tier in TIER_COLUMNS),
        kind=kind.name,
        nature=declared.limit.name,
        effect=declared.effect.name,
        length=length,
        due=due,
        rows=rows,
    )


def _assessed(row: Row, person: int) -> tuple[Any, ...]:
    """One assessment, outcome and category by the rule: what demo households suffer is serious, and beyond them."""
    amounts = {name: row[name] for name in ("wages", "business", "transfers", "property", "business_expense")}
    per_capita: Decimal = per_capita_net_income(Income(**amounts, members=row["counted"]))
    facts = HouseholdFacts(
        kind=HouseholdKind[row["kind_of_household"]],
        in_range=is_in_range(per_capita, row["amount"]),
        gap=row["gap"],
        hardship=True,
        income_stable=False,
        can_cope_alone=False,
        high_income=False,
        risk=True,
    )
    assessment = assess(facts)
    return (
        *(row["household"], row["proceeding"], row["survey"], row["threshold"], row["amount"], row["year"]),
        *(per_capita, None, facts.in_range, facts.gap, True, False, False, True, False, JUDGEMENT),
        *(assessment.outcome.name, assessment.category.name if assessment.category else None),
        *([reason.code for reason in assessment.reasons], row["verified_on"], person),
    )
