"""任免 Propose, approve, reject, withdraw: a post is given or ended by two persons from above. Q1, RULES §2

    propose   judges everything at once, writes the proposal
    answer    another person's answer; an approval is carried out in the same transaction

The policy's lock (`appoint.*`), these rules and the database's own guards refuse the same at three depths.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from api.access.subject import Subject
from api.database import Connection, fetch_row
from api.rules.themes.appointment import (
    AppointmentChange,
    AppointmentState,
    delegation_named,
    nobody_appoints_himself,
    post_ended_within,
    post_given_ahead,
)
from api.rules.themes.four_eyes import different_persons
from api.rules.verdict import Verdict
from api.rules.words.judging import ActPair
from api.rules.words.steps import StepId
from api.schema.paths import Columns
from api.schema.rows.posts import AppointmentRow
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepProblem, problem_of
from api.workflow.engine.handler import PermissionCheck, wrong_state
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Step
from api.workflow.engine.workflow import Workflow
from api.workflow.posts import effects
from api.workflow.posts.errors import UNIT_CLOSED, texts_clean
from api.workflow.posts.handler import AppointmentContext, AppointmentHandler
from api.workflow.posts.proposal import AppointmentProposal
from api.workflow.posts.target import PostTarget, conflicts, official_at, person_of, target_of

_LOCKED = "select * from appointment where id = $1 for update"


@dataclass(slots=True)
class ProposalContext(AppointmentContext):
    """Context of a proposal: the proposal and the post it is about."""

    proposal: AppointmentProposal = field(kw_only=True)
    target: PostTarget = field(kw_only=True)


class ProposalHandler(AppointmentHandler[ProposalContext]):
    """Takes the step that proposes an appointment."""

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[ProposalContext],
        step_input: StepInput,
        *,
        locked: bool = True,  # noqa: ARG002 - there is no row to lock yet
    ) -> ProposalContext | None:
        """The post the proposal is about, with what the tables have against it; None beyond the subject's reach."""
        proposal: AppointmentProposal = step_input.arguments["proposal"]
        target = await target_of(connection, subject, services, proposal)
        if target is None:
            return None
        return ProposalContext(connection, subject, services, step.id, step_input, proposal=proposal, target=target)

    def permissions(self, ctx: ProposalContext, step: Step[ProposalContext]) -> list[PermissionCheck]:
        """The checks whether the subject may propose at every place of the target."""
        return [official_at(step.id.action, place) for place in ctx.target.places]

    def check_state(self, ctx: ProposalContext, step: Step[ProposalContext]) -> Iterable[StepProblem]:  # noqa: ARG002 - as every handler's
        """Problems with the proposal's texts, and with rows that exist already."""
        proposal = ctx.proposal
        name = {"personName": proposal.newcomer.name} if proposal.newcomer else {}
        yield from texts_clean({"reason": proposal.reason, "document": proposal.document, **name})
        yield from ctx.facts["conflicts"]


async def read_conflicts(ctx: ProposalContext) -> None:
    """Read what the tables have against the proposal."""
    ctx.facts["conflicts"] = await conflicts(ctx.connection, ctx.proposal, ctx.target)


def proposal_founded(ctx: ProposalContext) -> Iterable[Verdict]:
    """Nobody appoints himself, a post is given ahead of time, a delegation names its document. Q1, Q33"""
    proposal, target, day = ctx.proposal, ctx.target, ctx.today
    yield nobody_appoints_himself(target.person, ctx.subject.person)
    if proposal.change is AppointmentChange.GIVE:
        yield post_given_ahead(target.since or day, proposal.until, day)
    if proposal.change is AppointmentChange.END:
        yield post_ended_within(proposal.until or day, target.until, day)
    if proposal.document is not None:
        yield delegation_named(target.tier, target.department, target.duty, proposal.document)


async def _insert(ctx: ProposalContext) -> None:
    proposal, target, subject = ctx.proposal, ctx.target, ctx.subject
    newcomer = proposal.newcomer
    ctx.appointment = await ctx.insert_returning(
        AppointmentRow,
        "appointment",
        change=proposal.change.name,
        state=AppointmentState.PROPOSED.name,
        unit=target.unit,
        tier=target.tier.name,
        department=target.department.name,
        duty=target.duty.name,
        since=target.since,
        until=proposal.until or (ctx.today if proposal.change is AppointmentChange.END else None),
        post=target.post,
        account=target.account,
        person_name=newcomer.name if newcomer else None,
        account_name=newcomer.account_name if newcomer else None,
        person_key=newcomer.person_key if newcomer else None,
        oidc_subject=newcomer.oidc_subject if newcomer else None,
        delegated=proposal.document is not None,
        document=proposal.document,
        reason=proposal.reason,
        proposer=subject.post,
        proposed_at=ctx.now,
        proposed_person=subject.person,
        proposed_account=subject.account,
        version=1,
        carried=False,
    )


@dataclass(slots=True)
class AnswerContext(AppointmentContext):
    """Context of an answer: the proposed appointment, and the places the subject must be above."""

    places: tuple[Columns, ...] = ()

    @property
    def version(self) -> int:
        """The version of the appointment."""
        return int(self.required_appointment["version"])


