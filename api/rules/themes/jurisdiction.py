"""管辖 The unit that identifies and is responsible: hukou place, residence, move-in and move-out place. Q16"""

from dataclasses import dataclass

from api.rules.registry import rule
from api.rules.verdict import Reason, Verdict, sentence
from api.rules.words.judging import Effect, Force

HUKOU_LEADS = sentence(
    "HUKOU_PLACE_LEADS", 16, Force.SHOULD, zh="一般首先由户籍所在地识别", en="the hukou place identifies in general"
)
RESIDENCE_LEADS = sentence(
    "RESIDENCE_LEADS",
    16,
    Force.SHOULD,
    zh="确有特殊情况不能由户籍地识别，由常住地牵头负责",
    en="the hukou place truly cannot: the residence leads",
)
MOVE_IN_LEADS = sentence(
    "MOVE_IN_PLACE_LEADS",
    16,
    Force.MUST,
    zh="易地搬迁群众由迁入地负主体责任，迁出地配合",
    en="for relocated households the move-in place is responsible, the move-out place cooperates",
)
RESIDENCE_WITHOUT_REASON = sentence(
    "RESIDENCE_WITHOUT_REASON",
    16,
    Force.SHOULD,
    zh="由常住地牵头须说明户籍地不能识别的理由",
    en="why the hukou place cannot identify is recorded",
)
MOVE_IN_UNKNOWN = sentence(
    "MOVE_IN_PLACE_UNKNOWN", 16, Force.MUST, zh="易地搬迁户须登记迁入地", en="a relocated household has a move-in place"
)
NOT_THE_LEAD = sentence(
    "UNIT_NOT_RESPONSIBLE",
    16,
    Force.SHOULD,
    zh="责任单位应为 {lead}，由其他单位牵头须说明理由",
    en="the responsible unit is {lead}: give a reason for another one",
    effect=Effect.REASON,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Unit codes of a household's places; move-in and move-out only for relocated households."""

    hukou: str
    residence: str
    move_in: str | None = None
    move_out: str | None = None
    relocated: bool = False
    why_not_hukou: str = ""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The responsible unit, the cooperating one if any, and why."""

    lead: str
    cooperating: str | None
    reason: Reason


@rule(
    16,
    Force.SHOULD,
    zh="原则上以户籍为依据；确有特殊情况由常住地牵头；易地搬迁由迁入地负主体责任、迁出地配合",
    ours=("迁出地可查看、可备注", "the move-out place reads and adds notes"),
)
def jurisdiction_of(places: Places) -> Jurisdiction:
    """The hukou place first; the residence where it truly cannot; the move-in place for the relocated. Q16"""
    if places.relocated and places.move_in:
        return Jurisdiction(places.move_in, places.move_out, MOVE_IN_LEADS.reason())
    if places.why_not_hukou.strip() and places.residence != places.hukou:
        return Jurisdiction(places.residence, None, RESIDENCE_LEADS.reason())
    return Jurisdiction(places.hukou, None, HUKOU_LEADS.reason())


@rule(16, Force.SHOULD, zh="由常住地牵头须说明理由；搬迁户须有迁入地")
def responsible_unit_founded(places: Places, responsible: str) -> tuple[Verdict, ...]:
    """A unit other than the one the places point to owes a reason; a relocated household has a move-in place. Q16"""
    lead = jurisdiction_of(places).lead
    unexplained = responsible == places.residence != places.hukou and not places.relocated
    if unexplained:
        return (RESIDENCE_WITHOUT_REASON.judge(bool(places.why_not_hukou.strip())),)
    return (
        MOVE_IN_UNKNOWN.judge(not places.relocated or places.move_in is not None),
        NOT_THE_LEAD.judge(responsible == lead, lead=lead),
    )
