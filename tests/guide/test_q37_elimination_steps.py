"""37. 消除程序: modelled on identification, without authorization and commitment."""

from datetime import date

from api.rules.themes.procedure import (
    ELIMINATION_STEPS,
    IDENTIFICATION_STEPS,
    eliminated_on,
    identified_on,
    publicity_long_enough,
    step_may_follow,
)
from api.rules.words.judging import Route, Step
from api.rules.words.vocabulary import ProceedingKind

KIND = ProceedingKind.ELIMINATION


def test_the_same_steps_but_for_the_authorization():
    assert set(IDENTIFICATION_STEPS) - set(ELIMINATION_STEPS) == {Step.TAKE_AUTHORIZATION}
    assert step_may_follow(KIND, Step.TAKE_AUTHORIZATION, []).code == "STEP_NOT_IN_PROCEDURE"
    done = []
    for step in ELIMINATION_STEPS:
        assert step_may_follow(KIND, step, done).holds
        done.append(step)


def test_publicity_is_skipped_no_more_than_in_identification():
    verdict = step_may_follow(KIND, Step.APPROVE, [Step.VERIFY_AT_HOME, Step.HOLD_REVIEW])
    assert verdict.facts["missing"] is Step.OPEN_PUBLICITY


def test_five_days_by_analogy():
    assert not publicity_long_enough(date(2024, 3, 1), date(2024, 3, 5)).holds
    assert publicity_long_enough(date(2024, 3, 1), date(2024, 3, 6)).holds


def test_eliminated_on_the_day_of_approval_as_identified_on_it():
    assert eliminated_on(date(2024, 9, 9)) == identified_on(Route.ORDINARY, date(2024, 9, 9)) == date(2024, 9, 9)
