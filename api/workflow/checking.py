"""预查 Judge a step without taking it: every reason why not, with today's facts, and nothing changed. DESIGN §10

What depends on arguments that are not given yet is not guessed: the arguments it waits for are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from api.access.subject import Subject
from api.clock import today
from api.rules.two_times import day_may_be_recorded
from api.rules.verdict import Verdict, breaches, earliest_day, refusals
from api.rules.vocabulary import Kind
from api.schema.catalogue import catalogue
from api.workflow.loading import load
from api.workflow.perform import Desk, facts_of, state_kept
from api.workflow.refusals import PROCEEDING_OPEN, STEP_NOT_ALLOWED, StepProblem, breach_of, problem_of
from api.workflow.step import Step, Workflow
from api.workflow.work import Work


@dataclass(frozen=True, slots=True)
class Checked:
    """What stands against a step.

    `possible`: nothing does that a written reason would not mend; `waiting`: the arguments without which not
    everything could be judged; `earliest`: the day on which time alone has mended it.
    """

    possible: bool
    problems: tuple[StepProblem, ...]
    waiting: tuple[str, ...] = ()
    earliest: date | None = None


class NotGiven(Exception):  # noqa: N818 - how what judges says that it needs an argument
    """Something asked for an argument that nobody has given yet."""


class Blank(Mapping[str, Any]):
    """The arguments of a step before anybody has filled them in: optional ones are absent, required ones unknown."""

    def __init__(self, step: Step) -> None:
        self._required = {argument.name: argument.required for argument in step.arguments}

    def __getitem__(self, name: str) -> Any:
        if self._required[name]:
            raise NotGiven(name)
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._required)

    def __len__(self) -> int:
        return len(self._required)


class Unnamed(dict[str, Any]):
    """The rows that arguments would name, or the facts read by them: asking for one is asking for the argument."""

    def __missing__(self, name: str) -> Any:
        raise NotGiven(name)


async def check(connection: Any, workflow: Workflow, step: Step, subject: Subject, number: int, desk: Desk) -> Checked:
    """Judge a step on the row with this id as it is now. A row that may not be read answers as one that is not there.

    Runs in a transaction that cannot write; locks nothing.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        work = await load(connection, subject, workflow, step, number, Blank(step), None, locked=False)
        if work is None or not _readable(work, step, desk):
            return Checked(False, (problem_of(STEP_NOT_ALLOWED),))
        work.now, work.today = desk.clock.now(), today(desk.clock)
        work.on = work.today
        return await _checked(work, workflow, step, desk)


def _readable(work: Work, step: Step, desk: Desk) -> bool:
    type_ = catalogue()[step.target]
    row = work.target if work.target is not None else work.household
    state = row["monitoring_state"] if type_.name == "Household" else row["state"]
    return desk.decide(work.subject, "read", type_.kind, replace(facts_of(work), state=state))


async def _checked(work: Work, workflow: Workflow, step: Step, desk: Desk) -> Checked:
    problems = tuple(state_kept(work, step))
    if not desk.decide(work.subject, work.action, Kind.PROCEEDING, facts_of(work)):
        # what guards say can rest on fields this post may not see: whoever may not act is not told
        return Checked(False, (problem_of(STEP_NOT_ALLOWED), *problems))
    if await _open_already(work, workflow, step):
        problems = (*problems, problem_of(PROCEEDING_OPEN))
    verdicts, waiting = await _verdicts(work, step)
    refused = refusals(verdicts)
    owed = [one for one in breaches(verdicts) if one not in refused and breach_of(one).reason_would_do]
    told = (*problems, *(breach_of(one) for one in (*refused, *owed)))
    earliest = None if problems else earliest_day(verdicts)
    return Checked(not problems and not refused, told, waiting, earliest)


async def _open_already(work: Work, workflow: Workflow, step: Step) -> bool:
    """Whether the step would open a second proceeding of its kind, which the database refuses."""
    if work.proceeding is not None or workflow.kind is None or step.to is None:
        return False
    sql = "select exists (select from proceeding where household = $1 and kind = $2 and ended_on is null)"
    return bool(await work.connection.fetchval(sql, work.household["id"], workflow.kind.name))


async def _verdicts(work: Work, step: Step) -> tuple[list[Verdict], tuple[str, ...]]:
    waiting: list[str] = []
    work.named, work.facts = Unnamed(), Unnamed()
    for read in step.facts:
        try:
            await read(work)
        except NotGiven as missed:
            waiting.append(str(missed))
    last = work.acts[-1]["taken_on"] if work.acts else None
    verdicts = [*day_may_be_recorded(work.on, work.today, last, same_day=step.same_day)]
    for guard in step.guards:
        try:
            for verdict in guard(work):
                verdicts.append(verdict)  # noqa: PERF402 - what was judged before an argument was missed counts
        except NotGiven as missed:
            waiting.append(str(missed))
    arguments = {argument.name for argument in step.arguments}
    return verdicts, tuple(name for name in dict.fromkeys(waiting) if name in arguments)
