"""工作台账 Places whose share of uneliminated persons is large: a ledger, not a fault, not a cap. Q32"""

from dataclasses import dataclass
from decimal import Decimal

from api.rules.holder import Later
from api.rules.numbers.parameters import LARGE_SHARE, LARGE_SHARE_WEST
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Effect, Force
from api.rules.words.vocabulary import CaseState

SHARE_LARGE = sentence(
    "SHARE_LARGE",
    32,
    Force.MUST,
    zh="未消除风险监测对象 {persons} 人，占农村户籍人口 {population} 人的比例超过 {line}：建立台账，加强跟踪监测",
    en="{persons} uneliminated of {population} rural hukou persons, above {line}: keep a ledger and track closely",
    effect=Effect.ALERT,
)
WITHOUT_MEASURES = sentence(
    "LEDGER_WITHOUT_MEASURES",
    32,
    Force.MUST,
    zh="台账中 {cases} 户未消除风险监测对象未落实帮扶措施",
    en="{cases} uneliminated cases of the ledger have no measures",
    effect=Effect.ALERT,
)
NOT_SCREENED = sentence(
    "LEDGER_NOT_SCREENED",
    32,
    Force.MUST,
    zh="须全面排查预警规模性返贫风险",
    en="the risk of large-scale relapse is to be screened for",
    effect=Effect.ALERT,
)


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """A township or village: persons in uneliminated cases without marked safety-net ones, rural hukou persons."""

    persons: int
    population: int
    western: bool
    cases_without_measures: int = 0
    screened: bool = True


@rule(
    32,
    Force.MUST,
    zh="未消除风险监测对象不含已标识的整户无劳动能力兜底保障户",
    ours=("绿色通道中尚未识别的不计", "green-channel cases not yet identified are not counted"),
    held_by=Later.SUPERVISION,
)
def counted_in_share(state: CaseState, safety_net: bool) -> bool:
    """Uneliminated identified cases count, marked safety-net ones do not. Q32"""
    return state is CaseState.IDENTIFIED and not safety_net


def line_of(western: bool) -> Decimal:
    """The share above which a ledger is kept: 2 %, in the west 3 %. Q32"""
    return (LARGE_SHARE_WEST if western else LARGE_SHARE).amount


@rule(
    32,
    Force.MUST,
    zh="比例超过 2%（西部 3%）的乡、村逐一建立台账；不是差错，也不是上限",
    uses=(LARGE_SHARE, LARGE_SHARE_WEST),
    held_by=Later.SUPERVISION,
)
def share_is_large(facts: LedgerFacts, line: Decimal | None = None) -> bool:
    """More than 2 % (west 3 %) of the rural hukou population: exactly the line is not more. Q32

    >>> share_is_large(LedgerFacts(persons=20, population=1000, western=False))
    False
    """
    line = line_of(facts.western) if line is None else line
    return facts.persons > facts.population * line


@rule(
    32, Force.MUST, zh="台账乡、村：未消除风险的全部落实帮扶措施，全面排查预警规模性返贫风险", held_by=Later.SUPERVISION
)
def ledger_duties(facts: LedgerFacts, line: Decimal | None = None) -> tuple[Verdict, ...]:
    """A ledger unit is alerted, helps every uneliminated case, and screens for large-scale risk. Q32"""
    if not share_is_large(facts, line):
        return ()
    line = line_of(facts.western) if line is None else line
    return (
        SHARE_LARGE.judge(False, persons=facts.persons, population=facts.population, line=f"{line * 100:f}%"),
        WITHOUT_MEASURES.judge(facts.cases_without_measures == 0, cases=facts.cases_without_measures),
        NOT_SCREENED.judge(facts.screened),
    )
