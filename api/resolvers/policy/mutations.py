"""策略变更 Mutations of policy administration: from draft to in force, and back again. Q1, RULES §2"""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from api.access.reading.content import G_CELLS, P_CELLS, CaseRow, Row
from api.database import Connection
from api.resolvers.execution import OperationContext
from api.resolvers.policy.types import PolicyPayload, shown_publication
from api.resolvers.steps.inputs import KEY, OPTIONAL, attempted, described_field, mutation, number_of, plain
from api.resolvers.worker import services_of
from api.rules.words.policy_states import PolicyRowType
from api.schema.bounds import CELL, REASON, SHORT, Items
from api.schema.build import described, enum_of
from api.workflow.engine.contexts import StepInput
from api.workflow.policy.content import Edit
from api.workflow.policy.draft import draft, edit, rebase, withdraw
from api.workflow.policy.publish import Adoption, await_adoption, publish, revert
from api.workflow.policy.review import approve, reject, submit

POLICY_ROWS = Items(5_000)
"""Rows, or cases, that one edit may change. RULES §5"""
PATIENCE = 2.0
"""Seconds that publishing waits for the workers to obey before it answers."""
RowTypeEnum = enum_of(PolicyRowType)


@strawberry.input(description="策略行 The cells of a row. Q1")
class PolicyRowInput:
    """A row: a permission has all cells but `group`; a role link has `role` and `group` alone."""

    type: RowTypeEnum = described_field("类型", "Permission or role link.")  # type: ignore[valid-type]
    role: str = described_field("角色", "Who: roles joined by |; of a link, the member.", CELL)
    group: str | None = described_field("角色组", "Of a link: the group.", CELL, **OPTIONAL)
    action: str | None = described_field("动作", "Actions joined by |.", CELL, **OPTIONAL)
    kind: str | None = described_field("对象", "Kinds joined by |.", CELL, **OPTIONAL)
    reach: str | None = described_field("范围", "Reaches joined by |.", CELL, **OPTIONAL)
    state: str = described_field("状态", "States joined by |; * for any.", CELL, default="*")
    unit: str = described_field("单位", "Code of the unit it applies under; * for everywhere.", CELL, default="*")
    effect: str | None = described_field("效力", "allow or deny.", CELL, **OPTIONAL)
    basis: str | None = described_field("依据", "Questions joined by |, or ours.", CELL, **OPTIONAL)
    note: str | None = described_field("说明", "What it is for, in words.", CELL, **OPTIONAL)


@strawberry.input(description="用例 The cells of a case. Q1")
class PolicyCaseInput:
    """A case in the columns of `policies/tests/*.csv`."""

    file: str = described_field("文件", "Name of the file it stands in when exported.", CELL, default="draft.csv")
    name: str = described_field("名称", "What it shows.", CELL)
    role: str = described_field("角色", "Role patterns.", CELL)
    home: str = described_field("本单位", "Code of the unit they ask from.", CELL)
    place: str = described_field("所在", "Path of the object's unit.", CELL)
    cooperating: str = described_field("配合单位", "Path of its cooperating unit.", CELL, default="-")
    sectors: str = described_field("参与部门", "Departments involved with it.", CELL, default="-")
    state: str = described_field("状态", "Its state.", CELL, default="-")
    grant: str = described_field("申请进度", "How far its national request has come.", CELL, default="none")
    action: str = described_field("动作", "Actions joined by |.", CELL)
    kind: str = described_field("对象", "Kinds joined by |.", CELL)
    then: str = described_field("应为", "allow, deny or only.", CELL)
    basis: str = described_field("依据", "Questions joined by |, or ours.", CELL)
    note: str | None = described_field("说明", "Heading above it in its file.", CELL, **OPTIONAL)


@strawberry.input(description="改动一行 One change of a draft: a row instead of another, removed, or added. Q1")
class PolicyRowEdit:
    """`position` alone removes, with `row` it changes; `row` without it adds after `after`, at the end when absent."""

    position: int | None = described_field("序号", "The row it is about.", **OPTIONAL)
    after: int | None = described_field("其后", "Of a row that is added: the row it comes after; 0: first.", **OPTIONAL)
    row: PolicyRowInput | None = described_field("行", "The row as it is to be.", **OPTIONAL)


@strawberry.input(description="改动一个用例 One change of a draft's cases. Q1")
class PolicyCaseEdit:
    """The same of a case."""

    position: int | None = described_field("序号", "The case it is about.", **OPTIONAL)
    after: int | None = described_field(
        "其后", "Of a case that is added: the case it comes after; 0: first.", **OPTIONAL
    )
    case: PolicyCaseInput | None = described_field("用例", "The case as it is to be.", **OPTIONAL)


@strawberry.input(description="起草 A new draft. Q1")
class PolicyDraftInput:
    """The source of a draft."""

    layer: str = described_field("层级", "0 for the nation's, or the code of one's province.", SHORT)
    key: str = described_field(*KEY)
    source: strawberry.ID | None = described_field(
        "来源", "A version of the layer; what is in force when absent.", **OPTIONAL
    )
    note: str | None = described_field("说明", "What it is for.", **OPTIONAL)


