"""预查 Judge a step without taking it: every reason why not, with today's facts, and nothing changed. DESIGN §10

A guard that needs an argument nobody has filled in yet is not guessed at: the arguments it waits for are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.access.subject import Subject
from api.database import Connection
from api.rules.verdict import Verdict, earliest_day, reasons_owed, refusals
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import STEP_NOT_ALLOWED, StepProblem, StepRefused, breach_of, problem_of
from api.workflow.engine.handler import MissingArgument, StepHandler
from api.workflow.engine.perform import alerts_of, judge_day, permitted
from api.workflow.engine.step import C, Step
from api.workflow.engine.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of a step check.

    possible  no problem stands that a written reason would not mend
    problems  every reason why not
    waiting   arguments without which not everything could be judged
    earliest  the day on which time alone has mended it
    alerts    what would be told with the step, refusing nothing
    """

    possible: bool
    problems: tuple[StepProblem, ...]
    waiting: tuple[str, ...] = ()
    earliest: date | None = None
    alerts: tuple[StepProblem, ...] = ()


class Blank(Mapping[str, Any]):
    """The arguments of a step before anybody has filled them in: optional ones are absent, required ones unknown."""

    def __init__(self, step: Step[C]) -> None:
        self._required = {argument.name: argument.required for argument in step.arguments}

    def __getitem__(self, name: str) -> Any:
        if self._required[name]:
            raise MissingArgument(name)
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._required)

    def __len__(self) -> int:
        return len(self._required)


class NotLoaded(dict[str, Any]):
    """Rows that arguments would name, or facts read by them: asking for one is asking for the argument."""

    def __missing__(self, name: str) -> Any:
        raise MissingArgument(name)


async def check(
    connection: Connection,
    workflow: Workflow[C],
    step: Step[C],
    subject: Subject,
    number: int,
    services: StepServices,
) -> Checked:
    """Judge a step on the row with this id as it is now. A row that may not be read answers as one that is not there.

    Runs in a transaction that cannot write; locks nothing.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        handler, blank = workflow.handler, StepInput(number, None, "", arguments=Blank(step))
        ctx = await handler.load(connection, subject, services, step, blank, locked=False)
        if ctx is None or not handler.read_permission(ctx, step).allowed(services.decide, subject):
            return Checked(False, (problem_of(STEP_NOT_ALLOWED),))
        return await _checked(ctx, handler, step)


async def _checked(ctx: C, handler: StepHandler[C], step: Step[C]) -> Checked:
    problems = tuple(handler.check_state(ctx, step))
    try:
        allowed = permitted(ctx, handler, step)
    except StepRefused as refusal:  # two decisions on a locked action differ
        return Checked(False, tuple(refusal.problems))
    if not allowed:
        # what guards tell can rest on fields this post may not see: a post that may not act is not told
        return Checked(False, (problem_of(STEP_NOT_ALLOWED), *problems))
    problems = (*problems, *await handler.conflicts(ctx, step))
    verdicts, waiting = await _verdicts(ctx, step)
    refused, owed = refusals(verdicts), reasons_owed(verdicts)
    earliest = None if problems else earliest_day(verdicts)
    possible = not problems and not refused
    return Checked(possible, (*problems, *map(breach_of, (*refused, *owed))), waiting, earliest, alerts_of(verdicts))


async def _verdicts(ctx: C, step: Step[C]) -> tuple[list[Verdict], tuple[str, ...]]:
    waiting: list[str] = []
    ctx.references, ctx.facts = NotLoaded(), NotLoaded()
    for read in step.facts:
        try:
            await read(ctx)
        except MissingArgument as missing:
            waiting.append(str(missing))
    verdicts = [*judge_day(ctx, step)]
    for guard in step.guards:
        try:
            for verdict in guard(ctx):
                verdicts.append(verdict)  # noqa: PERF402 - what was judged before an argument was missed counts
        except MissingArgument as missing:
            waiting.append(str(missing))
    arguments = {argument.name for argument in step.arguments}
    return verdicts, tuple(name for name in dict.fromkeys(waiting) if name in arguments)
