"""策略用例 The policy's own cases hold, decide by every row, and notice every row deleted, widened or inverted. Q1"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from zlib import crc32

import pytest

from api.access.actions import ACTIONS
from api.access.formula.formula import Facts, evaluate
from api.access.policy import FOLDER, Policy
from api.access.reading.links import Links
from api.access.reading.row import Link, Rule
from api.access.request import Request
from api.access.review.cases import read_cases, run, uncovered
from api.access.review.difference import difference
from api.access.role import roles
from api.access.words import KINDS, STATES
from api.errors import Problem
from api.rules.words.steps import STEPS
from api.rules.words.vocabulary import Duty, Kind

POLICY = Policy.load()
CASES = read_cases(FOLDER / "tests")
REQUESTS: dict[tuple[str, Kind], list[tuple[Request, Facts, bool]]] = defaultdict(list)
for _case in CASES:
    for _request in _case.requests:
        REQUESTS[_request.action, _request.kind].append((_request, _request.facts, _case.allowed))


def test_every_case_holds() -> None:
    assert [f"{failure.case.source} {failure.request.flat}" for failure in run(POLICY, CASES, oracle_every=0)] == []


def test_every_row_decides_a_case() -> None:
    assert [str(rule.source) for rule in uncovered(POLICY, CASES)] == []


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)


@dataclass(frozen=True)
class Mutant:
    """One edit of one line."""

    what: str
    rules: tuple[Rule, ...]
    links: Links | tuple[Link, ...]


REACHES = {
    "own": ("subtree", "cooperating"),
    "subtree": ("own", "cooperating", "sector", "subtree|cooperating", "all"),
    "cooperating": ("own", "subtree|cooperating", "all"),
    "sector": ("subtree", "sector|cooperating", "all"),
    "all": ("own", "subtree", "cooperating"),
}


def readable(rule: Rule) -> bool:
    """Whether the strict reader would take the row: no locked action, no action on a kind it isn't done to."""
    kinds = {KINDS[kind] for kind in rule.kind.split("|")}
    actions = [ACTIONS[action] for action in rule.action.split("|")]
    return all(declared.kind is None or kinds == {declared.kind} for declared in actions) and (
        rule.locked or all(declared.lock is None for declared in actions)
    )


def near(rule: Rule, action: str) -> bool:
    """All actions but the steps of other workflows, of which a few by chance: `only` cases say who takes each."""
    if action not in STEPS or any(action.split(".")[0] == word.split(".")[0] for word in rule.action.split("|")):
        return True
    return crc32(f"{rule.source} {action}".encode()) % 12 == 0


def cell_mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The same rule with one cell narrowed, widened or turned."""
    yield "inverted", replace(rule, eft="deny" if rule.eft == "allow" else "allow")
    for column, every in (("action", ACTIONS), ("kind", KINDS)):
        words = getattr(rule, column).split("|")
        for word in words:
            if len(words) > 1:
                yield f"without {word}", replace(rule, **{column: "|".join(w for w in words if w != word)})
        for word in every:
            turned = replace(rule, **{column: "|".join([*words, word])})
            if word not in words and readable(turned) and (column == "kind" or near(rule, word)):
                yield f"with {word}", turned
    for reach in REACHES[rule.reach]:
        if {reach, rule.reach} == {"own", "subtree"} and rule.role.startswith("village"):
            continue  # nothing lies below a village: its subtree is its own
        yield f"reaching {reach}", replace(rule, reach=reach)
    for kind in rule.kind.split("|"):
        for state in sorted(STATES.get(kind, ()))[:1]:
            yield f"only {state}", replace(rule, kind=kind, state=state)
    yield "only under 50", replace(rule, unit="50")
    yield "for everybody", replace(rule, role="*")
    yield "for one duty", replace(rule, role=f"county:education:{Duty.HANDLER.name.lower()}")


def row_mutants(file: str) -> Iterator[Mutant]:
    lines: dict[int, list[Rule]] = defaultdict(list)
    for rule in POLICY.rules:
        if rule.source.file == file:
            lines[rule.source.line].append(rule)
    links = POLICY.links
    for line, rules in lines.items():
        rest = tuple(rule for rule in POLICY.rules if rule not in rules)
        yield Mutant(f"{line} deleted", rest, links)
        for rule in rules if len(rules) > 1 else ():
            others = tuple(other for other in rules if other != rule)
            yield Mutant(f"{line} without {rule.role}", (*rest, *others), links)
        turned = [dict(cell_mutants(rule)) for rule in rules]
        for what in turned[0]:
            yield Mutant(f"{line} {what}", (*rest, *(mutants[what] for mutants in turned if what in mutants)), links)


def link_mutants() -> Iterator[Mutant]:
    for link in POLICY.links.declared:
        rest = tuple(other for other in POLICY.links.declared if other != link)
        tier = link.member.split(":")[0]
        other = "oversight" if link.group == "casework" else "casework"
        yield Mutant(f"{link.source.line} deleted", POLICY.rules, rest)
        yield Mutant(f"{link.source.line} for all of the {tier}", POLICY.rules, (*rest, replace(link, member=tier)))
        yield Mutant(f"{link.source.line} to {other}", POLICY.rules, (*rest, replace(link, group=other)))


def noticed(policy: Policy) -> bool:
    """Whether some case is answered otherwise under the mutant."""
    changed = set(POLICY.rules) ^ set(policy.rules) or set(policy.rules)
    words = {rule.role for rule in changed}
    held = {
        role for role in roles().values() if "*" in words or words.intersection((role.name, *policy.links.groups(role)))
    }
    keys = {key for rule in changed for key in product(rule.action.split("|"), rule.kind.split("|"))}
    return any(
        evaluate(policy.formula(request.role, action, KINDS[kind]), facts) != allowed
        for action, kind in keys
        for request, facts, allowed in REQUESTS[action, KINDS[kind]]
        if request.role in held
    )


def survivors(mutants: Iterator[Mutant]) -> tuple[int, list[str]]:
    """How many mutants there were, and those that change what the policy allows without a case noticing."""
    count, living = 0, []
    for mutant in mutants:
        policy = Policy(POLICY.model, mutant.rules, mutant.links)
        count += 1
        if not noticed(policy) and difference(POLICY, policy):
            living.append(mutant.what)
    return count, living


@pytest.mark.parametrize("file", ["baseline.csv", "locks.csv"])
def test_every_row_changed_is_noticed(file: str) -> None:
    count, living = survivors(row_mutants(file))
    assert count > 200
    assert living == []


def test_every_link_changed_is_noticed() -> None:
    count, living = survivors(link_mutants())
    assert count == 3 * len(POLICY.links.declared)
    assert living == []


def test_a_senseless_case_is_refused_with_its_line(tmp_path: Path) -> None:
    good = "a village reads, village:rural_revitalization:*, 500110001001, 0/50, -, -, -, none, read, unit, allow, Q1"
    wrong = (
        good.replace("village:rural", "village:urban"),
        good.replace("allow", "Allow"),
        good.replace("read, unit", "raed, unit"),
        good.replace("unit,", "units,"),
        good.replace("none", "maybe"),
        good.replace("500110001001", "500110"),
        good.replace("0/50", "50"),
        good.replace("-, -, -", "-, wealth, -"),
        good + ", x",
    )
    (tmp_path / "wrong.csv").write_text("\n".join([good, "# said", *wrong]), encoding="utf-8")
    with pytest.raises(Problem) as refused:
        read_cases(tmp_path)
    assert [finding["line"] for finding in refused.value.facts["findings"]] == list(range(3, 3 + len(wrong)))
