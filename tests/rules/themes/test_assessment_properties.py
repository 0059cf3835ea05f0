"""Properties of the assessment over all facts: total, never softer when things get worse."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.themes.assessment import HouseholdFacts, assess
from api.rules.words.judging import Outcome

FACTS = st.builds(HouseholdFacts)
STRENGTH = {
    Outcome.NOT_IDENTIFIED: 0,
    Outcome.TRACK: 1,
    Outcome.MAY_NOT_IDENTIFY: 1,
    Outcome.OFFICIAL_DECIDES: 2,
    Outcome.SHOULD_IDENTIFY: 3,
    Outcome.MUST_IDENTIFY: 4,
}


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_the_answer_is_a_function_of_the_facts_and_every_reason_speaks_two_languages(facts):
    assert assess(facts) == assess(facts)
    for reason in assess(facts).reasons:
        assert reason.code
        assert "{" not in reason.zh + reason.en


@settings(max_examples=300, deadline=None)
@given(FACTS, st.sampled_from(["gap", "hardship", "risk"]))
def test_one_more_trouble_never_weakens_the_outcome(facts, trouble):
    better, worse = replace(facts, **{trouble: False}), replace(facts, **{trouble: True})
    if facts.can_cope_alone and facts.high_income and trouble == "gap" and facts.in_range:
        return  # Q13: a household of high income that closes the gap itself is tracked
    assert STRENGTH[assess(worse).outcome] >= STRENGTH[assess(better).outcome]


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_being_unable_to_cope_never_weakens_the_outcome(facts):
    able, unable = replace(facts, can_cope_alone=True), replace(facts, can_cope_alone=False)
    assert STRENGTH[assess(unable).outcome] >= STRENGTH[assess(able).outcome]


@settings(max_examples=300, deadline=None)
@given(FACTS)
def test_being_in_range_never_weakens_the_outcome(facts):
    inside, above = replace(facts, in_range=True), replace(facts, in_range=False)
    assert STRENGTH[assess(inside).outcome] >= STRENGTH[assess(above).outcome]
