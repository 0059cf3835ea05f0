"""预查 Judge a step without taking it: every reason why not, with today's facts, and nothing changed. DESIGN §10

What depends on arguments that are not given yet is not guessed: the arguments it waits for are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.access.subject import Subject
from api.clock import today
from api.rules.limits.step_dates import day_may_be_recorded
from api.rules.numbers.parameters import BACKDATING_DAYS
from api.rules.verdict import Verdict, breaches, earliest_day, refusals
from api.workflow.engine.contexts import Taking, Work
from api.workflow.engine.errors import PROCEEDING_OPEN, STEP_NOT_ALLOWED, StepProblem, breach_of, problem_of
from api.workflow.engine.handler import NotGiven
from api.workflow.engine.perform import Desk, matter_of
from api.workflow.engine.step import Step, Workflow


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
        matter = matter_of(workflow)
        work = await matter.load(connection, subject, workflow, step, number, Blank(step), None, locked=False)
        if work is None or not matter.reading(work, step).allowed(desk.decide, subject):
            return Checked(False, (problem_of(STEP_NOT_ALLOWED),))
        work.now, work.today = desk.clock.now(), today(desk.clock)
        work.on = work.today
        return await _checked(work, workflow, step, desk)


async def _checked(work: Taking, workflow: Workflow, step: Step, desk: Desk) -> Checked:
    matter = matter_of(workflow)
    problems = tuple(matter.kept(work, step))
    if not all(one.allowed(desk.decide, work.subject) for one in matter.questions(work, step)):
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


async def _open_already(work: Taking, workflow: Workflow, step: Step) -> bool:
    """Whether the step would open a second proceeding of its kind, which the database refuses."""
    if not isinstance(work, Work) or work.proceeding is not None or workflow.kind is None or step.to is None:
        return False
    sql = "select exists (select from proceeding where household = $1 and kind = $2 and ended_on is null)"
    return bool(await work.connection.fetchval(sql, work.household["id"], workflow.kind.name))


async def _verdicts(work: Taking, step: Step) -> tuple[list[Verdict], tuple[str, ...]]:
    waiting: list[str] = []
    work.named, work.facts = Unnamed(), Unnamed()
    for read in step.facts:
        try:
            await read(work)
        except NotGiven as missed:
            waiting.append(str(missed))
    verdicts = [
        *day_may_be_recorded(
            work.on, work.today, work.last_day, same_day=step.same_day, setting=work.setting(BACKDATING_DAYS)
        )
    ]
    for guard in step.guards:
        try:
            for verdict in guard(work):
                verdicts.append(verdict)  # noqa: PERF402 - what was judged before an argument was missed counts
        except NotGiven as missed:
            waiting.append(str(missed))
    arguments = {argument.name for argument in step.arguments}
    return verdicts, tuple(name for name in dict.fromkeys(waiting) if name in arguments)
