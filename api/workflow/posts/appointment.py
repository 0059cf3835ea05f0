"""任免 Propose, approve, reject, withdraw: a post is given or ended by two persons from above. Q1, RULES §2

    propose   checks everything at once, writes the proposal
    decide    another person's answer; an approval is carried out in the same transaction

The policy's lock (`appoint.*`), these rules and the database's own guards (m0017) say the same at three depths.
"""

from dataclasses import dataclass
from typing import Any

from api.access.subject import Subject
from api.audit import ledger
from api.clock import today
from api.rules.themes.appointment import (
    AppointmentChange,
    AppointmentState,
    delegation_named,
    nobody_appoints_himself,
    post_ended_within,
    post_given_ahead,
)
from api.rules.themes.four_eyes import different_persons
from api.rules.words.judging import ActPair
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine import idempotency
from api.workflow.engine.errors import (
    STALE,
    WRONG_STATE,
    NotTaken,
    StepProblem,
    breach_of,
    database_refusals,
    problem_of,
)
from api.workflow.engine.perform import Desk
from api.workflow.posts.effects import carry_out
from api.workflow.posts.errors import NOT_ALLOWED, UNIT_CLOSED, texts_clean
from api.workflow.posts.proposal import Wish
from api.workflow.posts.target import Seat, may, person_of, seat_of, stands_against

