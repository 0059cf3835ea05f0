"""18. 是否都要帮扶: every case gets measures."""

from api.rules.themes.assistance import has_measures
from api.rules.words.judging import Force


def test_none_is_a_breach_and_one_is_not():
    none = has_measures(0)
    assert (none.holds, none.question, none.force) == (False, 18, Force.MUST)
    assert has_measures(1).holds
