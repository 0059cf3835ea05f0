"""管辖移交 Transfer of jurisdiction: who may give a household to whom, and who cooperates afterwards. Q16 (ours)

The Guide names the places and is silent on how responsibility moves. Both sides record it, at the highest tier where
their paths part: two counties, two townships of one county, or two villages of one township.
"""

from collections.abc import Sequence
from dataclasses import replace

from api.rules.registry import rule
from api.rules.themes.jurisdiction import Places, responsible_unit_founded
from api.rules.units import tier_of
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force
from api.rules.words.vocabulary import Jurisdiction, Tier

TO_ITSELF = sentence(
    "TRANSFER_TO_ITSELF",
    16,
    Force.MUST,
    zh="移交的接收单位就是现责任单位",
    en="the receiving unit is the responsible unit already",
    ours=True,
)
UNSEEN = sentence(
    "TRANSFER_UNSEEN",
    16,
    Force.MUST,
    zh="管辖移交须双方由不同的人登记",
    en="a transfer is recorded by both sides, by two persons",
    ours=True,
)
TO_NO_VILLAGE = sentence(
    "TRANSFER_TO_NO_VILLAGE",
    16,
    Force.MUST,
    zh="接收单位须为现行的村级责任单位",
    en="the receiving unit is a village in force",
    ours=True,
)
AT_ANOTHER_TIER = sentence(
    "TRANSFER_AT_ANOTHER_TIER",
    16,
    Force.MUST,
    zh="该移交由双方{tier}级登记",
    en="this transfer is recorded by both sides at {tier} tier",
    ours=True,
)
NOT_RELOCATED = sentence(
    "TRANSFER_NOT_RELOCATED",
    16,
    Force.MUST,
    zh="由迁入地负责的须为易地搬迁户",
    en="the move-in place is responsible for relocated households only",
)
MOVED_MEANWHILE = sentence(
    "TRANSFER_MOVED_MEANWHILE",
    16,
    Force.MUST,
    zh="移交提出后责任单位已变更",
    en="the responsible unit has changed since the transfer was proposed",
    ours=True,
)


@rule(
    16,
    Force.MUST,
    zh="管辖移交由双方在行政路径分开的最高一级登记：跨县由县，县内跨乡由乡，乡内跨村由村",
    ours=("移交由哪一级登记", "at which tier a transfer is recorded"),
)
def transfer_tier(releasing: Sequence[str], receiving: Sequence[str]) -> Tier:
    """A transfer is recorded where the two paths part: by counties, townships of one, or villages of one. Q16

    >>> transfer_tier(("0", "50", "500110", "500110001"), ("0", "50", "500110", "500110002")).name
    'TOWNSHIP'
    """
    shared = {tier_of(unit) for unit in releasing if unit in receiving}
    return next((tier for tier in (Tier.COUNTY, Tier.TOWNSHIP) if tier not in shared), Tier.VILLAGE)


def places_after(places: Places, basis: Jurisdiction, receiving: str, releasing: str, why: str) -> Places:
    """The household's places once the receiving unit is responsible on this basis; what was on record stays. Q16"""
    if basis is Jurisdiction.MOVE_IN:
        return replace(places, move_in=receiving, move_out=places.move_out or releasing)
    if basis is Jurisdiction.RESIDENCE:
        return replace(places, residence=receiving, why_not_hukou=why)
    return replace(places, why_not_hukou="")


@rule(
    16,
    Force.MUST,
    zh="变更责任单位须移交：接收单位另为一村，依据成立，由该级提出",
    ours=("移交是双方可见的登记", "a change of jurisdiction is a recorded transfer both sides see"),
)
def may_propose(places: Places, basis: Jurisdiction, releasing: str, receiving: str) -> tuple[Verdict, ...]:
    """A change of jurisdiction is proposed to another unit, on a basis that the household's places bear out. Q16

    `places` are those after the transfer.
    """
    return (
        TO_ITSELF.judge(receiving != releasing),
        NOT_RELOCATED.judge(basis is not Jurisdiction.MOVE_IN or places.relocated),
        *responsible_unit_founded(places, receiving),
    )


@rule(16, Force.MUST, zh="移交只由该级单位办理", ours=("按单位路径判断", "judged by the units' paths"))
def may_record(tier: Tier, releasing: Sequence[str], receiving: Sequence[str]) -> Verdict:
    """Each side of a transfer is recorded at the tier where the paths part. Q16"""
    expected = transfer_tier(releasing, receiving)
    return AT_ANOTHER_TIER.judge(tier is expected, tier=expected)


@rule(
    16,
    Force.MUST,
    zh="移交由接收方另一人登记接收，其间责任单位未变",
    ours=("双方不是同一人", "the two sides are two persons"),
)
def may_accept(*, by_receiving_side: bool, by_another: bool, unmoved: bool) -> tuple[Verdict, ...]:
    """Accepted by the receiving side and another person, while the household is still where it was. Q16"""
    return UNSEEN.judge(by_receiving_side and by_another), MOVED_MEANWHILE.judge(unmoved)


@rule(
    16,
    Force.MUST,
    zh="移交后易地搬迁户由迁出地配合，其他由移出方配合",
    ours=(
        "移出方继续配合，双方都看得到移交；接收前由接收方占配合位置",
        "who gave it away cooperates, so that both sides go on seeing it; before, the receiving side does",
    ),
)
def cooperating_after(places: Places, basis: Jurisdiction, releasing: str) -> str:
    """The move-out place of the relocated cooperates, otherwise whoever gave the household away. Q16"""
    return places.move_out if basis is Jurisdiction.MOVE_IN and places.move_out else releasing
