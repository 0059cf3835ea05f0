"""任免 Mutations that give and end posts, disable accounts and give halves of password codes. Q1, RULES §2"""

import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.access.issuers import LOCAL_SIGN_IN_OFF
from api.clock import today
from api.errors import Problem
from api.planner.identifiers import parse_id
from api.planner.refusals import BAD_ID
from api.resolvers.process import desk_of
from api.resolvers.reading import Call, call_of, read_back
from api.resolvers.steps import ShownProblem, shown_problem
from api.rules.appointment import AppointmentChange, AppointmentState
from api.rules.identity import id_number_fault
from api.rules.vocabulary import Department, Duty
from api.schema.build import described, enum_of, field_of, types_of
from api.sealing import Identifier
from api.workflow.account import disable
from api.workflow.appointment import Answer, decide, propose
from api.workflow.appointment_refusals import WISH_INCOMPLETE
from api.workflow.password_code import give
from api.workflow.refusals import NotTaken, problem_of, told
from api.workflow.wish import Newcomer, Wish

ChangeEnum, DepartmentEnum, DutyEnum = enum_of(AppointmentChange), enum_of(Department), enum_of(Duty)


def _given(zh: str, en: str, **default: Any) -> Any:
    return strawberry.field(description=described(zh, en), **default)


_OPTIONAL = {"default": strawberry.UNSET}


@strawberry.input(description="新任人员 A person who has no account here yet.")
class NewcomerInput:
    """Somebody new; the ID number makes one person one and is kept as a blind index alone."""

    name: str = _given("姓名", "Name.")
    id_number: str = _given("身份证号码", "The whole ID number; never stored as such, never logged.")
    account_name: str = _given("账号名", "Sign-in name of the account to make.")
    oidc_subject: str | None = _given("外部标识", "Subject at the OIDC issuer, where one signs in.", **_OPTIONAL)


@strawberry.input(description="任免提议 A post to give or end, or an account to restore. Q1")
class AppointmentProposeInput:
    """What is proposed; which fields are needed follows from `change`."""

    change: ChangeEnum = _given("种类", "What it does.")  # type: ignore[valid-type]
    reason: str = _given("事由", "Why; holds no number of a person.")
    key: str = _given("幂等键", "Chosen by the client, new for each act; asking again with it is asking once.")
    unit: str | None = _given("责任单位", "GIVE: code of the unit of the post.", **_OPTIONAL)
    department: DepartmentEnum | None = _given("部门", "GIVE: department of the post.", **_OPTIONAL)  # type: ignore[valid-type]
    duty: DutyEnum | None = _given("职责", "GIVE: duty of the post.", **_OPTIONAL)  # type: ignore[valid-type]
    since: datetime.date | None = _given("任职日期", "GIVE: first day; today when absent.", **_OPTIONAL)
    until: datetime.date | None = _given(
        "离任日期", "GIVE: last day, if any. END: last day, today when absent, yesterday to end at once.", **_OPTIONAL
    )
    account: strawberry.ID | None = _given("账号", "GIVE to an account of one's reach; RESTORE.", **_OPTIONAL)
    person: NewcomerInput | None = _given("新任人员", "GIVE to a new person.", **_OPTIONAL)
    post: strawberry.ID | None = _given("岗位", "END: the post.", **_OPTIONAL)
    document: str | None = _given(
        "授权文件", "GIVE: the leading group's written authorization, where it delegates approval. Q33", **_OPTIONAL
    )


@strawberry.input(description="任免答复 What is answered to a proposal.")
class AppointmentAnswerInput:
    """An answer."""

    id: strawberry.ID = _given("任免", "The appointment.")
    version: int = _given("版本", "The version the caller saw.")
    key: str = _given("幂等键", "Chosen by the client, new for each act; asking again with it is asking once.")
    answer: str | None = _given("答复", "Why it is answered so.", **_OPTIONAL)


