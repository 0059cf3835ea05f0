"""编译与 Casbin 一致 Compiled plans answer as Casbin's enforce() does; a broken compiler is found out. Q1"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import api.access.compiling.compile as compiling
import api.access.compiling.residual as residuals
import api.access.formula.assumptions as knowing
import api.access.formula.formula as formulas
import api.access.reading.links as linking
from api.access.formula.formula import FALSE, TRUE, Cooperating, Formula, Own, Sector, State, Subtree, all_of, any_of
from api.access.policy import FOLDER, Policy
from api.access.reading.row import Link, Rule
from api.access.request import Request
from api.access.review.cases import read_cases
from api.access.words import low
from tests.support.access.worlds import MODEL, random_world


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """A mutant must not be hidden by, nor leak into, what was worked out before."""
    for remembered in (compiling.residual, compiling.joined):
        remembered.cache_clear()
    yield
    for remembered in (compiling.residual, compiling.joined):
        remembered.cache_clear()


@dataclass(frozen=True)
class AnsweredWorld:
    """A world's policy as rows, its requests, and Casbin's answer to each: no compiler has a part in it."""

    rules: tuple[Rule, ...]
    links: tuple[Link, ...]
    requests: tuple[Request, ...]
    allowed: tuple[bool, ...]


@lru_cache(maxsize=512)
def answered_world(seed: int, requests: int = 40) -> AnsweredWorld:
    """Casbin is slow and no mutant reaches it, so it is asked once for all of them."""
    world = random_world(seed, requests)
    allowed = tuple(world.policy.oracle.enforce(request) for request in world.requests)
    return AnsweredWorld(world.policy.rules, world.policy.links.declared, world.requests, allowed)


def disagreement(seed: int) -> str | None:
    """The first request of a world that the two answer differently."""
    world = answered_world(seed)
    policy = Policy(MODEL, world.rules, world.links)
    for request, allowed in zip(world.requests, world.allowed, strict=True):
        if policy.answer(request).allowed != allowed:
            return str(request.flat)
    return None


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_on_random_policies_and_worlds(seed: int) -> None:
    assert disagreement(seed) is None


def test_worlds_are_dense_enough_to_allow_and_to_deny() -> None:
    worlds = [random_world(seed, 60) for seed in range(40)]
    answers = [world.policy.answer(request) for world in worlds for request in world.requests]
    allowed = sum(answer.allowed for answer in answers)
    denied_by_row = sum(not answer.allowed and bool(answer.rows) for answer in answers)
    assert allowed > 200
    assert denied_by_row > 100


Patch = Callable[[pytest.MonkeyPatch], None]
MUTANTS: dict[str, Patch] = {}


def mutant(name: str) -> Callable[[Patch], Patch]:
    def keep(patch: Patch) -> Patch:
        MUTANTS[name] = patch
        return patch

    return keep


def changed(monkeypatch: pytest.MonkeyPatch, **functions: Callable[..., Formula]) -> None:
    monkeypatch.setattr(compiling, "RESIDUALS", {**residuals.RESIDUALS, **functions})


def of_reach(rename: dict[str, str]) -> Patch:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        def reaches(reach: str, *rest: residuals.Value) -> Formula:
            return residuals.reaches("|".join(rename.get(word, word) for word in reach.split("|")), *rest)

        changed(monkeypatch, reaches=reaches)

    return patch


def after(name: str, change: Callable[[Formula], Formula]) -> Patch:
    """A residual whose result is changed."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        original = residuals.RESIDUALS[name]
        changed(monkeypatch, **{name: lambda *values: change(original(*values))})

    return patch


MUTANTS |= {
    "own taken for subtree": of_reach({"own": "subtree"}),
    "subtree taken for own": of_reach({"subtree": "own"}),
    "cooperation taken for subtree": of_reach({"cooperating": "subtree"}),
    "subtree taken for cooperation": of_reach({"subtree": "cooperating"}),
    "sector taken for subtree": of_reach({"sector": "subtree"}),
    "all taken for subtree": of_reach({"all": "subtree"}),
    "gate always open": after("gate", lambda _: TRUE),
    "gate forgets how far a request has come": after(
        "gate", lambda formula: TRUE if isinstance(formula, formulas.Grant) else formula
    ),
    "gate forgets strictly below": after(
        "gate", lambda formula: formulas.assume(formula, Own(), False) if formula != FALSE else formula
    ),
    "ceiling always open": after("ceiling", lambda _: TRUE),
    "ceiling forgets cooperation": after("ceiling", lambda formula: formulas.assume(formula, Cooperating(), False)),
    "ceiling forgets the open kinds": after(
        "ceiling", lambda formula: any_of([Subtree(), Cooperating()]) if formula == TRUE else formula
    ),
    "unit of a row ignored": after("within", lambda _: TRUE),
    "state of a row ignored": after("one_of", lambda formula: TRUE if isinstance(formula, State) else formula),
    "first state only": after(
        "one_of",
        lambda formula: State(frozenset({min(formula.words)})) if isinstance(formula, State) else formula,
    ),
}


