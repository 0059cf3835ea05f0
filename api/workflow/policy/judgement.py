"""研判 Judging a version before anything is done to it: what stands in its way, what it gives and takes. Q1

A version is judged outside the transaction, in a thread, over its rows as they were read; the transaction that acts on
it then holds it to what was read.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from api.access.compiling.index import keys_of
from api.access.reading.content import CaseRow
from api.access.reading.finding import POLICY_REFUSED
from api.access.review.candidate import Candidate, candidate, digest_of
from api.access.review.cases import Failure, run
from api.access.review.checks import Today, check
from api.access.review.difference import Change
from api.access.subject import role_of
from api.access.versions.store import InForce, Stored, places, read_in_force, stored
from api.access.versions.watcher import check_sample
from api.access.words import low
from api.database import Connection, Row
from api.errors import Problem, code
from api.rules.words.judging import Force, Severity
from api.rules.words.vocabulary import Department, Duty, Tier
from api.workflow.engine.errors import STEP_NOT_ALLOWED, StepProblem, problem_of
from api.workflow.policy.handler import refused

POLICY_CASES_FAIL = code(
    "POLICY_CASES_FAIL",
    409,
    zh="有 {count} 个用例不成立；第一个：{first}",
    en="{count} cases do not hold; the first: {first}",
    next_zh="修改策略行，或修改用例",
    next_en="change the rows, or the cases",
    question="Q1",
)
_HOLDERS = """
select tier, department, duty, count(distinct account) as holders from post
where since <= $1 and (until is null or $1 <= until) group by tier, department, duty"""
ErrorBody = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A version with what it would make of the policy; no candidate when it can't be read at all.

    `findings` are as error bodies carry them, errors first.
    """

    version: Stored
    head: Stored | None
    candidate: Candidate | None
    findings: tuple[ErrorBody, ...] = ()
    failures: tuple[Failure, ...] = field(default=(), compare=False)
    holders: Mapping[str, int] = field(default_factory=dict)

    @property
    def difference(self) -> str:
        """Digest of the version's difference; empty when it can't be read."""
        return digest_of(self.candidate.changes) if self.candidate else ""

    def problems(self, *, noted: bool) -> Iterator[StepProblem]:
        """The problems that bar submission; warnings only ask for a note."""
        for finding in self.findings:
            warning = finding["severity"] == Severity.WARNING.name
            if not (warning and noted):
                force = Force.SHOULD if warning else Force.MUST
                texts = (finding["zh"], finding["en"], finding["cell"])
                yield StepProblem(finding["code"], None, force, *texts, None, warning)
        if self.failures:
            first = str(self.failures[0].case.source)
            yield problem_of(
                POLICY_CASES_FAIL, count=len({failure.case.name for failure in self.failures}), first=first
            )


async def judge(connection: Connection, number: int, on: date, *, cases: bool = True) -> Judged:
    """Judge a version over the layers in force, with the posts of that day. StepRefused when there is none."""
    layers = await read_in_force(connection)
    versions = await stored(connection, [number])
    if not versions:
        raise refused(STEP_NOT_ALLOWED)
    every = [*layers.layers.values(), *versions]
    current = await places(connection, versions, today=True)
    holders = {_role(row): row["holders"] for row in await connection.fetch(_HOLDERS, on)}
    today = Today(current, holders)
    layers = replace(layers, places={**await places(connection, every), **current})
    judged = await asyncio.to_thread(_judged, layers, versions[0], today, cases)
    return replace(judged, holders=holders)


def _role(row: Row) -> str:
    return role_of(Tier[row["tier"]], Department[row["department"]], Duty[row["duty"]])


def _judged(layers: InForce, version: Stored, today: Today, cases: bool) -> Judged:
    head = layers.layers.get(version.layer)
    try:
        built = candidate(layers, version)
        changes = built.changes
        failures = _failures(built, version, head, changes) if cases else ()
    except Problem as problem:
        if problem.code is not POLICY_REFUSED:
            raise
        return Judged(version, head, None, tuple(problem.facts["findings"]))
    findings = check(built.before, built.after, changes, today)
    return Judged(version, head, built, tuple(finding.facts_with_place() for finding in findings), failures)


def _failures(built: Candidate, version: Stored, head: Stored | None, changes: Iterable[Change]) -> tuple[Failure, ...]:
    """The cases that do not hold, of those that are new and those about what changed: the others hold as before."""
    check_sample(built.whole, version.content)
    touched = {(action, low(kind)) for change in changes for action in change.actions for kind in change.kinds}
    earlier = {case.line for case in head.content.cases} if head else set()

    def wanted(case: CaseRow) -> bool:
        return case.line not in earlier or not touched.isdisjoint(case.keys)

    return tuple(run(built.after, version.content.read_cases(wanted), oracle_every=0))


def uncovered(judged: Judged) -> list[int]:
    """Positions of the rows the version adds by which no case of its own is decided."""
    if judged.candidate is None:
        return []
    old, after = set(judged.candidate.before.rules), judged.candidate.after
    added = [rule for rule in after.rules if rule not in old]
    keys = {key for rule in added for key in keys_of(rule)}
    cases = judged.version.content.read_cases(lambda case: not keys.isdisjoint(case.keys))
    requests = (request for case in cases for request in case.requests if (request.action, low(request.kind)) in keys)
    deciding = {rule for request in requests for rule in after.answer(request).rows}
    return sorted({rule.source.line for rule in added if rule not in deciding})
