"""12. 收入支出信息: the arithmetic of the collection form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from api.rules.themes.survey import (
    Claim,
    Expense,
    Income,
    claims_total,
    net_income,
    out_of_pocket,
    per_capita_after_expense,
    per_capita_net_income,
    survey_adds_up,
)
from api.rules.words.judging import ClaimKind, ExpenseKind

D = Decimal
INCOME = Income(D("30000.00"), D("8000.00"), D("1200.50"), D("300.00"), D("2500.25"), 3)


def test_net_income_is_what_comes_in_less_business_expense():
    assert net_income(INCOME) == D("37000.25")


def test_per_capita_divides_by_the_members_counted_rounded_half_up():
    assert per_capita_net_income(INCOME) == D("12333.42")
    assert per_capita_net_income(
        replace(INCOME, wages=D("0.01"), business=D(0), transfers=D(0), property=D(0), business_expense=D(0), members=2)
    ) == D("0.01")


def test_a_loss_is_a_negative_income():
    assert net_income(replace(INCOME, wages=D(0), business=D(0), transfers=D(0))) == D("-2200.25")


def test_claims_are_insurance_and_third_parties_never_medical_reimbursement():
    claims = [
        Claim(ClaimKind.COMMERCIAL_INSURANCE, D("100.00")),
        Claim(ClaimKind.THIRD_PARTY, D("20.50")),
        Claim(ClaimKind.MEDICAL_REIMBURSEMENT, D("9999.00")),
    ]
    assert claims_total(claims) == D("120.50")


def test_out_of_pocket_is_what_is_left_of_necessary_expense():
    expenses = [
        Expense(ExpenseKind.MEDICAL, D("10000.00"), reimbursed=D("7000.00")),
        Expense(ExpenseKind.TUITION, D("5000.00")),
        Expense(ExpenseKind.MEDICAL, D("800.00"), necessary=False),
        Expense(ExpenseKind.DISASTER_OR_ACCIDENT, D("100.00"), reimbursed=D("150.00")),
    ]
    assert out_of_pocket(expenses) == D("8000.00")


def test_claims_stand_beside_income_and_expense_only_lowers_what_high_income_is_judged_by():
    expense = [Expense(ExpenseKind.TUITION, D("3000.25"))]
    assert per_capita_after_expense(INCOME, expense) == D("11333.33")
    assert per_capita_net_income(INCOME) == D("12333.42")


def test_nobody_counted_is_refused():
    with pytest.raises(ValueError, match="nobody"):
        per_capita_net_income(replace(INCOME, members=0))
    with pytest.raises(ValueError, match="nobody"):
        per_capita_after_expense(replace(INCOME, members=0), [])


def test_what_does_not_add_up_is_told_all_at_once():
    assert all(verdict.holds for verdict in survey_adds_up(INCOME))
    wrong = replace(INCOME, wages=D("-1.00"), business=D("0.001"), members=0)
    verdicts = survey_adds_up(wrong, [Expense(ExpenseKind.MEDICAL, D("1.00"), reimbursed=D("2.00"))])
    assert {verdict.code for verdict in verdicts if not verdict.holds} == {
        "SURVEY_AMOUNT_NEGATIVE",
        "SURVEY_AMOUNT_NOT_IN_CENTS",
        "SURVEY_NOBODY_COUNTED",
        "SURVEY_REIMBURSED_TOO_MUCH",
    }