@strawberry.input(description="账号停用 An account to disable at once.")
class AccountDisableInput:
    """An account to disable."""

    account: strawberry.ID = _given("账号", "The account.")
    reason: str = _given("事由", "Why; goes on record, holds no number of a person.")
    key: str = _given("幂等键", "Chosen by the client, new for each act; asking again with it is asking once.")


@strawberry.input(description="口令凭码 An account whose holder is to choose a password.")
class PasswordCodeInput:
    """An account to give half a code for."""

    account: strawberry.ID = _given("账号", "The account.")
    reason: str = _given("事由", "Why; goes on record, holds no number of a person.")


def _read(name: str, type_name: str, text: str) -> Any:
    async def resolver(self: Any, info: strawberry.Info) -> Any:
        return None if self.number is None else await read_back(info, type_name, self.number)

    return field_of(name, types_of()[type_name] | None, text, resolver)


@strawberry.type(description="任免结果 What became of a proposal or an answer.")
class AppointmentPayload:
    """The answer of the appointment mutations."""

    number: strawberry.Private[int | None]
    taken: bool = _given("已办理", "Whether it was done; if not, nothing has changed.")
    problems: list[ShownProblem] = _given("问题", "Why not; empty when it was done.")
    appointment = _read("appointment", "Appointment", described("读回", "As it is now, under the caller's rights."))


@strawberry.type(description="停用结果 What became of disabling an account.")
class AccountPayload:
    """The answer of `accountDisable`."""

    number: strawberry.Private[int | None]
    taken: bool = _given("已办理", "Whether it was done; if not, nothing has changed.")
    problems: list[ShownProblem] = _given("问题", "Why not; empty when it was done.")
    post = _read("post", "Post", described("读回", "Its highest post, under the caller's rights."))


@strawberry.type(description="凭码 Half of a one-time code: told once, to whom asked for it, to hand to the official.")
class PasswordCodePayload:
    """The answer of `passwordCode`."""

    problems: list[ShownProblem] = _given("问题", "Why not; empty when it was given.")
    half: str | None = _given("半码", "FIRST or SECOND; the official needs both, from two people.")
    code: str | None = _given("凭码", "The half itself; it can't be asked for again.")
    expires_at: datetime.datetime | None = _given("失效时间", "Moment from which it is worth nothing.")


def _plain(value: Any) -> Any:
    return None if value is strawberry.UNSET else value


def _word(words: Any, value: Any) -> Any:
    value = _plain(value)
    return words[value.name] if isinstance(value, Enum) else None


def _number(text: Any, type_name: str) -> int | None:
    text = _plain(text)
    if text is None:
        return None
    found, number = parse_id(text)
    if found != type_name:
        raise Problem(BAD_ID)
    return number


def _newcomer(call: Call, given: Any) -> Newcomer | None:
    given = _plain(given)
    if given is None:
        return None
    fault = id_number_fault(given.id_number, today(call.process.clock))
    if fault is not None:
        raise NotTaken([told(fault, field="idNumber")])
    subject = _plain(given.oidc_subject)
    if call.process.passwords is None and not subject:  # nobody could ever sign in
        raise NotTaken([problem_of(WISH_INCOMPLETE, field="oidcSubject", expected="the subject at the OIDC issuer")])
    key = call.process.sealer.index(Identifier.ID_NUMBER, given.id_number)
    return Newcomer(given.name, given.account_name, key, subject)


def _wish(call: Call, given: Any) -> Wish:
    return Wish(
        AppointmentChange[given.change.name],
        given.reason,
        given.key,
        unit=_plain(given.unit),
        department=_word(Department, given.department),
        duty=_word(Duty, given.duty),
        since=_plain(given.since),
        until=_plain(given.until),
        account=_number(given.account, "Account"),
        newcomer=_newcomer(call, given.person),
        post=_number(given.post, "Post"),
        document=_plain(given.document),
    )


async def _propose(self: Any, info: strawberry.Info, *, input: Any) -> AppointmentPayload:  # noqa: A002, ARG001 - Relay's word
    call = call_of(info)
    try:
        wish = _wish(call, input)
        async with call.process.writing() as connection:
            number = await propose(connection, call.subject, wish, desk_of(call.process, call.policy))
    except NotTaken as refused:
        return AppointmentPayload(number=None, taken=False, problems=[shown_problem(one) for one in refused.problems])
    return AppointmentPayload(number=number, taken=True, problems=[])


