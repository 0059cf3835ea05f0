"""10. 监测范围年度调整: per province and year, the nearest ancestor's, filed by the end of the first quarter."""

from datetime import date
from decimal import Decimal

from api.rules.themes.threshold import (
    Threshold,
    filed_in_time,
    threshold_for_elimination,
    threshold_for_identification,
    threshold_well_founded,
)
from api.rules.words.judging import Effect, ThresholdBasis

PATH = ("500110001", "500110", "50", "0")
PROVINCE_2023 = Threshold("50", 2023, Decimal("7000.00"))
PROVINCE_2024 = Threshold("50", 2024, Decimal("7500.00"))
COUNTY_2024 = Threshold("500110", 2024, Decimal("7800.00"))


def test_the_nearest_ancestors_applies():
    applied = threshold_for_identification([PROVINCE_2024, COUNTY_2024], PATH, 2024)
    assert applied.threshold == COUNTY_2024
    assert applied.notice is None


def test_without_the_years_the_last_one_serves_identification_and_says_so():
    applied = threshold_for_identification([PROVINCE_2023], PATH, 2024)
    assert applied.threshold == PROVINCE_2023
    assert applied.notice.code == "THRESHOLD_OF_EARLIER_YEAR"
    assert "2023" in applied.notice.zh


def test_an_earlier_years_never_serves_elimination():
    assert threshold_for_elimination([PROVINCE_2023], PATH, 2024) is None
    assert threshold_for_elimination([PROVINCE_2023, PROVINCE_2024], PATH, 2024).threshold == PROVINCE_2024


def test_this_years_of_the_province_goes_before_last_years_of_the_county():
    county_2023 = Threshold("500110", 2023, Decimal("9000.00"))
    assert threshold_for_identification([county_2023, PROVINCE_2024], PATH, 2024).threshold == PROVINCE_2024


def test_next_years_and_another_provinces_never_apply():
    rows = [Threshold("50", 2025, Decimal(1)), Threshold("51", 2024, Decimal(2))]
    assert threshold_for_identification(rows, PATH, 2024) is None


def test_filing_is_due_on_31_march():
    assert filed_in_time(2024, None, date(2024, 3, 31)).holds
    late = filed_in_time(2024, None, date(2024, 4, 1))
    assert (late.holds, late.effect) == (False, Effect.ALERT)
    assert filed_in_time(2024, date(2024, 3, 31), date(2024, 12, 1)).holds
    assert not filed_in_time(2024, date(2024, 4, 1), date(2024, 4, 2)).holds


def test_a_threshold_is_positive_and_founded():
    assert all(verdict.holds for verdict in threshold_well_founded(Decimal(1), [ThresholdBasis.PRICE_INDEX]))
    codes = {verdict.code for verdict in threshold_well_founded(Decimal(0), []) if not verdict.holds}
    assert codes == {"THRESHOLD_NOT_POSITIVE", "THRESHOLD_WITHOUT_BASIS"}
