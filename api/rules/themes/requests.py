"""报国家同意备案申请 National requests: what a proposal, a review, an application and a decision must hold. Q29, Q40

What is applied for in writing, by whom, and who executes it stands in `records`; here is the way there, which is ours.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from api.rules.registry import rule
from api.rules.themes.retention import NOT_ITS_HISTORY, point_is_earlier
from api.rules.verdict import Sentence, Verdict, sentence
from api.rules.words.judging import Force, NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.vocabulary import CaseState

NO_GROUNDS = sentence("REASON_MISSING", 40, Force.MUST, zh="须写明理由", en="why must be said in words", ours=True)
NOT_WITHDRAWABLE = sentence(
    "NOT_WITHDRAWABLE",
    40,
    Force.MUST,
    zh="只有已识别或风险已消除的监测对象可以申请清退，实为{state}",
    en="what is withdrawn was identified, perhaps eliminated; this case is {state}",
    ours=True,
)
MARK_UNCHANGED = sentence(
    "MARK_UNCHANGED", 29, Force.MUST, zh="申请的标识与现有标识相同", en="the mark asked for is the mark it has"
)
FIRST_MARK_IS_LOCAL = sentence(
    "FIRST_MARK_IS_LOCAL",
    29,
    Force.MUST,
    zh="从未标识过的，由乡、村首次标识，不需申请",
    en="never marked before: township and village mark it first, no request is needed",
    ours=True,
)
TARGET_MISMATCHED = sentence(
    "TARGET_MISMATCHED",
    40,
    Force.MUST,
    zh="回退须指明时点，标识变更须写明变更后的标识，清退两者都不写",
    en="a rollback names its point, a change of a mark the mark, a withdrawal neither",
    ours=True,
)
NOT_ALL_REVIEWED = sentence(
    "NOT_ALL_REVIEWED",
    40,
    Force.MUST,
    zh="尚有 {count} 项未审核，或申请中没有事项",
    en="{count} items are not reviewed yet, or the request holds none",
)
RECORD_CHANGED = sentence(
    "RECORD_CHANGED",
    40,
    Force.MUST,
    zh="有 {count} 项在审阅之后情况已变，须重新审阅",
    en="{count} items have changed since they were looked at: look again",
    ours=True,
)
APPLICATION_DATED_AHEAD = sentence(
    "APPLICATION_DATED_AHEAD",
    40,
    Force.MUST,
    zh="书面申请的日期不得晚于今天",
    en="the application is dated ahead",
    ours=True,
)
NOT_NUMBERED = sentence(
    "FILING_NOT_NUMBERED", 40, Force.MUST, zh="备案须有备案号", en="what is filed has its filing number"
)
NOTHING_CONSENTED = sentence(
    "NOTHING_CONSENTED", 40, Force.MUST, zh="没有同意的事项可执行", en="nothing was consented to: nothing to execute"
)


NOTHING_CHANGES = sentence(
    "NOTHING_CHANGES", 40, Force.MUST, zh="该操作不会改变任何情况", en="it would change nothing", ours=True
)
ANOTHER_CASE_CAME_AFTER = sentence(
    "ANOTHER_CASE_CAME_AFTER",
    40,
    Force.MUST,
    zh="该户其后已有新的监测对象，此对象不得再开启",
    en="the household has a later case: this one cannot be opened again",
    ours=True,
)
CASE_NOT_MONITORED = sentence(
    "CASE_NOT_MONITORED",
    29,
    Force.MUST,
    zh="只有监测对象才有兜底保障户标识",
    en="only a case that was identified carries a safety-net mark",
)
TAKEN_UP = sentence(
    "ITEM_TAKEN_UP",
    40,
    Force.MUST,
    zh="该事项已汇总进省级申请",
    en="the province has taken the item up in a request",
    ours=True,
)
DECIDED_ALREADY = sentence(
    "ITEMS_DECIDED",
    40,
    Force.MUST,
    zh="已有 {count} 项由国家决定",
    en="{count} items are decided by the nation already",
    ours=True,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A county's proposal, as far as its form is judged.

    `point` is the index in `history`, the states after each act of the case, of the act to go back to; None for none.
    `mark` is the mark asked for, `marked` the one the case has, `ever_marked` whether the household ever had one.
    """

    operation: NationalOperation
    state: CaseState
    grounds: str
    history: Sequence[CaseState] = ()
    point: int | None = None
    mark: bool | None = None
    marked: bool = False
    ever_marked: bool = False


