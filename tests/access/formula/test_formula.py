"""条件式 Simplifying never changes what a formula says, and leaves nothing that a planner would trip over. Q1"""

from hypothesis import given, settings
from hypothesis import strategies as st

from api.access.formula.formula import (
    FALSE,
    TRUE,
    And,
    Constant,
    Cooperating,
    Facts,
    Formula,
    Not,
    Or,
    Own,
    Sector,
    State,
    Subtree,
    Within,
    all_of,
    any_of,
    assume,
    atoms,
    evaluate,
    negate,
    order,
)
from tests.support.access.formulas import atom, facts, naive, raw_formula
from tests.support.access.terms import built


@settings(max_examples=600, deadline=None)
@given(raw_formula, facts())
def test_simplifying_keeps_the_meaning(formula: Formula, world: Facts) -> None:
    assert evaluate(built(formula), world) == naive(formula, world)


@settings(max_examples=400, deadline=None)
@given(raw_formula, atom, facts())
def test_an_assumption_that_holds_changes_nothing(formula: Formula, assumption: Formula, world: Facts) -> None:
    left = assume(built(formula), assumption, naive(assumption, world))
    assert evaluate(left, world) == naive(formula, world)
    if not isinstance(assumption, State):
        assert assumption not in atoms(left)


@settings(max_examples=300, deadline=None)
@given(raw_formula)
def test_simplified_formulas_hold_no_constants_and_no_nesting(formula: Formula) -> None:
    def dull(part: Formula, above: type[Formula] | None) -> bool:
        match part:
            case Constant():
                return above is None
            case And(parts) | Or(parts):
                return type(part) is not above and len(parts) > 1 and all(dull(inner, type(part)) for inner in parts)
            case Not(inner):
                return not isinstance(inner, Not | And | Or | Constant)
        return True

    assert dull(built(formula), None)


@settings(max_examples=200, deadline=None)
@given(st.lists(raw_formula, max_size=4), st.randoms())
def test_the_order_of_parts_does_not_matter_to_the_text(parts: list[Formula], chance: object) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    world_free = [built(part) for part in parts]
    assert order(all_of(world_free)).count("TRUE") <= 1
    assert hash(all_of(world_free)) == hash(all_of(world_free))


def test_own_lies_inside_the_subtree() -> None:
    assert any_of([Own(), Subtree()]) == Subtree()
    assert all_of([Own(), Subtree()]) == Own()
    assert all_of([Own(), negate(Subtree())]) == FALSE
    assert any_of([Subtree(), negate(Own())]) == TRUE
    assert assume(Own(), Subtree(), False) == FALSE


def test_the_ceiling_disappears_behind_a_reach_inside_it() -> None:
    ceiling = any_of([Subtree(), Cooperating()])
    assert all_of([Subtree(), ceiling]) == Subtree()
    assert all_of([Sector(), Subtree(), ceiling]) == all_of([Sector(), Subtree()])
    assert all_of([any_of([Own(), Cooperating()]), ceiling]) == any_of([Own(), Cooperating()])


def test_states_merge() -> None:
    a, b = State(frozenset("A")), State(frozenset("B"))
    assert any_of([a, b]) == State(frozenset("AB"))
    assert all_of([a, b]) == FALSE
    assert all_of([State(frozenset("AB")), negate(b)]) == a


def test_what_is_denied_where_it_is_allowed_is_false() -> None:
    reach = any_of([Subtree(), Cooperating()])
    assert all_of([reach, negate(reach)]) == FALSE


def test_five_thousand_units_stay_cheap() -> None:
    wide = any_of(Within(str(number)) for number in range(5000))
    assert isinstance(all_of([Subtree(), negate(wide)]), And)
