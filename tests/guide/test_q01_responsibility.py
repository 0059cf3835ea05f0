"""1. 落实哪些责任: each tier carries its own, and a province refines only by tightening."""

from datetime import date

import pytest

from api.rules.limits.tightening import Override, may_be_set, setting_in_force
from api.rules.numbers.parameters import IDENTIFICATION_DAYS, PUBLICITY_DAYS
from api.rules.themes.appointment import nobody_appoints_himself, post_ended_within, post_given_ahead
from api.rules.themes.assistance import delivers
from api.rules.themes.responsibility import RESPONSIBILITIES, carries
from api.rules.words.judging import Dimension, Direction
from api.rules.words.tasks import Task
from api.rules.words.vocabulary import Department, Tier

RURAL, LEADING, HEALTH = Department.RURAL_REVITALIZATION, Department.LEADING_GROUP, Department.HEALTH


@pytest.mark.parametrize(
    ("task", "tier", "department", "held"),
    [
        (Task.APPROVE, Tier.COUNTY, LEADING, True),
        (Task.APPROVE, Tier.CITY, LEADING, False),
        (Task.APPROVE, Tier.PROVINCE, LEADING, False),
        (Task.APPROVE, Tier.TOWNSHIP, LEADING, False),
        (Task.APPROVE, Tier.COUNTY, RURAL, False),
        (Task.SET_THRESHOLD, Tier.PROVINCE, RURAL, True),
        (Task.SET_THRESHOLD, Tier.COUNTY, RURAL, False),
        (Task.CONSENT_AND_EXECUTE, Tier.NATIONAL, RURAL, True),
        (Task.CONSENT_AND_EXECUTE, Tier.PROVINCE, RURAL, False),
        (Task.WARN_AND_COMPARE, Tier.COUNTY, HEALTH, True),
        (Task.WARN_AND_COMPARE, Tier.VILLAGE, HEALTH, False),
        (Task.VERIFY_AT_HOME, Tier.VILLAGE, RURAL, True),
    ],
)
def test_a_task_belongs_to_its_tier(task, tier, department, held):
    assert carries(task, tier, department).holds is held


def test_every_task_is_carried_by_somebody_and_cites_a_question():
    assert {row.task for row in RESPONSIBILITIES} == set(Task)
    assert all(1 <= row.question <= 42 for row in RESPONSIBILITIES)


def test_the_leading_group_leads_at_every_tier():
    assert all(carries(Task.LEAD, tier, LEADING).holds for tier in Tier)


def test_a_province_tightens_and_never_loosens():
    assert all(verdict.holds for verdict in may_be_set(PUBLICITY_DAYS, Tier.PROVINCE, 7))
    codes = {verdict.code for verdict in may_be_set(PUBLICITY_DAYS, Tier.PROVINCE, 4) if not verdict.holds}
    assert codes == {"PARAMETER_LOOSENED"}


def test_a_county_does_not_change_a_provinces_parameter():
    codes = {verdict.code for verdict in may_be_set(PUBLICITY_DAYS, Tier.COUNTY, 7) if not verdict.holds}
    assert codes == {"PARAMETER_NOT_THEIRS"}


def test_the_strictest_along_the_path_is_in_force_from_its_day():
    rows = [
        Override("identification_days", "50", 12, date(2024, 1, 1)),
        Override("identification_days", "500110", 14, date(2024, 1, 1)),
        Override("identification_days", "50", 30, date(2024, 2, 1)),
    ]
    path = ("500110", "50", "0")
    assert setting_in_force(IDENTIFICATION_DAYS, path, date(2023, 12, 31), rows).value == 15
    assert setting_in_force(IDENTIFICATION_DAYS, path, date(2024, 1, 1), rows).value == 12
    assert setting_in_force(IDENTIFICATION_DAYS, path, date(2024, 3, 1), rows).value == 12  # 30 would loosen
    assert setting_in_force(IDENTIFICATION_DAYS, ("51", "0"), date(2024, 3, 1), rows).value == 15


def test_the_directions_are_as_the_guide_needs_them():
    assert PUBLICITY_DAYS.direction is Direction.HIGHER
    assert IDENTIFICATION_DAYS.direction is Direction.LOWER
    assert IDENTIFICATION_DAYS.dimension is Dimension.DAYS


def test_a_department_delivers_in_its_own_field_and_grassroots_everywhere():
    assert delivers(HEALTH, Tier.COUNTY, HEALTH).holds
    assert not delivers(HEALTH, Tier.COUNTY, Department.EDUCATION).holds
    assert not delivers(None, Tier.COUNTY, HEALTH).holds
    assert delivers(HEALTH, Tier.VILLAGE, RURAL).holds


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (DAY, None, True),
        (DAY, DAY, True),
        (date(2026, 4, 1), date(2026, 12, 31), True),
        (date(2026, 3, 1), None, False),
        (DAY, date(2026, 3, 1), False),
    ],
)
def test_a_post_is_given_ahead(since, until, holds):
    assert post_given_ahead(since, until, DAY).holds is holds


@pytest.mark.parametrize(
    ("until", "last", "holds"),
    [
        (date(2026, 3, 1), None, True),  # at once
        (date(2026, 2, 28), None, False),
        (date(2026, 6, 30), date(2026, 6, 30), True),
        (date(2026, 7, 1), date(2026, 6, 30), False),
    ],
)
def test_a_post_ends_at_once_or_later_and_never_longer(until, last, holds):
    assert post_ended_within(until, last, DAY).holds is holds


def test_nobody_appoints_himself():
    assert nobody_appoints_himself(None, 7).holds
    assert nobody_appoints_himself(8, 7).holds
    assert not nobody_appoints_himself(7, 7).holds
