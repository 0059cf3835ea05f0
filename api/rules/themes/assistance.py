"""帮扶 Kinds of measures, the duties of a plan to each person and household, and uses of bridging funds. Q18, Q20–23"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.rules.holder import Later
from api.rules.numbers.parameters import DEVELOPMENT_MEASURES, PLAN_DAYS
from api.rules.registry import rule
from api.rules.themes.responsibility import GRASSROOTS
from api.rules.verdict import Reason, Verdict, sentence
from api.rules.words.judging import Effect, Force, FundUse
from api.rules.words.vocabulary import Department, Funding, Labour, MeasureKind, Tier

TAKES_PART = sentence(
    "MEASURE_TAKES_PART",
    21,
    Force.MUST,
    zh="带动就业或参与生产、经营、管理、决策",
    en="employs them or lets them take part",
)
HANDOUT = sentence(
    "MEASURE_HANDOUT", 21, Force.MUST, zh="直接发钱发物不属于开发式帮扶", en="cash or goods handed out never count"
)
DIVIDEND = sentence(
    "MEASURE_DIVIDEND", 21, Force.MUST, zh="入股分红不属于开发式帮扶", en="dividends never count as development"
)
TRAINING_WITHOUT_EFFECT = sentence(
    "MEASURE_TRAINING_WITHOUT_EFFECT",
    21,
    Force.MUST,
    zh="对提升劳动能力没有直接作用的技能培训不属于开发式帮扶",
    en="training without a direct effect on ability never counts",
)
TAKES_NO_PART = sentence(
    "MEASURE_TAKES_NO_PART",
    21,
    Force.MUST,
    zh="未带动就业，也未参与生产、经营、管理、决策",
    en="neither employs them nor lets them take part",
)
IS_SAFETY_NET = sentence("MEASURE_SAFETY_NET", 20, Force.MUST, zh="社会综合保障措施", en="a social security measure")
WITHOUT_MEASURE = sentence(
    "CASE_WITHOUT_MEASURE", 18, Force.MUST, zh="监测对象都要落实帮扶措施", en="every case gets measures"
)
LEFT_WITHOUT_MEASURE = sentence(
    "CASE_LEFT_WITHOUT_MEASURE",
    18,
    Force.MUST,
    zh="中止后该监测对象没有帮扶措施，应及时落实其他措施",
    en="the case is left without a measure: another one is needed",
    effect=Effect.ALERT,
)
RISK_UNANSWERED = sentence(
    "RISK_UNANSWERED",
    20,
    Force.MUST,
    zh="有 {left} 项风险没有对应的帮扶措施",
    en="{left} risks have no measure that answers them",
)
DEVELOPMENT_OWED = sentence(
    "DEVELOPMENT_OWED",
    20,
    Force.MUST,
    zh="有劳动能力、有意愿的监测户至少落实 {least} 项开发式帮扶措施",
    en="a household able and willing to work has at least {least} development measures",
)
DEVELOPMENT_UNEXPLAINED = sentence(
    "DEVELOPMENT_UNEXPLAINED",
    20,
    Force.SHOULD,
    zh="弱劳力半劳力应创造条件探索开发式帮扶，未落实须说明",
    en="for weak or half labour development is explored: its absence is explained",
    ours=True,
)
SAFETY_NET_OWED = sentence(
    "SAFETY_NET_OWED",
    20,
    Force.MUST,
    zh="符合条件的无劳动能力监测户应做好兜底保障",
    en="a qualifying household without labour ability gets the safety net",
)
ONLY_SAFETY_NET = sentence(
    "ONLY_SAFETY_NET",
    8,
    Force.MUST,
    zh="有劳动能力的监测对象不得“一兜了之”",
    en="a household able to work is not left with safety-net measures alone",
    effect=Effect.ALERT,
)
COMBINATION_OWED = sentence(
    "COMBINATION_OWED",
    20,
    Force.MUST,
    zh="风险复杂的应实施综合性帮扶措施",
    en="several risks are answered by a combination of measures",
    effect=Effect.ALERT,
)
USE_NOT_NAMED = sentence(
    "FUND_USE_NOT_NAMED",
    22,
    Force.SHOULD,
    zh="《指南》未列明衔接资金的此项用途",
    en="a use of bridging funds the Guide does not name",
    effect=Effect.ALERT,
    ours=True,
)
NO_WORK_NO_PAY = sentence(
    "SUBSIDY_WITHOUT_WORK",
    22,
    Force.MAY,
    zh="倡导多干多补、少干少补、不干不补",
    en="pay follows work: no work, no subsidy",
)
NOT_TO_PERSON = sentence(
    "FUND_NOT_TO_PERSON",
    22,
    Force.MAY,
    zh="衔接资金优先保障到人到户项目",
    en="bridging funds serve to-person and to-household projects first",
)
NOT_DECLARED_BY_VILLAGE = sentence(
    "PLAN_NOT_BY_VILLAGE",
    23,
    Force.MUST,
    zh="帮扶计划和措施由村级制定申报",
    en="the plan and measures are drawn up and declared by the village",
)

NOT_ITS_FIELD = sentence(
    "MEASURE_OF_ANOTHER_FIELD",
    1,
    Force.MUST,
    zh="该措施由其他部门实施，本部门不得办理",
    en="this measure is delivered by another department",
)


@dataclass(frozen=True, slots=True)
class MeasureNature:
    """The effect of a measure. `takes_part`: employs, or lets take part in production, business, management."""

    takes_part: bool = False
    handout: bool = False
    dividend: bool = False
    training: bool = False
    improves_ability: bool = False
    social_security: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A measure's kind, and why."""

    kind: MeasureKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A household's plan: labour and willingness per member counted, risks, what answers them, kinds of measure."""

    labour: Sequence[Labour]
    willing: bool
    qualifies_for_safety_net: bool
    risks: Collection[str]
    answered: Collection[str]
    measures: Sequence[MeasureKind]
    absence_explained: bool = False


