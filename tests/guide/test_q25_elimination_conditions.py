"""25. 风险消除的条件: all of them, each told with its question."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from api.rules.themes.elimination import (
    IncomeCheck,
    Risk,
    elimination_gate,
    guarantees_sound,
    judgement_recorded,
    may_eliminate_risk,
    risks_gone,
)
from api.rules.verdict import breaches, refusals
from api.rules.words.vocabulary import CaseState, Guarantee, RiskState
from tests.support.guide.guide_facts import ELIMINABLE, HALF_A_YEAR_ON


def codes(facts, day=HALF_A_YEAR_ON):
    return [verdict.code for verdict in breaches(elimination_gate(facts, day))]


def test_all_conditions_met():
    assert codes(ELIMINABLE) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"threshold": None}, "THRESHOLD_NOT_CURRENT"),
        ({"income": (IncomeCheck(date(2024, 1, 31), Decimal("8000.00")),)}, "INCOME_NOT_ABOVE"),
        ({"income": ()}, "INCOME_NOT_ABOVE"),
        ({"guarantees": {**dict.fromkeys(Guarantee, True), Guarantee.SAFE_WATER: False}}, "GUARANTEE_NOT_SOUND"),
        ({"risks": (Risk(RiskState.STABLE, date(2024, 5, 1)), Risk(RiskState.OPEN))}, "RISK_NOT_ELIMINATED"),
        ({"risks": (Risk(RiskState.STABLE),)}, "RISK_UNDATED"),
        ({"risks": (Risk(RiskState.STABLE, date(2024, 8, 1)),)}, "RISK_UNDATED"),
        ({"risks": ()}, "RISK_NOT_ON_RECORD"),
        ({"open_clues": 1}, "NEW_RISK_OPEN"),
        ({"judgement_recorded": False}, "JUDGEMENT_MISSING"),
        ({"state": CaseState.GREEN_CHANNEL}, "CASE_NOT_IDENTIFIED"),
        ({"state": CaseState.RISK_ELIMINATED}, "CASE_NOT_IDENTIFIED"),
    ],
)
def test_no_condition_may_be_missing(change, code):
    assert codes(replace(ELIMINABLE, **change)) == [code]


def test_a_guarantee_not_looked_at_is_not_sound():
    assert codes(replace(ELIMINABLE, guarantees={})) == ["GUARANTEE_NOT_SOUND"] * len(Guarantee)


def test_breaches_are_told_all_at_once_and_refuse():
    facts = replace(ELIMINABLE, open_clues=2, judgement_recorded=False, safety_net=True)
    verdicts = elimination_gate(facts, HALF_A_YEAR_ON)
    assert {verdict.code for verdict in refusals(verdicts)} == {
        "NEW_RISK_OPEN",
        "JUDGEMENT_MISSING",
        "SAFETY_NET_NOT_ELIMINATED",
    }


def test_parts_of_the_gate_can_be_asked_alone():
    assert [verdict.facts["guarantee"] for verdict in breaches(guarantees_sound({Guarantee.SAFE_WATER: True}))] == [
        guarantee for guarantee in Guarantee if guarantee is not Guarantee.SAFE_WATER
    ]
    assert breaches(risks_gone(ELIMINABLE, HALF_A_YEAR_ON)) == ()


def test_a_judgement_that_says_nothing_is_none():
    assert judgement_recorded("收入稳定，住房安全").holds
    assert not judgement_recorded(" ").holds


@pytest.mark.parametrize("state", RiskState)
def test_only_an_open_risk_of_the_case_is_eliminated(state):
    assert may_eliminate_risk(state, of_the_case=True).holds is (state is RiskState.OPEN)
    assert not may_eliminate_risk(state, of_the_case=False).holds
