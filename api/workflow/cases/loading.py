"""取数 The rows a step is about, locked household first, so that two officials on one household take turns."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from api.access.subject import Subject
from api.rules.limits.tightening import override_of
from api.schema.names import camel
from api.workflow.engine.contexts import Work
from api.workflow.engine.errors import NOT_OF_HOUSEHOLD, StepProblem, problem_of
from api.workflow.engine.step import Reference, Step, Workflow
from api.workflow.numbers.recomputing import NUMBERS_LOCK

_TABLE = {
    "Household": "household",
    "Proceeding": "proceeding",
    "MonitoringCase": "monitoring_case",
    "Clue": "clue",
    "Plan": "plan",
    "Measure": "measure",
}
# the advisory lock stands among the conditions, so that it is taken before the row
_TURN = """
select h.id from household h where h.id = ({owner})
  and pg_advisory_xact_lock_shared({lock}, hashtext(h.province)) is not null for update of h"""
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
    connection: Any,
    subject: Subject,
    workflow: Workflow,
    step: Step,
    number: int,
    given: Mapping[str, Any],
    reason: str | None,
    *,
    locked: bool = True,
) -> Work | None:
    """The work of a step on the row with this id; None when there is no such row.

    One statement looks at everything. `locked`: it is this step's turn, so its act and what else it makes have their
    ids from here on, and the acts of a household are in the order of theirs.
    """
    row = await connection.fetchrow(_rows(step.target, _drawn(step) if locked else ()), number)
    if row is None:
        return None
    work = Work(connection, subject, step.said.action, given, household=row["household"], reason=reason)
    work.overrides = tuple(override_of(one) for one in orjson.loads(row["settings"] or "[]"))
    work.sectors, work.target, work.case = row["sectors"], row["target"], row["monitoring_case"]
    if locked:
        work.drawn = dict(zip(_drawn(step), row["drawn"], strict=True))
    if step.target == "Clue":
        work.clue = work.target
    if step.target == "Proceeding":
        work.proceeding, work.clue, work.assessment = work.target, row["clue"], row["assessment"]
        work.acts = row["acts"]
    return work if work.proceeding is None or work.proceeding["kind"] == _kind(workflow) else None


def turn(step: Step) -> str:
    """What locks the household of the row whose id is `$5`, and before it the numbers in force in its province."""
    table = _TABLE[step.target]
    owner = "$5" if table == "household" else f"select household from {table} where id = $5"  # noqa: S608 - closed set
    return _TURN.format(owner=owner, lock=NUMBERS_LOCK)


def _drawn(step: Step) -> tuple[str, ...]:
    return ("act", *step.makes)


@cache
def _rows(target: str, drawn: tuple[str, ...]) -> str:
    """All that a step looks at, in one statement: rows whole; and an id for a new row of each table of `drawn`."""
    table = _TABLE[target]
    case = "null" if table in ("household", "clue") else "t.id" if table == "monitoring_case" else "t.monitoring_case"
    ids = ", ".join(f"nextval('{one}_id_seq')" for one in drawn)
    more = f"{_OF_PROCEEDING if table == 'proceeding' else ''}, array[{ids}]::bigint[] as drawn"
    rows = "household h" if table == "household" else f"{table} t join household h on h.id = t.household"
    which, row = ("h.id", "null") if table == "household" else ("t.id", "t")
    return f"{_ROWS.format(case=case, target=row, more=more)} from {rows} where {which} = $1"


def _kind(workflow: Workflow) -> str | None:
    return workflow.kind.name if workflow.kind else None


async def name_rows(work: Work, step: Step) -> list[StepProblem]:
    """Load the rows that references name; a problem for each argument that names no row of this household."""
    missing = []
    for argument in step.arguments:
        number = work.given.get(argument.name)
        if not isinstance(argument.python, Reference) or number is None:
            continue
        row = await work.connection.fetchrow(_REFERRED[argument.python.type_name], number, work.household["id"])
        if row is None:
            missing.append(problem_of(NOT_OF_HOUSEHOLD, field=camel(argument.name)))
        else:
            work.named[argument.name] = row
    return missing
