"""数字事项 Steps about numbers that a unit sets: asked of the policy where the unit is, kept as events. Q1, Q10, Q13

The id names a unit, or the row of a number. Every event is the ledger's; the row itself says who and since when.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.rules.limits.tightening import Override, Setting, override_of, setting_in_force
from api.rules.numbers.parameter import Parameter
from api.rules.units import NATION
from api.rules.words.vocabulary import Kind
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.contexts import Row, Taking
from api.workflow.engine.errors import WRONG_STATE, StepProblem, problem_of
from api.workflow.engine.handler import Asked, Desk, Matter, Question
from api.workflow.engine.step import Step, Workflow

_TABLE = {"Threshold": "threshold", "ParameterSetting": "parameter_setting"}
_UNIT = "select * from unit where id = $1 and valid_until is null"
_SETTINGS = """
select u.code as unit, s.parameter, s.value, s.dimension, s.since::text as since
from parameter_setting s join unit u on u.id = s.unit where s.since is not null and u.code = any($1::text[])
order by s.id"""


@dataclass(slots=True)
class Number(Taking):
    """A step about a number of one unit; `overrides` are what the unit and those above have set of their own."""

    unit: Row = field(kw_only=True)
    overrides: tuple[Override, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The codes of the unit's path, from the nation down."""
        return (NATION, *(self.unit[tier] for tier in TIER_COLUMNS if self.unit[tier]))

    @property
    def version(self) -> int:
        """The version of the number; a unit itself has one for good."""
        return int(self.target["version"]) if self.target is not None else 1

    def setting(self, parameter: Parameter) -> Setting:
        """What holds of one of the Guide's numbers for this unit on the step's day. Q1"""
        return setting_in_force(parameter, self.path[::-1], self.on, self.overrides)


async def load(
    connection: Any,
    subject: Subject,
    workflow: Workflow,  # noqa: ARG001 - as every matter's
    step: Step,
    number: int,
    given: Mapping[str, Any],
    reason: str | None,
    *,
    locked: bool = True,
) -> Number | None:
    """The unit the id names, or the row of a number with its unit; None when there is none. The row is `locked`."""
    target = None
    if step.target != "Unit":
        lock = " for update" if locked else ""
        sql = f"select * from {_TABLE[step.target]} where id = $1{lock}"  # noqa: S608 - closed set
        target = await connection.fetchrow(sql, number)
        if target is None:
            return None
    unit = await connection.fetchrow(_UNIT, number if target is None else target["unit"])
    if unit is None:
        return None
    work = Number(connection, subject, step.said.action, given, unit=unit, reason=reason)
    work.target = target
    work.overrides = await overrides_of(connection, work.path)
    return work


async def overrides_of(connection: Any, path: Sequence[str]) -> tuple[Override, ...]:
    """What the units of a path have set of their own. Q1"""
    return tuple(map(override_of, await connection.fetch(_SETTINGS, list(path))))


def reading(work: Number, step: Step) -> Question:
    """Numbers and units are read by everybody signed in."""
    return Question("read", Kind.UNIT if step.target == "Unit" else Kind.THRESHOLD, _facts(work))


def questions(work: Number, step: Step) -> tuple[Question, ...]:
    """The step, where the unit is."""
    return (Question(step.said.action, Kind.THRESHOLD, _facts(work)),)


def _facts(work: Number) -> ObjectFacts:
    return ObjectFacts(place=work.path)


async def name(work: Number, step: Step) -> list[StepProblem]:  # noqa: ARG001 - as every matter's
    """These steps name no other rows."""
    return []


def kept(work: Number, step: Step) -> Iterable[StepProblem]:
    """The number is in a state the step may be taken in, or WRONG_STATE."""
    names = [state.name for state in step.standing]
    if names and work.target is not None and work.target["state"] not in names:
        wrong = problem_of(WRONG_STATE, expected=" / ".join(names), found=work.target["state"])
        yield replace(wrong, question=f"Q{step.questions[0]}")


async def write(work: Number, workflow: Workflow, step: Step, asked: Asked, passed: list[str]) -> None:  # noqa: ARG001 - as every matter's
    """Run the effects."""
    for effect in step.effects:
        await effect(work)


async def record(work: Number, desk: Desk, passed: list[str]) -> None:
    """Add the event of the ledger, at the unit's place."""
    table, number = next(iter(work.touched.items()))
    place = {tier: work.unit[tier] for tier in TIER_COLUMNS}
    facts: dict[str, ledger.Fact] = {"on": work.on.isoformat(), "passed": ",".join(passed), **work.told}
    happening = ledger.Happening(work.action, table, number, facts, place)
    event = ledger.event(happening, work.subject, work.now, policy_version=desk.policy_version, trace=desk.trace)
    work.add("event", **event)


def reply(work: Number) -> Mapping[str, int]:
    """What was touched."""
    return work.touched


NUMBER = Matter(load, reading, questions, name, kept, write, record, reply)
