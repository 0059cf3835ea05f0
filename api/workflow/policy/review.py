"""审批 Submitting, approving and rejecting a version of the policy; judged whole before anything is written. Q1"""

from typing import Any

from api.access.subject import Subject
from api.clock import today
from api.errors import code
from api.rules.words.policy_states import PolicyState
from api.workflow.engine.errors import NotTaken
from api.workflow.engine.handler import Desk
from api.workflow.policy.judgement import Judged, judge
from api.workflow.policy.transaction import Asked, Work, refused, take

POLICY_CONFLICT = code(
    "POLICY_CONFLICT",
    409,
    zh="该版本依据第 {parent} 版起草，而在用的已是第 {head} 版",
    en="this version was drafted from number {parent}, but number {head} is in force now",
    next_zh="用 policyDifference 查看其间的变化，再用 policyRebase 移到在用版本上",
    next_en="look at `meanwhile` of policyDifference, then move it onto what is in force by policyRebase",
    question="Q1",
)
POLICY_DIGEST_CHANGED = code(
    "POLICY_DIGEST_CHANGED",
    409,
    zh="{what}的摘要已不是所看到的 {found}",
    en="the digest of the {what} is no longer {found}, which was seen",
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


async def submit(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Submit a draft: from now on its rows do not change. NotTaken with every problem."""
    judged = await judge(connection, asked.number, today(desk.clock))

    async def act(work: Work) -> None:
        await on_head(work)
        note = asked.given.get("note", work.row["note"])
        problems = list(judged.problems(noted=bool((note or "").strip())))
        if problems:
            raise NotTaken(problems)
        editors = sorted({*work.row["editors"], subject.person})
        digest = judged.version.content.digest
        await work.change(
            editors=editors, digest=digest, state=PolicyState.SUBMITTED.name, submitted_at=work.now, note=note
        )
        await work.record("policy.submit")

    return await take(connection, "policy.submit", subject, asked, desk, [PolicyState.DRAFT], act)


async def on_head(work: Work) -> None:
    """NotTaken with POLICY_CONFLICT unless the version was drafted from what is in force."""
    head = await work.head()
    if head != work.row["parent"]:
        numbers = await work.connection.fetch(
            "select id, number from policy_version where id = any($1::bigint[])", [head, work.row["parent"]]
        )
        named = {row["id"]: row["number"] for row in numbers}
        raise refused(POLICY_CONFLICT, parent=named.get(work.row["parent"], 0), head=named.get(head, 0))


async def approve(connection: Any, subject: Subject, asked: Asked, digest: str, difference: str, desk: Desk) -> int:
    """Approve exactly these rows with exactly this difference. NotTaken; POLICY_OWN_EDIT for who edited it."""
    judged = await judge(connection, asked.number, today(desk.clock), cases=False)

    async def act(work: Work) -> None:
        await on_head(work)
        unedited(work)
        holds(judged, "rows", digest, judged.version.content.digest)
        holds(judged, "difference", difference, judged.difference)
        await work.change(
            state=PolicyState.APPROVED.name, approved_at=work.now, approver=subject.person, difference=difference
        )
        await work.record("policy.approve", difference=difference)

    return await take(connection, "policy.approve", subject, asked, desk, [PolicyState.SUBMITTED], act)


def holds(judged: Judged, what: str, seen_digest: str, now: str) -> None:
    """NotTaken unless the digest that was seen is what it is now, of a version that can be read at all."""
    if judged.candidate is None:
        raise NotTaken(list(judged.problems(noted=True)))
    if seen_digest != now:
        raise refused(POLICY_DIGEST_CHANGED, what=what, found=seen_digest[:16])


def unedited(work: Work) -> None:
    """NotTaken with POLICY_OWN_EDIT for a person who edited the version."""
    if work.subject.person in work.row["editors"]:
        raise refused(POLICY_OWN_EDIT)


async def reject(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Send a version back; `given` holds the reason. NotTaken."""

    async def act(work: Work) -> None:
        await work.change(state=PolicyState.REJECTED.name, reason=asked.given["reason"])
        await work.record("policy.reject")

    return await take(
        connection, "policy.approve", subject, asked, desk, [PolicyState.SUBMITTED, PolicyState.APPROVED], act
    )
