"""40. 清退、回退权限: never opened; the province applies in writing, the nation consents and executes."""

from dataclasses import replace
from datetime import date

import pytest

from api.rules.numbers.parameter import PARAMETERS
from api.rules.themes.requests import (
    Proposal,
    dated_in_time,
    filing_numbered,
    not_in_a_request,
    nothing_decided,
    proposal_well_formed,
    ready_to_submit,
    reason_given,
    record_unchanged,
    something_to_execute,
    would_change,
)
from api.rules.themes.retention import Application, application_well_formed, may_execute, point_is_earlier, state_after
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.vocabulary import CaseState, Department, Tier

APPLICATION = Application(
    tier=Tier.PROVINCE,
    department=Department.RURAL_REVITALIZATION,
    number="渝乡振函〔2024〕1号",
    dated=date(2024, 5, 6),
    grounds="误标消除",
    consented=True,
    filing_number="备2024-001",
)


def codes(verdicts):
    return [verdict.code for verdict in verdicts if not verdict.holds]


@pytest.mark.parametrize("operation", NationalOperation)
@pytest.mark.parametrize("tier", Tier)
def test_only_the_nation_executes(operation, tier):
    expected = [] if tier is Tier.NATIONAL else ["NOT_EXECUTED_NATIONALLY"]
    assert codes(may_execute(operation, tier, APPLICATION)) == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consented": False}, "NOT_CONSENTED"),
        ({"filing_number": " "}, "NOT_CONSENTED"),
        ({"tier": Tier.COUNTY}, "NOT_APPLIED_BY_PROVINCE"),
        ({"department": Department.CIVIL_AFFAIRS}, "NOT_APPLIED_BY_PROVINCE"),
        ({"number": ""}, "APPLICATION_UNFOUNDED"),
        ({"dated": None}, "APPLICATION_UNFOUNDED"),
        ({"grounds": "  "}, "APPLICATION_UNFOUNDED"),
    ],
)
def test_no_part_of_the_application_may_be_missing(change, code):
    assert codes(may_execute(NationalOperation.ROLLBACK, Tier.NATIONAL, replace(APPLICATION, **change))) == [code]


def test_an_application_is_judged_before_consent():
    assert codes(application_well_formed(replace(APPLICATION, consented=False))) == []


def test_withdrawal_ends_and_rollback_restores_an_earlier_state():
    history = (CaseState.IDENTIFIED, CaseState.RISK_ELIMINATED)
    assert state_after(NationalOperation.WITHDRAWAL, history) is CaseState.WITHDRAWN
    assert state_after(NationalOperation.ROLLBACK, history, 0) is CaseState.IDENTIFIED
    assert state_after(NationalOperation.SAFETY_NET_CHANGE, history) is CaseState.RISK_ELIMINATED


@pytest.mark.parametrize(("point", "holds"), [(0, True), (1, False), (2, False), (-1, False)])
def test_a_rollback_names_an_earlier_point(point, holds):
    assert point_is_earlier((CaseState.IDENTIFIED, CaseState.RISK_ELIMINATED), point).holds is holds


def test_no_parameter_could_open_it():
    assert not [name for name in PARAMETERS if "withdraw" in name or "rollback" in name]


WITHDRAWAL = Proposal(NationalOperation.WITHDRAWAL, CaseState.RISK_ELIMINATED, "不符合条件")
HISTORY = (CaseState.IDENTIFIED, CaseState.RISK_ELIMINATED)
ROLLBACK = replace(WITHDRAWAL, operation=NationalOperation.ROLLBACK, history=HISTORY, point=0)
CHANGE = replace(WITHDRAWAL, operation=NationalOperation.SAFETY_NET_CHANGE, mark=False, marked=True, ever_marked=True)


@pytest.mark.parametrize(
    ("proposal", "expected"),
    [
        (WITHDRAWAL, []),
        (ROLLBACK, []),
        (CHANGE, []),
        (replace(WITHDRAWAL, grounds=" "), ["REASON_MISSING"]),
        (replace(WITHDRAWAL, state=CaseState.GREEN_CHANNEL), ["NOT_WITHDRAWABLE"]),
        (replace(WITHDRAWAL, state=CaseState.WITHDRAWN), ["NOT_WITHDRAWABLE"]),
        (replace(WITHDRAWAL, point=0), ["TARGET_MISMATCHED"]),
        (replace(WITHDRAWAL, mark=False), ["TARGET_MISMATCHED"]),
        (replace(ROLLBACK, point=None), ["TARGET_MISMATCHED"]),
        (replace(ROLLBACK, point=1), ["NOT_A_POINT_OF_ITS_HISTORY"]),
        (replace(ROLLBACK, point=-1), ["NOT_A_POINT_OF_ITS_HISTORY"]),
        (replace(CHANGE, mark=None), ["TARGET_MISMATCHED"]),
        (replace(CHANGE, mark=True), ["MARK_UNCHANGED"]),
        (replace(CHANGE, mark=True, marked=False), []),
        (replace(CHANGE, mark=True, marked=False, ever_marked=False), ["FIRST_MARK_IS_LOCAL"]),
    ],
)
def test_a_proposal_names_what_its_operation_needs(proposal, expected):
    assert codes(proposal_well_formed(proposal)) == expected


@pytest.mark.parametrize(
    ("states", "ready"),
    [
        ([ItemState.REVIEWED], True),
        ([ItemState.REVIEWED, ItemState.REVIEWED], True),
        ([], False),
        ([ItemState.REVIEWED, ItemState.PROPOSED], False),
        ([ItemState.REVIEWED, ItemState.STALE], False),
    ],
)
def test_the_province_applies_when_every_item_is_reviewed(states, ready):
    assert ready_to_submit(states).holds is ready


def test_an_application_is_of_a_day_that_has_come():
    assert dated_in_time(date(2026, 3, 1), date(2026, 3, 1)).holds
    assert dated_in_time(date(2026, 3, 2), date(2026, 3, 1)).code == "APPLICATION_DATED_AHEAD"


def test_what_is_decided_is_what_was_read_and_why_is_said():
    assert reason_given("情况属实").holds
    assert not reason_given(None).holds
    assert not reason_given("  ").holds
    assert record_unchanged(0).holds
    assert record_unchanged(2).code == "RECORD_CHANGED"


@pytest.mark.parametrize("fault", ["NOTHING_CHANGES", "ANOTHER_CASE_CAME_AFTER", "MARK_UNCHANGED", "NOT_WITHDRAWABLE"])
def test_what_the_database_finds_is_said_in_words(fault):
    assert would_change(fault).code == fault


def test_the_way_of_a_request_goes_one_way():
    assert not_in_a_request(taken_up=False).holds
    assert not_in_a_request(taken_up=True).code == "ITEM_TAKEN_UP"
    assert nothing_decided(0).holds
    assert nothing_decided(1).code == "ITEMS_DECIDED"
    assert filing_numbered("备2026-001").holds
    assert filing_numbered(" ").code == "FILING_NOT_NUMBERED"
    assert something_to_execute(1).holds
    assert something_to_execute(0).code == "NOTHING_CONSENTED"
