"""取数 The rows a step is about, locked household first, so that two officials on one household take turns."""

from collections.abc import Mapping
from typing import Any

import orjson

from api.access.subject import Subject
from api.rules.tightening import override_of
from api.schema.names import camel
from api.workflow.refusals import NOT_OF_HOUSEHOLD, StepProblem, problem_of
from api.workflow.step import Reference, Step, Workflow
from api.workflow.work import Work

_HOUSEHOLD = """
select h.*, array(select i.department from involvement i where i.household = h.id) as sectors,
  (select jsonb_agg(jsonb_build_object('unit', u.code, 'parameter', s.parameter, 'value', s.value,
      'dimension', s.dimension, 'since', s.since))::text
    from parameter_setting s join unit u on u.id = s.unit
    where s.since is not null and u.code in ('0', h.province, h.city, h.county, h.township, h.village)) as settings
from household h where h.id = $1"""
_LOCKED = f"{_HOUSEHOLD} for update of h"
NUMBERS_LOCK = 0x53687567
"""Advisory lock, by province: steps share it, whoever puts a number in force has it alone; see `recomputing`."""
_TURN = """
select h.id, pg_advisory_xact_lock_shared({lock}, hashtext(h.province)) from household h where h.id = ({owner})"""
_OWNER = {
    "Household": "select id from household where id = $1",
    "Proceeding": "select household from proceeding where id = $1",
    "MonitoringCase": "select household from monitoring_case where id = $1",
    "Clue": "select household from clue where id = $1",
    "Plan": "select household from plan where id = $1",
    "Measure": "select household from measure where id = $1",
}
_TABLE = {"MonitoringCase": "monitoring_case"}
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
    """The work of a step on the row with this id; None when there is no such row. The household is `locked`."""
    whose = _OWNER[step.target]
    owner = await connection.fetchval(_TURN.format(lock=NUMBERS_LOCK, owner=whose) if locked else whose, number)
    household = await connection.fetchrow(_LOCKED if locked else _HOUSEHOLD, owner) if owner is not None else None
    if household is None:
        return None
    work = Work(connection, subject, step.said.action, given, household=household, reason=reason)
    work.overrides = tuple(override_of(row) for row in orjson.loads(household["settings"] or "[]"))
    if step.target != "Household":
        table = _TABLE.get(step.target, step.target.lower())
        work.target = await connection.fetchrow(f"select * from {table} where id = $1", number)  # noqa: S608 - closed set
    await _surroundings(work, step)
    if step.target == "Proceeding" and (work.proceeding is None or work.proceeding["kind"] != _kind(workflow)):
        return None
    return work


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


async def _surroundings(work: Work, step: Step) -> None:
    connection, household = work.connection, work.household["id"]
    if step.target == "Proceeding":
        work.proceeding = work.target
    elif step.target == "Clue":
        work.clue = work.target
    if work.proceeding is not None:
        work.acts = list(
            await connection.fetch("select * from act where proceeding = $1 order by id", work.proceeding["id"])
        )
        newest = "select * from assessment where proceeding = $1 order by id desc limit 1"
        work.assessment = await connection.fetchrow(newest, work.proceeding["id"])
        if work.proceeding["clue"] is not None:
            work.clue = await connection.fetchrow("select * from clue where id = $1", work.proceeding["clue"])
    case = work.target["id"] if step.target == "MonitoringCase" and work.target else None
    if case is None and work.proceeding is not None:
        case = work.proceeding["monitoring_case"]
    if case is None and work.target is not None and "monitoring_case" in work.target.keys():  # noqa: SIM118 - a Record
        case = work.target["monitoring_case"]
    newest = "select * from monitoring_case where household = $1 order by id desc limit 1"
    work.case = (
        await connection.fetchrow("select * from monitoring_case where id = $1", case)
        if case is not None
        else await connection.fetchrow(newest, household)
    )