PROPOSE, APPROVE = "appoint.propose", "appoint.approve"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a proposal."""

    number: int
    version: int
    state: AppointmentState
    key: str
    why: str | None = None


async def propose(connection: Any, subject: Subject, wish: Wish, desk: Desk) -> int:
    """Write a proposal; its id. NotTaken with every problem, nothing changed."""
    with database_refusals():
        async with connection.transaction():
            asked = idempotency.digest(PROPOSE, None, {"wish": wish.asked()})
            before = await idempotency.claim(
                connection, subject.account, wish.key, asked, desk.clock.now(), desk.publication
            )
            if before is not None:
                return before["appointment"]
            seat = await seat_of(connection, subject, desk, wish)
            if seat is None or not all(may(desk, subject, PROPOSE, place) for place in seat.places):
                raise NotTaken([problem_of(NOT_ALLOWED)])
            problems = [*_judged(wish, seat, subject, desk), *await stands_against(connection, wish, seat)]
            if problems:
                raise NotTaken(problems)
            number = await _insert(connection, subject, wish, seat, desk)
            row = await connection.fetchrow("select * from appointment where id = $1", number)
            await _record(connection, subject, PROPOSE, row, desk)
            await idempotency.keep(connection, subject.account, wish.key, {"appointment": number})
            return number


async def decide(connection: Any, subject: Subject, answer: Answer, desk: Desk) -> int:
    """Answer a proposal; its id. An approval is carried out at once. NotTaken with every problem, nothing changed."""
    with database_refusals():
        async with connection.transaction():
            action = _ACTIONS[answer.state]
            asked = idempotency.digest(action, answer.number, {"version": answer.version, "why": answer.why})
            before = await idempotency.claim(
                connection, subject.account, answer.key, asked, desk.clock.now(), desk.publication
            )
            if before is not None:
                return before["appointment"]
            row = await connection.fetchrow("select * from appointment where id = $1 for update", answer.number)
            if row is None or not await _may_answer(connection, subject, answer, row, desk):
                raise NotTaken([problem_of(NOT_ALLOWED)])
            problems = [*_standing(answer, row), *await _answerable(connection, subject, answer, row, desk)]
            if problems:
                raise NotTaken(problems)
            await _answer(connection, subject, answer, desk)
            if answer.state is AppointmentState.APPROVED:
                await carry_out(connection, answer.number)
            row = await connection.fetchrow("select * from appointment where id = $1", answer.number)
            await _record(connection, subject, action, row, desk)
            await idempotency.keep(connection, subject.account, answer.key, {"appointment": answer.number})
            return answer.number


_ACTIONS = {
    AppointmentState.APPROVED: APPROVE,
    AppointmentState.REJECTED: "appoint.reject",
    AppointmentState.WITHDRAWN: "appoint.withdraw",
}


def _judged(wish: Wish, seat: Seat, subject: Subject, desk: Desk) -> list[StepProblem]:
    day = today(desk.clock)
    verdicts = [nobody_appoints_himself(seat.person, subject.person)]
    if wish.change is AppointmentChange.GIVE:
        verdicts.append(post_given_ahead(seat.since or day, wish.until, day))
    if wish.change is AppointmentChange.END:
        verdicts.append(post_ended_within(wish.until or day, seat.until, day))
    if wish.document is not None:
        verdicts.append(delegation_named(seat.tier, seat.department, seat.duty, wish.document))
    texts = {"reason": wish.reason, "document": wish.document}
    name = {"personName": wish.newcomer.name} if wish.newcomer else {}
    return [*texts_clean({**texts, **name}), *(breach_of(verdict) for verdict in verdicts if not verdict.holds)]


async def _insert(connection: Any, subject: Subject, wish: Wish, seat: Seat, desk: Desk) -> int:
    who = wish.newcomer
    values = {
        "change": wish.change.name,
        "state": AppointmentState.PROPOSED.name,
        "unit": seat.unit,
        "tier": seat.tier.name,
        "department": seat.department.name,
        "duty": seat.duty.name,
        "since": seat.since,
        "until": wish.until or (today(desk.clock) if wish.change is AppointmentChange.END else None),
        "post": seat.post,
        "account": seat.account,
        "person_name": who.name if who else None,
        "account_name": who.account_name if who else None,
        "person_key": who.person_key if who else None,
        "oidc_subject": who.oidc_subject if who else None,
        "delegated": wish.document is not None,
        "document": wish.document,
        "reason": wish.reason,
        "proposer": subject.post,
        "proposed_at": desk.clock.now(),
        "proposed_person": subject.person,
        "proposed_account": subject.account,
        "version": 1,
        "carried": False,
    }
    names, marks = ", ".join(values), ", ".join(f"${index}" for index in range(1, len(values) + 1))
    sql = f"insert into appointment ({names}) values ({marks}) returning id"  # noqa: S608 - the keys above
    return int(await connection.fetchval(sql, *values.values()))


async def _may_answer(connection: Any, subject: Subject, answer: Answer, row: Any, desk: Desk) -> bool:
    if answer.state is AppointmentState.WITHDRAWN:
        return bool(row["proposed_person"] == subject.person)
    if row["change"] == AppointmentChange.RESTORE.name:
        seat = await seat_of(connection, subject, desk, Wish(AppointmentChange.RESTORE, "", "", account=row["account"]))
        return seat is not None and all(may(desk, subject, APPROVE, place) for place in seat.places)
    return may(desk, subject, APPROVE, row)


def _standing(answer: Answer, row: Any) -> list[StepProblem]:
    problems = texts_clean({"answer": answer.why})
    if row["version"] != answer.version:
        problems.append(problem_of(STALE, expected=answer.version, found=row["version"]))
    if row["state"] != AppointmentState.PROPOSED.name:
        problems.append(problem_of(WRONG_STATE, expected=AppointmentState.PROPOSED.name, found=row["state"]))
    return problems


async def _answerable(connection: Any, subject: Subject, answer: Answer, row: Any, desk: Desk) -> list[StepProblem]:
    if answer.state is AppointmentState.WITHDRAWN:
        return []
    person = await person_of(connection, row)
    verdicts = [
        different_persons(ActPair.PROPOSE_AND_APPROVE, {row["proposed_person"]}, subject.person),
        nobody_appoints_himself(person, subject.person),
    ]
    if answer.state is AppointmentState.APPROVED and row["change"] == AppointmentChange.END.name:
        last = await connection.fetchval("select until from post where id = $1", row["post"])
        verdicts.append(post_ended_within(row["until"], last, today(desk.clock)))
    problems = [breach_of(verdict) for verdict in verdicts if not verdict.holds]
    gives = answer.state is AppointmentState.APPROVED and row["change"] == AppointmentChange.GIVE.name
    if gives and await connection.fetchval("select valid_until is not null from unit where id = $1", row["unit"]):
        problems.append(problem_of(UNIT_CLOSED))
    return problems


async def _answer(connection: Any, subject: Subject, answer: Answer, desk: Desk) -> None:
    await connection.execute(
        """update appointment set state = $2, decider = $3, decided_person = $4, decided_account = $5, decided_at = $6,
             answer = $7, version = version + 1 where id = $1""",
        answer.number,
        answer.state.name,
        subject.post,
        subject.person,
        subject.account,
        desk.clock.now(),
        answer.why,
    )


async def _record(connection: Any, subject: Subject, action: str, row: Any, desk: Desk) -> None:
    days = {name: row[name] and row[name].isoformat() for name in ("since", "until")}
    named = {name: row[name] for name in ("change", "unit", "department", "duty", "account", "post", "delegated")}
    happening = ledger.Happening(
        action, "Appointment", row["id"], {**named, **days}, {tier: row[tier] for tier in TIER_COLUMNS}
    )
    await ledger.append(
        connection, happening, subject, desk.clock.now(), policy_version=desk.policy_version, trace=desk.trace
    )
