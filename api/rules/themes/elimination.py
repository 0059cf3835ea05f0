"""风险消除 The gate of risk elimination: every condition, each with its question; and what comes after. Q25–28, Q31

All of: income stably above the current year's threshold, guarantees continuously sound, every risk eliminated, no
new risk, a recorded comprehensive judgement, no safety-net household. No share of eliminations exists (Q26).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.rules.limits.deadlines import later
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import STABLE_INCOME_MONTHS
from api.rules.registry import rule
from api.rules.themes.safety_net import may_be_eliminated
from api.rules.themes.threshold import NO_CURRENT_THRESHOLD
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Effect, Force
from api.rules.words.vocabulary import CaseState, Guarantee, RiskState

INCOME_NOT_ABOVE = sentence(
    "INCOME_NOT_ABOVE",
    25,
    Force.MUST,
    zh="最近一次核实的人均纯收入未超过当年监测范围 {threshold} 元",
    en="the last verified per-capita income is not above the current threshold of {threshold} CNY",
)
INCOME_NOT_STABLE = sentence(
    "INCOME_NOT_STABLE",
    27,
    Force.SHOULD,
    effect=Effect.REFUSE,
    zh="收入自 {since} 起超过监测范围，稳定原则上不少于 {length} {dimension}，最早 {first_day}；"
    "例外须县级领导小组记录在案",
    en="income above since {since}; stable takes {length} {dimension} in principle, on {first_day} at the earliest, "
    "or an exception recorded by the county leading group",
)
GUARANTEE_NOT_SOUND = sentence(
    "GUARANTEE_NOT_SOUND",
    25,
    Force.MUST,
    zh="{guarantee}未持续巩固",
    en="{guarantee} is not continuously sound",
)
RISK_LEFT = sentence(
    "RISK_NOT_ELIMINATED",
    25,
    Force.MUST,
    zh="尚有 {left} 项返贫致贫风险未消除",
    en="{left} risks are not eliminated",
)
RISK_NOT_OPEN = sentence(
    "RISK_NOT_OPEN",
    25,
    Force.MUST,
    zh="该风险不属于本监测对象，或已经消除",
    en="the risk is not of this case, or is eliminated already",
)
NO_RISK_ON_RECORD = sentence("RISK_NOT_ON_RECORD", 25, Force.MUST, zh="没有登记返贫致贫风险", en="no risk is on record")
RISK_UNDATED = sentence(
    "RISK_UNDATED", 25, Force.MUST, zh="有 {undated} 项风险消除未注明日期", en="{undated} eliminated risks have no date"
)
NEW_RISK = sentence(
    "NEW_RISK_OPEN",
    25,
    Force.MUST,
    zh="有 {clues} 条风险线索待处理，不能排除新增风险",
    en="{clues} open clues: a new risk is not ruled out",
)
NO_JUDGEMENT = sentence(
    "JUDGEMENT_MISSING", 25, Force.MUST, zh="须有综合分析研判记录", en="a comprehensive judgement is recorded"
)
NOT_UNDER_MONITORING = sentence(
    "CASE_NOT_IDENTIFIED",
    25,
    Force.MUST,
    zh="仅已识别的监测对象可标注风险消除，现为{state}",
    en="only an identified case can be eliminated: it is {state}",
)

ALREADY_MONITORED = sentence(
    "ALREADY_MONITORED",
    31,
    Force.MUST,
    zh="该户已是监测对象，线索并入现有监测对象处理",
    en="the household is a monitoring object already: the clue is dealt with there",
    ours=True,
)


@dataclass(frozen=True, slots=True)
class IncomeCheck:
    """Per-capita net income in CNY a year, as verified on a day."""

    on: date
    per_capita: Decimal


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk of the case: its state, and the day it was eliminated."""

    state: RiskState
    eliminated_on: date | None = None


@dataclass(frozen=True, slots=True)
class EliminationFacts:
    """The facts that the conditions of elimination read; `threshold` is the current year's, None when none is set."""

    state: CaseState
    safety_net: bool
    threshold: Decimal | None
    income: Sequence[IncomeCheck]
    guarantees: Mapping[Guarantee, bool]
    risks: Sequence[Risk]
    open_clues: int
    judgement_recorded: bool
    exception_recorded: bool = False


@rule(
    (25, 27),
    Force.MUST,
    zh="自首次核实收入超过监测范围之日起计算，其间未超过则重新起算",
    ours=(
        "从首次核实超过之日起算，以当年监测范围衡量",
        "counted from the first verified day above the current threshold",
    ),
)
def above_since(income: Iterable[IncomeCheck], threshold: Decimal, day: date) -> date | None:
    """The first verified day of the unbroken run above the threshold; None when the last one is not above. Q25, Q27

    >>> above_since([IncomeCheck(date(2024, 1, 31), Decimal(9000))], Decimal(8000), date(2024, 7, 31))
    datetime.date(2024, 1, 31)
    """
    since: date | None = None
    for check in sorted((row for row in income if row.on <= day), key=lambda row: row.on):
        if check.per_capita <= threshold:
            since = None
        elif since is None:
            since = check.on
    return since