@rule(
    (29, 40),
    Force.MUST,
    zh="申请须说明理由；回退指明该对象自身历史上的较早时点，标识变更写明变更后的标识",
    ours=("县级提出事项及其形式", "that counties propose, and in what form"),
)
def proposal_well_formed(proposal: Proposal) -> tuple[Verdict, ...]:
    """A proposal names what its operation needs and why; the first mark of all takes none. Q29, Q40"""
    operation, point, mark = proposal.operation, proposal.point, proposal.mark
    rollback = operation is NationalOperation.ROLLBACK
    change = operation is NationalOperation.SAFETY_NET_CHANGE
    named = (point is not None) is rollback and (mark is not None) is change
    verdicts = [reason_given(proposal.grounds), TARGET_MISMATCHED.judge(named)]
    if operation is NationalOperation.WITHDRAWAL:
        withdrawable = proposal.state in (CaseState.IDENTIFIED, CaseState.RISK_ELIMINATED)
        verdicts.append(NOT_WITHDRAWABLE.judge(withdrawable, state=proposal.state))
    if rollback and point is not None:
        verdicts.append(point_is_earlier(proposal.history, point))
    if change and mark is not None:
        verdicts.append(MARK_UNCHANGED.judge(mark is not proposal.marked))
        verdicts.append(FIRST_MARK_IS_LOCAL.judge(not mark or proposal.ever_marked))
    return tuple(verdicts)


_FAULTS = {
    "NOT_WITHDRAWABLE": NOT_WITHDRAWABLE,
    "NOT_A_POINT_OF_ITS_HISTORY": NOT_ITS_HISTORY,
    "NOTHING_CHANGES": NOTHING_CHANGES,
    "ANOTHER_CASE_CAME_AFTER": ANOTHER_CASE_CAME_AFTER,
    "NOT_MONITORED": CASE_NOT_MONITORED,
    "MARK_UNCHANGED": MARK_UNCHANGED,
    "FIRST_MARK_IS_LOCAL": FIRST_MARK_IS_LOCAL,
}


@rule(
    (29, 40),
    Force.MUST,
    zh="操作须有所改变，且不得重开其后已有新对象的",
    ours=("由数据库函数判断", "told by the database"),
)
def would_change(fault: str) -> Verdict:
    """Objections of the database to an operation on the case's whole record, in words. Q29, Q40"""
    sentence = _FAULTS[fault]
    return sentence.judge(False, state=None) if sentence is NOT_WITHDRAWABLE else sentence.judge(False)


@rule(40, Force.MUST, zh="退回、撤回、取代、不予同意均须写明理由", ours=("理由必填", "a reason is always written"))
def reason_given(reason: str | None) -> Verdict:
    """Sending back, retracting, superseding and deciding say why. Q40"""
    return NO_GROUNDS.judge(bool((reason or "").strip()))


@rule((29, 40), Force.MUST, zh="省级汇总、逐项审核后书面申请", ours=("逐项审核", "item by item"))
def ready_to_submit(states: Collection[ItemState]) -> Verdict:
    """Every item of a request is reviewed before the province applies. Q29, Q40"""
    waiting = sum(1 for state in states if state is not ItemState.REVIEWED)
    return NOT_ALL_REVIEWED.judge(bool(states) and not waiting, count=waiting)


@rule(40, Force.MUST, zh="书面申请注明日期", ours=("不得晚于上报之日", "not after the day it is submitted"))
def dated_in_time(dated: date, today: date) -> Verdict:
    """The written application is of a day that has come. Q40"""
    return APPLICATION_DATED_AHEAD.judge(dated <= today)


@rule(
    40,
    Force.MUST,
    zh="同意的必须就是执行的",
    ours=("以摘要核对审阅过的记录", "the record looked at is compared by its digest"),
)
def record_unchanged(changed: int) -> Verdict:
    """The record reviewed, applied for and decided is the record as it stands; `changed` items differ from it. Q40"""
    return RECORD_CHANGED.judge(changed == 0, count=changed)


@rule(40, Force.MUST, zh="省级汇总后不得由县级撤回", ours=("撤回的时限", "until when a county may retract"))
def not_in_a_request(*, taken_up: bool) -> Verdict:
    """An item that a province has taken up can't be retracted by the county or put into another request. Q40"""
    return TAKEN_UP.judge(not taken_up)


@rule(40, Force.MUST, zh="已有决定的申请不得退回或取代", ours=("退回和取代的时限", "until when"))
def nothing_decided(decided: int) -> Verdict:
    """A request is sent back or superseded only as a whole, before anything of it is decided. Q40"""
    return DECIDED_ALREADY.judge(decided == 0, count=decided)


@rule((29, 40), Force.MUST, zh="经国家同意备案")
def filing_numbered(number: str) -> Verdict:
    """A request is filed under a number. Q29, Q40"""
    return _held(NOT_NUMBERED, number)


@rule(40, Force.MUST, zh="同意的事项统一操作", ours=("全部执行或都不执行", "all of them or none"))
def something_to_execute(consented: int) -> Verdict:
    """The request has items that were consented to. Q40"""
    return NOTHING_CONSENTED.judge(consented > 0)


def _held(sentence: Sentence, text: str) -> Verdict:
    return sentence.judge(bool(text.strip()))
