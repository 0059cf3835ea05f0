"""41. 动态清零: first things first, any day of the year, and no rushes."""

from decimal import Decimal

import pytest

from api.rules.themes.screening import comes_first, no_rush
from api.rules.words.judging import Effect

D = Decimal


@pytest.mark.parametrize(
    ("income", "gap", "codes"),
    [
        ("3999.99", False, ["BELOW_POVERTY_ERA_STANDARD"]),
        ("4000.00", False, []),
        ("4000.00", True, ["GAP_COMES_FIRST"]),
        ("0.00", True, ["BELOW_POVERTY_ERA_STANDARD", "GAP_COMES_FIRST"]),
    ],
)
def test_first_priority(income, gap, codes):
    assert [reason.code for reason in comes_first(D(income), gap)] == codes


@pytest.mark.parametrize(
    ("count", "history", "holds"),
    [
        (30, [10] * 12, True),
        (31, [10] * 12, False),
        (9, [1] * 12, True),
        (10, [1] * 12, False),
        (500, [], True),
        (10, [0, 0], False),
        (31, [1000, *[10] * 12], False),  # only the last twelve months are compared
    ],
)
def test_a_rush_is_a_burst_against_the_units_own_history(count, history, holds):
    verdict = no_rush(count, history)
    assert (verdict.holds, verdict.effect) == (holds, Effect.ALERT)


def test_what_a_rush_is_a_province_may_draw_closer():
    assert not no_rush(21, [10] * 12, factor=D(2)).holds
    assert not no_rush(5, [1] * 12, minimum=5).holds
