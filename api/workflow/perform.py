"""办理 Take one step: one transaction, one locked household, everything judged before anything is written. DESIGN §6"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.audit import ledger
from api.clock import Clock, today
from api.codes.lists import codes_of
from api.rules.personal_data import find_personal_data
from api.rules.two_times import day_may_be_recorded
from api.rules.units import NATION
from api.rules.verdict import Verdict, breaches, refusals
from api.rules.vocabulary import Department, Kind, Word
from api.schema.declare import TIER_COLUMNS
from api.schema.names import camel
from api.workflow import promise
from api.workflow.loading import load, name_rows
from api.workflow.refusals import (
    NOT_A_CODE,
    NOT_OF_HOUSEHOLD,
    PERSONAL_DATA,
    STALE,
    STEP_NOT_ALLOWED,
    WRONG_STATE,
    NotTaken,
    StepProblem,
    breach_of,
    database_refusals,
    problem_of,
)
from api.workflow.step import Step, Workflow
from api.workflow.work import Work

Decide = Callable[[Subject, str, Kind, ObjectFacts | None], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks: the id the step is about, the version it saw, its key, day, reason and arguments."""

    number: int
    version: int
    key: str
    on: date | None
    reason: str | None
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What `perform` needs of its surroundings."""

    decide: Decide
    clock: Clock
    policy_version: str
    trace: str | None = None


async def perform(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk
) -> Mapping[str, int]:
    """Take a step; the ids of what it touched by table. NotTaken with every problem, nothing changed."""
    with database_refusals():
        async with connection.transaction():
            return await _perform(connection, workflow, step, subject, asked, desk)


async def _perform(
    connection: Any, workflow: Workflow, step: Step, subject: Subject, asked: Asked, desk: Desk
) -> Mapping[str, int]:
    action = step.said.action
    digest = promise.digest(action, asked.number, {**asked.given, "on": asked.on, "reason": asked.reason})
    before = await promise.claim(connection, subject.account, asked.key, digest, desk.clock.now())
    if before is not None:
        return before
    work = await load(connection, subject, workflow, step, asked.number, asked.given, asked.reason)
    if work is None or not desk.decide(subject, action, Kind.PROCEEDING, facts_of(work)):
        raise NotTaken([problem_of(STEP_NOT_ALLOWED)])
    work.now, work.today = desk.clock.now(), today(desk.clock)
    work.on = asked.on or work.today
    missing = await name_rows(work, step)
    if missing:
        raise NotTaken([problem_of(NOT_OF_HOUSEHOLD, field=camel(name)) for name in missing])
    for read in step.facts:
        await read(work)
    passed = _judge(work, step, asked)
    await _write(work, workflow, step, asked, passed)
    await _record(work, desk, passed)
    reply = {**work.touched, "household": work.household["id"]}
    await promise.keep(connection, subject.account, asked.key, reply)
    return reply


def _judge(work: Work, step: Step, asked: Asked) -> list[str]:
    """Refuse with every problem at once, or the codes of soft limits passed with a reason."""
    problems = [*_present(work, step, asked), *_clean(work, step)]
    verdicts = judged(work, step)
    problems += [breach_of(verdict) for verdict in refusals(verdicts)]
    soft = [verdict for verdict in breaches(verdicts) if verdict not in refusals(verdicts)]
    owed = [verdict for verdict in soft if breach_of(verdict).reason_would_do]
    if problems or (owed and not (asked.reason or "").strip()):
        raise NotTaken([*problems, *(breach_of(verdict) for verdict in owed)])
    return [verdict.code for verdict in soft]


def judged(work: Work, step: Step) -> tuple[Verdict, ...]:
    """Every verdict on a step, kept or not: of its day and of its guards."""
    last = work.acts[-1]["taken_on"] if work.acts else None
    days = day_may_be_recorded(work.on, work.today, last, same_day=step.same_day)
    return (*days, *(verdict for guard in step.guards for verdict in guard(work)))


def _present(work: Work, step: Step, asked: Asked) -> Iterable[StepProblem]:
    target = work.target or work.household
    if target["version"] != asked.version:
        yield problem_of(STALE, expected=asked.version, found=target["version"])
    yield from state_kept(work, step)


def state_kept(work: Work, step: Step) -> Iterable[StepProblem]:
    """The proceeding is in a state the step starts from, or WRONG_STATE. Q33"""
    for allowed, row in ((step.sources, work.proceeding), (step.standing, work.target)):
        names = [state.name for state in allowed]
        if allowed and row is not None and row["state"] not in names:
            wrong = problem_of(WRONG_STATE, expected=" / ".join(names), found=row["state"])
            yield replace(wrong, question=f"Q{step.questions[0]}")


def _clean(work: Work, step: Step) -> Iterable[StepProblem]:
    for argument in step.arguments:
        given = work.given.get(argument.name)
        if argument.codes is None or given is None:
            continue
        for one in given if isinstance(given, list) else [given]:
            if one not in codes_of(argument.codes):
                yield problem_of(NOT_A_CODE, field=camel(argument.name), expected=argument.codes)
    texts = {argument.name: work.given.get(argument.name) for argument in step.arguments if argument.python is str}
    for name, text in {**texts, "reason": work.reason}.items():
        for found in find_personal_data(text or ""):
            yield problem_of(PERSONAL_DATA, field=name, place=found.start + 1, found=found.kind.zh)


async def _write(work: Work, workflow: Workflow, step: Step, asked: Asked, passed: list[str]) -> None:
    if work.proceeding is None and workflow.kind is not None and step.to is not None:
        work.touched["proceeding"] = await work.insert(
            "proceeding",
            household=work.household["id"],
            kind=workflow.kind.name,
            state=step.to.name,
            opened_on=work.on,
            clue=work.clue["id"] if work.clue else None,
            monitoring_case=work.open_case["id"] if work.open_case else None,
            version=1,
        )
        rows = await work.connection.fetch("select * from proceeding where id = $1", work.touched["proceeding"])
        work.proceeding = rows[0]
    for effect in step.effects:
        await effect(work)
    if work.proceeding is not None and step.sources:
        changes: dict[str, Any] = {"state": step.to.name} if step.to and not work.stays else {}
        if step.day_column:
            changes[step.day_column] = work.on
        await work.update("proceeding", work.proceeding["id"], **changes)
    await work.insert(
        "act",
        household=work.household["id"],
        proceeding=work.proceeding["id"] if work.proceeding else None,
        monitoring_case=work.touched.get("monitoring_case") or _case_of(work, step),
        step=step.said.action,
        taken_on=work.on,
        recorded_at=work.now,
        role=work.subject.role,
        reason=asked.reason,
        passed=passed or None,
        account=work.subject.account,
        person=work.subject.person,
        post=work.subject.post,
        given=orjson.dumps(_plain(work.given), default=str).decode(),
    )


def _case_of(work: Work, step: Step) -> int | None:
    if step.target == "MonitoringCase" and work.target is not None:
        return int(work.target["id"])
    if work.proceeding is not None and work.proceeding["monitoring_case"] is not None:
        return int(work.proceeding["monitoring_case"])
    return int(work.open_case["id"]) if work.open_case is not None else None


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.name if isinstance(value, Word) else value for name, value in given.items() if value is not None
    }


async def _record(work: Work, desk: Desk, passed: list[str]) -> None:
    tables = ("proceeding", "monitoring_case", "clue", "plan", "measure")
    table = next((name for name in tables if name in work.touched), "household")
    number = work.touched.get(table, work.household["id"])
    place = {tier: work.household[tier] for tier in TIER_COLUMNS}
    facts: dict[str, ledger.Fact] = {"act": work.touched["act"], "on": work.on.isoformat(), "passed": ",".join(passed)}
    happening = ledger.Happening(work.action, table, number, facts, place)
    await ledger.append(
        work.connection, happening, work.subject, work.now, policy_version=desk.policy_version, trace=desk.trace
    )
    await work.connection.execute(
        "insert into message (household, topic, recipient, content, at, attempts) values ($1, $2, $3, $4, $5, 0)",
        work.household["id"],
        work.action,
        "household" if work.told.get("household") else "next",
        orjson.dumps({**work.told, "act": work.touched["act"]}, default=str).decode(),
        work.now,
    )


def facts_of(work: Work) -> ObjectFacts:
    """What a decision about the step asks of its object: place, cooperating unit, sectors, state of proceeding."""
    household = work.household
    cooperating = tuple(code for tier in TIER_COLUMNS if (code := household[f"cooperating_{tier}"]))
    return ObjectFacts(
        place=work.path,
        cooperating=(NATION, *cooperating) if cooperating else (),
        sectors=frozenset(Department[one] for one in household["sectors"]),
        state=work.proceeding["state"] if work.proceeding else None,
    )
