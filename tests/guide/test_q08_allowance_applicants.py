"""8. 申请低保和特困: every new applicant is screened; the allowance is no reason not to identify."""

import pytest

from api.rules.themes.assistance import not_only_safety_net
from api.rules.themes.screening import must_be_screened, refusal_well_founded
from api.rules.words.judging import RefusalGround, SocialAid
from api.rules.words.vocabulary import Labour, MeasureKind


@pytest.mark.parametrize(
    ("aid", "screened"),
    [
        (SocialAid.RURAL_ALLOWANCE, True),
        (SocialAid.RURAL_ALLOWANCE_TOP, True),
        (SocialAid.DISPERSED_EXTREME_POVERTY, True),
        (SocialAid.CONCENTRATED_EXTREME_POVERTY, False),
        (SocialAid.NONE, False),
    ],
)
def test_who_is_screened(aid, screened):
    assert must_be_screened(aid) is screened


def test_the_allowance_is_never_a_reason():
    held = {ground: refusal_well_founded(ground).holds for ground in RefusalGround}
    assert [ground for ground, holds in held.items() if not holds] == [RefusalGround.ON_ALLOWANCE]


def test_labour_with_nothing_but_safety_net_is_flagged():
    alone = [MeasureKind.SAFETY_NET, MeasureKind.SAFETY_NET]
    assert not not_only_safety_net([Labour.NONE, Labour.ABLE], alone).holds
    assert not_only_safety_net([Labour.NONE], alone).holds
    assert not_only_safety_net([Labour.ABLE], [*alone, MeasureKind.DEVELOPMENT]).holds
    assert not_only_safety_net([Labour.ABLE], []).holds  # having none at all is another breach