@rule(
    (20, 21),
    Force.MUST,
    zh="逐项判断：带动就业或参与的为开发式；发钱发物、入股分红、无直接作用的培训不属于开发式",
    ours=("按措施逐项判断，不按类别推定", "judged per measure, never by its group"),
)
def kind_of_measure(nature: MeasureNature) -> Judged:
    """Development employs them or lets them take part; handouts, dividends, idle training never count. Q21"""
    if nature.social_security:
        return Judged(MeasureKind.SAFETY_NET, IS_SAFETY_NET.reason())
    if nature.handout:
        return Judged(MeasureKind.OTHER, HANDOUT.reason())
    if nature.dividend:
        return Judged(MeasureKind.OTHER, DIVIDEND.reason())
    if nature.training and not nature.improves_ability:
        return Judged(MeasureKind.OTHER, TRAINING_WITHOUT_EFFECT.reason())
    if nature.takes_part or nature.training:
        return Judged(MeasureKind.DEVELOPMENT, TAKES_PART.reason())
    return Judged(MeasureKind.OTHER, TAKES_NO_PART.reason())


@rule(18, Force.MUST, zh="识别为监测对象后都要落实帮扶措施")
def has_measures(measures: int) -> Verdict:
    """Every case gets measures. Q18"""
    return WITHOUT_MEASURE.judge(measures > 0)


def _labour_duty(facts: PlanFacts, least: int) -> Verdict:
    """The one duty that the household's labour ability puts on its plan. Q20"""
    development = sum(1 for kind in facts.measures if kind is MeasureKind.DEVELOPMENT)
    if Labour.ABLE in facts.labour:
        return DEVELOPMENT_OWED.judge(not facts.willing or development >= least, least=least)
    if Labour.WEAK in facts.labour:
        return DEVELOPMENT_UNEXPLAINED.judge(development > 0 or facts.absence_explained)
    served = MeasureKind.SAFETY_NET in facts.measures
    return SAFETY_NET_OWED.judge(served or not facts.qualifies_for_safety_net)


