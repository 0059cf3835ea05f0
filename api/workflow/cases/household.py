"""农户事项 Steps about a household: asked of the policy where it lies, kept as acts of its history. RULES §2, Q33"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from api.access.request import ObjectFacts
from api.audit import ledger
from api.rules.units import NATION
from api.rules.words.vocabulary import Department, Kind, Word
from api.schema.catalogue import catalogue
from api.schema.declare import TIER_COLUMNS
from api.workflow.cases.loading import load, name_rows, turn
from api.workflow.engine.contexts import Work
from api.workflow.engine.errors import WRONG_STATE, StepProblem, problem_of
from api.workflow.engine.handler import Asked, Desk, Matter, Question
from api.workflow.engine.step import Step, Workflow

COOPERATING = tuple(f"cooperating_{tier}" for tier in TIER_COLUMNS)


def reading(work: Work, step: Step) -> Question:
    """The row the step is about, in its state."""
    type_ = catalogue()[step.target]
    row = work.target if work.target is not None else work.household
    state = row["monitoring_state"] if type_.name == "Household" else row["state"]
    return Question("read", type_.kind, replace(facts_of(work), state=state))


def questions(work: Work, step: Step) -> tuple[Question, ...]:
    """The step itself, where the household lies."""
    return (Question(step.said.action, Kind.PROCEEDING, facts_of(work)),)


def state_kept(work: Work, step: Step) -> Iterable[StepProblem]:
    """The proceeding is in a state the step starts from, or WRONG_STATE. Q33"""
    for allowed, row in ((step.sources, work.proceeding), (step.standing, work.target)):
        names = [state.name for state in allowed]
        if allowed and row is not None and row["state"] not in names:
            wrong = problem_of(WRONG_STATE, expected=" / ".join(names), found=row["state"])
            yield replace(wrong, question=f"Q{step.questions[0]}")


async def write(work: Work, workflow: Workflow, step: Step, asked: Asked, passed: list[str]) -> None:
    """Open a proceeding where there is none, run the effects, change the state, add the act."""
    if work.proceeding is None and workflow.kind is not None and step.to is not None:
        work.proceeding = await work.make(
            "proceeding",
            household=work.household["id"],
            kind=workflow.kind.name,
            state=step.to.name,
            opened_on=work.on,
            clue=work.clue["id"] if work.clue else None,
            monitoring_case=work.open_case["id"] if work.open_case else None,
            version=1,
        )
    for effect in step.effects:
        await effect(work)
    if work.proceeding is not None and step.sources:
        changes: dict[str, Any] = {"state": step.to.name} if step.to and not work.stays else {}
        if step.day_column:
            changes[step.day_column] = work.on
        await work.update("proceeding", work.proceeding["id"], **changes, **work.changes)
    await _act(work, step, asked, passed)


async def _act(work: Work, step: Step, asked: Asked, passed: list[str]) -> None:
    case = work.touched.get("monitoring_case") or _case_of(work, step)
    if case is not None:
        await work.write_added()  # the act keeps a picture of the case, with all that hangs on it
    work.make_last(
        "act",
        household=work.household["id"],
        proceeding=work.proceeding["id"] if work.proceeding else None,
        monitoring_case=case,
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


async def record(work: Work, desk: Desk, passed: list[str]) -> None:
    """Add the event of the ledger, and the message to whoever must know. Q24"""
    tables = ("proceeding", "monitoring_case", "clue", "plan", "measure")
    table = next((name for name in tables if name in work.touched), "household")
    number = work.touched.get(table, work.household["id"])
    place = {tier: work.household[tier] for tier in TIER_COLUMNS}
    facts: dict[str, ledger.Fact] = {"act": work.drawn["act"], "on": work.on.isoformat(), "passed": ",".join(passed)}
    happening = ledger.Happening(work.action, table, number, facts, place)
    event = ledger.event(happening, work.subject, work.now, policy_version=desk.policy_version, trace=desk.trace)
    work.add("event", **event)
    work.add(
        "message",
        household=work.household["id"],
        topic=work.action,
        recipient="household" if work.told.get("household") else "next",
        content=orjson.dumps({**work.told, "act": work.drawn["act"]}, default=str).decode(),
        at=work.now,
        attempts=0,
    )


def facts_of(work: Work) -> ObjectFacts:
    """What a decision about the step asks of its object: place, cooperating unit, sectors, state of proceeding."""
    household = work.household
    cooperating = tuple(code for column in COOPERATING if (code := household[column]))
    return ObjectFacts(
        place=work.path,
        cooperating=(NATION, *cooperating) if cooperating else (),
        sectors=frozenset(Department[one] for one in work.sectors),
        state=work.proceeding["state"] if work.proceeding else None,
    )


def reply(work: Work) -> Mapping[str, int]:
    """What was touched, the household always."""
    return {**work.touched, "household": int(work.household["id"])}


HOUSEHOLD = Matter(load, reading, questions, name_rows, state_kept, write, record, reply, turn)
