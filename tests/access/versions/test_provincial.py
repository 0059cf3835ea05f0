"""省级细化 A province narrows its own offices on its own objects, nothing else; what goes further is refused. 附则"""

from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.formula.formula import FALSE, Cooperating, Within, all_of, negate
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Link, Rule
from api.access.request import ObjectFacts, Request
from api.access.review.difference import beyond
from api.access.role import role_named
from api.access.versions.provincial import effective, refinement_findings
from api.rules.words.vocabulary import Kind, Tier
from tests.support.access.places import PLACES
from tests.support.access.worlds import HOMES, PATHS

NATION = Policy.load()
TREE = {**PLACES, "500110002": ("0", "50", "500110", "500110002")}
ROLES = ("county", "village", "province:health", "county:rural_revitalization:handler", "township:leading_group")
BELOW = ("50", "500110", "50W", "500110001", "500110001001")
KINDS = ("household", "case", "unit", "proceeding", "measure", "clue")
ACTIONS_USED = (
    "read",
    "view.income",
    "view.health",
    "search",
    "identification.approve",
    "identification.verify_at_home",
)


def row(text: str) -> Rule:
    return Rule(*text.split(", "), source=Source("layer", 1))


GOOD = row("county:health, view.health, household, subtree|sector, *, 500110, deny, ours")


def random_layer(seed: int) -> list[Rule]:
    """Rows that any province may write, and now and then one that it may not."""
    chance = Random(seed)

    def some(words: tuple[str, ...]) -> str:
        return "|".join(chance.sample(words, chance.randint(1, 2)))

    def row() -> Rule:
        wild = chance.random() < 0.3
        return Rule(
            chance.choice(
                ("*", "official", "national:health", "casework") if wild and chance.random() < 0.5 else ROLES
            ),
            some(ACTIONS_USED) if not wild or chance.random() < 0.7 else "*",
            some(KINDS) if not wild or chance.random() < 0.7 else chance.choice(("*", "request", "event")),
            some(("own", "subtree", "sector")) if not wild or chance.random() < 0.7 else "all",
            "*",
            chance.choice(BELOW) if not wild or chance.random() < 0.7 else chance.choice(("*", "66", "0", "520302")),
            "deny" if not wild or chance.random() < 0.7 else "allow",
            "ours",
            Source("layer"),
        )

    return [row() for _ in range(chance.randint(1, 12))]


def accepted(rules: list[Rule]) -> list[Rule]:
    return [rule for rule in rules if not refinement_findings("50", [rule], [], TREE)]


def test_a_denial_in_its_own_subtree_is_accepted() -> None:
    assert refinement_findings("50", [GOOD, replace(GOOD, unit="50"), replace(GOOD, unit="50W")], [], TREE) == ()


WRONG = {
    "POLICY_REFINEMENT_ALLOWS": {"eft": "allow"},
    "POLICY_REFINEMENT_UNIT": {"unit": "520302"},
    "POLICY_REFINEMENT_ROLE": {"role": "national:health"},
    "POLICY_REFINEMENT_REACH": {"reach": "subtree|cooperating"},
    "POLICY_REFINEMENT_ACTION": {"action": "*"},
    "POLICY_REFINEMENT_KIND": {"action": "read", "kind": "request"},
}


@pytest.mark.parametrize("code", WRONG)
def test_what_goes_further_is_refused_with_its_column_and_mend(code: str) -> None:
    (finding,) = refinement_findings("50", [GOOD, replace(GOOD, **WRONG[code])], [], TREE)
    assert finding.code.name == code
    assert all(finding.text(language) and finding.mend(language) for language in ("zh", "en"))
    wrong = str(next(reversed(WRONG[code].values()))).replace("|", " / ")
    assert wrong in finding.text("en") or code in ("POLICY_REFINEMENT_ACTION", "POLICY_REFINEMENT_UNIT")


