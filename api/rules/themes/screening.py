"""排查 Screening: who must be looked at, what comes first, what was missed, what is a rush. Q8, Q9, Q17, Q26, Q41"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.rules.holder import Later
from api.rules.numbers.parameters import POVERTY_ERA_STANDARD, RUSH_FACTOR, RUSH_HISTORY_MONTHS, RUSH_MINIMUM
from api.rules.registry import rule
from api.rules.verdict import Reason, Verdict, sentence
from api.rules.words.judging import Effect, Force, Missed, Outcome, RefusalGround, SocialAid
from api.rules.words.vocabulary import CaseState

ALLOWANCE_NO_REASON = sentence(
    "ALLOWANCE_NO_REASON",
    8,
    Force.MUST,
    zh="不得以落实低保为由不识别监测对象",
    en="holding the allowance is never a reason not to identify",
)
QUOTA = sentence(
    "QUOTA_FORBIDDEN",
    9,
    Force.MUST,
    zh="不得设置规模限制或风险消除比例要求",
    en="no quota of identification and no ratio of elimination may be set",
)
CLUE_PAST_ITS_TIME = sentence(
    "CLUE_PAST_ITS_TIME", 17, Force.MUST, zh="风险线索逾期未处理", en="a clue is past its time", effect=Effect.ALERT
)
OMITTED = sentence(
    "OMITTED",
    17,
    Force.MUST,
    zh="应识别而未识别（应纳未纳）",
    en="should have been identified, was not",
    effect=Effect.ALERT,
)
NEVER_SCREENED = sentence(
    "WARNING_NEVER_SCREENED",
    17,
    Force.MUST,
    zh="部门预警或比对结果未排查",
    en="a warning or comparison hit was never screened",
    effect=Effect.ALERT,
)
OFF_THE_BOOKS = sentence(
    "OFF_THE_BOOKS",
    17,
    Force.MUST,
    zh="已给予帮扶但未识别（体外循环）",
    en="helped outside the mechanism, not identified",
    effect=Effect.ALERT,
)
POORER_THAN_STANDARD = sentence(
    "BELOW_POVERTY_ERA_STANDARD",
    41,
    Force.MUST,
    zh="人均纯收入低于脱贫攻坚期扶贫标准，第一时间化解",
    en="income below the poverty-era standard: resolved first",
    effect=Effect.ALERT,
)
GAP_FIRST = sentence(
    "GAP_COMES_FIRST",
    41,
    Force.MUST,
    zh="“三保障”或饮水安全存在风险，第一时间化解",
    en="a guarantee or water at risk: resolved first",
    effect=Effect.ALERT,
)
RUSH = sentence(
    "RUSH",
    41,
    Force.MUST,
    zh="本月 {count} 户，历史月均 {mean} 户，疑似突击",
    en="{count} this month against a mean of {mean}: possibly a rush",
    effect=Effect.ALERT,
    ours=True,
)

SCREENED_AID = frozenset(
    {SocialAid.RURAL_ALLOWANCE, SocialAid.RURAL_ALLOWANCE_TOP, SocialAid.DISPERSED_EXTREME_POVERTY}
)
QUOTA_WORDS = ("quota", "规模上限", "规模限制", "名额", "识别指标", "消除指标", "消除比例", "消除率要求")
QUOTA_NAMES = frozenset(
    f"{most}_{what}"
    for most in ("max", "maximum", "cap", "limit", "target", "required")
    for what in ("cases", "identified", "identifications", "eliminated", "eliminations", "elimination_ratio")
)


@dataclass(frozen=True, slots=True)
class Watched:
    """Facts about a household that may have been missed; `last_outcome` is its newest assessment's, if any."""

    case: CaseState | None
    last_outcome: Outcome | None
    clue_overdue: bool
    warning_unscreened: bool
    risk_found: bool
    measures_outside: int


@rule(
    8,
    Force.MUST,
    zh="对新申请农村低保和分散供养特困的农户逐户排查",
    ours=("申请即生成排查任务，发现风险即生成线索", "a screening task on application, a clue when it finds risk"),
    held_by=Later.SCREENING,
)
def must_be_screened(applied_for: SocialAid) -> bool:
    """Every new applicant for rural allowance or dispersed extreme-poverty support is screened. Q8"""
    return applied_for in SCREENED_AID


