"""政策延续 Measures that run on after elimination, their terms, and the household's management then. Q19, Q30"""

from dataclasses import dataclass
from datetime import date

from api.rules.holder import Later
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Force, Management
from api.rules.words.vocabulary import CaseState, Continuation, HouseholdKind

TERM_UNKNOWN = sentence(
    "CONTINUATION_TERM_UNKNOWN",
    19,
    Force.MUST,
    zh="{continuation}的措施须登记到期日",
    en="a measure that runs on ({continuation}) has its end on record",
)

WITH_TERM = frozenset({Continuation.LOAN_MATURITY, Continuation.POST_AGREEMENT, Continuation.SCHOOL_STAGE})


@dataclass(frozen=True, slots=True)
class Term:
    """The continuation of a measure and the end of its contract, agreement or school stage."""

    continuation: Continuation
    ends_on: date | None = None


@rule(19, Force.MUST, zh="小额信贷至合同到期、公益性岗位至协议到期、教育帮扶和“雨露计划”至完成当前学段；普惠政策按规定")
def runs_until(term: Term, eliminated_on: date) -> date | None:
    """A loan runs to maturity, a post to its agreement's end, schooling to the stage's end. Q19

    None: the sector's own rules say, no day is known here. A measure without a term ends with the elimination.
    """
    if term.continuation is Continuation.NONE:
        return eliminated_on
    if term.continuation is Continuation.SECTOR_RULES or term.ends_on is None:
        return None
    return max(term.ends_on, eliminated_on)


@rule(19, Force.MUST, zh="存在一定时间周期的帮扶措施登记到期日")
def term_known(term: Term) -> Verdict:
    """A measure with a term has its end on record. Q19"""
    has_term = term.continuation not in WITH_TERM or term.ends_on is not None
    return TERM_UNKNOWN.judge(has_term, continuation=term.continuation)


@rule((19, 39), Force.MUST, zh="消除风险后仍在常态化排查预警和年度动态管理中持续跟踪监测", held_by=Later.SCREENING)
def screened_routinely(state: CaseState | None) -> bool:
    """Routine screening goes on for a household that is not, or no longer, monitored. Q19, Q39"""
    return state not in (CaseState.IDENTIFIED, CaseState.GREEN_CHANNEL)


@rule(30, Force.MUST, zh="稳定消除风险后，脱贫户按普通脱贫人口管理，享受相关政策")
def managed_after(kind: HouseholdKind) -> Management:
    """A lifted household is managed as an ordinary lifted one after elimination. Q30"""
    return Management.LIFTED if kind is HouseholdKind.LIFTED else Management.GENERAL
