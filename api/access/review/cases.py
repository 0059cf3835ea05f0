"""策略用例 Cases: the policy's own tests, readable by an administrator; how they are run and what they cover. Q1"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.access.formula.formula import evaluate
from api.access.policy import Policy
from api.access.reading.case_rows import Case, cases_of
from api.access.reading.finding import Finding, refuse
from api.access.reading.row import Rule
from api.access.request import Request


@dataclass(frozen=True, slots=True)
class Failure:
    """A request of a case that was answered otherwise; `casbin` is the oracle's answer."""

    case: Case
    request: Request
    compiled: bool
    casbin: bool


def read_cases(folder: Path) -> tuple[Case, ...]:
    """Every case of `*.csv` in a folder; POLICY_REFUSED with every finding."""
    findings: list[Finding] = []
    cases = [case for path in sorted(folder.glob("*.csv")) for case in cases_of(path, findings)]
    refuse(findings)
    return tuple(cases)


def run(policy: Policy, cases: Iterable[Case], *, oracle_every: int = 1) -> Iterator[Failure]:
    """The requests that aren't answered as their case says, by the compiled plans or by Casbin.

    Casbin is asked of every n-th request of a case, its first among them; of none when n is 0.
    """
    for case in cases:
        for number, request in enumerate(case.requests):
            compiled = evaluate(policy.formula(request.role, request.action, request.kind), request.facts)
            casbin = policy.oracle.enforce(request) if oracle_every and number % oracle_every == 0 else compiled
            if (compiled, casbin) != (case.allowed, case.allowed):
                yield Failure(case, request, compiled, casbin)


def uncovered(policy: Policy, cases: Iterable[Case]) -> Sequence[Rule]:
    """Rules that decide no case."""
    deciding = {rule for case in cases for request in case.requests for rule in policy.answer(request).rows}
    return [rule for rule in policy.rules if rule not in deciding]
