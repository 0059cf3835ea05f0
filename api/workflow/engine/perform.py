"""办理 Take one step: one transaction, its target locked, everything judged before anything is written. DESIGN §6

    key → lock → permission → references, facts → version, state, arguments, guards → write → record → response

Every workflow is taken here: what differs from one target to another is in the workflow's handler.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from api.access.subject import Subject
from api.database import Connection
from api.rules.limits.step_dates import day_may_be_recorded
from api.rules.numbers.parameters import BACKDATING_DAYS
from api.rules.verdict import Verdict, breaches, reasons_owed, refusals
from api.rules.words.judging import Effect
from api.workflow.engine.contexts import StepContext, StepInput, StepServices
from api.workflow.engine.errors import STALE, StepProblem, StepRefused, breach_of, database_refusals, problem_of
from api.workflow.engine.handler import StepHandler
from api.workflow.engine.idempotency import IdempotencyKey, begin_act, idempotent, idempotent_elsewhere
from api.workflow.engine.result import StepResult
from api.workflow.engine.step import C, Step
from api.workflow.engine.workflow import Workflow


async def perform(
    connection: Connection,
    workflow: Workflow[C],
    step: Step[C],
    subject: Subject,
    step_input: StepInput,
    services: StepServices,
) -> StepResult:
    """Take a step; the rows it touched and its alerts. StepRefused with every problem, nothing changed."""
    handler = workflow.handler
    with database_refusals():
        if step.nation is not None:
            return await _perform_as_nation(connection, handler, step, subject, step_input, services)
        prepared = await step.prepare(connection, step_input, services) if step.prepare is not None else {}
        async with connection.transaction():
            return await _perform(connection, handler, step, subject, step_input, services, prepared)


async def _perform(
    connection: Connection,
    handler: StepHandler[C],
    step: Step[C],
    subject: Subject,
    step_input: StepInput,
    services: StepServices,
    prepared: Mapping[str, Any],
) -> StepResult:
    key = IdempotencyKey.of(subject, step.id.action, step_input)
    async with idempotent(connection, key, services, handler.lock_query(step, step_input)) as reply:
        if not reply.repeated:
            ctx = _permitted(await handler.load(connection, subject, services, step, step_input), handler, step)
            ctx.facts.update(prepared)
            soft = await _judge(ctx, handler, step)
            overridden = [verdict.code for verdict in soft]
            await handler.write(ctx, step, overridden)
            await handler.record(ctx, step, overridden)
            reply.result = StepResult(handler.response(ctx), alerts_of(soft))
            reply.pending_inserts = ctx.pending_inserts
    return reply.result


async def _perform_as_nation(
    connection: Connection,
    handler: StepHandler[C],
    step: Step[C],
    subject: Subject,
    step_input: StepInput,
    services: StepServices,
) -> StepResult:
    """Judge a snapshot and lock nothing: the nation's role judges again and writes, in its own transaction.

    If an earlier attempt was judged and may have committed, or its key was purged, skip the guards: the database's
    functions answer the same again and change nothing.
    """
    key = IdempotencyKey.of(subject, step.id.action, step_input)
    async with idempotent_elsewhere(connection, key, services.clock.now()) as reply:
        if not reply.repeated and step.nation is not None:
            # one snapshot, and no way to write: the functions of the nation lock and judge again (decision 20)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                loaded = await handler.load(connection, subject, services, step, step_input, locked=False)
                ctx = _permitted(loaded, handler, step)
                is_repeated = reply.uncertain or await handler.was_done(ctx, step)
                soft = () if is_repeated else await _judge(ctx, handler, step)
            await begin_act(connection, key, reply, StepResult({}, alerts_of(soft)))
            async with services.nation() as nation:
                reply.result = StepResult(await step.nation(ctx, nation), reply.result.alerts)
    return reply.result


def _permitted(ctx: C | None, handler: StepHandler[C], step: Step[C]) -> C:
    """The context, when the policy allows the step on it; not allowed and not there are refused alike."""
    if ctx is None or not permitted(ctx, handler, step):
        raise StepRefused([problem_of(handler.not_allowed)])
    return ctx


def permitted(ctx: C, handler: StepHandler[C], step: Step[C]) -> bool:
    """Whether the policy allows the step on what was loaded."""
    return all(check.allowed(ctx.services.decide, ctx.subject) for check in handler.permissions(ctx, step))


async def _judge(ctx: C, handler: StepHandler[C], step: Step[C]) -> tuple[Verdict, ...]:
    """Refuse with every problem at once, or return the soft breaches: those passed with a reason, and alerts."""
    missing = await handler.load_references(ctx, step)
    if missing:
        raise StepRefused(missing)
    for read in step.facts:
        await read(ctx)
    problems = [*_check_version(ctx), *handler.check_state(ctx, step), *handler.check_arguments(ctx, step)]
    verdicts = judged(ctx, step)
    problems += map(breach_of, refusals(verdicts))
    if not (ctx.reason or "").strip():
        problems += map(breach_of, reasons_owed(verdicts))
    if problems:
        raise StepRefused(problems)
    return breaches(verdicts)


def alerts_of(verdicts: Iterable[Verdict]) -> tuple[StepProblem, ...]:
    """The breaches that neither refuse the step nor owe a reason, as problems for the answer. RULES §0"""
    effects = (Effect.ALERT, Effect.SHOW)
    return tuple(breach_of(verdict) for verdict in breaches(verdicts) if verdict.effect in effects)


def _check_version(ctx: StepContext) -> list[StepProblem]:
    version, expected = ctx.version, ctx.step_input.version
    if version is None or version == expected:
        return []
    return [problem_of(STALE, found=version)]


def judged(ctx: C, step: Step[C]) -> tuple[Verdict, ...]:
    """The verdicts on a step, kept or not: on its day and of its guards."""
    return (*judge_day(ctx, step), *(verdict for guard in step.guards for verdict in guard(ctx)))


def judge_day(ctx: C, step: Step[C]) -> tuple[Verdict, ...]:
    """The verdicts on the step's day. RULES §0"""
    setting = ctx.setting(BACKDATING_DAYS)
    return tuple(day_may_be_recorded(ctx.on, ctx.today, ctx.last_day, same_day=step.same_day, setting=setting))
