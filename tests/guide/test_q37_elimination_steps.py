"""37. 消除程序: modelled on identification, without authorization and commitment."""

from datetime import date

from api.rules.themes.procedure import eliminated_on, identified_on, publicity_long_enough
from api.rules.words.judging import Route
from api.rules.words.vocabulary import ProceedingState
from api.workflow.cases.elimination import ELIMINATION
from api.workflow.cases.identification import IDENTIFICATION
from tests.support.guide.step_order import path_of, reachable


def test_the_same_steps_but_for_the_authorization():
    path = path_of(ELIMINATION)
    assert path == [state for state in path_of(IDENTIFICATION) if state is not ProceedingState.AUTHORIZED]
    assert not any("authorization" in step.name for step in ELIMINATION.steps)


def test_publicity_is_skipped_no_more_than_in_identification():
    assert ProceedingState.APPROVED in reachable(ELIMINATION)
    assert ProceedingState.APPROVED not in reachable(ELIMINATION, without=ProceedingState.PUBLICIZED)


def test_five_days_by_analogy():
    assert not publicity_long_enough(date(2024, 3, 1), date(2024, 3, 5)).holds
    assert publicity_long_enough(date(2024, 3, 1), date(2024, 3, 6)).holds


def test_eliminated_on_the_day_of_approval_as_identified_on_it():
    assert eliminated_on(date(2024, 9, 9)) == identified_on(Route.ORDINARY, date(2024, 9, 9)) == date(2024, 9, 9)
