"""27. 多长时间算收入持续稳定: half a year in principle, natural elimination apart."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from api.rules.limits.tightening import Setting
from api.rules.themes.elimination import IncomeCheck, Risk, above_since, income_stable
from api.rules.words.judging import Dimension, Effect, Force
from api.rules.words.vocabulary import RiskState
from tests.support.guide.guide_facts import ELIMINABLE

LINE = Decimal("8000.00")


def check(*rows):
    return tuple(IncomeCheck(day, Decimal(amount)) for day, amount in rows)


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (date(2024, 1, 31), date(2024, 7, 31)),
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2022, 8, 31), date(2023, 2, 28)),
        (date(2023, 8, 29), date(2024, 2, 29)),
        (date(2023, 12, 1), date(2024, 6, 1)),
    ],
)
def test_half_a_year_later_is_the_same_day_clipped(since, first):
    facts = replace(ELIMINABLE, income=check((since, "8000.01")))
    day_before = date.fromordinal(first.toordinal() - 1)
    assert [verdict.holds for verdict in income_stable(facts, first)] == [True]
    (verdict,) = income_stable(facts, day_before)
    assert (verdict.holds, verdict.earliest, verdict.code) == (False, first, "INCOME_NOT_STABLE")


def test_it_is_soft_and_only_the_leading_groups_recorded_exception_passes_it():
    facts = replace(ELIMINABLE, income=check((date(2024, 3, 1), "9000.00")))
    (verdict,) = income_stable(facts, date(2024, 8, 1))
    assert (verdict.force, verdict.effect) == (Force.SHOULD, Effect.REFUSE)
    assert all(row.holds for row in income_stable(replace(facts, exception_recorded=True), date(2024, 8, 1)))


def test_falling_to_the_threshold_starts_the_count_again():
    rows = check((date(2024, 1, 1), "9000"), (date(2024, 3, 1), "8000.00"), (date(2024, 4, 1), "8500"))
    assert above_since(rows, LINE, date(2024, 12, 1)) == date(2024, 4, 1)
    assert above_since(rows, LINE, date(2024, 3, 15)) is None
    assert above_since(rows, LINE, date(2024, 2, 1)) == date(2024, 1, 1)
    assert above_since(reversed(rows), LINE, date(2024, 12, 1)) == date(2024, 4, 1)


def test_natural_exempts_only_when_every_risk_is_natural():
    natural, stable = Risk(RiskState.NATURAL, date(2024, 3, 1)), Risk(RiskState.STABLE, date(2024, 3, 1))
    facts = replace(ELIMINABLE, income=check((date(2024, 3, 1), "9000.00")))
    day = date(2024, 3, 2)
    assert all(row.holds for row in income_stable(replace(facts, risks=(natural, natural)), day))
    assert not all(row.holds for row in income_stable(replace(facts, risks=(natural, stable)), day))


def test_natural_does_not_exempt_from_being_above_the_threshold():
    natural = (Risk(RiskState.NATURAL, date(2024, 3, 1)),)
    facts = replace(ELIMINABLE, income=check((date(2024, 3, 1), "8000.00")), risks=natural)
    assert [row.code for row in income_stable(facts, date(2024, 12, 1))] == ["INCOME_NOT_ABOVE"]


def test_a_province_may_ask_for_longer():
    facts = replace(ELIMINABLE, income=check((date(2024, 1, 31), "9000.00")))
    setting = Setting(9, Dimension.MONTHS, "50")
    assert income_stable(facts, date(2024, 10, 30), setting)[0].earliest == date(2024, 10, 31)
    assert income_stable(facts, date(2024, 10, 31), setting)[0].holds
