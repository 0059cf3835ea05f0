"""研判 Assessment of a household: a total function from facts to outcome, category and reasons. Q2, Q3, Q7, Q11, Q13

The unit is the household. Every combination of facts has an answer; where the Guide is silent the answer is that
an official decides with reasons (ours). Nothing here counts how many are identified (Q9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from api.rules.numbers.parameters import HIGH_INCOME_FACTOR
from api.rules.registry import rule
from api.rules.verdict import Reason, Verdict, sentence
from api.rules.words.judging import Effect, Force, Outcome
from api.rules.words.vocabulary import Category, HouseholdKind, Tier

IN_RANGE = sentence("IN_RANGE", 11, Force.MAY, zh="人均纯收入未超出监测范围", en="income does not exceed the threshold")
ABOVE_RANGE = sentence("ABOVE_RANGE", 3, Force.MAY, zh="人均纯收入超出监测范围", en="income exceeds the threshold")
GAP_CANNOT_COPE = sentence(
    "GAP_CANNOT_COPE",
    13,
    Force.MUST,
    zh="在监测范围内，“三保障”或饮水安全未保障（含临时），依靠自身能力无法解决，应识别，第一时间落实帮扶",
    en="in range with a gap, even temporary, that it cannot solve alone: must be identified, helped at once",
)
GAP_AT_RISK = sentence(
    "GAP_AT_RISK",
    7,
    Force.SHOULD,
    zh="“三保障”或饮水安全出现突出问题，自身难以解决，存在返贫致贫风险",
    en="a prominent guarantee or water gap it cannot solve alone, with risk of poverty",
)
HARDSHIP_AT_RISK = sentence(
    "HARDSHIP_AT_RISK",
    7,
    Force.SHOULD,
    zh="基本生活出现严重困难，自身难以解决，存在返贫致贫风险",
    en="serious hardship of basic living it cannot solve alone, with risk of poverty",
)
SHOCK_AT_RISK = sentence(
    "SHOCK_AT_RISK",
    7,
    Force.SHOULD,
    zh="刚性支出较大或收入大幅缩减致基本生活严重困难，自身难以解决，存在返贫致贫风险",
    en="large rigid expense or a sharp income fall makes living seriously hard, cannot solve it alone, at risk",
)
HIGH_INCOME_COPES = sentence(
    "HIGH_INCOME_COPES",
    13,
    Force.MUST,
    zh="收入较高，“三保障”或饮水安全问题可自行解决：不识别，持续跟踪，督促尽快解决",
    en="high income and a gap it can solve alone: not identified, followed and urged until solved",
)
STABLE_NO_RISK = sentence(
    "STABLE_NO_RISK",
    11,
    Force.MAY,
    zh="收入稳定，“三保障”和饮水安全没有问题，不存在风险：经严格认定可不识别",
    en="stable income, no gap, no risk: may be left unidentified after a strict determination",
)
GUIDE_SILENT = sentence(
    "GUIDE_SILENT",
    7,
    Force.SHOULD,
    zh="《指南》未规定此种情形，由干部研判并记录理由",
    en="the Guide does not say: an official decides and records why",
    ours=True,
)
CONDITIONS_NOT_MET = sentence(
    "CONDITIONS_NOT_MET",
    7,
    Force.MUST,
    zh="不符合监测对象认定条件",
    en="the conditions of a monitoring object are not met",
)
MUST_BE_IDENTIFIED = sentence(
    "MUST_BE_IDENTIFIED",
    13,
    Force.MUST,
    zh="研判结论为应识别，不得作“不予识别”处理",
    en="the assessment says it must be identified: it may not be left out",
)
DECISION_OWES_REASON = sentence(
    "DECISION_OWES_REASON",
    7,
    Force.SHOULD,
    zh="研判结论为{outcome}，此决定须记录理由",
    en="the assessment says {outcome}: give a reason for this decision",
    effect=Effect.REASON,
)


AVERAGE_OF_NO_COUNTY = sentence(
    "RURAL_AVERAGE_OF_NO_COUNTY",
    13,
    Force.MUST,
    zh="农村人均收入按县登记",
    en="a rural average is a county's",
    ours=True,
)
AVERAGE_NOT_POSITIVE = sentence(
    "RURAL_AVERAGE_NOT_POSITIVE",
    13,
    Force.MUST,
    zh="农村人均收入应为正数金额",
    en="a rural average is a positive amount",
)


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """Facts verified at home that the assessment reads. Q7

    `gap` a prominent problem of a guarantee or water, even temporary; `hardship` serious hardship of basic living,
    above the range only that from large rigid expense or a sharp fall of income; `income_stable`, `can_cope_alone`
    are judgements recorded with reason and author; `high_income` as `is_high_income` says; `risk` of poverty.
    """

    kind: HouseholdKind
    in_range: bool
    gap: bool
    hardship: bool
    income_stable: bool
    can_cope_alone: bool
    high_income: bool
    risk: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Outcome, the category an identification would have (None when there is none), and why."""

    outcome: Outcome
    category: Category | None
    reasons: tuple[Reason, ...]


