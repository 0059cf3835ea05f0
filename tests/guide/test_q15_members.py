"""15. 个别人口为城镇或集体户籍: counted when they live in the household and have no urban protection."""

import pytest

from api.rules.themes.eligibility import Registration, counts
from api.rules.words.judging import Counted
from api.rules.words.vocabulary import HukouNature


@pytest.mark.parametrize("hukou", [HukouNature.URBAN, HukouNature.COLLECTIVE])
@pytest.mark.parametrize(
    ("lives", "protected", "counted", "code"),
    [
        (True, False, Counted.MAY, "LIVES_IN_HOUSEHOLD"),
        (True, True, Counted.NO, "URBAN_PROTECTION"),
        (False, False, Counted.NO, "NOT_COUNTED"),
        (False, True, Counted.NO, "NOT_COUNTED"),
    ],
)
def test_urban_and_collective_members(hukou, lives, protected, counted, code):
    answer = counts(Registration(hukou, lives_in_household=lives, urban_protection=protected))
    assert (answer.counted, answer.reason.code) == (counted, code)
    assert answer.reason.zh
