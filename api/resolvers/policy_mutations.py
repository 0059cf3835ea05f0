"""策略变更 Mutations of policy administration: from draft to in force, and back again. Q1, RULES §2"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from api.access.content import G_CELLS, P_CELLS, CaseRow, Row
from api.errors import Problem
from api.planner.identifiers import parse_id
from api.planner.refusals import BAD_ID
from api.resolvers.policy_types import PolicyPayload, ShownPublication
from api.resolvers.process import desk_of
from api.resolvers.reading import Call, call_of
from api.resolvers.steps import shown_problem
from api.rules.policy_states import PolicyRowType
from api.schema.build import described, enum_of, field_of
from api.workflow.policy_content import Edit
from api.workflow.policy_draft import draft, edit, rebase, withdraw
from api.workflow.policy_publish import obeyed, publish, revert
from api.workflow.policy_review import approve, reject, submit
from api.workflow.policy_work import Asked
from api.workflow.refusals import NotTaken

PATIENCE = 2.0
"""Seconds that publishing waits for the workers to obey before it answers."""
RowTypeEnum = enum_of(PolicyRowType)
_OPTIONAL = {"default": strawberry.UNSET}


def _given(zh: str, en: str, **default: Any) -> Any:
    return strawberry.field(description=described(zh, en), **default)


@strawberry.input(description="策略行 The cells of a row. Q1")
class PolicyRowInput:
    """A row: a permission has all cells but `group`; a role link has `role` and `group` alone."""

    type: RowTypeEnum = _given("类型", "Permission or role link.")  # type: ignore[valid-type]
    role: str = _given("角色", "Who: roles joined by |; of a link, the member.")
    group: str | None = _given("角色组", "Of a link: the group.", **_OPTIONAL)
    action: str | None = _given("动作", "Actions joined by |.", **_OPTIONAL)
    kind: str | None = _given("对象", "Kinds joined by |.", **_OPTIONAL)
    reach: str | None = _given("范围", "Reaches joined by |.", **_OPTIONAL)
    state: str = _given("状态", "States joined by |; * for any.", default="*")
    unit: str = _given("单位", "Code of the unit it applies under; * for everywhere.", default="*")
    effect: str | None = _given("效力", "allow or deny.", **_OPTIONAL)
    basis: str | None = _given("依据", "Questions joined by |, or ours.", **_OPTIONAL)
    note: str | None = _given("说明", "What it is for, in words.", **_OPTIONAL)


@strawberry.input(description="用例 The cells of a case. Q1")
class PolicyCaseInput:
    """A case in the columns of `policies/tests/*.csv`."""

    file: str = _given("文件", "Name of the file it stands in when exported.", default="draft.csv")
    name: str = _given("名称", "What it shows.")
    role: str = _given("角色", "Role patterns.")
    home: str = _given("本单位", "Code of the unit they ask from.")
    place: str = _given("所在", "Path of the object's unit.")
    cooperating: str = _given("配合单位", "Path of its cooperating unit.", default="-")
    sectors: str = _given("参与部门", "Departments involved with it.", default="-")
    state: str = _given("状态", "Its state.", default="-")
    grant: str = _given("申请进度", "How far its national request has come.", default="none")
    action: str = _given("动作", "Actions joined by |.")
    kind: str = _given("对象", "Kinds joined by |.")
    then: str = _given("应为", "allow, deny or only.")
    basis: str = _given("依据", "Questions joined by |, or ours.")
    note: str | None = _given("说明", "Heading above it in its file.", **_OPTIONAL)


@strawberry.input(description="改动一行 One change of a draft: a row instead of another, removed, or added. Q1")
class PolicyRowEdit:
    """`position` alone removes, with `row` it changes; `row` without it adds after `after`, at the end when absent."""

    position: int | None = _given("序号", "The row it is about.", **_OPTIONAL)
    after: int | None = _given("其后", "Of a row that is added: the row it comes after; 0: first.", **_OPTIONAL)
    row: PolicyRowInput | None = _given("行", "The row as it is to be.", **_OPTIONAL)


@strawberry.input(description="改动一个用例 One change of a draft's cases. Q1")
class PolicyCaseEdit:
    """The same of a case."""

    position: int | None = _given("序号", "The case it is about.", **_OPTIONAL)
    after: int | None = _given("其后", "Of a case that is added: the case it comes after; 0: first.", **_OPTIONAL)
    case: PolicyCaseInput | None = _given("用例", "The case as it is to be.", **_OPTIONAL)


_KEY = ("幂等键", "Chosen by the client, new for each act; asking again with it is asking once.")


@strawberry.input(description="起草 A new draft. Q1")
class PolicyDraftInput:
    """What to draft from."""

    layer: str = _given("层级", "0 for the nation's, or the code of one's province.")
    key: str = _given(*_KEY)
    source: strawberry.ID | None = _given("来源", "A version of the layer; what is in force when absent.", **_OPTIONAL)
    note: str | None = _given("说明", "What it is for.", **_OPTIONAL)


@strawberry.input(description="编辑 Changes of a draft. Q1")
class PolicyEditInput:
    """Several changes at once; positions are those before any of them."""

    id: strawberry.ID = _given("策略版本", "The draft.")
    version: int = _given("版本", "The version number the caller saw.")
    key: str = _given(*_KEY)
    rows: list[PolicyRowEdit] = _given("行", "Changes of rows.", default_factory=list)
    cases: list[PolicyCaseEdit] = _given("用例", "Changes of cases.", default_factory=list)
    note: str | None = _given("说明", "What the version is for.", **_OPTIONAL)


@strawberry.input(description="办理 An act on a version. Q1")
class PolicyActInput:
    """What it is about."""

    id: strawberry.ID = _given("策略版本", "The version.")
    version: int = _given("版本", "The version number the caller saw.")
    key: str = _given(*_KEY)
    note: str | None = _given("说明", "What it is for: needed where there are warnings.", **_OPTIONAL)


@strawberry.input(description="批准 The approval of exactly what was seen. Q1")
class PolicyApproveInput:
    """Both digests as `policyDifference` told them."""

    id: strawberry.ID = _given("策略版本", "The version.")
    version: int = _given("版本", "The version number the caller saw.")
    key: str = _given(*_KEY)
    digest: str = _given("行摘要", "Digest of the rows that were seen.")
    difference: str = _given("差异摘要", "Digest of the difference that was seen.")


@strawberry.input(description="退回 A version that is sent back or taken back. Q1")
class PolicyReasonInput:
    """What it is about, and why."""

    id: strawberry.ID = _given("策略版本", "The version.")
    version: int = _given("版本", "The version number the caller saw.")
    key: str = _given(*_KEY)
    reason: str = _given("理由", "Why; holds no number of a person.")


Take = Callable[[Any, Call, Any], Awaitable[int]]


def number_of(text: str) -> int:
    """The version of an identifier; BAD_ID for anything else."""
    type_name, number = parse_id(text)
    if type_name != "PolicyVersion":
        raise Problem(BAD_ID)
    return number


def _plain(value: Any) -> Any:
    return None if value is strawberry.UNSET else value


def _asked(given: Any, said: str = "", **texts: Any) -> Asked:
    told = {name: text for name, text in texts.items() if _plain(text) is not None}
    return Asked(number_of(given.id), given.version, given.key, told, said)


def _row(given: Any) -> Row | None:
    given = _plain(given)
    if given is None:
        return None
    link = given.type.name == PolicyRowType.G.name
    names = G_CELLS if link else P_CELLS
    return Row(given.type.name.lower(), tuple(_plain(getattr(given, name)) or "" for name in names), _note(given))


def _case(given: Any) -> CaseRow | None:
    given = _plain(given)
    if given is None:
        return None
    names = ("name", "role", "home", "place", "cooperating", "sectors", "state", "grant", "action", "kind")
    return CaseRow(given.file, tuple(getattr(given, name) for name in (*names, "then", "basis")), _note(given))


def _note(given: Any) -> str | None:
    lines = [line.strip() for line in (_plain(given.note) or "").split("\n")]
    return "\n".join(lines).strip() or None


async def _draft(connection: Any, call: Call, given: Any) -> int:
    source = _plain(given.source)
    number = None if source is None else number_of(source)
    desk = desk_of(call.process, call.policy)
    return await draft(connection, call.subject, given.layer, number, _plain(given.note), given.key, desk)


async def _edit(connection: Any, call: Call, given: Any) -> int:
    rows = [Edit(_plain(one.position), _plain(one.after), _row(one.row)) for one in given.rows]
    cases = [Edit(_plain(one.position), _plain(one.after), _case(one.case)) for one in given.cases]
    asked = _asked(given, repr((rows, cases)), note=given.note)
    return await edit(connection, call.subject, asked, rows, cases, desk_of(call.process, call.policy))


async def _approve(connection: Any, call: Call, given: Any) -> int:
    asked, desk = _asked(given, given.digest + given.difference), desk_of(call.process, call.policy)
    return await approve(connection, call.subject, asked, given.digest, given.difference, desk)


def _act(function: Callable[..., Awaitable[int]], *texts: str) -> Take:
    async def take(connection: Any, call: Call, given: Any) -> int:
        asked = _asked(given, **{name: getattr(given, name) for name in texts})
        return await function(connection, call.subject, asked, desk_of(call.process, call.policy))

    return take


def _mutation(name: str, zh: str, en: str, input_type: Any, take: Take, *, publishes: bool = False) -> tuple[str, Any]:
    async def resolver(self: Any, info: strawberry.Info, *, input: Any) -> PolicyPayload:  # noqa: A002, ARG001 - Relay's word
        call = call_of(info)
        try:
            async with call.process.writing() as connection:
                number = await take(connection, call, input)
                reached = await obeyed(connection, PATIENCE) if publishes else None
        except NotTaken as refused:
            problems = [shown_problem(one) for one in refused.problems]
            return PolicyPayload(number=None, taken=False, problems=problems, publication=None)
        shown = (
            None
            if reached is None
            else ShownPublication(number=reached.publication, obeying=reached.obeying, alive=reached.alive)
        )
        return PolicyPayload(number=number, taken=True, problems=[], publication=shown)

    what = strawberry.argument(description=described("内容", "What it is about and what is given with it."))
    text = described(zh, f"{en} Q1")
    return name, field_of(name, PolicyPayload, text, resolver, {"input": Annotated[input_type, what]})


MUTATIONS = dict(
    (
        _mutation("policyDraft", "起草策略", "Draft a version of one's own layer.", PolicyDraftInput, _draft),
        _mutation(
            "policyEdit", "编辑策略", "Add, change and remove rows and cases of a draft.", PolicyEditInput, _edit
        ),
        _mutation("policySubmit", "送审策略", "Submit a draft; its rows stay.", PolicyActInput, _act(submit, "note")),
        _mutation("policyApprove", "批准策略", "Approve exactly what was seen.", PolicyApproveInput, _approve),
        _mutation("policyReject", "退回策略", "Send a version back.", PolicyReasonInput, _act(reject, "reason")),
        _mutation("policyWithdraw", "撤回策略", "Take a version back.", PolicyReasonInput, _act(withdraw, "reason")),
        _mutation("policyRebase", "移至在用版本", "Move a draft onto what is in force.", PolicyActInput, _act(rebase)),
        _mutation(
            "policyPublish",
            "发布策略",
            "Put an approved version in force on every worker.",
            PolicyActInput,
            _act(publish),
            publishes=True,
        ),
        _mutation(
            "policyRevert",
            "恢复策略",
            "Put a new version in force that equals one that was in force before: one step.",
            PolicyActInput,
            _act(revert, "note"),
            publishes=True,
        ),
    )
)
