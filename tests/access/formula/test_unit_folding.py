"""合并 Folded formulas answer as Casbin does for every subject; what is folded vanishes, and nothing else does. 附则"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import api.access.compiling.index as indexing
import api.access.formula.unit_folding as folding
from api.access.formula.formula import (
    FALSE,
    TRUE,
    Cooperating,
    Formula,
    Subtree,
    Within,
    all_of,
    any_of,
    evaluate,
    negate,
)
from api.access.formula.unit_folding import NamedUnits, Path, UnitRelation, specialize
from api.access.policy import Policy
from api.access.request import Request
from tests.support.access.places import PLACES
from tests.support.access.worlds import MODEL, UNITS, Focus, random_links, random_request, random_rule

COUNTY: Path = ("0", "50", "500110")


def test_what_a_unit_is_to_a_subject() -> None:
    named = NamedUnits(["0", "*", "50", "500110", "500110001", "52", "50W", "659001001"], PLACES)
    assert named.standing(COUNTY) == UnitRelation(
        frozenset({"50"}), "500110", frozenset({"500110001"}), frozenset({"659001001"})
    )
    assert named.standing(("0",)) is None
    assert NamedUnits(["*", "0"], PLACES).standing(COUNTY) is None


def test_rows_of_ones_own_province_hold_all_over_ones_subtree_and_those_of_others_nowhere() -> None:
    standing = NamedUnits(["50", "52"], PLACES).standing(COUNTY)
    assert specialize(all_of([Subtree(), negate(Within("50"))]), standing) == FALSE
    assert specialize(all_of([Subtree(), negate(Within("52"))]), standing) == Subtree()
    assert specialize(all_of([Cooperating(), Within("52")]), standing) == all_of(
        [Cooperating(), negate(Subtree()), Within("52")]
    )


def test_a_unit_below_stays_and_implies_the_subtree() -> None:
    standing = NamedUnits(["500110001"], PLACES).standing(COUNTY)
    assert specialize(any_of([Subtree(), Within("500110001")]), standing) == Subtree()
    assert specialize(Within("500110001"), standing) == all_of([Subtree(), Within("500110001")])


def casbin(policy: Policy, request: Request) -> bool:
    return policy.oracle.enforce(request)


def unfolded(policy: Policy, request: Request) -> bool:
    """What the whole formula says, which other tests hold equal to Casbin; a hundred times faster."""
    return policy.answer(request).allowed


def disagreement(seed: int, true: Callable[[Policy, Request], bool] = unfolded, requests: int = 30) -> str | None:
    """The first request that the folded formula answers wrongly; some units' places aren't told."""
    chance = Random(seed)
    focus = Focus.of(chance)
    rules = [random_rule(chance, number, focus) for number in range(chance.randint(4, 20))]
    rules = [replace(rule, unit=chance.choice(UNITS)) for rule in rules]
    known_places = {unit: PLACES[unit] for unit in UNITS if chance.random() < 0.7}
    policy = Policy(MODEL, rules, random_links(chance, focus), known_places)
    for _ in range(requests):
        request = random_request(chance, focus)
        formula = policy.formula(request.role, request.action, request.kind, standing_of(policy, request))
        if evaluate(formula, request.facts) != true(policy, request):
            return str(request.flat)
    return None


def standing_of(policy: Policy, request: Request) -> UnitRelation | None:
    return policy.units.standing(PLACES[request.home])


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_folded_is_what_casbin_answers(seed: int) -> None:
    assert disagreement(seed, casbin) is None


def test_folded_is_what_the_whole_formula_answers() -> None:
    assert [seed for seed in range(60) if disagreement(seed) is not None] == []


Meaning = Callable[[Within, UnitRelation], Formula]
BUGS: dict[str, Meaning] = {
    "above taken for elsewhere": lambda atom, standing: (
        all_of([negate(Subtree()), atom]) if atom.unit in standing.above else MEANING(atom, standing)
    ),
    "above holds outside too": lambda atom, standing: TRUE if atom.unit in standing.above else MEANING(atom, standing),
    "below taken for one's own": lambda atom, standing: (
        Subtree() if atom.unit in standing.below else MEANING(atom, standing)
    ),
    "below forgotten": lambda atom, standing: FALSE if atom.unit in standing.below else MEANING(atom, standing),
    "elsewhere is nowhere": lambda atom, standing: MEANING(atom, standing) if atom.unit in standing.units else FALSE,
    "what isn't known is elsewhere": lambda atom, standing: MEANING(atom, replace(standing, unsure=frozenset())),
}
MEANING = folding._meaning


@pytest.mark.parametrize("name", BUGS)
def test_finds_a_wrong_fold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "_meaning", BUGS[name])
    assert any(disagreement(seed) is not None for seed in range(300)), name


def test_finds_rules_that_the_index_skips_by_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_BEYOND_SUBTREE", frozenset())
    assert any(disagreement(seed) is not None for seed in range(300))


def test_rows_of_other_provinces_are_not_even_looked_at() -> None:
    chance = Random(5)
    foreign = [
        replace(random_rule(chance, number), reach="subtree", unit="659001", action="read", kind="case")
        for number in range(500)
    ]
    policy = Policy(MODEL, foreign, [], PLACES)
    role = random_request(chance, Focus(roles=("county:health:handler",))).role
    standing = policy.units.standing(COUNTY)
    assert list(policy.compiler.concerning(role, "read", "case", standing)) == []
    assert len(list(policy.compiler.rules(role, "read", "case"))) > 50
