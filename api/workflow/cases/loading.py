"""取数 Load what a step about a household reads, after the lock: steps on one household follow one another. Q33"""

from functools import cache

import orjson

from api.access.subject import Subject
from api.database import Connection
from api.errors import Term
from api.rules.limits.tightening import override_of
from api.schema.names import camel
from api.workflow.cases.context import HouseholdContext
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import NOT_OF_HOUSEHOLD, StepProblem, problem_of
from api.workflow.engine.step import Reference, Step

_TABLE = {
    "Household": "household",
    "Proceeding": "proceeding",
    "MonitoringCase": "monitoring_case",
    "Clue": "clue",
    "Plan": "plan",
    "Measure": "measure",
}
# the numbers are held by a condition, so that they are before the row is locked
_LOCK = """
select h.id from household h where h.id = ({owner})
  and hold_numbers(h.province) for update of h"""
_ROWS = """
select h as household, array(select i.department from involvement i where i.household = h.id) as sectors,
  (select jsonb_agg(jsonb_build_object('unit', u.code, 'parameter', s.parameter, 'value', s.value,
      'dimension', s.dimension, 'since', s.since) order by s.id)::text
    from parameter_setting s join unit u on u.id = s.unit
    where s.since is not null and u.code in ('0', h.province, h.city, h.county, h.township, h.village)) as settings,
  (select c from monitoring_case c where c.id = coalesce({case}, (
    select n.id from monitoring_case n where n.household = h.id order by n.id desc limit 1))) as monitoring_case,
  {target} as target{more}"""
_OF_PROCEEDING = """,
  (select k from clue k where k.id = t.clue) as clue,
  (select a from assessment a where a.proceeding = t.id order by a.id desc limit 1) as assessment,
  array(select a from act a where a.proceeding = t.id order by a.id) as acts"""
_REFERRED = {
    "Risk": "select * from risk where id = $1 and household = $2",
    "Member": "select * from member where id = $1 and household = $2 and left_on is null",
    "Plan": "select * from plan where id = $1 and household = $2",
}


async def load(
    connection: Connection,
    subject: Subject,
    services: StepServices,
    step: Step[HouseholdContext],
    step_input: StepInput,
    *,
    locked: bool = True,
) -> HouseholdContext | None:
    """The context of a step on the row its id names; None when there is no such row.

    One statement reads everything. `locked`: the household is locked, so ids drawn here are ordered like the acts.
    """
    row = await connection.fetchrow(_rows(step.target, drawn_tables(step) if locked else ()), step_input.number)
    if row is None:
        return None
    household, target = row["household"], row["target"] or row["household"]
    ctx = HouseholdContext(connection, subject, services, step.id, step_input, household=household, target=target)
    ctx.overrides = tuple(map(override_of, orjson.loads(row["settings"] or "[]")))
    ctx.sectors, ctx.case = row["sectors"], row["monitoring_case"]
    if locked:
        ctx.drawn = dict(zip(drawn_tables(step), row["drawn"], strict=True))
    if step.target == "Clue":
        ctx.clue = row["target"]
    if step.target == "Proceeding":
        ctx.proceeding, ctx.clue, ctx.assessment = row["target"], row["clue"], row["assessment"]
        ctx.acts = row["acts"]
    return ctx


def lock_household(step: Step[HouseholdContext]) -> str:
    """The query that locks the household of the row whose id is `$6`, after the numbers in force in its province."""
    table = _TABLE[step.target]
    owner = "$6" if table == "household" else f"select household from {table} where id = $6"  # noqa: S608 - closed set
    return _LOCK.format(owner=owner)


def drawn_tables(step: Step[HouseholdContext]) -> tuple[str, ...]:
    """The tables for whose new rows ids are drawn when the household is loaded: the act's, and what the step makes."""
    return ("act", *step.makes)


@cache
def _rows(target: str, drawn: tuple[str, ...]) -> str:
    """The statement that reads all rows of a step, whole, and draws an id for a new row of each table of `drawn`."""
    table = _TABLE[target]
    case = "null" if table in ("household", "clue") else "t.id" if table == "monitoring_case" else "t.monitoring_case"
    ids = ", ".join(f"nextval('{name}_id_seq')" for name in drawn)
    more = f"{_OF_PROCEEDING if table == 'proceeding' else ''}, array[{ids}]::bigint[] as drawn"
    rows = "household h" if table == "household" else f"{table} t join household h on h.id = t.household"
    which, row = ("h.id", "null") if table == "household" else ("t.id", "t")
    return f"{_ROWS.format(case=case, target=row, more=more)} from {rows} where {which} = $1"


async def load_references(ctx: HouseholdContext, step: Step[HouseholdContext]) -> list[StepProblem]:
    """Load the rows that references name; a problem for each argument that names no row of this household."""
    missing = []
    for argument in step.arguments:
        number = ctx.arguments.get(argument.name)
        if not isinstance(argument.python, Reference) or number is None:
            continue
        row = await ctx.connection.fetchrow(_REFERRED[argument.python.type_name], number, ctx.household["id"])
        if row is None:
            missing.append(
                problem_of(NOT_OF_HOUSEHOLD, field=Term(camel(argument.name), argument.zh, camel(argument.name)))
            )
        else:
            ctx.references[argument.name] = row
    return missing
