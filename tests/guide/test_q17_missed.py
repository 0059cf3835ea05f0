"""17. 应纳未纳与体外循环: what signals each, and what is neither."""

from dataclasses import replace

import pytest

from api.rules.themes.screening import Watched, missed
from api.rules.words.judging import Missed, Outcome
from api.rules.words.vocabulary import CaseState

QUIET = Watched(None, None, clue_overdue=False, warning_unscreened=False, risk_found=False, measures_outside=0)


def kinds(facts):
    return [kind for kind, _ in missed(facts)]


def test_nothing_known_is_no_signal():
    assert kinds(QUIET) == []


@pytest.mark.parametrize(
    "change",
    [
        {"clue_overdue": True},
        {"warning_unscreened": True},
        {"last_outcome": Outcome.MUST_IDENTIFY},
        {"last_outcome": Outcome.SHOULD_IDENTIFY},
    ],
)
def test_omitted(change):
    assert kinds(replace(QUIET, **change)) == [Missed.OMITTED]


def test_help_without_a_case_where_risk_was_found_is_off_the_books():
    assert kinds(replace(QUIET, risk_found=True, measures_outside=2)) == [Missed.OFF_THE_BOOKS]
    both = replace(QUIET, last_outcome=Outcome.SHOULD_IDENTIFY, measures_outside=1)
    assert kinds(both) == [Missed.OMITTED, Missed.OFF_THE_BOOKS]


def test_help_to_a_household_without_risk_is_ordinary_policy():
    assert kinds(replace(QUIET, measures_outside=3)) == []


@pytest.mark.parametrize("case", [CaseState.IDENTIFIED, CaseState.GREEN_CHANNEL])
def test_a_case_and_the_green_channel_are_neither(case):
    assert kinds(replace(QUIET, case=case, clue_overdue=True, risk_found=True, measures_outside=1)) == []


def test_tracking_is_neither():
    assert kinds(replace(QUIET, last_outcome=Outcome.TRACK, risk_found=True, measures_outside=1)) == []


def test_after_elimination_a_household_can_be_missed_again():
    assert kinds(replace(QUIET, case=CaseState.RISK_ELIMINATED, clue_overdue=True)) == [Missed.OMITTED]