@rule(
    27,
    Force.SHOULD,
    zh="过渡期内，除风险自然消除外，收入持续稳定原则上不少于半年",
    uses=(STABLE_INCOME_MONTHS,),
    ours=(
        "全部风险均为自然消除方可免除；不足半年须县级领导小组记录例外；过渡期后未有新规定的继续适用",
        "only when every risk is natural; less takes a recorded exception; it goes on after the transition period",
    ),
)
def income_stable(facts: EliminationFacts, day: date, setting: Setting | None = None) -> tuple[Verdict, ...]:
    """Income is stably above the current threshold, half a year in principle, natural elimination apart. Q25, Q27"""
    if facts.threshold is None:
        return (NO_CURRENT_THRESHOLD.judge(False, year=day.year),)
    since = above_since(facts.income, facts.threshold, day)
    if since is None:
        return (INCOME_NOT_ABOVE.judge(False, threshold=facts.threshold),)
    setting = setting or Setting(STABLE_INCOME_MONTHS.value, STABLE_INCOME_MONTHS.dimension)
    first_day = later(since, setting)
    exempt = all_natural(facts.risks) or facts.exception_recorded
    verdict = INCOME_NOT_STABLE.judge(
        day >= first_day or exempt,
        earliest=first_day,
        since=since,
        length=str(setting.value),
        dimension=setting.dimension,
        first_day=first_day,
    )
    return (verdict,)


def all_natural(risks: Sequence[Risk]) -> bool:
    """Whether every risk of the case was eliminated naturally: what exempts from the half year. Q27 (ours)"""
    return bool(risks) and all(risk.state is RiskState.NATURAL for risk in risks)


@rule(25, Force.MUST, zh="“三保障”和饮水安全持续巩固")
def guarantees_sound(guarantees: Mapping[Guarantee, bool]) -> tuple[Verdict, ...]:
    """Every guarantee and safe water is continuously sound; one not looked at is not sound. Q25"""
    return tuple(
        GUARANTEE_NOT_SOUND.judge(guarantees.get(guarantee, False), guarantee=guarantee) for guarantee in Guarantee
    )


@rule(
    25,
    Force.MUST,
    zh="识别时的风险已经稳定消除或自然消除，且不存在新增风险",
    ours=("每项风险注明日期；待处理线索视为未排除新增风险", "each risk has its date; an open clue bars elimination"),
)
def risks_gone(facts: EliminationFacts, day: date) -> tuple[Verdict, ...]:
    """Every risk of the case is eliminated on a date, and no clue of a new one is open. Q25"""
    left = sum(1 for risk in facts.risks if risk.state is RiskState.OPEN)
    undated = sum(
        1
        for risk in facts.risks
        if risk.state is not RiskState.OPEN and (risk.eliminated_on is None or risk.eliminated_on > day)
    )
    return (
        NO_RISK_ON_RECORD.judge(bool(facts.risks)),
        RISK_LEFT.judge(left == 0, left=left),
        RISK_UNDATED.judge(undated == 0, undated=undated),
        NEW_RISK.judge(facts.open_clues == 0, clues=facts.open_clues),
    )


@rule((25, 28), Force.MUST, zh="收入、“三保障”、风险、综合研判各项条件同时具备，方可按程序标注风险消除")
def elimination_gate(facts: EliminationFacts, day: date, setting: Setting | None = None) -> tuple[Verdict, ...]:
    """Every condition of elimination, all breaches at once. Q25, Q27, Q28"""
    return (
        NOT_UNDER_MONITORING.judge(facts.state is CaseState.IDENTIFIED, state=facts.state),
        may_be_eliminated(facts.safety_net),
        *income_stable(facts, day, setting),
        *guarantees_sound(facts.guarantees),
        *risks_gone(facts, day),
        NO_JUDGEMENT.judge(facts.judgement_recorded),
    )


@rule(
    31,
    Force.MUST,
    zh="消除风险后又出现新的风险，按程序重新识别",
    ours=("新建一个监测周期并关联前一个", "a new case, linked to the old one"),
)
def needs_new_case(last: CaseState | None) -> bool:
    """A risk found when no case is open takes a new case, all steps again, linked to the last one. Q31"""
    return last not in (CaseState.IDENTIFIED, CaseState.GREEN_CHANNEL)


@rule(25, Force.MUST, zh="须进行综合分析研判并记录")
def judgement_recorded(judgement: str) -> Verdict:
    """A comprehensive judgement is recorded, and says something. Q25"""
    return NO_JUDGEMENT.judge(bool(judgement.strip()))


@rule(25, Force.MUST, zh="消除的风险须为该监测对象识别时登记、尚未消除的风险")
def may_eliminate_risk(state: RiskState, *, of_the_case: bool) -> Verdict:
    """The risk to eliminate is a risk of the case that is still there. Q25"""
    return RISK_NOT_OPEN.judge(of_the_case and state is RiskState.OPEN)


@rule(
    31,
    Force.MUST,
    zh="一户同时只有一个监测对象；绿色通道中的农户完成识别即成为监测对象",
    ours=("已识别的不再重复识别，线索并入现有对象", "an identified household is not identified again"),
)
def may_be_identified(last: CaseState | None) -> Verdict:
    """A household already identified is not identified again; one in the green channel completes there. Q31"""
    return ALREADY_MONITORED.judge(needs_new_case(last) or last is CaseState.GREEN_CHANNEL)
