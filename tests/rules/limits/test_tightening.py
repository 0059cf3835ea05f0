"""A province tightens, never loosens, whatever rows somebody writes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.rules.limits.deadlines import DEADLINES, later
from api.rules.limits.tightening import (
    Override,
    Setting,
    amount,
    may_be_set,
    override_of,
    setting_in_force,
    tightens,
    whole_number,
)
from api.rules.numbers.parameter import PARAMETERS, DayOfYear, parameter, read_value
from api.rules.numbers.parameters import (
    GREEN_CHANNEL_MONTHS,
    LARGE_SHARE,
    PUBLICITY_DAYS,
    PUBLICITY_ROUNDS,
    STABLE_INCOME_MONTHS,
    THRESHOLD_FILING_DAY,
    TRANSITION_END,
)
from api.rules.words.judging import Dimension, Direction, Limit
from api.rules.words.vocabulary import Tier

DAYS, MONTHS = Dimension.DAYS, Dimension.MONTHS
PATH = ("500110", "50", "0")
NUMBERS = st.one_of(st.integers(-3, 400), st.decimals(0, 2, places=3), st.none())
ROWS = st.lists(
    st.builds(
        Override,
        parameter=st.sampled_from(sorted(PARAMETERS)),
        unit=st.sampled_from(["500110", "50", "0", "51"]),
        value=NUMBERS,
        since=st.dates(date(2023, 1, 1), date(2025, 1, 1)),
        dimension=st.sampled_from([None, DAYS, MONTHS]),
    ),
    max_size=12,
)


def test_of_two_numbers_of_one_day_the_later_holds() -> None:
    day = date(2024, 5, 1)
    first, second = (Override(PUBLICITY_DAYS.name, "50", days, day, DAYS) for days in (9, 7))
    assert setting_in_force(PUBLICITY_DAYS, PATH, day, (first, second)).value == 7
    assert setting_in_force(PUBLICITY_DAYS, PATH, day, (second, first)).value == 9


@pytest.mark.parametrize(
    ("row", "value", "dimension", "holds"),
    [
        (PUBLICITY_DAYS, 5, None, True),
        (PUBLICITY_DAYS, 6, None, True),
        (PUBLICITY_DAYS, 4, None, False),
        (PUBLICITY_DAYS, Decimal(7), None, False),
        (PUBLICITY_DAYS, 1, MONTHS, True),
        (GREEN_CHANNEL_MONTHS, 20, DAYS, True),
        (GREEN_CHANNEL_MONTHS, 28, DAYS, True),
        (GREEN_CHANNEL_MONTHS, 29, DAYS, False),
        (GREEN_CHANNEL_MONTHS, 0, MONTHS, False),
        (GREEN_CHANNEL_MONTHS, 0, DAYS, False),
        (STABLE_INCOME_MONTHS, 9, None, True),
        (STABLE_INCOME_MONTHS, 186, DAYS, True),
        (STABLE_INCOME_MONTHS, 185, DAYS, False),
        (LARGE_SHARE, Decimal("0.015"), None, True),
        (LARGE_SHARE, Decimal("0.021"), None, False),
        (THRESHOLD_FILING_DAY, DayOfYear(2, 28), None, True),
        (THRESHOLD_FILING_DAY, DayOfYear(4, 1), None, False),
        (PUBLICITY_ROUNDS, 1, None, False),
        (TRANSITION_END, None, None, False),
    ],
)
def test_tightens(row, value, dimension, holds):
    assert tightens(row, value, dimension) is holds


def test_the_nation_sets_what_is_its_own():
    assert all(verdict.holds for verdict in may_be_set(TRANSITION_END, Tier.NATIONAL, date(2025, 12, 31)))
    assert not all(verdict.holds for verdict in may_be_set(TRANSITION_END, Tier.PROVINCE, date(2025, 12, 31)))


def test_an_earlier_day_of_the_year_is_in_force():
    rows = [Override("threshold_filing_day", "50", DayOfYear(2, 20), date(2024, 1, 1))]
    assert setting_in_force(THRESHOLD_FILING_DAY, PATH, date(2024, 1, 1), rows).value == DayOfYear(2, 20)


def test_a_month_may_be_tightened_to_days():
    rows = [Override("green_channel_months", "50", 20, date(2024, 1, 1), DAYS)]
    assert setting_in_force(GREEN_CHANNEL_MONTHS, PATH, date(2024, 1, 1), rows) == Setting(20, DAYS, "50")


def test_a_units_newest_row_replaces_its_older_one_within_the_guide():
    rows = [
        Override("publicity_days", "50", 9, date(2024, 1, 1)),
        Override("publicity_days", "50", 7, date(2024, 6, 1)),
    ]
    assert setting_in_force(PUBLICITY_DAYS, PATH, date(2024, 5, 31), rows).value == 9
    assert setting_in_force(PUBLICITY_DAYS, PATH, date(2024, 6, 1), rows).value == 7


def test_a_parameter_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        parameter("publicity_days", 5, DAYS, 34, PUBLICITY_DAYS.force, Direction.HIGHER, zh="x", en="x")


def test_a_number_asked_for_as_the_wrong_kind_is_refused():
    with pytest.raises(TypeError, match="no decimal"):
        _ = PUBLICITY_DAYS.amount
    with pytest.raises(TypeError, match="no whole number"):
        _ = LARGE_SHARE.number


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(list(DEADLINES)), st.dates(date(2023, 1, 1), date(2026, 1, 1)))
def test_no_rows_ever_loosen_a_time_limit(rows, kind, day):
    deadline = DEADLINES[kind]
    if isinstance(deadline.parameter.value, DayOfYear):
        return
    guide = setting_in_force(deadline.parameter, PATH, day)
    own = setting_in_force(deadline.parameter, PATH, day, rows)
    due, guides = later(day, own), later(day, guide)
    assert due <= guides if deadline.limit is Limit.AT_LATEST else due >= guides


@settings(max_examples=100, deadline=None)
@given(ROWS, ROWS, st.sampled_from(sorted(PARAMETERS)), st.dates(date(2023, 1, 1), date(2026, 1, 1)))
def test_a_higher_units_row_is_never_undone_by_a_lower_ones(lower, upper, name, day):
    row = PARAMETERS[name]
    above = [Override(o.parameter, "50", o.value, o.since) for o in upper]
    below = [Override(o.parameter, "500110", o.value, o.since) for o in lower]
    province = setting_in_force(row, ("50", "0"), day, above).value
    county = setting_in_force(row, PATH, day, above + below).value
    if row.direction is Direction.LOWER:
        assert county <= province
    elif row.direction is Direction.HIGHER:
        assert county >= province
    elif row.direction is Direction.FIXED:  # a local number is each place's own
        assert county == province


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("8", DAYS, 8),
        ("0.02", Dimension.RATIO, Decimal("0.02")),
        ("03-15", Dimension.DAY_OF_YEAR, DayOfYear(3, 15)),
        ("2027-12-31", Dimension.DATE, date(2027, 12, 31)),
    ],
)
def test_values_are_read_as_people_write_them(text, dimension, value):
    assert read_value(text, dimension) == value
    for wrong in ("", "八天", "02-30", "NaN", "1e9", "99999999999", "2027-13-01"):
        with pytest.raises(ValueError, match=r"."):
            read_value(wrong, dimension)


def test_the_nations_own_number_counts_only_from_the_nation():
    def row(unit):
        return override_of(
            {"unit": unit, "parameter": "transition_end", "value": "2027-12-31", "dimension": "DATE",
             "since": "2026-01-01"}
        )  # fmt: skip

    day = date(2026, 6, 1)
    assert setting_in_force(TRANSITION_END, PATH, day, [row("0")]) == Setting(date(2027, 12, 31), Dimension.DATE, "0")
    assert setting_in_force(TRANSITION_END, PATH, day, [row("50")]).value is None
    assert setting_in_force(TRANSITION_END, PATH, date(2025, 1, 1), [row("0")]).value is None


def test_a_setting_says_what_it_counts():
    assert whole_number(Setting(3, DAYS)) == 3
    assert amount(Setting(Decimal("1.2"), Dimension.FACTOR)) == Decimal("1.2")
    with pytest.raises(TypeError, match="whole number"):
        whole_number(Setting(Decimal("1.2"), Dimension.FACTOR))
    with pytest.raises(TypeError, match="decimal"):
        amount(Setting(3, DAYS))
