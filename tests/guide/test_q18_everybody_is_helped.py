"""18. 是否都要帮扶: every case gets measures, and keeps one when another stops."""

from api.rules.themes.assistance import has_measures, still_helped
from api.rules.verdict import breaches
from api.rules.words.judging import Effect, Force
from api.rules.words.vocabulary import Labour, MeasureKind


def test_none_is_a_breach_and_one_is_not():
    none = has_measures(0)
    assert (none.holds, none.question, none.force) == (False, 18, Force.MUST)
    assert has_measures(1).holds


def test_stopping_the_last_measure_is_an_alert_and_no_refusal():
    (breach,) = breaches(still_helped([Labour.ABLE], []))
    assert (breach.code, breach.effect) == ("CASE_LEFT_WITHOUT_MEASURE", Effect.ALERT)
    assert not breaches(still_helped([Labour.ABLE], [MeasureKind.OTHER]))


def test_what_is_left_is_not_the_safety_net_alone_where_somebody_can_work():
    (breach,) = breaches(still_helped([Labour.ABLE], [MeasureKind.SAFETY_NET]))
    assert (breach.code, breach.effect) == ("ONLY_SAFETY_NET", Effect.ALERT)
    assert not breaches(still_helped([Labour.NONE], [MeasureKind.SAFETY_NET]))
