"""任免 Mutations that give and end posts, disable accounts and give halves of password codes. Q1, RULES §2"""

import datetime
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import strawberry

from api.access.signin.issuers import LOCAL_SIGN_IN_OFF
from api.clock import today
from api.database import Connection
from api.errors import Problem
from api.resolvers.execution import OperationContext
from api.resolvers.steps.inputs import (
    KEY,
    OPTIONAL,
    StepAnswer,
    attempted,
    described_field,
    mutation,
    number_of,
    plain,
    row_read,
)
from api.resolvers.steps.mutations import ShownProblem
from api.resolvers.worker import services_of
from api.rules.privacy.identity import id_number_fault
from api.rules.themes.appointment import AppointmentChange, AppointmentState
from api.rules.words.vocabulary import Department, Duty
from api.schema.bounds import GUARDED_REASON, REASON, SHORT, TITLE
from api.schema.build import described, enum_of
from api.sealing import Identifier
from api.workflow.engine.contexts import StepInput
from api.workflow.engine.errors import StepRefused, problem_of, problem_of_reason
from api.workflow.posts.account import disable
from api.workflow.posts.appointment import answer as answer_proposal
from api.workflow.posts.appointment import propose
from api.workflow.posts.errors import PROPOSAL_FIELDS, PROPOSAL_INCOMPLETE
from api.workflow.posts.password_code import Half, give
from api.workflow.posts.proposal import AppointmentProposal, Newcomer

ChangeEnum, DepartmentEnum, DutyEnum = enum_of(AppointmentChange), enum_of(Department), enum_of(Duty)


@strawberry.input(description="新任人员 A person who has no account here yet.")
class NewcomerInput:
    """A new person; the ID number identifies one person and is kept as a blind index alone."""

    name: str = described_field("姓名", "Name.", SHORT)
    id_number: str = described_field("身份证号码", "The whole ID number; never stored as such, never logged.", SHORT)
    account_name: str = described_field("账号名", "Sign-in name of the account to make.", SHORT)
    oidc_subject: str | None = described_field(
        "外部标识", "Subject at the OIDC issuer, where one signs in.", TITLE, **OPTIONAL
    )


@strawberry.input(description="任免提议 A post to give or end, or an account to restore. Q1")
class AppointmentProposeInput:
    """The proposal; its needed fields follow from `change`."""

    change: ChangeEnum = described_field("种类", "What it does.")  # type: ignore[valid-type]
    reason: str = described_field("事由", "Why; holds no number of a person.", GUARDED_REASON)
    key: str = described_field(*KEY)
    unit: str | None = described_field("责任单位", "GIVE: code of the unit of the post.", SHORT, **OPTIONAL)
    department: DepartmentEnum | None = described_field("部门", "GIVE: department of the post.", **OPTIONAL)  # type: ignore[valid-type]
    duty: DutyEnum | None = described_field("职责", "GIVE: duty of the post.", **OPTIONAL)  # type: ignore[valid-type]
    since: datetime.date | None = described_field("任职日期", "GIVE: first day; today when absent.", **OPTIONAL)
    until: datetime.date | None = described_field(
        "离任日期", "GIVE: last day, if any. END: last day, today when absent, yesterday to end at once.", **OPTIONAL
    )
    account: strawberry.ID | None = described_field("账号", "GIVE to an account of one's reach; RESTORE.", **OPTIONAL)
    person: NewcomerInput | None = described_field("新任人员", "GIVE to a new person.", **OPTIONAL)
    post: strawberry.ID | None = described_field("岗位", "END: the post.", **OPTIONAL)
    document: str | None = described_field(
        "授权文件", "GIVE: the leading group's written authorization, where it delegates approval. Q33", **OPTIONAL
    )


@strawberry.input(description="任免答复 What is answered to a proposal.")
class AppointmentAnswerInput:
    """An answer."""

    id: strawberry.ID = described_field("任免", "The appointment.")
    version: int = described_field("版本", "The version the caller saw.")
    key: str = described_field(*KEY)
    answer: str | None = described_field("答复", "Why it is answered so.", REASON, **OPTIONAL)


@strawberry.input(description="账号停用 An account to disable at once.")
class AccountDisableInput:
    """An account to disable."""

    account: strawberry.ID = described_field("账号", "The account.")
    reason: str = described_field("事由", "Why; goes on record, holds no number of a person.", GUARDED_REASON)
    key: str = described_field(*KEY)


@strawberry.input(description="口令凭码 An account whose holder is to choose a password.")
class PasswordCodeInput:
    """An account to give half a code for."""

    account: strawberry.ID = described_field("账号", "The account.")
    reason: str = described_field("事由", "Why; goes on record, holds no number of a person.", GUARDED_REASON)


@strawberry.type(description="任免结果 What became of a proposal or an answer.")
class AppointmentPayload(StepAnswer):
    """The answer of the appointment mutations."""

    appointment = row_read("appointment", "Appointment", described("读回", "As it is now, under the caller's rights."))


@strawberry.type(description="停用结果 What became of disabling an account.")
class AccountPayload(StepAnswer):
    """The answer of `accountDisable`."""

    post = row_read("post", "Post", described("读回", "Its highest post, under the caller's rights."))