@rule(
    13,
    Force.MAY,
    zh="收入较高：扣除合规自付支出后人均收入明显高于当地农村平均水平",
    uses=(HIGH_INCOME_FACTOR,),
    ours=(
        "以县农村人均收入为准，达到 k 倍为“明显高于”",
        "compared with the county's rural average, clearly = k times it",
    ),
)
def is_high_income(
    after_expense_per_capita: Decimal, county_rural_average: Decimal, factor: Decimal = HIGH_INCOME_FACTOR.amount
) -> bool:
    """High income: per capita after compliant expense at or above k times the county's rural average. Q13"""
    return after_expense_per_capita >= county_rural_average * factor


@rule(
    13,
    Force.MAY,
    zh="以本县最近一年已公布的农村人均收入比较；从未登记的不认定为收入较高",
    ours=("没有平均数据时不排除识别", "without an average nobody is kept out"),
)
def average_in_force(averages: Mapping[int, Decimal], year: int) -> tuple[int, Decimal] | None:
    """The county's newest average up to a year, with its year; None when none was ever recorded. Q13"""
    years = [candidate for candidate in averages if candidate <= year]
    return (max(years), averages[max(years)]) if years else None


@rule(13, Force.MUST, zh="农村人均收入按县登记，为正数金额", ours=("按县登记", "recorded per county"))
def average_sound(tier: Tier, amount: Decimal) -> tuple[Verdict, ...]:
    """A rural average is a positive amount of a county. Q13"""
    return AVERAGE_OF_NO_COUNTY.judge(tier is Tier.COUNTY), AVERAGE_NOT_POSITIVE.judge(amount > 0)


@rule(
    (2, 3),
    Force.MUST,
    zh="类别由户类型与监测范围推算：脱贫不稳定户、边缘易致贫户、突发严重困难户，不得手填",
    ours=("类别只推算、不录入", "the category is computed, never typed"),
)
def category_of(kind: HouseholdKind, in_range: bool) -> Category:
    """The category follows from the household's kind and the range: it is never typed. Q2, Q3"""
    if not in_range:
        return Category.SUDDEN_HARDSHIP
    return Category.UNSTABLE_LIFTED if kind is HouseholdKind.LIFTED else Category.MARGINAL


def _hard_reasons(facts: HouseholdFacts) -> list[Reason]:
    """Reasons under which the household falls under Q7: needs it cannot meet alone while at risk."""
    if facts.can_cope_alone or not facts.risk:
        return []
    reasons = [GAP_AT_RISK.reason()] if facts.gap else []
    if facts.hardship:
        reasons.append((HARDSHIP_AT_RISK if facts.in_range else SHOCK_AT_RISK).reason())
    return reasons


def _outcome(facts: HouseholdFacts) -> tuple[Outcome, list[Reason]]:
    reasons = _hard_reasons(facts)
    if facts.in_range and facts.gap and not facts.can_cope_alone:
        return Outcome.MUST_IDENTIFY, [GAP_CANNOT_COPE.reason(), *reasons]
    if reasons:
        return Outcome.SHOULD_IDENTIFY, reasons
    if facts.gap and facts.can_cope_alone and facts.high_income:
        return Outcome.TRACK, [HIGH_INCOME_COPES.reason()]
    unsolved = facts.hardship and not facts.can_cope_alone
    if facts.gap or unsolved:
        return Outcome.OFFICIAL_DECIDES, [GUIDE_SILENT.reason()]
    if not facts.in_range:
        return Outcome.NOT_IDENTIFIED, [CONDITIONS_NOT_MET.reason()]
    if facts.income_stable and not facts.risk:
        return Outcome.MAY_NOT_IDENTIFY, [STABLE_NO_RISK.reason()]
    return Outcome.OFFICIAL_DECIDES, [GUIDE_SILENT.reason()]


@rule(
    (7, 11, 13),
    Force.SHOULD,
    zh="以家庭为单位综合研判收入、合规自付支出、突出困难和自主应对能力，得出结论、类别和理由",
    ours=("《指南》未规定的情形由干部研判并说明理由", "where the Guide is silent an official decides with reasons"),
)
def assess(facts: HouseholdFacts) -> Assessment:
    """Income, expense, difficulties and self-coping ability weighed together, for the household. Q7, Q11, Q13"""
    outcome, reasons = _outcome(facts)
    uncategorized = outcome in (Outcome.TRACK, Outcome.NOT_IDENTIFIED)
    category = None if uncategorized else category_of(facts.kind, facts.in_range)
    ground = IN_RANGE if facts.in_range else ABOVE_RANGE
    return Assessment(outcome, category, (ground.reason(), *reasons))


@rule(
    (7, 11, 13),
    Force.SHOULD,
    zh="应识别的不得作“不予识别”处理；偏离“一般应识别”、可不识别和由干部研判的决定须记录理由；不符合条件的不识别",
    ours=("识别“持续跟踪”的户须说明理由", "identifying a household to be tracked owes a reason"),
)
def decision_follows(outcome: Outcome, identify: bool) -> Verdict:
    """A decision to identify, or not to, follows the assessment, owes a reason, or is barred. Q7, Q11, Q13"""
    if outcome is Outcome.MUST_IDENTIFY:
        return MUST_BE_IDENTIFIED.judge(identify)
    if outcome is Outcome.NOT_IDENTIFIED:
        return CONDITIONS_NOT_MET.judge(not identify)
    agreed = {Outcome.SHOULD_IDENTIFY: True, Outcome.TRACK: False, Outcome.MAY_NOT_IDENTIFY: True}.get(outcome)
    return DECISION_OWES_REASON.judge(agreed is identify, outcome=outcome)