@rule(8, Force.MUST, zh="坚决杜绝以落实低保为由不识别监测对象")
def refusal_well_founded(ground: RefusalGround) -> Verdict:
    """Holding the allowance is never a reason not to identify. Q8"""
    return ALLOWANCE_NO_REASON.judge(ground is not RefusalGround.ON_ALLOWANCE)


@rule(
    (9, 26),
    Force.MUST,
    zh="识别不得设置规模限制，消除不得设置比例要求",
    ours=("任何表、字段、设置都不得承载指标", "no table, input or setting can hold one"),
)
def holds_no_quota(names: Iterable[str]) -> tuple[Verdict, ...]:
    """No quota of identification and no ratio of elimination: not a name of a field or setting holds one. Q9, Q26"""
    quotas = [name for name in names if _names_quota(name.lower())]
    return tuple(QUOTA.judge(False, name=name) for name in quotas)


def _names_quota(name: str) -> bool:
    return name in QUOTA_NAMES or any(word in name for word in QUOTA_WORDS)


@rule(
    17,
    Force.MUST,
    zh="区分“应纳未纳”（未识别也未录入）和“体外循环”（发现后在机制外帮扶）",
    ours=(
        "线索逾期、应识别未识别、预警未排查、机制外措施为信号；持续跟踪和绿色通道不算",
        "the four signals; tracking and the green channel are neither",
    ),
    held_by=Later.SUPERVISION,
)
def missed(facts: Watched) -> tuple[tuple[Missed, Reason], ...]:
    """Signals that a household was omitted, or is helped off the books. Q17"""
    if facts.case in (CaseState.IDENTIFIED, CaseState.GREEN_CHANNEL) or facts.last_outcome is Outcome.TRACK:
        return ()
    owed = facts.last_outcome in (Outcome.MUST_IDENTIFY, Outcome.SHOULD_IDENTIFY)
    helped = facts.measures_outside > 0
    signals = [(Missed.OMITTED, CLUE_PAST_ITS_TIME)] if facts.clue_overdue else []
    if owed:
        signals.append((Missed.OMITTED, OMITTED))
    if facts.warning_unscreened:
        signals.append((Missed.OMITTED, NEVER_SCREENED))
    if helped and (owed or facts.risk_found):
        signals.append((Missed.OFF_THE_BOOKS, OFF_THE_BOOKS))
    return tuple((kind, sentence_.reason()) for kind, sentence_ in signals)


@rule(
    41,
    Force.MUST,
    zh="低于脱贫攻坚期扶贫标准的、“三保障”和饮水安全有风险的，第一时间化解",
    uses=(POVERTY_ERA_STANDARD,),
    ours=("扶贫标准的数额", "the standard's amount"),
    held_by=Later.SUPERVISION,
)
def comes_first(per_capita: Decimal, gap: bool, standard: Decimal = POVERTY_ERA_STANDARD.amount) -> tuple[Reason, ...]:
    """A household below the poverty-era standard, or with a guarantee or water gap, has first priority. Q41"""
    reasons = [POORER_THAN_STANDARD.reason()] if per_capita < standard else []
    return (*reasons, GAP_FIRST.reason()) if gap else tuple(reasons)


@rule(
    41,
    Force.MUST,
    zh="常态化开展，发现一户纳入一户，防止突击识别和突击消除",
    uses=(RUSH_FACTOR, RUSH_MINIMUM, RUSH_HISTORY_MONTHS),
    ours=("与本单位历史月均比较的方法", "the method of comparison"),
    held_by=Later.SUPERVISION,
)
def no_rush(
    count: int,
    history: Sequence[int],
    factor: Decimal = RUSH_FACTOR.amount,
    minimum: int = RUSH_MINIMUM.number,
) -> Verdict:
    """A month's identifications or eliminations do not burst beyond the unit's own history. Q41

    `history`: the counts of the unit's months before; without any, nothing is compared.
    """
    months = history[-RUSH_HISTORY_MONTHS.number :]
    mean = Decimal(sum(months)) / len(months) if months else Decimal(count)
    burst = count >= minimum and count > mean * factor
    return RUSH.judge(not burst, count=count, mean=f"{mean:.1f}")
