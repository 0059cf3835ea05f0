"""39. 已消除风险的监测对象: kept, and updated every year of the transition period."""

from datetime import date

import pytest

from api.rules.themes.retention import in_transition, may_be_deleted, update_owed, updated_in_time
from api.rules.words.judging import Effect
from api.rules.words.vocabulary import CaseState

ELIMINATED = date(2024, 7, 31)


@pytest.mark.parametrize("state", CaseState)
def test_no_case_is_ever_deleted(state):
    assert not may_be_deleted(state).holds


def test_an_update_is_owed_every_year_after():
    assert update_owed(CaseState.RISK_ELIMINATED, ELIMINATED, 2024) is None
    assert update_owed(CaseState.RISK_ELIMINATED, ELIMINATED, 2025) == date(2025, 12, 31)
    assert update_owed(CaseState.IDENTIFIED, ELIMINATED, 2025) is None


def test_in_the_transition_period_whose_end_is_a_setting():
    end = date(2025, 12, 31)
    assert in_transition(end, end)
    assert not in_transition(date(2026, 1, 1), end)
    assert in_transition(date(2099, 1, 1))
    assert update_owed(CaseState.RISK_ELIMINATED, ELIMINATED, 2025, end) == end
    assert update_owed(CaseState.RISK_ELIMINATED, ELIMINATED, 2026, end) is None


def test_late_is_alerted():
    due = date(2025, 12, 31)
    assert updated_in_time(due, due).holds
    late = updated_in_time(due, date(2026, 1, 1))
    assert (late.holds, late.effect) == (False, Effect.ALERT)
