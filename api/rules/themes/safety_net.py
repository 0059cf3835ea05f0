"""整户无劳动能力兜底保障户 Safety-net households: who they are, who marks them, who changes a mark. Q28, Q29

Township and village mark first; lifting, marking again and any later change is the nation's (RULES §4). Civil
affairs' status data changes freely; the mark does not follow by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from api.rules.holder import Later
from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.numbers.parameters import COMPARISON_MONTHS
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import DeadlineKind, Effect, Force, SocialAid
from api.rules.words.vocabulary import CaseState, Labour, Tier

NOT_MONITORED = sentence(
    "SAFETY_NET_NOT_MONITORED", 29, Force.MUST, zh="须为未消除风险的监测对象", en="only of a monitored household"
)
SOMEBODY_CAN_WORK = sentence(
    "SAFETY_NET_SOMEBODY_CAN_WORK",
    29,
    Force.MUST,
    zh="须整户无劳动能力，现有 {able} 人有劳动能力或弱劳力",
    en="the whole household without labour ability: {able} members have some",
)
AID_TOO_SMALL = sentence(
    "SAFETY_NET_AID_TOO_SMALL",
    29,
    Force.MUST,
    zh="须为农村分散供养特困，或享受全额或最高档农村低保，现为{aid}",
    en="dispersed extreme-poverty support or full or top-grade rural allowance: now {aid}",
)
NOT_MAINLY_AID = sentence(
    "SAFETY_NET_NOT_MAINLY_AID",
    29,
    Force.MUST,
    zh="须主要或只能通过社会综合保障维持基本生活",
    en="the household lives mainly or only on social security",
)
MARK_UNCONFIRMED = sentence(
    "SAFETY_NET_UNCONFIRMED", 29, Force.MUST, zh="须由{tier}级认定", en="the {tier} has not marked it"
)
MARK_IS_NATIONAL = sentence(
    "SAFETY_NET_MARK_IS_NATIONAL",
    29,
    Force.MUST,
    zh="标识的解除、再次标识和变更，由省级书面申请，经国家同意备案后统一操作",
    en="lifting, marking again or changing takes the province's application and a national operation",
)
MARK_DIFFERS = sentence(
    "SAFETY_NET_MARK_DIFFERS",
    29,
    Force.MUST,
    zh="低保、特困身份已变化，标识须经省级申请、国家同意后变更",
    en="the status has changed: the mark changes only by a provincial application and national consent",
    effect=Effect.ALERT,
)
COMPARED_LATE = sentence(
    "SAFETY_NET_COMPARED_LATE",
    29,
    Force.MUST,
    zh="本季度比对最迟应于 {due}（含当日）完成",
    en="the quarter's comparison was due on {due}",
    effect=Effect.ALERT,
)
NOT_ELIMINATED_FOR_NOW = sentence(
    "SAFETY_NET_NOT_ELIMINATED",
    28,
    Force.MUST,
    zh="整户无劳动能力兜底保障户暂不消除风险",
    en="a safety-net household is not eliminated for now",
)

ENOUGH_AID = frozenset({SocialAid.DISPERSED_EXTREME_POVERTY, SocialAid.RURAL_ALLOWANCE_TOP})


@dataclass(frozen=True, slots=True)
class SafetyNetFacts:
    """Facts that a safety-net mark rests on; `labour` is that of every member counted."""

    state: CaseState
    labour: tuple[Labour, ...]
    aid: SocialAid
    mainly_on_aid: bool


@rule(29, Force.MUST, zh="监测对象中整户无劳动能力、主要或只能靠社会综合保障的：分散供养特困，或全额、最高档低保")
def is_safety_net(facts: SafetyNetFacts) -> tuple[Verdict, ...]:
    """Monitored, nobody able to work, living mainly or only on the aid the Guide names. Q29"""
    able = sum(1 for labour in facts.labour if labour is not Labour.NONE)
    return (
        NOT_MONITORED.judge(facts.state is CaseState.IDENTIFIED),
        SOMEBODY_CAN_WORK.judge(bool(facts.labour) and able == 0, able=able),
        AID_TOO_SMALL.judge(facts.aid in ENOUGH_AID, aid=facts.aid),
        NOT_MAINLY_AID.judge(facts.mainly_on_aid),
    )


@rule(
    29,
    Force.MUST,
    zh="由乡、村认定并标识；其后变更由省级申请、国家同意备案后统一操作",
    ours=("从未标识过的首次标识不需申请", "only the first mark of all takes no request"),
)
def may_mark(ever_marked: bool, confirmed: Collection[Tier]) -> tuple[Verdict, ...]:
    """Township and village mark the first time, both; any later change is a national operation. Q29"""
    return (
        MARK_IS_NATIONAL.judge(not ever_marked),
        *(MARK_UNCONFIRMED.judge(tier in confirmed, tier=tier) for tier in (Tier.TOWNSHIP, Tier.VILLAGE)),
    )


@rule(29, Force.MUST, zh="低保、特困供养身份发生变化的，由省级汇总审核后向国家书面申请", held_by=Later.COMPARISON)
def mark_agrees(marked: bool, aid: SocialAid) -> Verdict:
    """The province applies when civil affairs' status no longer carries a mark; nothing changes by itself. Q29"""
    return MARK_DIFFERS.judge(not marked or aid in ENOUGH_AID)


@rule(
    29,
    Force.MUST,
    zh="国家与民政部按季度对全部监测对象和低保、特困进行数据比对",
    uses=(COMPARISON_MONTHS,),
    held_by=Later.COMPARISON,
)
def compared_in_time(quarter: date, day: date, compared_on: date | None = None) -> Verdict:
    """All monitored are compared with civil affairs' data every quarter. Q29"""
    due = due_on(DeadlineKind.SAFETY_NET_COMPARISON, quarter)
    return COMPARED_LATE.judge(not is_overdue(due, day, compared_on), due=due)


@rule(28, Force.MUST, zh="整户无劳动能力兜底保障户暂不消除风险")
def may_be_eliminated(marked: bool) -> Verdict:
    """A marked safety-net household is not eliminated for now. Q28"""
    return NOT_ELIMINATED_FOR_NOW.judge(not marked)