@mutant("deny ignored")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = compiling.Compiler._compile

    def without(self: compiling.Compiler, *key: object) -> compiling.Plan:
        plan = original(self, *key)  # type: ignore[arg-type]
        return replace(plan, formula=any_of(needs for _, needs in plan.allows))

    monkeypatch.setattr(compiling.Compiler, "_compile", without)


@mutant("sector without its subtree")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def reaches(reach: str, *rest: residuals.Value) -> Formula:
        formula = residuals.reaches(reach, *rest)
        return any_of([formula, Sector()]) if "sector" in reach.split("|") else formula

    changed(monkeypatch, reaches=reaches)


@mutant("only the first reach of a row")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    changed(monkeypatch, reaches=lambda reach, *rest: residuals.reaches(reach.split("|")[0], *rest))


@mutant("everybody's subtree folded as the nation's")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        residuals, "under_home", lambda path, home: Cooperating() if path.name == "cooperating" else TRUE
    )


@mutant("cooperation folded at the nation")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = residuals.under_home
    monkeypatch.setattr(residuals, "under_home", lambda path, home: TRUE if home == "0" else original(path, home))


@mutant("links of links forgotten")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        linking.Links, "_reached", lambda self, name, role: iter((*role.groups, *self._direct.get(name, ())))
    )


@mutant("what a role is forgotten")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking.Links, "groups", lambda self, role: tuple(self._direct.get(role.name, ())))


@mutant("rows for everybody left out of the index")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = compiling.Compiler.rules
    monkeypatch.setattr(
        compiling.Compiler, "rules", lambda self, *key: (rule for rule in original(self, *key) if rule.role != "*")
    )


@mutant("rows for every kind left out of the index")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = compiling.Compiler.rules
    monkeypatch.setattr(
        compiling.Compiler, "rules", lambda self, *key: (rule for rule in original(self, *key) if rule.kind != "*")
    )


@mutant("an or of denials negated as an or")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = formulas.negate

    def wrong(formula: Formula) -> Formula:
        if isinstance(formula, formulas.Or):
            return any_of(map(original, formula.parts))
        return original(formula)

    monkeypatch.setattr(compiling, "negate", wrong)


@mutant("words of two states intersected in an or")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = compiling.any_of

    def wrong(parts: object) -> Formula:
        merged: list[Formula] = []
        for part in parts:  # type: ignore[attr-defined]
            met = [other for other in merged if isinstance(other, State) and isinstance(part, State)]
            merged = [other for other in merged if other not in met] + [all_of([part, *met])]
        return original(merged)

    monkeypatch.setattr(compiling, "any_of", wrong)


@mutant("own no longer inside the subtree")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    original = knowing.Assumptions.close

    def wrong(self: knowing.Assumptions) -> None:
        original(self)
        if self.truth.get(Own()) is False:
            self.learn(Subtree(), False)

    monkeypatch.setattr(knowing.Assumptions, "close", wrong)


@mutant("the home of another unit")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    import api.access.policy as deciding

    original = deciding.evaluate
    monkeypatch.setattr(
        deciding, "evaluate", lambda formula, facts: original(formula, replace(facts, own=facts.subtree))
    )


@pytest.mark.parametrize("name", MUTANTS)
def test_finds_a_broken_compiler(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    assert any(disagreement(seed) is not None for seed in range(240)), f"{name}: not found in 240 worlds"


def test_the_worlds_of_the_mutants_agree_without_them() -> None:
    assert [seed for seed in range(60) if disagreement(seed) is not None] == []


def test_on_the_baseline_for_every_sort_of_case() -> None:
    # Every eighth request of a case, and of requests that no row can tell apart the first: Casbin is slow.
    policy = Policy.load()
    cells: dict[Hashable, tuple[Request, bool]] = {}
    for case in read_cases(FOLDER / "tests"):
        for request in case.requests[::8]:
            alike = policy.compiler.alike(request.role, request.action, low(request.kind))
            cells.setdefault((alike, request.action, request.kind, request.facts), (request, case.allowed))
    assert len(cells) > 5000
    assert [request.flat for request, allowed in cells.values() if policy.oracle.enforce(request) != allowed] == []
