"""13. 临时未保障到位: in range and unable → must; high income and able → followed, not identified."""

from dataclasses import replace
from decimal import Decimal

import pytest

from api.rules.themes.assessment import assess, average_in_force, average_sound, is_high_income
from api.rules.words.judging import Outcome
from api.rules.words.vocabulary import Category, Tier
from tests.support.guide.guide_facts import AT_RISK

GAP = replace(AT_RISK, gap=True, hardship=False)


@pytest.mark.parametrize("risk", [True, False])
@pytest.mark.parametrize("stable", [True, False])
def test_in_range_with_a_gap_it_cannot_solve_must_be_identified(risk, stable):
    answer = assess(replace(GAP, risk=risk, income_stable=stable))
    assert (answer.outcome, answer.category) == (Outcome.MUST_IDENTIFY, Category.MARGINAL)
    assert answer.reasons[1].question == 13


@pytest.mark.parametrize("in_range", [True, False])
def test_high_income_that_can_solve_it_is_tracked(in_range):
    answer = assess(replace(GAP, in_range=in_range, can_cope_alone=True, high_income=True))
    assert (answer.outcome, answer.category) == (Outcome.TRACK, None)


def test_high_income_that_cannot_solve_it_is_not_merely_tracked():
    answer = assess(replace(GAP, in_range=False, high_income=True))
    assert answer.outcome is Outcome.SHOULD_IDENTIFY


@pytest.mark.parametrize("in_range", [True, False])
def test_without_high_income_a_gap_it_can_solve_is_for_an_official(in_range):
    answer = assess(replace(GAP, in_range=in_range, can_cope_alone=True))
    assert answer.outcome is Outcome.OFFICIAL_DECIDES


@pytest.mark.parametrize(("income", "high"), [("23999.99", False), ("24000.00", True), ("24000.01", True)])
def test_high_is_k_times_the_countys_rural_average(income, high):
    assert is_high_income(Decimal(income), Decimal("20000.00")) is high


def test_k_is_a_parameter():
    assert not is_high_income(Decimal(24000), Decimal(20000), Decimal("1.5"))


def test_the_newest_average_up_to_the_year_counts_and_none_keeps_nobody_out():
    averages = {2022: Decimal(18000), 2024: Decimal(20000)}
    assert average_in_force(averages, 2024) == (2024, Decimal(20000))
    assert average_in_force(averages, 2023) == (2022, Decimal(18000))
    assert average_in_force(averages, 2021) is None


def test_an_average_is_a_positive_amount_of_a_county():
    assert all(verdict.holds for verdict in average_sound(Tier.COUNTY, Decimal("0.01")))
    wrong = [verdict.code for verdict in average_sound(Tier.PROVINCE, Decimal(0)) if not verdict.holds]
    assert wrong == ["RURAL_AVERAGE_OF_NO_COUNTY", "RURAL_AVERAGE_NOT_POSITIVE"]
