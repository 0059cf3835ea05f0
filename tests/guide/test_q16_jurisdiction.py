"""16. 户籍地还是常住地: hukou first, residence with a reason, move-in place for the relocated."""

from dataclasses import replace

from api.rules.judging import Effect
from api.rules.jurisdiction import Places, jurisdiction_of, may_transfer, responsible_unit_founded

HERE = Places(hukou="500110001001", residence="500112001001")


def test_the_hukou_place_leads():
    assert jurisdiction_of(HERE).lead == "500110001001"


def test_the_residence_leads_only_with_a_reason():
    assert jurisdiction_of(replace(HERE, why_not_hukou="户籍地整村搬空")).lead == "500112001001"
    assert jurisdiction_of(replace(HERE, why_not_hukou="  ")).lead == "500110001001"


def test_for_the_relocated_the_move_in_place_leads_and_the_move_out_place_cooperates():
    places = replace(HERE, relocated=True, move_in="500113001001", move_out="500110001001", why_not_hukou="x")
    answer = jurisdiction_of(places)
    assert (answer.lead, answer.cooperating) == ("500113001001", "500110001001")
    assert answer.reason.code == "MOVE_IN_PLACE_LEADS"


def test_leading_from_the_residence_without_a_reason_owes_one():
    (verdict,) = responsible_unit_founded(HERE, "500112001001")
    assert (verdict.holds, verdict.code, verdict.effect) == (False, "RESIDENCE_WITHOUT_REASON", Effect.REASON)
    explained = responsible_unit_founded(replace(HERE, why_not_hukou="x"), "500112001001")
    assert all(verdict.holds for verdict in explained)


def test_a_third_unit_owes_a_reason_and_the_relocated_need_a_move_in_place():
    codes = [verdict.code for verdict in responsible_unit_founded(HERE, "510101001001") if not verdict.holds]
    assert codes == ["UNIT_NOT_RESPONSIBLE"]
    homeless = responsible_unit_founded(replace(HERE, relocated=True), "500110001001")
    assert [verdict.code for verdict in homeless if not verdict.holds] == ["MOVE_IN_PLACE_UNKNOWN"]


def test_a_transfer_goes_elsewhere_and_both_sides_record_it():
    assert all(verdict.holds for verdict in may_transfer("50011", "50012", accepted=True))
    codes = [verdict.code for verdict in may_transfer("50011", "50011", accepted=False) if not verdict.holds]
    assert codes == ["TRANSFER_TO_ITSELF", "TRANSFER_UNSEEN"]
