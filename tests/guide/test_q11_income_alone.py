"""11. 范围内是否全部识别: in range is one important condition, not the only one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from api.rules.themes.assessment import assess
from api.rules.themes.threshold import is_in_range
from api.rules.words.judging import Outcome
from tests.support.guide.guide_facts import AT_RISK

QUIET = replace(AT_RISK, hardship=False, income_stable=True, risk=False, can_cope_alone=True)


@pytest.mark.parametrize(
    ("income", "in_range"), [("6999.99", True), ("7000.00", True), ("7000.01", False), ("-50.00", True)]
)
def test_exactly_the_threshold_is_in_range(income, in_range):
    assert is_in_range(Decimal(income), Decimal("7000.00")) is in_range


def test_stable_without_gap_and_risk_may_be_left_unidentified():
    answer = assess(QUIET)
    assert answer.outcome is Outcome.MAY_NOT_IDENTIFY
    assert answer.reasons[-1].question == 11


@pytest.mark.parametrize("change", [{"income_stable": False}, {"risk": True}, {"gap": True}])
def test_no_condition_of_leaving_it_out_may_be_missing(change):
    assert assess(replace(QUIET, **change)).outcome is not Outcome.MAY_NOT_IDENTIFY


def test_it_is_not_needed_for_sudden_hardship():
    assert assess(replace(AT_RISK, in_range=False)).outcome is Outcome.SHOULD_IDENTIFY
