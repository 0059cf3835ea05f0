"""20. 精准施策: every risk answered; development for the able and willing; the safety net for those who cannot."""

from dataclasses import replace

from api.rules.themes.assistance import PlanFacts, plan_duties
from api.rules.words.judging import Effect
from api.rules.words.vocabulary import Labour, MeasureKind

DEVELOPMENT, NET, OTHER = MeasureKind.DEVELOPMENT, MeasureKind.SAFETY_NET, MeasureKind.OTHER
PLAN = PlanFacts(
    labour=(Labour.ABLE, Labour.NONE),
    willing=True,
    qualifies_for_safety_net=False,
    risks=("HOUSING",),
    answered=("HOUSING",),
    measures=(DEVELOPMENT, OTHER),
)


def broken(facts, least=1):
    return [verdict.code for verdict in plan_duties(facts, least) if not verdict.holds]


def test_a_full_plan_holds():
    assert broken(PLAN) == []


def test_an_unanswered_risk_is_named_by_number():
    assert broken(replace(PLAN, risks=("HOUSING", "ILLNESS"))) == ["RISK_UNANSWERED"]


def test_able_and_willing_take_at_least_one_development_measure():
    assert broken(replace(PLAN, measures=(OTHER, OTHER))) == ["DEVELOPMENT_OWED"]
    assert broken(replace(PLAN, measures=(OTHER,), willing=False)) == []


def test_a_province_may_ask_for_more():
    assert broken(PLAN, least=2) == ["DEVELOPMENT_OWED"]


def test_weak_labour_without_development_is_explained():
    weak = replace(PLAN, labour=(Labour.WEAK, Labour.NONE), measures=(OTHER, OTHER))
    (verdict,) = (verdict for verdict in plan_duties(weak) if not verdict.holds)
    assert (verdict.code, verdict.effect) == ("DEVELOPMENT_UNEXPLAINED", Effect.REASON)
    assert broken(replace(weak, absence_explained=True)) == []


def test_no_labour_and_qualifying_gets_the_safety_net():
    unable = replace(PLAN, labour=(Labour.NONE,), qualifies_for_safety_net=True, measures=(OTHER,))
    assert broken(unable) == ["SAFETY_NET_OWED"]
    assert broken(replace(unable, measures=(NET,))) == []
    assert broken(replace(unable, qualifies_for_safety_net=False)) == []


def test_complex_risks_take_a_combination_and_no_plan_breaks_most():
    complex_plan = replace(PLAN, risks=("A", "B"), answered=("A", "B"), measures=(DEVELOPMENT,))
    assert broken(complex_plan) == ["COMBINATION_OWED"]
    assert broken(replace(PLAN, measures=(), answered=())) == [
        "CASE_WITHOUT_MEASURE",
        "RISK_UNANSWERED",
        "DEVELOPMENT_OWED",
    ]
