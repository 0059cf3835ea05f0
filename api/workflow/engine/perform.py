"""办理 Take one step: one transaction, its rows locked, everything judged before anything is written. DESIGN §6"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from api.access.subject import Subject
from api.clock import today
from api.codes.lists import codes_of
from api.rules.limits.step_dates import day_may_be_recorded
from api.rules.numbers.parameters import BACKDATING_DAYS
from api.rules.privacy.personal_data import find_personal_data
from api.rules.verdict import Verdict, breaches, refusals
from api.schema.names import camel
from api.workflow.cases.household import HOUSEHOLD
from api.workflow.engine import idempotency
from api.workflow.engine.contexts import Taking
from api.workflow.engine.errors import (
    NOT_A_CODE,
    PERSONAL_DATA,
    STALE,
    STEP_NOT_ALLOWED,
    NotTaken,
    StepProblem,
    breach_of,
    database_refusals,
    problem_of,
)
from api.workflow.engine.handler import Asked, Desk, Matter
from api.workflow.engine.idempotency import Turn
from api.workflow.engine.step import Argument, Entries, Step, Workflow

__all__ = ["Asked", "Desk", "judged", "matter_of", "perform"]


def matter_of(workflow: Workflow) -> Matter:
    """What its steps are about: a household where it says nothing else."""
    return workflow.matter or HOUSEHOLD


async def perform(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk
) -> Mapping[str, int]:
    """Take a step; the ids of what it touched by table. NotTaken with every problem, nothing changed."""
    with database_refusals():
        if step.nation is not None:
            return await _by_the_nation(connection, workflow, step, subject, asked, desk)
        async with connection.transaction():
            return await _perform(connection, workflow, step, subject, asked, desk)


async def _by_the_nation(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk
) -> Mapping[str, int]:
    """Judged as things stand, locking nothing: the nation's role judges again and writes, in its own transaction.

    When nobody knows whether it was done, only the policy is asked here: the nation's role tells by the key.
    """
    now, digest = desk.clock.now(), _digest(step, asked)
    before, unknown = await idempotency.promised(connection, subject.account, asked.key, digest, now)
    if before is not None:
        return before  # type: ignore[no-any-return]  # as it was kept
    try:
        work = await _looked_at(connection, workflow, step, subject, asked, desk, unknown)
        assert step.nation is not None
        assert desk.nation is not None
        async with desk.nation() as nation:
            reply = await step.nation(work, nation, desk)
    except NotTaken:
        await idempotency.release(connection, subject.account, asked.key)
        raise
    await idempotency.keep(connection, subject.account, asked.key, reply)
    return reply


async def _looked_at(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk, unknown: bool
) -> Taking:
    matter = matter_of(workflow)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        what = (workflow, step, asked.number, asked.given, asked.reason)
        work: Taking | None = await matter.load(connection, subject, *what, locked=False)
        known = _permitted(work, matter, step, desk)
        if not unknown:
            await _judge(known, matter, step, asked)
    return known


async def _perform(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk
) -> Mapping[str, int]:
    matter = matter_of(workflow)
    digest, now = _digest(step, asked), desk.clock.now()
    turn = Turn(matter.turn(step), asked.number) if matter.turn is not None else None
    before = await idempotency.claim(connection, subject.account, asked.key, digest, now, desk.publication, turn)
    if before is not None:
        return before
    work = await matter.load(connection, subject, workflow, step, asked.number, asked.given, asked.reason)
    work = _permitted(work, matter, step, desk)
    passed = await _judge(work, matter, step, asked)
    await matter.write(work, workflow, step, asked, passed)
    await matter.record(work, desk, passed)
    reply = matter.reply(work)
    await idempotency.keep(connection, subject.account, asked.key, reply, work.added)
    return reply


def _digest(step: Step, asked: Asked) -> bytes:
    return idempotency.digest(step.said.action, asked.number, {**asked.given, "on": asked.on, "reason": asked.reason})


def _permitted(work: Taking | None, matter: Matter, step: Step, desk: Desk) -> Taking:
    """The work, when the policy allows it on what is there; not allowed and not there answer the same."""
    if work is None or not all(one.allowed(desk.decide, work.subject) for one in matter.questions(work, step)):
        raise NotTaken([problem_of(STEP_NOT_ALLOWED)])
    work.now, work.today = desk.clock.now(), today(desk.clock)
    return work


async def _judge(work: Taking, matter: Matter, step: Step, asked: Asked) -> list[str]:
    """Refuse with every problem at once, or the codes of soft limits passed with a reason."""
    work.on = asked.on or work.today
    missing = await matter.name(work, step)
    if missing:
        raise NotTaken(missing)
    for read in step.facts:
        await read(work)
    problems = [*_present(work, asked), *matter.kept(work, step), *_clean(work, step)]
    return _weighed(work, step, asked, problems)


def _weighed(work: Taking, step: Step, asked: Asked, problems: list[StepProblem]) -> list[str]:
    verdicts = judged(work, step)
    problems += [breach_of(verdict) for verdict in refusals(verdicts)]
    soft = [verdict for verdict in breaches(verdicts) if verdict not in refusals(verdicts)]
    owed = [verdict for verdict in soft if breach_of(verdict).reason_would_do]
    if problems or (owed and not (asked.reason or "").strip()):
        raise NotTaken([*problems, *(breach_of(verdict) for verdict in owed)])
    return [verdict.code for verdict in soft]


def judged(work: Taking, step: Step) -> tuple[Verdict, ...]:
    """Every verdict on a step, kept or not: of its day and of its guards."""
    days = day_may_be_recorded(
        work.on, work.today, work.last_day, same_day=step.same_day, setting=work.setting(BACKDATING_DAYS)
    )
    return (*days, *(verdict for guard in step.guards for verdict in guard(work)))


def _present(work: Taking, asked: Asked) -> Iterable[StepProblem]:
    if work.version != asked.version:
        yield problem_of(STALE, expected=asked.version, found=work.version)


def _clean(work: Taking, step: Step) -> Iterable[StepProblem]:
    for name, argument, value in _given(step.arguments, work.given):
        if argument.codes is not None and value not in codes_of(argument.codes):
            yield problem_of(NOT_A_CODE, field=name, expected=argument.codes)
    texts = [(name, value) for name, argument, value in _given(step.arguments, work.given) if argument.free]
    for name, text in (*texts, ("reason", work.reason or "")):
        for found in find_personal_data(text):
            yield problem_of(PERSONAL_DATA, field=name, place=found.start + 1, found=found.kind.zh)


def _given(
    arguments: Sequence[Argument], given: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, Argument, Any]]:
    """Every single value given, with its argument and its name; those of entries too."""
    for argument in arguments:
        value, name = given.get(argument.name), f"{above}{camel(argument.name)}"
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(argument.python, Entries):
                yield from _given(argument.python.arguments, one, f"{name}.{index}.")
            elif one is not None:
                yield name, argument, one
