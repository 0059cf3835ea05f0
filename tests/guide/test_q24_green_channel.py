"""24. 绿色通道: help first, verify within a month, complete or exit; never a replacement."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api.rules.themes.green_channel import (
    SuddenHardship,
    entered_by,
    household_told,
    may_enter,
    may_exit,
    measure_after_exit,
    verified_in_time,
)
from api.rules.themes.planning import may_be_declared
from api.rules.words.judging import Effect
from api.rules.words.vocabulary import CaseState, Department, MeasureState, Tier
from api.workflow.registry import steps

FIRE = SuddenHardship(sudden=True, evident=True, urgent=True, township_confirmed=True, village_confirmed=True)


def test_a_fire_confirmed_by_both_may_enter():
    assert all(verdict.holds for verdict in may_enter(FIRE))


@pytest.mark.parametrize("missing", ["sudden", "evident", "urgent", "township_confirmed", "village_confirmed"])
def test_no_condition_may_be_missing(missing):
    broken = [verdict for verdict in may_enter(replace(FIRE, **{missing: False})) if not verdict.holds]
    assert len(broken) == 1
    assert (broken[0].question, broken[0].effect) == (24, Effect.REFUSE)


def test_only_county_rural_revitalization_enters():
    assert entered_by(Tier.COUNTY, Department.RURAL_REVITALIZATION).holds
    assert not entered_by(Tier.TOWNSHIP, Department.RURAL_REVITALIZATION).holds
    assert not entered_by(Tier.COUNTY, Department.CIVIL_AFFAIRS).holds


@pytest.mark.parametrize(
    ("entered", "due"),
    [
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2024, 3, 15), date(2024, 4, 15)),
        (date(2024, 12, 31), date(2025, 1, 31)),
    ],
)
def test_verification_is_due_a_month_on_clipped_to_the_months_end(entered, due):
    assert verified_in_time(entered, due).holds
    late = verified_in_time(entered, due + timedelta(days=1))
    assert (late.holds, late.effect) == (False, Effect.REASON)


def test_verified_in_time_stays_in_time():
    assert verified_in_time(date(2024, 1, 1), date(2025, 1, 1), verified_on=date(2024, 2, 1)).holds


def test_an_exit_is_noted_and_only_for_who_does_not_meet_the_conditions():
    assert all(verdict.holds for verdict in may_exit(meets_conditions=False, note="保险已赔付"))
    codes = [verdict.code for verdict in may_exit(meets_conditions=True, note=" ") if not verdict.holds]
    assert codes == ["GREEN_CHANNEL_IS_NO_IDENTIFICATION", "GREEN_CHANNEL_EXIT_WITHOUT_NOTE"]
    codes = [verdict.code for verdict in may_exit(meets_conditions=None, note="未核实") if not verdict.holds]
    assert codes == ["GREEN_CHANNEL_NOT_VERIFIED"]


def test_on_exit_measures_stop_and_what_was_done_stays_done():
    assert measure_after_exit(MeasureState.UNDER_WAY) is MeasureState.STOPPED
    assert measure_after_exit(MeasureState.DECLARED) is MeasureState.STOPPED
    assert measure_after_exit(MeasureState.COMPLETED) is MeasureState.COMPLETED


def test_it_never_replaces_identification():
    for action in ("elimination.open", "safety_net.open"):
        _, step = steps()[action]
        assert step.standing == (CaseState.IDENTIFIED,), action
    assert not may_be_declared(CaseState.GREEN_CHANNEL).holds


def test_the_household_is_told_and_telling_holds_nothing_up():
    happened = date(2024, 5, 3)
    assert household_told(happened, None, happened).holds
    untold = household_told(happened, None, date(2024, 5, 4))
    assert (untold.holds, untold.effect) == (False, Effect.ALERT)
    assert household_told(happened, happened, date(2024, 5, 4)).holds
