"""16. 户籍地还是常住地: hukou first, residence with a reason, move-in place for the relocated."""

from dataclasses import replace

import pytest

from api.rules.themes.jurisdiction import Places, jurisdiction_of, responsible_unit_founded
from api.rules.themes.transfer import (
    cooperating_after,
    may_accept,
    may_propose,
    may_record,
    places_after,
    transfer_tier,
)
from api.rules.verdict import Verdict, breaches
from api.rules.words.judging import Effect
from api.rules.words.vocabulary import Jurisdiction, Tier

HOME = ("0", "50", "500110", "500110001", "500110001001")
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


def codes(verdicts: tuple[Verdict, ...]) -> list[str]:
    return [verdict.code for verdict in breaches(verdicts)]


@pytest.mark.parametrize(
    ("receiving", "tier"),
    [
        (("0", "52", "5203", "520302", "520302001", "520302001001"), Tier.COUNTY),
        (("0", "50", "500111", "500111001", "500111001001"), Tier.COUNTY),
        # 万盛's townships kept their codes under 500110: a prefix says nothing
        (("0", "50", "50W", "500110901", "500110901001"), Tier.COUNTY),
        (("0", "50", "500110", "500110002", "500110002001"), Tier.TOWNSHIP),
        (("0", "50", "500110", "500110001", "500110001002"), Tier.VILLAGE),
    ],
)
def test_a_transfer_is_recorded_where_the_paths_part(receiving: tuple[str, ...], tier: Tier):
    assert transfer_tier(HOME, receiving) is transfer_tier(receiving, HOME) is tier
    for other in Tier:
        assert may_record(other, HOME, receiving).holds is (other is tier)


def proposed(places: Places, basis: Jurisdiction, receiving: str, why: str = "") -> list[str]:
    after = places_after(places, basis, receiving, HOME[-1], why)
    return codes(may_propose(after, basis, HOME[-1], receiving))


def test_a_transfer_goes_elsewhere_on_a_basis_that_holds():
    assert proposed(HERE, Jurisdiction.RESIDENCE, "500112001001", "整村搬空") == []
    assert proposed(HERE, Jurisdiction.RESIDENCE, "500112001001", "  ") == ["RESIDENCE_WITHOUT_REASON"]
    assert proposed(HERE, Jurisdiction.HUKOU, "500112001001") == ["RESIDENCE_WITHOUT_REASON"]
    assert proposed(HERE, Jurisdiction.HUKOU, "510101001001") == ["UNIT_NOT_RESPONSIBLE"]
    assert proposed(HERE, Jurisdiction.HUKOU, HOME[-1]) == ["TRANSFER_TO_ITSELF"]
    assert proposed(HERE, Jurisdiction.MOVE_IN, "500113001001") == [
        "TRANSFER_NOT_RELOCATED", "UNIT_NOT_RESPONSIBLE",
    ]  # fmt: skip
    relocated = replace(HERE, relocated=True)
    assert proposed(relocated, Jurisdiction.MOVE_IN, "500113001001") == []
    # the move-in place has the main responsibility: the residence takes it only with a reason
    settled = replace(relocated, move_in="500113001001")
    assert proposed(settled, Jurisdiction.RESIDENCE, "500112001001", "x") == ["UNIT_NOT_RESPONSIBLE"]


def test_both_sides_record_it_by_two_persons_while_the_household_is_still_there():
    assert codes(may_accept(by_receiving_side=True, by_another=True, unmoved=True)) == []
    for side, another in ((False, True), (True, False)):
        assert codes(may_accept(by_receiving_side=side, by_another=another, unmoved=True)) == ["TRANSFER_UNSEEN"]
    assert codes(may_accept(by_receiving_side=True, by_another=True, unmoved=False)) == ["TRANSFER_MOVED_MEANWHILE"]


def test_who_cooperates_afterwards():
    moved_out = replace(HERE, relocated=True, move_out="500114001001")
    assert cooperating_after(moved_out, Jurisdiction.MOVE_IN, HOME[-1]) == "500114001001"
    assert cooperating_after(moved_out, Jurisdiction.RESIDENCE, HOME[-1]) == HOME[-1]
    fresh = places_after(replace(HERE, relocated=True), Jurisdiction.MOVE_IN, "500113001001", HOME[-1], "")
    assert (fresh.move_in, fresh.move_out) == ("500113001001", HOME[-1])
    assert cooperating_after(HERE, Jurisdiction.HUKOU, HOME[-1]) == HOME[-1]
