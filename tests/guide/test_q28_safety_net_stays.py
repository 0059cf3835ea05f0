"""28. 整户无劳动能力兜底保障: not eliminated for now."""

from dataclasses import replace

from api.rules.themes.elimination import elimination_gate
from api.rules.themes.safety_net import may_be_eliminated
from api.rules.verdict import breaches
from api.rules.words.judging import Effect
from tests.support.guide.guide_facts import ELIMINABLE, HALF_A_YEAR_ON


def test_a_marked_household_is_refused_whatever_else_holds():
    (verdict,) = breaches(elimination_gate(replace(ELIMINABLE, safety_net=True), HALF_A_YEAR_ON))
    assert (verdict.code, verdict.question, verdict.effect) == ("SAFETY_NET_NOT_ELIMINATED", 28, Effect.REFUSE)
    assert verdict.earliest is None


def test_an_unmarked_one_is_not_held_up_by_it():
    assert may_be_eliminated(marked=False).holds
