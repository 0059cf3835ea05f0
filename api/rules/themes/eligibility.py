"""人口认定 Decides which members count in the household identified, with reasons. Q14, Q15

Rural hukou counts. Others count only in the ways the Guide opens; anyone else does not (ours).
"""

from dataclasses import dataclass

from api.rules.registry import rule
from api.rules.verdict import Reason, sentence
from api.rules.words.judging import Counted, Force
from api.rules.words.vocabulary import HukouNature

RURAL_HUKOU = sentence("RURAL_HUKOU", 14, Force.MUST, zh="农村户籍人口", en="rural registration")
RELOCATED = sentence(
    "RELOCATED_TURNED_URBAN",
    14,
    Force.MUST,
    zh="易地扶贫搬迁（含同步搬迁）转为城镇户籍，符合条件的应识别",
    en="relocated (synchronous relocation included) and turned urban: identified when conditions are met",
)
CONVERTED = sentence(
    "CONVERTED_IN_PLANNED_AREA",
    14,
    Force.MAY,
    zh="城市规划区农转非，未享受城镇保障，符合条件的可以识别",
    en="turned from rural to urban in the planned urban area without urban protection: may be identified",
)
LIVES_HERE = sentence(
    "LIVES_IN_HOUSEHOLD",
    15,
    Force.MAY,
    zh="实际共同生活的城镇或集体户籍成员，未享受城镇保障，可按实际共同生活人口识别",
    en="urban or collective registration, lives in the household, no urban protection: may be counted",
)
URBAN_PROTECTION = sentence(
    "URBAN_PROTECTION",
    15,
    Force.MUST,
    zh="已享受城市低保、职工基本养老保险等城镇保障，不计入",
    en="has urban allowance, employee pension or other urban protection: not counted",
)
NOT_OPENED = sentence(
    "NOT_COUNTED",
    15,
    Force.SHOULD,
    zh="非农村户籍，也不属于可以计入的情形",
    en="no rural registration and none of the cases the Guide opens",
    ours=True,
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A member's registration and life; `urban_protection` is urban allowance, employee pension or the like."""

    hukou: HukouNature
    relocated: bool = False
    converted_in_planned_area: bool = False
    lives_in_household: bool = True
    urban_protection: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """A member's place in the divisor, with the reason."""

    counted: Counted
    reason: Reason


@rule(
    (14, 15),
    Force.SHOULD,
    zh="面向农村户籍人口；搬迁转城镇的应计，农转非和共同生活的城镇、集体户籍成员未享城镇保障的可计",
    ours=("其他情形不计入", "any other member is not counted"),
)
def counts(member: Registration) -> Counting:
    """Rural hukou counts; relocated people do; others only as the Guide opens, without urban protection. Q14, Q15"""
    if member.hukou is HukouNature.RURAL:
        return Counting(Counted.YES, RURAL_HUKOU.reason())
    if member.relocated:
        return Counting(Counted.YES, RELOCATED.reason())
    opened = CONVERTED if member.converted_in_planned_area else LIVES_HERE if member.lives_in_household else None
    if opened is None:
        return Counting(Counted.NO, NOT_OPENED.reason())
    if member.urban_protection:
        return Counting(Counted.NO, URBAN_PROTECTION.reason())
    return Counting(Counted.MAY, opened.reason())
