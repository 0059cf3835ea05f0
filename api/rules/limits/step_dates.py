"""发生日与登记时间 The day a step was taken and the moment it was recorded. RULES §0 (ours), Q34

Statutory days use the day it was taken. The start of publicity and green-channel entry are never dated back.
"""

from datetime import date

from api.rules.limits.deadlines import later
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import BACKDATING_DAYS
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force

IN_THE_FUTURE = sentence(
    "STEP_IN_THE_FUTURE",
    34,
    Force.MUST,
    zh="办理日期晚于今天 {today}",
    en="the day lies after today, {today}",
    ours=True,
)
BEFORE_LAST_STEP = sentence(
    "STEP_BEFORE_LAST",
    34,
    Force.MUST,
    zh="办理日期早于上一环节 {last}",
    en="the day lies before the last step's {last}",
    ours=True,
)
NEVER_BACKDATED = sentence(
    "STEP_NEVER_BACKDATED",
    34,
    Force.MUST,
    zh="公示开始和绿色通道录入须当日登记",
    en="the start of publicity and green-channel entry are recorded on their day",
    ours=True,
)
BACKDATED = sentence(
    "STEP_BACKDATED",
    34,
    Force.SHOULD,
    zh="补录超过 {days} 天，须说明理由",
    en="backdated by more than {days} days: give a reason",
    ours=True,
)


@rule(
    (34, 36),
    Force.SHOULD,
    zh="办理日期不晚于今天、不早于上一环节，补录超过 10 天说明理由，公示开始和绿色通道录入不得补录",
    ours=("《指南》未规定补录", "the Guide says nothing of dating back"),
    uses=(BACKDATING_DAYS,),
)
def day_may_be_recorded(
    on: date, today: date, last: date | None = None, *, same_day: bool = False, setting: Setting | None = None
) -> tuple[Verdict, ...]:
    """A step's day is not in the future, not before the step before it, and far back only with a reason.

    `same_day`: the step is the start of publicity or green-channel entry, which are never dated back.
    """
    setting = setting or Setting(BACKDATING_DAYS.value, BACKDATING_DAYS.dimension)
    return (
        IN_THE_FUTURE.judge(on <= today, today=today),
        BEFORE_LAST_STEP.judge(last is None or on >= last, last=last),
        NEVER_BACKDATED.judge(not same_day or on >= today),
        BACKDATED.judge(today <= later(on, setting), days=str(setting.value)),
    )
