"""数据管理 Eliminated cases stay and are updated; withdrawal, rollback, mark changes are national. Q39, Q40"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from api.rules.holder import Routine, Trigger
from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.numbers.parameters import TRANSITION_END, YEARLY_UPDATE_DAY
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import DeadlineKind, Effect, Force, NationalOperation
from api.rules.words.vocabulary import CaseState, Department, Tier

UPDATED_LATE = sentence(
    "YEARLY_UPDATE_LATE",
    39,
    Force.MUST,
    zh="{year} 年度基础信息最迟应于 {due}（含当日）更新",
    en="the information of {year} was to be updated by {due}",
    effect=Effect.ALERT,
)
STAYS_ON_RECORD = sentence(
    "CASE_IS_KEPT",
    39,
    Force.MUST,
    zh="监测对象信息须保留，不得删除",
    en="a case stays on record: it is never deleted",
)
NOT_APPLIED_BY_PROVINCE = sentence(
    "NOT_APPLIED_BY_PROVINCE",
    40,
    Force.MUST,
    zh="须由省级乡村振兴部门汇总审核后书面申请",
    en="provincial rural revitalization aggregates, reviews and applies in writing",
)
APPLICATION_UNFOUNDED = sentence(
    "APPLICATION_UNFOUNDED",
    40,
    Force.MUST,
    zh="书面申请须有文号、日期和确需开展的理由",
    en="the written application has its number, its date and why it is necessary",
)
NOT_CONSENTED = sentence(
    "NOT_CONSENTED", 40, Force.MUST, zh="须经国家同意备案", en="the nation has not consented and filed"
)
NOT_EXECUTED_NATIONALLY = sentence(
    "NOT_EXECUTED_NATIONALLY",
    40,
    Force.MUST,
    zh="{operation}由国家统一操作，权限不下放",
    en="{operation} is one unified national operation, opened to nobody else",
)
NOT_ITS_HISTORY = sentence(
    "NOT_A_POINT_OF_ITS_HISTORY",
    40,
    Force.MUST,
    zh="回退须指明该对象自身历史上的较早时点",
    en="a rollback names an earlier point of the case's own history",
    ours=True,
)


@dataclass(frozen=True, slots=True)
class Application:
    """A province's written application, as far as its form is judged; ids and texts are not looked into."""

    tier: Tier
    department: Department
    number: str
    dated: date | None
    grounds: str
    consented: bool = False
    filing_number: str = ""


@rule(
    39,
    Force.MUST,
    zh="标注风险消除后基础信息仍需保留，不得删除",
    ours=("任何状态的监测对象都不删除", "no case is ever deleted, whatever its state"),
    held_by=Trigger("monitoring_case", "guard"),
)
def may_be_deleted(state: CaseState) -> Verdict:
    """A case stays on record, an eliminated one too: deleting is never allowed. Q39"""
    return STAYS_ON_RECORD.judge(False, state=state)


@rule(
    (27, 39),
    Force.MUST,
    zh="过渡期内适用",
    uses=(TRANSITION_END,),
    ours=("过渡期止期为设置项，未设定即未结束", "its end is a setting; unset means it has not ended"),
)
def in_transition(day: date, end: date | None = None) -> bool:
    """The transition period runs until the end set; unset, it has not ended. Q27, Q39"""
    return end is None or day <= end


@rule(
    39,
    Force.MUST,
    zh="过渡期内每年更新已消除风险监测对象的年度基础信息",
    uses=(YEARLY_UPDATE_DAY,),
    ours=("每年 12 月 31 日前", "by 31 December of each year"),
)
def update_owed(state: CaseState, eliminated_on: date, year: int, end: date | None = None) -> date | None:
    """Eliminated cases are updated every year of the transition period after the elimination. Q39

    The day the year's update is due, or None when none is owed.
    """
    owed = state is CaseState.RISK_ELIMINATED and year > eliminated_on.year and in_transition(date(year, 1, 1), end)
    return due_on(DeadlineKind.YEARLY_UPDATE, date(year, 1, 1)) if owed else None


@rule(39, Force.MUST, zh="年度基础信息按时更新，逾期预警", uses=(YEARLY_UPDATE_DAY,))
def updated_in_time(due: date, day: date, updated_on: date | None = None) -> Verdict:
    """The year's update is made by its day, else an alert. Q39"""
    return UPDATED_LATE.judge(not is_overdue(due, day, updated_on), year=due.year, due=due)


@rule((29, 40), Force.MUST, zh="清退、回退等由省级乡村振兴部门汇总审核后书面申请，说明确需开展的理由")
def application_well_formed(application: Application) -> tuple[Verdict, ...]:
    """Provincial rural revitalization aggregates, reviews and applies in writing with the necessity. Q29, Q40"""
    by_province = application.tier is Tier.PROVINCE and application.department is Department.RURAL_REVITALIZATION
    founded = application.dated is not None and bool(application.number.strip() and application.grounds.strip())
    return NOT_APPLIED_BY_PROVINCE.judge(by_province), APPLICATION_UNFOUNDED.judge(founded)


@rule(
    (29, 40),
    Force.MUST,
    zh="清退、回退权限不对省级开放，经国家同意备案后统一操作",
    ours=("永不开放；由另一名国家工作人员执行", "never opened; executed by another national official"),
)
def may_execute(operation: NationalOperation, executor: Tier, application: Application) -> tuple[Verdict, ...]:
    """National consent and filing first, then one unified operation at national tier, never anywhere else. Q29, Q40"""
    return (
        *application_well_formed(application),
        NOT_CONSENTED.judge(application.consented and bool(application.filing_number.strip())),
        NOT_EXECUTED_NATIONALLY.judge(executor is Tier.NATIONAL, operation=operation),
    )


@rule(40, Force.MUST, zh="回退须指明该对象自身历史上的较早时点", ours=("回退的含义", "what rollback means"))
def point_is_earlier(history: Sequence[CaseState], point: int) -> Verdict:
    """A rollback names an earlier point of the case's own history. Q40

    `history` lists the states the case has had, oldest first, the present one last; `point` is an index into it.
    """
    return NOT_ITS_HISTORY.judge(0 <= point < len(history) - 1)


@rule(
    40,
    Force.MUST,
    zh="清退即终止为已清退；回退即恢复到较早时点的状态；标识变更不改变状态",
    ours=("清退、回退的含义", "what withdrawal and rollback mean"),
    held_by=Routine("record_aim"),
)
def state_after(operation: NationalOperation, history: Sequence[CaseState], point: int = 0) -> CaseState:
    """Withdrawal ends a case as withdrawn, a rollback restores an earlier state, a mark change keeps it. Q40"""
    if operation is NationalOperation.WITHDRAWAL:
        return CaseState.WITHDRAWN
    return history[point] if operation is NationalOperation.ROLLBACK else history[-1]
