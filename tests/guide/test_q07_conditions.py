"""7. 认定条件: income, expense, difficulties and self-coping ability weighed together, for the household."""

from dataclasses import fields, replace
from itertools import product

import pytest

from api.rules.themes.assessment import HouseholdFacts, assess, decision_follows
from api.rules.words.judging import Effect, Outcome
from api.rules.words.vocabulary import Category, HouseholdKind
from tests.support.guide.guide_facts import AT_RISK


def test_in_range_with_hardship_it_cannot_solve_should_be_identified():
    answer = assess(AT_RISK)
    assert (answer.outcome, answer.category) == (Outcome.SHOULD_IDENTIFY, Category.MARGINAL)
    assert [reason.code for reason in answer.reasons] == ["IN_RANGE", "HARDSHIP_AT_RISK"]


def test_a_lifted_household_falls_back():
    assert assess(replace(AT_RISK, kind=HouseholdKind.LIFTED)).category is Category.UNSTABLE_LIFTED


def test_above_the_range_a_shock_should_be_identified_as_sudden_hardship():
    answer = assess(replace(AT_RISK, in_range=False))
    assert (answer.outcome, answer.category) == (Outcome.SHOULD_IDENTIFY, Category.SUDDEN_HARDSHIP)
    assert answer.reasons[-1].code == "SHOCK_AT_RISK"


def test_above_the_range_a_gap_it_cannot_solve_should_be_identified():
    answer = assess(replace(AT_RISK, in_range=False, hardship=False, gap=True))
    assert (answer.outcome, answer.category) == (Outcome.SHOULD_IDENTIFY, Category.SUDDEN_HARDSHIP)


@pytest.mark.parametrize("change", [{"can_cope_alone": True}, {"risk": False}, {"hardship": False}])
def test_above_the_range_no_condition_may_be_missing(change):
    assert assess(replace(AT_RISK, in_range=False, **change)).outcome is not Outcome.SHOULD_IDENTIFY


def test_where_the_guide_is_silent_an_official_decides():
    assert assess(replace(AT_RISK, hardship=False)).outcome is Outcome.OFFICIAL_DECIDES


def test_every_combination_has_an_answer_with_reasons_and_a_fitting_category():
    switches = [field.name for field in fields(HouseholdFacts) if field.name != "kind"]
    seen = set()
    for kind in HouseholdKind:
        for values in product((True, False), repeat=len(switches)):
            facts = HouseholdFacts(kind=kind, **dict(zip(switches, values, strict=True)))
            answer = assess(facts)
            seen.add(answer.outcome)
            assert len(answer.reasons) >= 2
            assert all(1 <= reason.question <= 42 and reason.zh and reason.en for reason in answer.reasons)
            none = answer.outcome in (Outcome.TRACK, Outcome.NOT_IDENTIFIED)
            assert (answer.category is None) is none
            if answer.category:
                assert (answer.category is Category.SUDDEN_HARDSHIP) is not facts.in_range
            if facts.gap and not facts.can_cope_alone:
                assert answer.outcome in (Outcome.MUST_IDENTIFY, Outcome.SHOULD_IDENTIFY, Outcome.OFFICIAL_DECIDES)
    assert seen == set(Outcome)


@pytest.mark.parametrize(
    ("outcome", "identify", "holds", "effect"),
    [
        (Outcome.MUST_IDENTIFY, False, False, Effect.REFUSE),
        (Outcome.MUST_IDENTIFY, True, True, Effect.REFUSE),
        (Outcome.SHOULD_IDENTIFY, False, False, Effect.REASON),
        (Outcome.SHOULD_IDENTIFY, True, True, Effect.REASON),
        (Outcome.MAY_NOT_IDENTIFY, False, False, Effect.REASON),
        (Outcome.MAY_NOT_IDENTIFY, True, True, Effect.REASON),
        (Outcome.OFFICIAL_DECIDES, True, False, Effect.REASON),
        (Outcome.OFFICIAL_DECIDES, False, False, Effect.REASON),
        (Outcome.TRACK, False, True, Effect.REASON),
        (Outcome.TRACK, True, False, Effect.REASON),
        (Outcome.NOT_IDENTIFIED, True, False, Effect.REFUSE),
        (Outcome.NOT_IDENTIFIED, False, True, Effect.REFUSE),
    ],
)
def test_decision_against_the_assessment(outcome, identify, holds, effect):
    verdict = decision_follows(outcome, identify)
    assert (verdict.holds, verdict.effect) == (holds, effect)
