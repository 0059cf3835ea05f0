"""差异 The difference of two versions is exact: it names every change that asking both would find, and no other. Q1"""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.formula.formula import FALSE, Formula, State, Subtree, Within, all_of, evaluate, negate
from api.access.policy import Policy
from api.access.reading.finding import Source
from api.access.reading.row import Link, Rule
from api.access.review.difference import difference, satisfiable, shortest
from api.access.role import roles
from api.rules.words.vocabulary import Kind
from tests.support.access.formulas import facts, raw_formula
from tests.support.access.terms import built
from tests.support.access.worlds import MODEL, Focus, random_links, random_request, random_rule

POLICY = Policy.load()


def with_rows(*rows: Rule, without: str = "") -> Policy:
    rules = [rule for rule in POLICY.rules if not without or str(rule.source) != without]
    return Policy(MODEL, [*rules, *rows], POLICY.links.declared)


def row(text: str) -> Rule:
    return Rule(*text.split(", "), source=Source("edit"))


def test_a_right_given_is_told_in_roles_actions_kinds_and_places() -> None:
    after = with_rows(row("township:leading_group, search, household, subtree, *, 52, allow, ours"))
    (change,) = difference(POLICY, after)
    assert change.roles == ("township:leading_group:handler/reviewer/approver/operator/inspector",)
    assert (change.actions, change.kinds) == (("search",), (Kind.HOUSEHOLD,))
    assert (change.gains, change.loses) == (all_of([Subtree(), Within("52")]), FALSE)


def test_a_right_taken_is_told() -> None:
    after = with_rows(row("casework, read, case, subtree, WITHDRAWN, *, deny, ours"))
    (change,) = difference(POLICY, after)
    assert change.gains == FALSE
    assert change.loses == all_of([Subtree(), State(frozenset({"WITHDRAWN"}))])


def test_a_right_given_twice_changes_nothing() -> None:
    assert difference(POLICY, with_rows(row("county:leading_group, read, case, own, *, *, allow, ours"))) == ()
    assert difference(POLICY, POLICY) == ()


def test_a_right_that_the_lock_keeps_shut_changes_nothing() -> None:
    adversary = row("province, withdraw.execute|rollback.execute, request, all, *, *, allow, ours")
    assert difference(POLICY, with_rows(adversary)) == ()


def test_an_edit_among_a_thousand_rows_is_told_as_alone() -> None:
    many = [row(f"county, view.income, household, subtree, *, 51{number:04d}, deny, ours") for number in range(1000)]
    edit = row("county:health, view.income|view.bank, household, subtree, *, 519999, allow, ours")
    large = Policy(MODEL, [*POLICY.rules, *many], POLICY.links.declared)
    changes = difference(large, Policy(MODEL, [*large.rules, edit], POLICY.links.declared))
    assert changes == difference(POLICY, with_rows(edit))
    everywhere = row("county:health, view.income, household, subtree, *, *, allow, ours")
    (change,) = difference(large, Policy(MODEL, [*large.rules, everywhere], POLICY.links.declared))
    assert change.gains == all_of([Subtree(), *(negate(Within(rule.unit)) for rule in many)])


def test_units_of_one_tier_are_told_apart() -> None:
    two = [row(f"county:leading_group, read, case, subtree, *, {unit}, deny, ours") for unit in ("500110", "50W")]
    dropped = difference(with_rows(*two), with_rows(two[0]))
    assert {change.gains for change in dropped} == {all_of([Subtree(), Within("50W")])}


def test_a_link_is_told_as_what_it_gives() -> None:
    link = Link("county:health", "casework", Source("edit"))
    changes = difference(POLICY, Policy(MODEL, POLICY.rules, [*POLICY.links.declared, link]))
    assert {change.roles for change in changes} == {("county:health:handler/reviewer/approver/operator/inspector",)}
    assert "view.bank" in {action for change in changes for action in change.actions}


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_what_is_told_changed_and_what_is_not_did_not(seed: int) -> None:
    chance = Random(seed)
    focus = Focus.of(chance)
    rules = [random_rule(chance, number, focus) for number in range(chance.randint(4, 16))]
    before = Policy(MODEL, rules, random_links(chance, focus))
    after = Policy(MODEL, [*rules[1:], random_rule(chance, 99, focus)], random_links(chance, focus))
    changes = difference(before, after)
    for _ in range(60):
        request = random_request(chance, focus)
        old, new = before.answer(request).allowed, after.answer(request).allowed
        mine = [change for change in changes if request.action in change.actions and request.kind in change.kinds]
        mine = [change for change in mine if request.role in change.members]
        assert any(evaluate(change.gains, request.facts) for change in mine) == (new and not old)
        assert any(evaluate(change.loses, request.facts) for change in mine) == (old and not new)


@settings(max_examples=200, deadline=None)
@given(raw_formula, facts())
def test_what_some_world_makes_true_is_satisfiable(formula: Formula, world: object) -> None:
    simple = built(formula)
    if evaluate(simple, world):  # type: ignore[arg-type]
        assert satisfiable(simple)
    assert not satisfiable(all_of([simple, negate(simple)]))


def test_roles_are_told_shortly() -> None:
    assert shortest(roles().values()) == ("*:*:*",)
