"""14. 是否只限定农村户籍: rural, relocated, and those turned urban in the planned area without urban protection."""

from api.rules.themes.eligibility import Registration, counts
from api.rules.words.judging import Counted
from api.rules.words.vocabulary import HukouNature

URBAN = HukouNature.URBAN


def test_rural_hukou_counts():
    assert counts(Registration(HukouNature.RURAL, urban_protection=True)).counted is Counted.YES


def test_relocated_people_turned_urban_count():
    answer = counts(Registration(URBAN, relocated=True))
    assert (answer.counted, answer.reason.code) == (Counted.YES, "RELOCATED_TURNED_URBAN")


def test_turned_urban_in_the_planned_area_may_count_without_urban_protection():
    assert counts(Registration(URBAN, converted_in_planned_area=True, lives_in_household=False)).counted is Counted.MAY
    barred = counts(Registration(URBAN, converted_in_planned_area=True, urban_protection=True))
    assert (barred.counted, barred.reason.code) == (Counted.NO, "URBAN_PROTECTION")
