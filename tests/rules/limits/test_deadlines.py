"""Every kind of time limit falls on the day that RULES §0 says."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.limits.deadlines import DEADLINES, due_on, later
from api.rules.limits.tightening import Setting
from api.rules.words.judging import DeadlineKind, Dimension, Effect, Force, Limit

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("kind", "anchor", "due"),
    [
        (DeadlineKind.IDENTIFICATION, date(2023, 2, 20), date(2023, 3, 7)),
        (DeadlineKind.PUBLICITY, date(2024, 2, 27), date(2024, 3, 3)),
        (DeadlineKind.SYSTEM_ENTRY, date(2024, 12, 25), date(2025, 1, 4)),
        (DeadlineKind.PLAN, date(2024, 3, 1), date(2024, 3, 11)),
        (DeadlineKind.GREEN_CHANNEL_VERIFICATION, date(2024, 1, 30), date(2024, 2, 29)),
        (DeadlineKind.STABLE_INCOME, date(2024, 8, 31), date(2025, 2, 28)),
        (DeadlineKind.THRESHOLD_FILING, date(2024, 9, 9), date(2024, 3, 31)),
        (DeadlineKind.SAFETY_NET_COMPARISON, date(2024, 2, 29), date(2024, 3, 31)),
        (DeadlineKind.SAFETY_NET_COMPARISON, date(2024, 10, 1), date(2024, 12, 31)),
        (DeadlineKind.YEARLY_UPDATE, date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_due_on(kind, anchor, due):
    assert due_on(kind, anchor) == due


def test_every_kind_is_in_the_table():
    assert set(DEADLINES) == set(DeadlineKind)


def test_a_soft_limit_never_refuses_and_first_days_do_or_owe_a_reason():
    for row in DEADLINES.values():
        if row.limit is Limit.AT_LATEST:
            assert row.effect is not Effect.REFUSE
        if row.force is Force.SHOULD:
            assert row.effect is Effect.REASON


def test_a_monthly_comparison_ends_with_the_month():
    setting = Setting(1, Dimension.MONTHS, "50")
    assert due_on(DeadlineKind.SAFETY_NET_COMPARISON, date(2024, 2, 10), setting) == date(2024, 2, 29)


def test_what_is_no_length_is_refused():
    with pytest.raises(TypeError, match="no length"):
        later(date(2024, 1, 1), Setting(None, Dimension.DATE))


@settings(max_examples=80, deadline=None)
@given(DAYS, st.integers(1, 24))
def test_months_keep_the_day_or_clip_to_the_months_end(day, months):
    due = later(day, Setting(months, Dimension.MONTHS))
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day == day.day or (due.day < day.day and date.fromordinal(due.toordinal() + 1).day == 1)


@settings(max_examples=80, deadline=None)
@given(DAYS, DAYS, st.sampled_from(list(DeadlineKind)))
def test_a_later_anchor_is_never_due_earlier(anchor, another, kind):
    first, second = sorted((anchor, another))
    assert due_on(kind, first) <= due_on(kind, second)
