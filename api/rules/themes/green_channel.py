"""绿色通道 Green channel: help first for sudden hardship, verification within a month, completion or exit. Q24

A stop-gap: it never replaces screening or identification.
"""

from dataclasses import dataclass
from datetime import date

from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import GREEN_CHANNEL_MONTHS
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import DeadlineKind, Effect, Force
from api.rules.words.vocabulary import Department, MeasureState, Tier

NOT_SUDDEN = sentence(
    "GREEN_CHANNEL_NOT_SUDDEN",
    24,
    Force.MUST,
    zh="仅限因灾、因意外事故等突发返贫致贫风险",
    en="only for sudden risk from a disaster, an accident or the like",
)
NOT_EVIDENT = sentence(
    "GREEN_CHANNEL_NOT_EVIDENT", 24, Force.MUST, zh="生活陷入严重困难须事实清楚", en="the hardship must be evident"
)
NOT_URGENT = sentence("GREEN_CHANNEL_NOT_URGENT", 24, Force.MUST, zh="须急需帮扶", en="help must be urgent")
UNCONFIRMED = sentence(
    "GREEN_CHANNEL_UNCONFIRMED", 24, Force.MUST, zh="须经{tier}级确认", en="the {tier} has not confirmed"
)
NOT_ENTERED_BY_COUNTY = sentence(
    "GREEN_CHANNEL_NOT_BY_COUNTY",
    24,
    Force.MUST,
    zh="由县级乡村振兴部门录入、备注和退出",
    en="county rural revitalization enters, notes and exits",
)
VERIFIED_LATE = sentence(
    "GREEN_CHANNEL_VERIFIED_LATE",
    24,
    Force.SHOULD,
    zh="核实原则上最迟应于 {due}（含当日）完成",
    en="verification was due on {due} in principle",
)
EXIT_WITHOUT_NOTE = sentence(
    "GREEN_CHANNEL_EXIT_WITHOUT_NOTE",
    24,
    Force.MUST,
    zh="退出绿色通道须备注说明情况",
    en="an exit is noted with its reason",
)
NOT_VERIFIED = sentence(
    "GREEN_CHANNEL_NOT_VERIFIED",
    24,
    Force.MUST,
    zh="尚未核实是否符合条件，不得退出",
    en="whether it meets the conditions is not verified yet: it cannot be exited",
    ours=True,
)
HOUSEHOLD_NOT_TOLD = sentence(
    "GREEN_CHANNEL_HOUSEHOLD_NOT_TOLD",
    24,
    Force.MUST,
    zh="管理过程和帮扶情况应及时告知农户",
    en="the household is told promptly of process and help",
    effect=Effect.ALERT,
)
NO_REPLACEMENT = sentence(
    "GREEN_CHANNEL_IS_NO_IDENTIFICATION",
    24,
    Force.MUST,
    zh="绿色通道不能代替监测对象识别程序",
    en="the green channel does not replace identification",
)


@dataclass(frozen=True, slots=True)
class SuddenHardship:
    """Statements of township and village on a household before it is entered."""

    sudden: bool
    evident: bool
    urgent: bool
    township_confirmed: bool
    village_confirmed: bool


@rule(24, Force.MUST, zh="突发风险、事实清楚、急需帮扶，经乡村两级确认，方可录入绿色通道")
def may_enter(facts: SuddenHardship) -> tuple[Verdict, ...]:
    """A household enters for sudden risk, evident hardship and urgent need, confirmed by township and village. Q24"""
    return (
        NOT_SUDDEN.judge(facts.sudden),
        NOT_EVIDENT.judge(facts.evident),
        NOT_URGENT.judge(facts.urgent),
        UNCONFIRMED.judge(facts.township_confirmed, tier=Tier.TOWNSHIP),
        UNCONFIRMED.judge(facts.village_confirmed, tier=Tier.VILLAGE),
    )


@rule(24, Force.MUST, zh="由县级乡村振兴部门录入绿色通道、备注和退出")
def entered_by(tier: Tier, department: Department) -> Verdict:
    """County rural revitalization enters a household, notes and exits it. Q24"""
    return NOT_ENTERED_BY_COUNTY.judge(tier is Tier.COUNTY and department is Department.RURAL_REVITALIZATION)


@rule(24, Force.SHOULD, zh="原则上录入绿色通道后 1 个月内完成核实", uses=(GREEN_CHANNEL_MONTHS,))
def verified_in_time(
    entered_on: date, day: date, verified_on: date | None = None, setting: Setting | None = None
) -> Verdict:
    """Verification against the conditions follows within a month of entry, in principle. Q24"""
    due = due_on(DeadlineKind.GREEN_CHANNEL_VERIFICATION, entered_on, setting)
    return VERIFIED_LATE.judge(not is_overdue(due, day, verified_on), due=due)


@rule(
    24,
    Force.MUST,
    zh="不符合条件的，县级备注说明后退出，同时中止相关帮扶措施",
    ours=("未经核实不得退出", "nobody is exited before it is verified"),
)
def may_exit(meets_conditions: bool | None, note: str) -> tuple[Verdict, ...]:
    """A household that does not meet the conditions is exited with a note; one that does is not. Q24

    `meets_conditions` is None while it is not verified.
    """
    return (
        NOT_VERIFIED.judge(meets_conditions is not None),
        NO_REPLACEMENT.judge(not meets_conditions),
        EXIT_WITHOUT_NOTE.judge(bool(note.strip())),
    )


@rule(24, Force.MUST, zh="退出绿色通道即中止相关帮扶措施")
def measure_after_exit(state: MeasureState) -> MeasureState:
    """The household's running measures stop on exit; a completed one stays completed. Q24"""
    return state if state is MeasureState.COMPLETED else MeasureState.STOPPED


@rule(24, Force.MUST, zh="保障农户知情权，及时告知；告知不影响帮扶实效")
def household_told(happened_on: date, notified_on: date | None, day: date) -> Verdict:
    """The household is told promptly of process and help; telling never holds help up. Q24"""
    return HOUSEHOLD_NOT_TOLD.judge(notified_on is not None or day <= happened_on)
