"""23. 帮扶计划多长时间: ten days in principle, declared by the village, urged by the county."""

from datetime import date

import pytest

from api.rules.limits.tightening import Setting
from api.rules.themes.assistance import declared_by, urges_departments
from api.rules.themes.planning import declared_in_time, may_be_declared, plan_owed_from
from api.rules.words.judging import Dimension, Effect, Route
from api.rules.words.vocabulary import CaseState, Department, Tier

FROM = date(2024, 2, 20)


def test_the_tenth_day_is_in_time_over_a_leap_february():
    assert declared_in_time(FROM, date(2024, 3, 1)).holds
    late = declared_in_time(FROM, date(2024, 3, 2))
    assert (late.holds, late.effect) == (False, Effect.REASON)
    assert declared_in_time(FROM, date(2024, 9, 1), declared_on=date(2024, 3, 1)).holds


def test_a_province_may_ask_for_less():
    assert not declared_in_time(FROM, date(2024, 2, 28), setting=Setting(7, Dimension.DAYS, "50")).holds


def test_a_green_channel_cases_days_run_from_its_approval():
    entered, approved = date(2024, 1, 5), date(2024, 2, 1)
    assert plan_owed_from(Route.GREEN_CHANNEL, entered, approved) == approved
    assert plan_owed_from(Route.ORDINARY, approved, approved) == approved


@pytest.mark.parametrize("tier", Tier)
def test_the_village_declares(tier):
    assert declared_by(tier).holds is (tier is Tier.VILLAGE)


def test_county_rural_revitalization_urges():
    assert urges_departments(Tier.COUNTY, Department.RURAL_REVITALIZATION)
    assert not urges_departments(Tier.CITY, Department.RURAL_REVITALIZATION)
    assert not urges_departments(Tier.COUNTY, Department.HEALTH)


@pytest.mark.parametrize("state", [None, *CaseState])
def test_a_plan_is_declared_for_an_identified_household(state):
    assert may_be_declared(state).holds is (state is CaseState.IDENTIFIED)
