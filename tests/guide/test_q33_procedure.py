"""33. 认定程序: verification and authorization, review and publicity, county review, approval, announcement."""

from datetime import date

import pytest

from api.rules.limits.step_dates import day_may_be_recorded
from api.rules.themes.appointment import delegation_named
from api.rules.themes.four_eyes import different_persons
from api.rules.themes.procedure import approver_authorized, publicity_once_in_village
from api.rules.words.judging import ActPair, Effect
from api.rules.words.vocabulary import Department, Duty, ProceedingState, Tier
from api.workflow.cases.identification import IDENTIFICATION
from tests.support.guide.step_order import path_of, reachable

ORDER = [
    ProceedingState[name]
    for name in (
        "OPENED", "VERIFIED", "AUTHORIZED", "REVIEWED", "PUBLICIZED", "SUBMITTED", "COUNTY_REVIEWED", "APPROVED",
        "ANNOUNCED",
    )
]  # fmt: skip


NEEDED = [state for state in ORDER if state not in (ProceedingState.OPENED, ProceedingState.ANNOUNCED)]


def test_each_step_follows_the_one_before_it():
    assert path_of(IDENTIFICATION) == ORDER


@pytest.mark.parametrize("left_out", NEEDED)
def test_none_is_skipped(left_out):
    assert ProceedingState.ANNOUNCED in reachable(IDENTIFICATION)
    assert ProceedingState.ANNOUNCED not in reachable(IDENTIFICATION, without=left_out)


def test_none_is_repeated():
    for step in IDENTIFICATION.steps:
        assert step.to not in step.sources


def test_days_follow_the_order_and_two_steps_may_share_a_day():
    day, before = date(2024, 3, 5), date(2024, 3, 4)
    assert all(row.holds for row in day_may_be_recorded(day, day, day))
    assert [row.code for row in day_may_be_recorded(before, day, day) if not row.holds] == ["STEP_BEFORE_LAST"]


@pytest.mark.parametrize(
    ("tier", "department", "authorized", "holds"),
    [
        (Tier.COUNTY, Department.LEADING_GROUP, False, True),
        (Tier.COUNTY, Department.RURAL_REVITALIZATION, True, True),
        (Tier.COUNTY, Department.RURAL_REVITALIZATION, False, False),
        (Tier.CITY, Department.LEADING_GROUP, True, False),
        (Tier.TOWNSHIP, Department.LEADING_GROUP, False, False),
    ],
)
def test_approval_is_the_county_leading_groups_or_by_its_authority(tier, department, authorized, holds):
    assert approver_authorized(tier, department, authorized).holds is holds


def test_publicity_once_in_the_village_in_principle():
    assert publicity_once_in_village(Tier.VILLAGE, 0).holds
    for verdict in (publicity_once_in_village(Tier.VILLAGE, 1), publicity_once_in_village(Tier.COUNTY, 0)):
        assert (verdict.holds, verdict.effect) == (False, Effect.REASON)


@pytest.mark.parametrize("pair", ActPair)
def test_one_person_never_does_both(pair):
    assert different_persons(pair, {7, 8}, 9).holds
    assert not different_persons(pair, {7, 8}, 8).holds


@pytest.mark.parametrize(
    ("tier", "department", "duty", "document", "holds"),
    [
        (Tier.COUNTY, Department.LEADING_GROUP, Duty.APPROVER, "渝农组〔2026〕7号", True),
        (Tier.COUNTY, Department.LEADING_GROUP, Duty.APPROVER, " ", False),
        (Tier.COUNTY, Department.LEADING_GROUP, Duty.HANDLER, "渝农组〔2026〕7号", False),
        (Tier.COUNTY, Department.RURAL_REVITALIZATION, Duty.APPROVER, "渝农组〔2026〕7号", False),
        (Tier.CITY, Department.LEADING_GROUP, Duty.APPROVER, "渝农组〔2026〕7号", False),
    ],
)
def test_delegated_approval_is_such_a_post_and_names_its_document(tier, department, duty, document, holds):
    assert delegation_named(tier, department, duty, document).holds is holds