def _answer(state: AppointmentState) -> Any:
    async def resolver(self: Any, info: strawberry.Info, *, input: Any) -> AppointmentPayload:  # noqa: A002, ARG001 - Relay's word
        call = call_of(info)
        number = _number(input.id, "Appointment")
        assert number is not None
        answer = Answer(number, input.version, state, input.key, _plain(input.answer))
        try:
            async with call.process.writing() as connection:
                await decide(connection, call.subject, answer, desk_of(call.process, call.policy))
        except NotTaken as refused:
            problems = [shown_problem(one) for one in refused.problems]
            return AppointmentPayload(number=None, taken=False, problems=problems)
        return AppointmentPayload(number=number, taken=True, problems=[])

    return resolver


async def _disable(self: Any, info: strawberry.Info, *, input: Any) -> AccountPayload:  # noqa: A002, ARG001 - Relay's word
    call = call_of(info)
    account = _number(input.account, "Account")
    assert account is not None
    try:
        async with call.process.writing() as connection:
            desk = desk_of(call.process, call.policy)
            post = await disable(connection, call.subject, account, input.reason, input.key, desk)
    except NotTaken as refused:
        return AccountPayload(number=None, taken=False, problems=[shown_problem(one) for one in refused.problems])
    return AccountPayload(number=post, taken=True, problems=[])


async def _code(self: Any, info: strawberry.Info, *, input: Any) -> PasswordCodePayload:  # noqa: A002, ARG001 - Relay's word
    call = call_of(info)
    if call.process.passwords is None:
        raise Problem(LOCAL_SIGN_IN_OFF)
    account = _number(input.account, "Account")
    assert account is not None
    try:
        async with call.process.writing() as connection:
            half = await give(connection, call.subject, account, input.reason, desk_of(call.process, call.policy))
    except NotTaken as refused:
        problems = [shown_problem(one) for one in refused.problems]
        return PasswordCodePayload(problems=problems, half=None, code=None, expires_at=None)
    return PasswordCodePayload(problems=[], half=half.half, code=half.code, expires_at=half.expires_at)


def _mutation(name: str, returns: Any, text: str, resolver: Any, input_type: Any) -> Any:
    what = strawberry.argument(description=described("内容", "What it is about and what is given with it."))
    return field_of(name, returns, text, resolver, {"input": Annotated[input_type, what]})


MUTATIONS = {
    "appointmentPropose": _mutation(
        "appointmentPropose",
        AppointmentPayload,
        "提出任免 Propose giving or ending a post strictly below one's own unit. Q1",
        _propose,
        AppointmentProposeInput,
    ),
    "appointmentApprove": _mutation(
        "appointmentApprove",
        AppointmentPayload,
        "批准任免 Approve what another person proposed; it is carried out at once. Q1",
        _answer(AppointmentState.APPROVED),
        AppointmentAnswerInput,
    ),
    "appointmentReject": _mutation(
        "appointmentReject",
        AppointmentPayload,
        "不批准任免 Reject what another person proposed. Q1",
        _answer(AppointmentState.REJECTED),
        AppointmentAnswerInput,
    ),
    "appointmentWithdraw": _mutation(
        "appointmentWithdraw",
        AppointmentPayload,
        "撤回任免 Withdraw what one proposed oneself. Q1",
        _answer(AppointmentState.WITHDRAWN),
        AppointmentAnswerInput,
    ),
    "accountDisable": _mutation(
        "accountDisable",
        AccountPayload,
        "停用账号 Disable an account below at once; restoring it is an appointment. Q1",
        _disable,
        AccountDisableInput,
    ),
    "passwordCode": _mutation(
        "passwordCode",
        PasswordCodePayload,
        "口令凭码 One's half of a one-time code with which an official below chooses a password. Q1",
        _code,
        PasswordCodeInput,
    ),
}
