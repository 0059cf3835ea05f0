"""策略用例 Cases: the policy's own tests, readable by an administrator: given who and what, when asked, then. Q1

One file row is one named case. Cells of several words `a|b` ask every combination; a role may be a pattern such as
`county:health/water:*`. The columns are those of `COLUMNS`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from api.access.actions import ACTIONS, GRANTS
from api.access.policy import Policy
from api.access.refused import Finding, Source, refuse
from api.access.request import ObjectFacts, Request
from api.access.role import Role, role_named
from api.access.row import Rule
from api.access.words import ANY, EFFECTS, KINDS, NONE, low
from api.errors import Problem, code
from api.rules.vocabulary import Department, Duty, Tier, Word

POLICY_CASE = code(
    "POLICY_CASE",
    500,
    zh="用例不成立：{why}",
    en="the case makes no sense: {why}",
    next_zh="写成：{form}",
    next_en="write it as: {form}",
)
_PARTS: tuple[type[Word], ...] = (Tier, Department, Duty)
COLUMNS = "case, role, home, place, cooperating, sectors, state, grant, action, kind, then, basis"


@dataclass(frozen=True, slots=True)
class Case:
    """One named case and every request it stands for."""

    name: str
    source: Source
    requests: tuple[Request, ...]
    allowed: bool
    basis: str


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
    cases = [case for path in sorted(folder.glob("*.csv")) for case in _cases(path, findings)]
    refuse(findings)
    return tuple(cases)


def run(policy: Policy, cases: Iterable[Case], *, oracle: bool = True) -> Iterator[Failure]:
    """The requests that aren't answered as their case says, by the compiled plans or by Casbin."""
    for case in cases:
        for asked in case.requests:
            compiled = policy.answer(asked).allowed
            casbin = policy.oracle.enforce(asked) if oracle else compiled
            if (compiled, casbin) != (case.allowed, case.allowed):
                yield Failure(case, asked, compiled, casbin)


def uncovered(policy: Policy, cases: Iterable[Case]) -> Sequence[Rule]:
    """Rules that decide no case."""
    deciding = {rule for case in cases for asked in case.requests for rule in policy.answer(asked).rows}
    return [rule for rule in policy.rules if rule not in deciding]


def _cases(path: Path, findings: list[Finding]) -> Iterator[Case]:
    for number, content in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not content.strip() or content.startswith("#"):
            continue
        source = Source(path.name, number)
        cells = [cell.strip() for cell in content.split(",")]
        try:
            yield _case(cells, source)
        except (_SenselessError, Problem) as error:
            findings.append(Finding(POLICY_CASE, source, {"why": str(error), "form": COLUMNS}))


class _SenselessError(Exception):
    """What is wrong with a case."""


def _case(cells: list[str], source: Source) -> Case:
    if len(cells) != COLUMNS.count(",") + 1:
        raise _SenselessError(f"{len(cells)} columns")
    name, role, home, place, cooperating, sectors, state, grant, action, kind, then, basis = cells
    _among("grant", grant, GRANTS)
    _among("then", then, EFFECTS)
    facts = ObjectFacts(
        place=tuple(place.split("/")),
        cooperating=() if cooperating == NONE else tuple(cooperating.split("/")),
        sectors=frozenset(Department[_upper(word)] for word in sectors.split("|") if word != NONE),
        state=None if state == NONE else state,
        grant=grant,
    )
    requests = tuple(
        Request.of(each_role, home, each_action, KINDS[_among("kind", each_kind, KINDS)], facts)
        for each_role, each_action, each_kind in product(_roles(role), action.split("|"), kind.split("|"))
        if _among("action", each_action, ACTIONS)
    )
    return Case(name, source, requests, then == "allow", basis)


def _roles(pattern: str) -> Iterator[Role]:
    parts = pattern.split(":")
    if len(parts) != len(_PARTS):
        raise _SenselessError(f"role {pattern!r}")
    for names in product(*(_members(part, words) for part, words in zip(parts, _PARTS, strict=True))):
        yield role_named(":".join(names))


def _members(part: str, words: Iterable[Word]) -> list[str]:
    return [low(word) for word in words] if part == ANY else part.split("/")


def _among(column: str, word: str, words: Iterable[str]) -> str:
    if word not in words:
        raise _SenselessError(f"{column} {word!r}")
    return word


def _upper(word: str) -> str:
    return _among("sectors", word.upper(), Department.__members__)
