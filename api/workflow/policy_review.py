"""审批 Submitting, approving and rejecting a version of the policy; judged whole before anything is written. Q1

A version is judged outside the transaction, in a thread, over its rows as they were read; the transaction then holds
the version to the number they were read under.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.access.candidate import Candidate, candidate, digest_of
from api.access.cases import Failure, run
from api.access.following import check_sample
from api.access.refused import POLICY_REFUSED
from api.access.stored import Stored, seen, stored
from api.access.subject import Subject
from api.errors import Problem, code
from api.rules.policy_states import PolicyState
from api.workflow.perform import Desk
from api.workflow.policy_work import Asked, Work, refused, take
from api.workflow.refusals import STEP_NOT_ALLOWED, NotTaken, StepProblem, problem_of

POLICY_CONFLICT = code(
    "POLICY_CONFLICT",
    409,
    zh="该版本依据第 {parent} 版起草，而在用的已是第 {head} 版",
    en="this version was drafted from number {parent}, but number {head} is in force now",
    next_zh="用 policyDifference 查看其间的变化，再用 policyRebase 移到在用版本上",
    next_en="look at `meanwhile` of policyDifference, then move it onto what is in force by policyRebase",
    question="Q1",
)
POLICY_CASES_FAIL = code(
    "POLICY_CASES_FAIL",
    409,
    zh="有 {count} 个用例不成立；第一个：{first}",
    en="{count} cases do not hold; the first: {first}",
    next_zh="修改策略行，或修改用例",
    next_en="change the rows, or the cases",
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


@dataclass(frozen=True, slots=True)
class Judged:
    """A version with what it would make of the policy, or why it can't be."""

    version: Stored
    head: int | None
    candidate: Candidate | None
    findings: tuple[Any, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def problems(self) -> Iterable[StepProblem]:
        """Why it can't be submitted."""
        if self.candidate is None:
            first = self.findings[0]["en"] if self.findings else ""
            yield problem_of(POLICY_REFUSED, count=len(self.findings), first=first)
        if self.failures:
            first = f"{self.failures[0].case.source} {self.failures[0].case.name}"
            yield problem_of(POLICY_CASES_FAIL, count=len({one.case.name for one in self.failures}), first=first)


async def judge(connection: Any, number: int, *, cases: bool = True) -> Judged:
    """Judge a version as it is now, over what is in force now. NotTaken when there is none."""
    found = await seen(connection)
    versions = await stored(connection, [number])
    if not versions:
        raise refused(STEP_NOT_ALLOWED)
    version = versions[0]
    head = found.layers.get(version.layer)
    return await asyncio.to_thread(_judged, found, version, head.id if head else None, cases)


def _judged(found: Any, version: Stored, head: int | None, cases: bool) -> Judged:
    try:
        made = candidate(found, version)
        failures = _failures(made, version) if cases else ()
    except Problem as problem:
        if problem.code is not POLICY_REFUSED:
            raise
        return Judged(version, head, None, tuple(problem.facts["findings"]))
    return Judged(version, head, made, (), failures)


def _failures(made: Candidate, version: Stored) -> tuple[Failure, ...]:
    check_sample(made.whole, version.content)
    return tuple(run(made.whole, version.content.read_cases(), oracle_every=0))


async def submit(connection: Any, subject: Subject, asked: Asked, desk: Desk) -> int:
    """Submit a draft: from now on its rows do not change. NotTaken with every problem."""
    judged = await judge(connection, asked.number)

    async def act(work: Work) -> None:
        await on_head(work)
        problems = list(judged.problems)
        if problems:
            raise NotTaken(problems)
        editors = sorted({*work.row["editors"], subject.person})
        digest = judged.version.content.digest
        await work.change(editors=editors, digest=digest, state=PolicyState.SUBMITTED.name, submitted_at=work.now)
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
    judged = await judge(connection, asked.number, cases=False)

    async def act(work: Work) -> None:
        await on_head(work)
        unedited(work)
        holds(judged, "rows", digest, judged.version.content.digest)
        holds(judged, "difference", difference, difference_of(judged))
        await work.change(
            state=PolicyState.APPROVED.name, approved_at=work.now, approver=subject.person, difference=difference
        )
        await work.record("policy.approve", difference=difference)

    return await take(connection, "policy.approve", subject, asked, desk, [PolicyState.SUBMITTED], act)


def difference_of(judged: Judged) -> str:
    """Digest of what the version gives and takes; empty when it can't be told."""
    return digest_of(judged.candidate.changes) if judged.candidate else ""


def holds(judged: Judged, what: str, seen_digest: str, now: str) -> None:
    """NotTaken unless the digest that was seen is what it is now, of a version that can be read at all."""
    if judged.candidate is None:
        raise NotTaken(list(judged.problems))
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
