"""审批 Submitting, approving and rejecting a version of the policy; judged whole before anything is written. Q1"""

from collections.abc import Mapping
from dataclasses import replace

from api.access.subject import Subject
from api.clock import today
from api.database import Connection
from api.errors import Term, code
from api.rules.words.policy_states import PolicyState
from api.rules.words.steps import StepId
from api.schema.bounds import REASON
from api.workflow.engine.contexts import StepInput, StepServices
from api.workflow.engine.errors import StepRefused
from api.workflow.engine.perform import perform
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow
from api.workflow.policy.draft import NOTE
from api.workflow.policy.handler import VersionContext, VersionHandler, refused, version_in_force
from api.workflow.policy.judgement import Judged, judge

POLICY_CONFLICT = code(
    "POLICY_CONFLICT",
    409,
    zh="该版本依据第 {parent} 版起草，而在用的已是第 {head} 版",
    en="this version was drafted from number {parent}, but number {head} is in force now",
    next_zh="先查看其间的变化，再把草稿移到在用版本上",
    next_en="look at what changed meanwhile, then move the draft onto the version in force",
    question="Q1",
)
POLICY_DIGEST_CHANGED = code(
    "POLICY_DIGEST_CHANGED",
    409,
    zh="{what}的摘要已不是批准时所看到的",
    en="the digest of the {what} is no longer the one that was seen",
    next_zh="重新查看差异后再批准",
    next_en="look at the difference again, then decide again",
    question="Q1",
)
POLICY_OWN_EDIT = code(
    "POLICY_OWN_EDIT",
    403,
    zh="参与编辑的人不得批准、发布或恢复该版本",
    en="whoever edited a version never approves, publishes or restores it",
    next_zh="请没有编辑过该版本的人办理",
    next_en="ask somebody who did not edit it",
    question="Q1",
)

ROWS = Term("rows", "策略行", "rows")
DIFFERENCE = Term("difference", "差异", "difference")
_NUMBERS = "select id, number from policy_version where id = any($1::bigint[])"


async def judge_whole(connection: Connection, step_input: StepInput, services: StepServices) -> Mapping[str, Judged]:
    """Judge the version with its cases, before the transaction begins."""
    return {"judged": await judge(connection, step_input.number, today(services.clock))}


async def judge_without_cases(
    connection: Connection, step_input: StepInput, services: StepServices
) -> Mapping[str, Judged]:
    """Judge the version without its cases, which were judged when it was submitted."""
    return {"judged": await judge(connection, step_input.number, today(services.clock), cases=False)}


async def check_parent(ctx: VersionContext) -> None:
    """Refuse a version drafted from another one than the one in force now. POLICY_CONFLICT."""
    parent, current = ctx.required_row["parent"], await version_in_force(ctx.connection, ctx.layer)
    if current != parent:
        rows = await ctx.connection.fetch(_NUMBERS, [current, parent])
        numbers = {row["id"]: row["number"] for row in rows}
        raise refused(POLICY_CONFLICT, parent=numbers.get(parent, 0), head=numbers.get(current, 0))


async def check_editors(ctx: VersionContext) -> None:
    """Refuse a person who edited the version. POLICY_OWN_EDIT."""
    if ctx.subject.person in ctx.required_row["editors"]:
        raise refused(POLICY_OWN_EDIT)


def check_digest(judged: Judged, what: Term, digest: str | None, current: str) -> None:
    """Refuse unless the digest is the current one, of a version that can be read at all. POLICY_DIGEST_CHANGED."""
    if judged.candidate is None:
        raise StepRefused(judged.problems(noted=True))
    if digest != current:
        raise refused(POLICY_DIGEST_CHANGED, what=what)


async def _check_seen(ctx: VersionContext) -> None:
    judged: Judged = ctx.facts["judged"]
    check_digest(judged, ROWS, ctx.arguments["digest"], judged.version.content.digest)
    check_digest(judged, DIFFERENCE, ctx.arguments["difference"], judged.difference)


async def _submit(ctx: VersionContext) -> None:
    judged: Judged = ctx.facts["judged"]
    row = ctx.required_row
    note = ctx.arguments.get("note", row["note"])
    problems = list(judged.problems(noted=bool((note or "").strip())))
    if problems:
        raise StepRefused(problems)
    await ctx.change(
        editors=sorted({*row["editors"], ctx.subject.person}),
        digest=judged.version.content.digest,
        state=PolicyState.SUBMITTED.name,
        submitted_at=ctx.now,
        note=note,
    )


async def _approve(ctx: VersionContext) -> None:
    difference, state = ctx.arguments["difference"], PolicyState.APPROVED.name
    await ctx.change(state=state, approved_at=ctx.now, approver=ctx.subject.person, difference=difference)
    ctx.notifications["difference"] = difference


async def _reject(ctx: VersionContext) -> None:
    await ctx.change(state=PolicyState.REJECTED.name, reason=ctx.arguments["reason"])


_SUBMIT: Step[VersionContext] = Step(
    StepId("policy", "submit", "送审策略", "Submit a draft; its rows stay.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.DRAFT,),
    arguments=(NOTE,),
    prepare=judge_whole,
    effects=(check_parent, _submit),
)
_APPROVE: Step[VersionContext] = Step(
    StepId("policy", "approve", "批准策略", "Approve exactly the rows and the difference that were seen.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.SUBMITTED,),
    prepare=judge_without_cases,
    effects=(check_parent, check_editors, _check_seen, _approve),
)
_REJECT: Step[VersionContext] = Step(
    StepId("policy", "reject", "退回策略", "Send a version back.", (1,)),
    target="PolicyVersion",
    standing=(PolicyState.SUBMITTED, PolicyState.APPROVED),
    arguments=(Argument("reason", str, "理由", "Why it is sent back.", required=True, bound=REASON),),
    effects=(_reject,),
)
REVIEW = Workflow(
    "policy",
    "审批策略",
    "Review of versions of the policy",
    (_SUBMIT, _APPROVE, _REJECT),
    VersionHandler({"reject": "policy.approve"}),
)


async def submit(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Submit a draft: from now on its rows do not change. StepRefused with every problem."""
    return await _take(connection, _SUBMIT, subject, step_input, services)


async def approve(
    connection: Connection,
    subject: Subject,
    step_input: StepInput,
    digest: str,
    difference: str,
    services: StepServices,
) -> int:
    """Approve exactly these rows with exactly this difference. StepRefused; POLICY_OWN_EDIT for an editor of it."""
    arguments = {"digest": digest, "difference": difference}
    return await _take(connection, _APPROVE, subject, replace(step_input, arguments=arguments), services)


async def reject(connection: Connection, subject: Subject, step_input: StepInput, services: StepServices) -> int:
    """Send a version back; an argument is the reason. StepRefused."""
    return await _take(connection, _REJECT, subject, step_input, services)


async def _take(
    connection: Connection,
    step: Step[VersionContext],
    subject: Subject,
    step_input: StepInput,
    services: StepServices,
) -> int:
    return (await perform(connection, REVIEW, step, subject, step_input, services)).touched["policy_version"]