@strawberry.type(description="凭码 Half of a one-time code: told once, to whom asked for it, to hand to the official.")
class PasswordCodePayload:
    """The answer of `passwordCode`."""

    problems: list[ShownProblem] = described_field("问题", "Why not; empty when it was given.")
    half: str | None = described_field("半码", "FIRST or SECOND; the official needs both, from two people.")
    code: str | None = described_field("凭码", "The half itself; it can't be asked for again.")
    expires_at: datetime.datetime | None = described_field("失效时间", "Moment from which it is worth nothing.")


def _word(words: Any, value: Any) -> Any:
    value = plain(value)
    return words[value.name] if isinstance(value, Enum) else None


def _named(text: Any, type_name: str) -> int | None:
    text = plain(text)
    return None if text is None else number_of(text, type_name)


def _newcomer(ctx: OperationContext, newcomer: Any) -> Newcomer | None:
    newcomer = plain(newcomer)
    if newcomer is None:
        return None
    fault = id_number_fault(newcomer.id_number, today(ctx.worker.clock))
    if fault is not None:
        raise StepRefused([problem_of_reason(fault, field=PROPOSAL_FIELDS["idNumber"])])
    subject = plain(newcomer.oidc_subject)
    if ctx.worker.passwords is None and not subject:  # nobody could ever sign in
        raise StepRefused(
            [
                problem_of(
                    PROPOSAL_INCOMPLETE, field=PROPOSAL_FIELDS["oidcSubject"], expected="the subject at the OIDC issuer"
                )
            ]
        )
    key = ctx.worker.sealer.index(Identifier.ID_NUMBER, newcomer.id_number)
    return Newcomer(newcomer.name, newcomer.account_name, key, subject)


def _proposal(ctx: OperationContext, about: Any) -> AppointmentProposal:
    return AppointmentProposal(
        AppointmentChange[about.change.name],
        about.reason,
        unit=plain(about.unit),
        department=_word(Department, about.department),
        duty=_word(Duty, about.duty),
        since=plain(about.since),
        until=plain(about.until),
        account=_named(about.account, "Account"),
        newcomer=_newcomer(ctx, about.person),
        post=_named(about.post, "Post"),
        document=plain(about.document),
    )


async def _propose(ctx: OperationContext, about: Any) -> AppointmentPayload:
    async def act(connection: Connection) -> int:
        return await propose(
            connection, ctx.subject, about.key, _proposal(ctx, about), services_of(ctx.worker, ctx.policy)
        )

    return await AppointmentPayload.by(ctx, act)


def _answer(state: AppointmentState) -> Callable[[OperationContext, Any], Awaitable[AppointmentPayload]]:
    async def answer(ctx: OperationContext, about: Any) -> AppointmentPayload:
        async def act(connection: Connection) -> int:
            arguments = {"answer": plain(about.answer)}
            step_input = StepInput(number_of(about.id, "Appointment"), about.version, about.key, arguments=arguments)
            services = services_of(ctx.worker, ctx.policy)
            return await answer_proposal(connection, ctx.subject, state, step_input, services)

        return await AppointmentPayload.by(ctx, act)

    return answer


async def _disable(ctx: OperationContext, about: Any) -> AccountPayload:
    async def act(connection: Connection) -> int:
        account, services = number_of(about.account, "Account"), services_of(ctx.worker, ctx.policy)
        return await disable(connection, ctx.subject, account, about.reason, about.key, services)

    return await AccountPayload.by(ctx, act)


async def _code(ctx: OperationContext, about: Any) -> PasswordCodePayload:
    if ctx.worker.passwords is None:
        raise Problem(LOCAL_SIGN_IN_OFF)

    async def act(connection: Connection) -> Half:
        account, services = number_of(about.account, "Account"), services_of(ctx.worker, ctx.policy)
        return await give(connection, ctx.subject, account, about.reason, services)

    half, problems = await attempted(ctx, act)
    if half is None:
        return PasswordCodePayload(problems=problems, half=None, code=None, expires_at=None)
    return PasswordCodePayload(problems=[], half=half.half, code=half.code, expires_at=half.expires_at)


def _about_an_appointment(name: str, text: str, answer: Any, input_type: Any = AppointmentAnswerInput) -> Any:
    return mutation(name, AppointmentPayload, f"{text} Q1", input_type, answer)


MUTATIONS = dict(
    (
        _about_an_appointment(
            "appointmentPropose",
            "提出任免 Propose giving or ending a post strictly below one's own unit.",
            _propose,
            AppointmentProposeInput,
        ),
        _about_an_appointment(
            "appointmentApprove",
            "批准任免 Approve what another person proposed; it is carried out at once.",
            _answer(AppointmentState.APPROVED),
        ),
        _about_an_appointment(
            "appointmentReject",
            "不批准任免 Reject what another person proposed.",
            _answer(AppointmentState.REJECTED),
        ),
        _about_an_appointment(
            "appointmentWithdraw",
            "撤回任免 Withdraw what one proposed oneself.",
            _answer(AppointmentState.WITHDRAWN),
        ),
        mutation(
            "accountDisable",
            AccountPayload,
            "停用账号 Disable an account below at once; restoring it is an appointment. Q1",
            AccountDisableInput,
            _disable,
        ),
        mutation(
            "passwordCode",
            PasswordCodePayload,
            "口令凭码 One's half of a one-time code with which an official below chooses a password. Q1",
            PasswordCodeInput,
            _code,
        ),
    )
)
