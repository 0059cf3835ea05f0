"""34. 时限: in general 15 days from the clue, not less than 5 of them publicity."""

from datetime import date, timedelta

import pytest

from api.rules.limits.deadlines import DEADLINES, due_on, is_overdue
from api.rules.limits.step_dates import day_may_be_recorded
from api.rules.limits.tightening import Setting
from api.rules.themes.planning import may_be_drafted
from api.rules.themes.procedure import comparison_may_be_reused, identified_in_time, publicity_long_enough
from api.rules.words.judging import Anchor, DeadlineKind, Dimension, Effect, Force, Limit, Route
from api.rules.words.vocabulary import CaseState

CLUE = date(2024, 2, 20)


@pytest.mark.parametrize(("days", "holds"), [(0, False), (4, False), (5, True), (6, True)])
@pytest.mark.parametrize("opened", [date(2024, 3, 1), date(2024, 2, 26), date(2023, 2, 26), date(2023, 12, 30)])
def test_publicity_lasts_not_less_than_five_days(opened, days, holds):
    verdict = publicity_long_enough(opened, opened + timedelta(days=days))
    assert (verdict.holds, verdict.earliest) == (holds, opened + timedelta(days=5))
    assert (verdict.force, verdict.effect) == (Force.MUST, Effect.REFUSE)


def test_a_province_may_ask_for_longer_publicity():
    verdict = publicity_long_enough(CLUE, CLUE + timedelta(days=6), Setting(7, Dimension.DAYS, "50"))
    assert not verdict.holds
    assert "7" in verdict.zh


@pytest.mark.parametrize(("days", "holds"), [(14, True), (15, True), (16, False)])
def test_fifteen_days_from_the_clue_over_a_leap_february(days, holds):
    verdict = identified_in_time(Route.ORDINARY, CLUE, CLUE + timedelta(days=days))
    assert (verdict.holds, verdict.effect) == (holds, Effect.REASON)
    assert verdict.facts["due"] == date(2024, 3, 6)


def test_identified_in_time_stays_in_time_and_the_green_channel_is_apart():
    far = date(2025, 1, 1)
    assert identified_in_time(Route.ORDINARY, CLUE, far, approved_on=CLUE + timedelta(days=15)).holds
    assert not identified_in_time(Route.ORDINARY, CLUE, far, approved_on=CLUE + timedelta(days=16)).holds
    assert identified_in_time(Route.GREEN_CHANNEL, CLUE, far).holds


def test_a_comparison_already_had_is_reused():
    assert comparison_may_be_reused(compared_before=True)
    assert not comparison_may_be_reused(compared_before=False)


TODAY = date(2024, 3, 1)


def codes(*arguments, **options):
    return [verdict.code for verdict in day_may_be_recorded(*arguments, **options) if not verdict.holds]


@pytest.mark.parametrize(("back", "expected"), [(0, []), (10, []), (11, ["STEP_BACKDATED"])])
def test_far_back_owes_a_reason(back, expected):
    assert codes(TODAY - timedelta(days=back), TODAY) == expected


def test_neither_the_future_nor_before_the_last_step():
    assert codes(TODAY + timedelta(days=1), TODAY) == ["STEP_IN_THE_FUTURE"]
    assert codes(TODAY, TODAY, TODAY) == []
    assert codes(TODAY - timedelta(days=1), TODAY, TODAY) == ["STEP_BEFORE_LAST"]


def test_publicitys_start_and_green_channel_entry_are_never_dated_back():
    assert codes(TODAY, TODAY, same_day=True) == []
    assert codes(TODAY - timedelta(days=1), TODAY, same_day=True) == ["STEP_NEVER_BACKDATED"]


def test_the_fifteen_days_as_a_deadline():
    deadline = DEADLINES[DeadlineKind.IDENTIFICATION]
    assert (deadline.anchor, deadline.limit, deadline.question) == (Anchor.CLUE_FOUND, Limit.AT_LATEST, 34)
    due = due_on(DeadlineKind.IDENTIFICATION, CLUE)
    assert due == date(2024, 3, 6)
    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(days=1))
    assert not is_overdue(due, due + timedelta(days=9), done=due)


@pytest.mark.parametrize(("state", "may"), [(None, False), (CaseState.EXITED, False), (CaseState.IDENTIFIED, True)])
def test_a_plan_may_be_drafted_during_identification(state, may):
    assert may_be_drafted(state, identifying=True).holds
    assert may_be_drafted(state, identifying=False).holds is may