class AnswerHandler(AppointmentHandler[AnswerContext]):
    """Takes the steps that answer a proposal: another person approves or rejects it, its proposer withdraws it."""

    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[AnswerContext],
        step_input: StepInput,
        *,
        locked: bool = True,  # noqa: ARG002 - no step check is offered
    ) -> AnswerContext | None:
        """The appointment, locked; None when there is none, or another person proposed what is withdrawn."""
        row = await fetch_row(connection, AppointmentRow, _LOCKED, step_input.number)
        if row is None or (step.id is WITHDRAW and row["proposed_person"] != subject.person):
            return None
        ctx = AnswerContext(connection, subject, services, step.id, step_input, appointment=row, places=(row,))
        if row["change"] == AppointmentChange.RESTORE.name and step.id is not WITHDRAW:
            restored = AppointmentProposal(AppointmentChange.RESTORE, "", account=row["account"])
            target = await target_of(connection, subject, services, restored)
            if target is None:
                return None
            ctx.places = target.places
        return ctx

    def permissions(self, ctx: AnswerContext, step: Step[AnswerContext]) -> list[PermissionCheck]:
        """The checks whether the subject may approve at every place; withdrawing an own proposal needs none."""
        return [] if step.id is WITHDRAW else [official_at(APPROVE.action, place) for place in ctx.places]

    def check_state(self, ctx: AnswerContext, step: Step[AnswerContext]) -> Iterable[StepProblem]:
        """Problems with the answer's text, the appointment's state, and a unit closed meanwhile."""
        yield from texts_clean({"answer": ctx.arguments.get("answer")})
        yield from wrong_state(ctx.required_appointment["state"], step.standing)
        if step.id is APPROVE and ctx.facts["unit_closed"]:
            yield problem_of(UNIT_CLOSED)


async def read_appointment(ctx: AnswerContext) -> None:
    """Read the person the appointment is about, the last day of the post it ends, and whether its unit is closed."""
    row, connection = ctx.required_appointment, ctx.connection
    ctx.facts["person"] = await person_of(connection, row)
    gives, ends = (row["change"] == change.name for change in (AppointmentChange.GIVE, AppointmentChange.END))
    closed = "select valid_until is not null from unit where id = $1"
    ctx.facts["unit_closed"] = gives and await connection.fetchval(closed, row["unit"])
    if ends:
        ctx.facts["last_day"] = await connection.fetchval("select until from post where id = $1", row["post"])


def answered_by_another(ctx: AnswerContext) -> Iterable[Verdict]:
    """Another person than the proposer and the appointee answers; an end lies ahead. Q1"""
    row = ctx.required_appointment
    yield different_persons(ActPair.PROPOSE_AND_APPROVE, {row["proposed_person"]}, ctx.subject.person)
    yield nobody_appoints_himself(ctx.facts["person"], ctx.subject.person)
    if ctx.step_id is APPROVE and row["change"] == AppointmentChange.END.name:
        yield post_ended_within(ctx.required(row["until"], "a last day"), ctx.facts["last_day"], ctx.today)


async def _store_answer(ctx: AnswerContext) -> None:
    await effects.store_answer(ctx, _STATES[ctx.step_id.name], ctx.arguments.get("answer"))


PROPOSE = StepId("appoint", "propose", "提出任免", "Propose giving or ending a post, or restoring an account.", (1,))
APPROVE = StepId("appoint", "approve", "批准任免", "Approve what another person proposed: it is carried out.", (1,))
REJECT = StepId("appoint", "reject", "不批准任免", "Reject what another person proposed.", (1,))
WITHDRAW = StepId("appoint", "withdraw", "撤回任免", "Withdraw an own proposal.", (1,))
_STATES = {
    "approve": AppointmentState.APPROVED,
    "reject": AppointmentState.REJECTED,
    "withdraw": AppointmentState.WITHDRAWN,
}
_PROPOSED = (AppointmentState.PROPOSED,)
_PROPOSE_STEP: Step[ProposalContext] = Step(
    PROPOSE, facts=(read_conflicts,), guards=(proposal_founded,), effects=(_insert,)
)
_ANSWER_STEPS: tuple[Step[AnswerContext], ...] = (
    Step(
        APPROVE,
        target="Appointment",
        standing=_PROPOSED,
        facts=(read_appointment,),
        guards=(answered_by_another,),
        effects=(_store_answer, effects.carry_out),
    ),
    Step(
        REJECT,
        target="Appointment",
        standing=_PROPOSED,
        facts=(read_appointment,),
        guards=(answered_by_another,),
        effects=(_store_answer,),
    ),
    Step(WITHDRAW, target="Appointment", standing=_PROPOSED, effects=(_store_answer,)),
)
PROPOSAL = Workflow("appoint", "任免提议", "Proposals of appointments", (_PROPOSE_STEP,), ProposalHandler())
ANSWERS = Workflow("appoint", "任免答复", "Answers to proposals", _ANSWER_STEPS, AnswerHandler())


async def propose(
    connection: Connection, subject: Subject, key: str, proposal: AppointmentProposal, services: StepServices
) -> int:
    """Write a proposal; its id. StepRefused with every problem, nothing changed."""
    step_input = StepInput(0, None, key, arguments={"proposal": proposal})
    return (await perform(connection, PROPOSAL, _PROPOSE_STEP, subject, step_input, services)).touched["appointment"]


async def answer(
    connection: Connection, subject: Subject, state: AppointmentState, step_input: StepInput, services: StepServices
) -> int:
    """Answer a proposal; its id. An approval is carried out at once. StepRefused with every problem."""
    step = next(step for step in _ANSWER_STEPS if _STATES[step.name] is state)
    return (await perform(connection, ANSWERS, step, subject, step_input, services)).touched["appointment"]