@pytest.mark.parametrize("unit", ["*", "0", "66", "659001", "5001", "500110003"])
def test_a_unit_outside_or_not_of_today_is_refused(unit: str) -> None:
    assert [finding.code.name for finding in refinement_findings("50", [replace(GOOD, unit=unit)], [], TREE)] == [
        "POLICY_REFINEMENT_UNIT"
    ]


@pytest.mark.parametrize("role", ["*", "official", "health", "handler", "sector", "casework", "oversight", "national"])
def test_a_role_that_the_nation_could_hold_is_refused(role: str) -> None:
    assert [finding.code.name for finding in refinement_findings("50", [replace(GOOD, role=role)], [], TREE)] == [
        "POLICY_REFINEMENT_ROLE"
    ]


def test_a_role_link_is_refused() -> None:
    (finding,) = refinement_findings("50", [GOOD], [Link("county:health", "casework", Source("layer", 2))], TREE)
    assert (finding.code.name, finding.source.line) == ("POLICY_REFINEMENT_LINK", 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_layers_widen_nothing_and_stay_in_their_province(seed: int) -> None:
    layer = accepted(random_layer(seed))
    policy = effective(NATION, {"50": layer}, TREE)
    pairs = {key for rule in layer for key in product(rule.action.split("|"), rule.kind.split("|"))}
    for name, (action, kind) in product(HOMES, pairs):
        role = role_named(name)
        national, refined = (policy_.formula(role, action, Kind[kind.upper()]) for policy_ in (NATION, policy))
        assert beyond(refined, national) == FALSE
        taken = beyond(national, refined)
        assert taken == FALSE or role.tier is not Tier.NATIONAL
        # Each taken object lies under a unit of the province, and none of them by cooperation alone.
        outside = all_of([taken, *(negate(Within(unit)) for unit in BELOW)])
        assert beyond(outside, FALSE) == FALSE
        assert beyond(all_of([taken, Cooperating(), negate(INSIDE)]), FALSE) == FALSE


INSIDE = NATION.formula(role_named("county:rural_revitalization:handler"), "view.health", Kind.HOUSEHOLD)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_of_another_province_or_the_nation_is_answered_otherwise(seed: int) -> None:
    policy = effective(NATION, {"50": accepted(random_layer(seed))}, TREE)
    for (name, homes), action, place in product(HOMES.items(), ("read", "view.health"), PATHS):
        for home, cooperating in product(homes, (*PATHS[4:], ())):
            request = Request.of(role_named(name), home, action, Kind.HOUSEHOLD, ObjectFacts(place, cooperating))
            before, after = NATION.answer(request).allowed, policy.answer(request).allowed
            assert before == after or (before and "50" in place and "50" in TREE[home])


def test_layers_do_take_something_away() -> None:
    layers = [accepted(random_layer(seed)) for seed in range(40)]
    assert sum(map(len, layers)) > 150
    assert any(
        effective(NATION, {"50": layer}, TREE).formula(role_named(name), action, Kind.HOUSEHOLD)
        != NATION.formula(role_named(name), action, Kind.HOUSEHOLD)
        for layer, name, action in product(layers, HOMES, ("read", "view.health"))
    )


def test_two_provinces_are_laid_over_one_nation() -> None:
    other = replace(GOOD, role="province", unit="66", action="view.income", kind="household")
    policy = effective(NATION, {"66": [other], "50": [GOOD]}, TREE)
    assert len(policy.rules) == len(NATION.rules) + 2
    corps, health = role_named("province:rural_revitalization:reviewer"), role_named("county:health:handler")
    assert not policy.decide(corps, "66", "view.income", Kind.HOUSEHOLD, ObjectFacts(("0", "66", "659001"))).allowed
    assert policy.decide(corps, "50", "view.income", Kind.HOUSEHOLD, ObjectFacts(TREE["500110"])).allowed
    sectors = ObjectFacts(TREE["500110"], sectors=frozenset({health.department}))
    assert not policy.decide(health, "500110", "view.health", Kind.HOUSEHOLD, sectors).allowed
    assert NATION.decide(health, "500110", "view.health", Kind.HOUSEHOLD, sectors).allowed
