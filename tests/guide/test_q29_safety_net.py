"""29. 如何界定兜底保障户: who they are, who marks first, and that the mark then is the nation's."""

from dataclasses import replace
from datetime import date

import pytest

from api.rules.themes.safety_net import SafetyNetFacts, compared_in_time, is_safety_net, mark_agrees, may_mark
from api.rules.words.judging import Effect, SocialAid
from api.rules.words.vocabulary import CaseState, Labour, Tier

HOUSE = SafetyNetFacts(
    CaseState.IDENTIFIED, (Labour.NONE, Labour.NONE), SocialAid.DISPERSED_EXTREME_POVERTY, mainly_on_aid=True
)


def codes(verdicts):
    return [verdict.code for verdict in verdicts if not verdict.holds]


@pytest.mark.parametrize("aid", [SocialAid.DISPERSED_EXTREME_POVERTY, SocialAid.RURAL_ALLOWANCE_TOP])
def test_the_aid_that_qualifies(aid):
    assert codes(is_safety_net(replace(HOUSE, aid=aid))) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": CaseState.GREEN_CHANNEL}, "SAFETY_NET_NOT_MONITORED"),
        ({"state": CaseState.RISK_ELIMINATED}, "SAFETY_NET_NOT_MONITORED"),
        ({"labour": (Labour.NONE, Labour.WEAK)}, "SAFETY_NET_SOMEBODY_CAN_WORK"),
        ({"labour": (Labour.ABLE,)}, "SAFETY_NET_SOMEBODY_CAN_WORK"),
        ({"labour": ()}, "SAFETY_NET_SOMEBODY_CAN_WORK"),
        ({"aid": SocialAid.RURAL_ALLOWANCE}, "SAFETY_NET_AID_TOO_SMALL"),
        ({"aid": SocialAid.NONE}, "SAFETY_NET_AID_TOO_SMALL"),
        ({"mainly_on_aid": False}, "SAFETY_NET_NOT_MAINLY_AID"),
    ],
)
def test_no_condition_may_be_missing(change, code):
    assert codes(is_safety_net(replace(HOUSE, **change))) == [code]


def test_township_and_village_mark_first_both():
    both = {Tier.TOWNSHIP, Tier.VILLAGE}
    assert codes(may_mark(ever_marked=False, confirmed=both)) == []
    assert codes(may_mark(ever_marked=False, confirmed={Tier.VILLAGE})) == ["SAFETY_NET_UNCONFIRMED"]


def test_marking_again_is_national():
    assert codes(may_mark(ever_marked=True, confirmed={Tier.TOWNSHIP, Tier.VILLAGE})) == ["SAFETY_NET_MARK_IS_NATIONAL"]


def test_a_changed_status_alerts_and_changes_nothing():
    assert mark_agrees(marked=True, aid=SocialAid.RURAL_ALLOWANCE_TOP).holds
    verdict = mark_agrees(marked=True, aid=SocialAid.RURAL_ALLOWANCE)
    assert (verdict.holds, verdict.effect) == (False, Effect.ALERT)
    assert mark_agrees(marked=False, aid=SocialAid.NONE).holds


@pytest.mark.parametrize(
    ("day_in_quarter", "due"),
    [
        (date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 6, 30), date(2024, 6, 30)),
        (date(2024, 8, 15), date(2024, 9, 30)),
        (date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_comparison_is_due_at_the_quarters_end(day_in_quarter, due):
    assert compared_in_time(day_in_quarter, due).holds
    late = compared_in_time(day_in_quarter, date.fromordinal(due.toordinal() + 1))
    assert (late.holds, late.facts["due"]) == (False, due)
