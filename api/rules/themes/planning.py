"""帮扶计划时限 Days by which plan and measures are to be declared: ten from identification, in principle. Q23"""

from datetime import date

from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import PLAN_DAYS
from api.rules.registry import rule
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import DeadlineKind, Force, Route
from api.rules.words.vocabulary import CaseState

PLAN_LATE = sentence(
    "PLAN_LATE",
    23,
    Force.SHOULD,
    zh="帮扶计划和措施原则上最迟应于 {due}（含当日）完成申报",
    en="plan and measures were to be declared by {due} in principle",
)

PLAN_WITHOUT_GROUND = sentence(
    "PLAN_WITHOUT_GROUND",
    34,
    Force.MUST,
    zh="既无监测对象，也未在识别中，不制定帮扶计划",
    en="there is neither a case nor an identification going on: no plan",
    ours=True,
)
PLAN_BEFORE_IDENTIFICATION = sentence(
    "PLAN_BEFORE_IDENTIFICATION",
    23,
    Force.MUST,
    zh="识别为监测对象后方可申报帮扶计划",
    en="a plan is declared once the household is identified",
)


@rule(34, Force.MAY, zh="可在识别期间同步制定帮扶计划", ours=("绿色通道内也可拟定", "in the green channel too"))
def may_be_drafted(state: CaseState | None, *, identifying: bool) -> Verdict:
    """A plan may be drafted as soon as identification is going on. Q34"""
    monitored = state in (CaseState.IDENTIFIED, CaseState.GREEN_CHANNEL)
    return PLAN_WITHOUT_GROUND.judge(monitored or identifying)


@rule(23, Force.MUST, zh="识别后申报帮扶计划和措施")
def may_be_declared(state: CaseState | None) -> Verdict:
    """A plan is declared for an identified household. Q23"""
    return PLAN_BEFORE_IDENTIFICATION.judge(state is CaseState.IDENTIFIED)


@rule(
    23,
    Force.SHOULD,
    zh="原则上识别后 10 天内完成帮扶计划制定和帮扶措施申报",
    uses=(PLAN_DAYS,),
    ours=("绿色通道对象自批准之日起算", "for a green-channel case the days run from its approval"),
)
def plan_owed_from(route: Route, identified_on: date, approved_on: date) -> date:
    """The ten days run from identification, for a green-channel case from its approval. Q23"""
    return approved_on if route is Route.GREEN_CHANNEL else identified_on


@rule((23, 34), Force.SHOULD, zh="计划可在识别期间同步起草，原则上 10 天内申报", uses=(PLAN_DAYS,))
def declared_in_time(
    owed_from: date, day: date, declared_on: date | None = None, setting: Setting | None = None
) -> Verdict:
    """Plan and measures are declared within ten days, in principle; drafting may start before. Q23, Q34"""
    due = due_on(DeadlineKind.PLAN, owed_from, setting)
    return PLAN_LATE.judge(not is_overdue(due, day, declared_on), due=due)
