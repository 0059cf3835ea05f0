"""任免 Giving and ending posts: by two persons from above, ahead of time, never to oneself. Q1, Q33, RULES §2 (ours)"""

from datetime import date, timedelta

from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force
from api.rules.words.vocabulary import Department, Duty, Tier, Word


class AppointmentChange(Word):
    """任免种类 The change that an appointment makes. RULES §2 (ours)"""

    GIVE = "任职", "Gives a post."
    END = "免职", "Ends a post."
    RESTORE = "恢复账号", "Lets a disabled account sign in again."


class AppointmentState(Word):
    """任免状态 State of an appointment. RULES §2 (ours)"""

    PROPOSED = "已提出", "Proposed by one person."
    APPROVED = "已批准", "Approved by another, and carried out."
    REJECTED = "未批准", "Rejected by another; nothing changed."
    WITHDRAWN = "已撤回", "Withdrawn by whom it was proposed; nothing changed."


POST_BACKDATED = sentence(
    "POST_BACKDATED",
    1,
    Force.MUST,
    zh="任职日期不得早于提出之日 {day}，离任日期不得早于任职日期",
    en="a post begins on {day}, when it is proposed, or later, and ends no day before it begins",
    ours=True,
)
POST_END_OUT_OF_RANGE = sentence(
    "POST_END_OUT_OF_RANGE",
    1,
    Force.MUST,
    zh="离任日期应在 {earliest} 与原定离任日期之间",
    en="a post ends on {earliest} or later, and no later than was laid down",
    ours=True,
)
APPOINTS_ONESELF = sentence(
    "APPOINTS_ONESELF",
    1,
    Force.MUST,
    zh="任何人不得提出或批准本人的任免",
    en="nobody proposes or approves an appointment of his own",
    ours=True,
)
DELEGATION_UNNAMED = sentence(
    "DELEGATION_UNNAMED",
    33,
    Force.MUST,
    zh="授权批准即县级领导小组批准岗位，须写明授权文件",
    en="delegated approval is the approver's post in a county's leading group, and names its written authorization",
    ours=True,
)


@rule(
    1,
    Force.MUST,
    zh="岗位自提出之日起或此后任职，不追溯",
    ours=("不追溯任职", "no post is given backwards"),
)
def post_given_ahead(since: date, until: date | None, day: date) -> Verdict:
    """A post begins on the day it is proposed or later, and doesn't end before it begins. Q1"""
    return POST_BACKDATED.judge(since >= day and (until is None or until >= since), day=day)


@rule(
    1,
    Force.MUST,
    zh="免职可立即生效，不追溯，也不得延长任期",
    ours=("以前一日为离任日期即立即生效", "ending at once means that yesterday was the last day"),
)
def post_ended_within(until: date, last: date | None, day: date) -> Verdict:
    """A post ends at once (its last day was yesterday) or later, never later than it would have ended anyway. Q1"""
    earliest = day - timedelta(days=1)
    return POST_END_OUT_OF_RANGE.judge(earliest <= until and (last is None or until <= last), earliest=earliest)


@rule(
    1,
    Force.MUST,
    zh="任何人不得提出或批准本人的任免",
    ours=("按人而不按账号比较", "persons are compared, not accounts"),
)
def nobody_appoints_himself(person: int | None, acting: int) -> Verdict:
    """Nobody proposes or approves an appointment of his own; `person` is None for somebody not known yet. Q1"""
    return APPOINTS_ONESELF.judge(person != acting)


@rule(
    33,
    Force.MUST,
    zh="授权批准以任命方式办理，写明授权文件",
    ours=("授权批准即县级领导小组批准岗位", "it is the approver's post in the county's leading group"),
)
def delegation_named(tier: Tier, department: Department, duty: Duty, document: str | None) -> Verdict:
    """Approval delegated by the county's leading group is an approver's post in it that names the authorization. Q33"""
    such = (tier, department, duty) == (Tier.COUNTY, Department.LEADING_GROUP, Duty.APPROVER)
    return DELEGATION_UNNAMED.judge(such and bool((document or "").strip()))