@strawberry.input
class PolicyObject:
    """The version an act is about, as the caller saw it."""

    id: strawberry.ID = described_field("策略版本", "The version.")
    version: int = described_field("版本", "The version number the caller saw.")
    key: str = described_field(*KEY)


@strawberry.input(description="编辑 Changes of a draft. Q1")
class PolicyEditInput(PolicyObject):
    """Several changes at once; positions are those before any of them."""

    rows: list[PolicyRowEdit] = described_field("行", "Changes of rows.", POLICY_ROWS, default_factory=list)
    cases: list[PolicyCaseEdit] = described_field("用例", "Changes of cases.", POLICY_ROWS, default_factory=list)
    note: str | None = described_field("说明", "What the version is for.", **OPTIONAL)


@strawberry.input(description="办理 An act on a version. Q1")
class PolicyActInput(PolicyObject):
    """The version to act on."""

    note: str | None = described_field("说明", "What it is for: needed where there are warnings.", **OPTIONAL)


@strawberry.input(description="批准 The approval of exactly what was seen. Q1")
class PolicyApproveInput(PolicyObject):
    """The digests that `policyDifference` gave."""

    digest: str = described_field("行摘要", "Digest of the rows that were seen.", SHORT)
    difference: str = described_field("差异摘要", "Digest of the difference that was seen.", SHORT)


@strawberry.input(description="退回 A version that is sent back or taken back. Q1")
class PolicyReasonInput(PolicyObject):
    """The version to act on, and the reason."""

    reason: str = described_field("理由", "Why; holds no number of a person.", REASON)


Take = Callable[[Connection, OperationContext, Any], Awaitable[int]]


def _step_input(about: Any, **texts: Any) -> StepInput:
    arguments = {name: text for name, text in texts.items() if plain(text) is not None}
    return StepInput(number_of(about.id, "PolicyVersion"), about.version, about.key, arguments=arguments)


def _row(cells: Any) -> Row | None:
    cells = plain(cells)
    if cells is None:
        return None
    link = cells.type.name == PolicyRowType.G.name
    names = G_CELLS if link else P_CELLS
    return Row(cells.type.name.lower(), tuple(plain(getattr(cells, name)) or "" for name in names), _note(cells))


def _case(cells: Any) -> CaseRow | None:
    cells = plain(cells)
    if cells is None:
        return None
    names = ("name", "role", "home", "place", "cooperating", "sectors", "state", "grant", "action", "kind")
    return CaseRow(cells.file, tuple(getattr(cells, name) for name in (*names, "then", "basis")), _note(cells))


def _note(cells: Any) -> str | None:
    lines = [line.strip() for line in (plain(cells.note) or "").split("\n")]
    return "\n".join(lines).strip() or None


async def _draft(connection: Connection, ctx: OperationContext, about: Any) -> int:
    source = plain(about.source)
    number = None if source is None else number_of(source, "PolicyVersion")
    services = services_of(ctx.worker, ctx.policy)
    return await draft(connection, ctx.subject, about.layer, number, plain(about.note), about.key, services)


async def _edit(connection: Connection, ctx: OperationContext, about: Any) -> int:
    rows = [Edit(plain(row.position), plain(row.after), _row(row.row)) for row in about.rows]
    cases = [Edit(plain(case.position), plain(case.after), _case(case.case)) for case in about.cases]
    step_input = _step_input(about, note=about.note)
    return await edit(connection, ctx.subject, step_input, rows, cases, services_of(ctx.worker, ctx.policy))


async def _approve(connection: Connection, ctx: OperationContext, about: Any) -> int:
    step_input, services = _step_input(about), services_of(ctx.worker, ctx.policy)
    return await approve(connection, ctx.subject, step_input, about.digest, about.difference, services)


def _act(function: Callable[..., Awaitable[int]], *texts: str) -> Take:
    async def take(connection: Connection, ctx: OperationContext, about: Any) -> int:
        step_input = _step_input(about, **{name: getattr(about, name) for name in texts})
        return await function(connection, ctx.subject, step_input, services_of(ctx.worker, ctx.policy))

    return take


def _mutation(name: str, zh: str, en: str, input_type: Any, take: Take, *, publishes: bool = False) -> tuple[str, Any]:
    async def answer(ctx: OperationContext, about: Any) -> PolicyPayload:
        async def act(connection: Connection) -> tuple[int, Adoption | None]:
            number = await take(connection, ctx, about)
            return number, await await_adoption(connection, PATIENCE) if publishes else None

        done, problems = await attempted(ctx, act)
        number, reached = done or (None, None)
        return PolicyPayload(
            number=number, taken=not problems, problems=problems, publication=shown_publication(reached)
        )

    return mutation(name, PolicyPayload, described(zh, f"{en} Q1"), input_type, answer)


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
