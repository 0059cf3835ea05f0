"""33. 认定程序: verification and authorization, review and publicity, county review, approval, announcement."""

from datetime import date

import pytest

from api.rules.themes.appointment import delegation_named
from api.rules.themes.four_eyes import different_persons
from api.rules.themes.procedure import (
    IDENTIFICATION_STEPS,
    approver_authorized,
    publicity_once_in_village,
    step_may_follow,
    steps_in_order,
)
from api.rules.words.judging import ActPair, Effect, Step
from api.rules.words.vocabulary import Department, Duty, ProceedingKind, Tier

KIND = ProceedingKind.IDENTIFICATION


def test_the_steps_taken_in_order_all_follow():
    done = []
    for step in IDENTIFICATION_STEPS:
        assert step_may_follow(KIND, step, done).holds
        done.append(step)


@pytest.mark.parametrize("step", IDENTIFICATION_STEPS[1:])
def test_none_is_skipped(step):
    before = IDENTIFICATION_STEPS[: IDENTIFICATION_STEPS.index(step)]
    for left_out in before:
        verdict = step_may_follow(KIND, step, [other for other in before if other is not left_out])
        assert (verdict.holds, verdict.code, verdict.facts["missing"]) == (False, "STEP_SKIPPED", left_out)


def test_none_is_repeated():
    assert step_may_follow(KIND, Step.APPROVE, IDENTIFICATION_STEPS).code == "STEP_TAKEN"


def test_days_follow_the_order_and_two_steps_may_share_a_day():
    day, before = date(2024, 3, 5), date(2024, 3, 4)
    assert all(row.holds for row in steps_in_order(KIND, {Step.VERIFY_AT_HOME: day, Step.HOLD_REVIEW: day}))
    (verdict,) = steps_in_order(KIND, {Step.VERIFY_AT_HOME: day, Step.HOLD_REVIEW: before})
    assert (verdict.holds, verdict.code) == (False, "STEPS_OUT_OF_ORDER")


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
