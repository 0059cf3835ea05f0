"""40. 清退、回退权限: never opened; the province applies in writing, the nation consents and executes."""

from dataclasses import replace
from datetime import date

import pytest

from api.rules.judging import NationalOperation
from api.rules.parameter import PARAMETERS
from api.rules.records import Application, application_well_formed, may_execute, point_is_earlier, state_after
from api.rules.vocabulary import CaseState, Department, Tier

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