@rule(
    (18, 20),
    Force.MUST,
    zh="因人因户制定计划：每项风险有措施，有劳动能力且有意愿的至少一项开发式，无劳动能力的兜底",
    uses=(DEVELOPMENT_MEASURES,),
    ours=("弱劳力未落实开发式须说明", "weak labour without development is explained"),
)
def plan_duties(facts: PlanFacts, least: int = DEVELOPMENT_MEASURES.number) -> tuple[Verdict, ...]:
    """The duties of a plan: an answer to every risk, development for the able, else the safety net. Q18, Q20"""
    left = len(set(facts.risks) - set(facts.answered))
    return (
        has_measures(len(facts.measures)),
        RISK_UNANSWERED.judge(left == 0, left=left),
        COMBINATION_OWED.judge(len(set(facts.risks)) < 2 or len(facts.measures) != 1),
        _labour_duty(facts, least),
        not_only_safety_net(facts.labour, facts.measures),
    )


@rule(8, Force.MUST, zh="坚决防止对有劳动能力的监测对象通过低保等政策“一兜了之”")
def not_only_safety_net(labour: Collection[Labour], measures: Collection[MeasureKind]) -> Verdict:
    """A case with labour ability is not left with safety-net measures alone. Q8"""
    alone = bool(measures) and all(kind is MeasureKind.SAFETY_NET for kind in measures)
    return ONLY_SAFETY_NET.judge(not (alone and Labour.ABLE in labour))


@rule((8, 18), Force.MUST, zh="中止措施后仍须有帮扶措施，有劳动能力的不得“一兜了之”")
def still_helped(labour: Collection[Labour], measures: Collection[MeasureKind]) -> tuple[Verdict, ...]:
    """A case from which a measure is taken keeps another, not of the safety net alone where somebody can work. Q18"""
    return LEFT_WITHOUT_MEASURE.judge(bool(measures)), not_only_safety_net(labour, measures)


@rule(
    22,
    Force.SHOULD,
    zh="衔接资金优先到人到户，用于贴息、发展补贴、利益联结、车间和公益岗、交通补助、雨露计划、以工代赈",
    ours=("其他用途提示预警，不予拒绝", "another use is warned, not refused"),
)
def funding_fits(
    funding: Funding, use: FundUse, *, to_household: bool = True, works: bool = True
) -> tuple[Verdict, ...]:
    """Bridging funds go to persons and households first, to the uses the Guide names, and pay follows work. Q22"""
    bridging = funding is Funding.BRIDGING_FUND
    return (
        USE_NOT_NAMED.judge(not bridging or use is not FundUse.OTHER),
        NO_WORK_NO_PAY.judge(not bridging or use is not FundUse.DEVELOPMENT_SUBSIDY or works),
        NOT_TO_PERSON.judge(not bridging or to_household),
    )


@rule(23, Force.MUST, zh="村级制定帮扶计划、申报帮扶措施，县级乡村振兴部门跟踪督促行业部门", uses=(PLAN_DAYS,))
def declared_by(tier: Tier) -> Verdict:
    """The village draws up and declares plan and measures. Q23"""
    return NOT_DECLARED_BY_VILLAGE.judge(tier is Tier.VILLAGE)


@rule(1, Force.MUST, zh="行业部门在各自领域落实帮扶措施，乡村两级协助落实")
def delivers(owner: Department | None, tier: Tier, department: Department) -> Verdict:
    """A department delivers the measures of its own field; township and village deliver any. Q1

    Which department it is is not told: that of a health measure would tell illness or disability.
    """
    return NOT_ITS_FIELD.judge(tier in GRASSROOTS or owner is department)


@rule(23, Force.MUST, zh="县级乡村振兴部门跟踪督促相关行业部门尽快落实措施", held_by=Later.SUPERVISION)
def urges_departments(tier: Tier, department: Department) -> bool:
    """County rural revitalization tracks the measures and urges the sector departments. Q23"""
    return tier is Tier.COUNTY and department is Department.RURAL_REVITALIZATION
