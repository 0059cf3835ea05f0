"""风险消除 Elimination: verified, reviewed, publicized, approved when every condition holds, announced. Q25–28, Q37

Income is what surveys of this case say, counted from the first one above the current year's threshold.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from api.database import Row
from api.rules.numbers.parameters import STABLE_INCOME_MONTHS
from api.rules.themes.continuation import Term, managed_after, runs_until
from api.rules.themes.elimination import (
    EliminationFacts,
    IncomeCheck,
    Risk,
    elimination_gate,
    judgement_recorded,
    may_eliminate_risk,
    risks_gone,
)
from api.rules.themes.four_eyes import different_persons
from api.rules.themes.procedure import approver_authorized, eliminated_on
from api.rules.themes.safety_net import may_be_eliminated
from api.rules.themes.survey import Income, per_capita_net_income
from api.rules.themes.threshold import threshold_for_elimination
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ActPair
from api.rules.words.vocabulary import (
    CaseState,
    Continuation,
    HouseholdKind,
    MeasureState,
    ProceedingKind,
    ProceedingState,
    RiskState,
)
from api.schema.bounds import REASON
from api.workflow.cases import procedure
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.cases.record import GAPS, case_consistent, household_consistent, read_record
from api.workflow.cases.survey import owe_yearly_update
from api.workflow.cases.verification import SURVEY_ARGUMENTS, record_survey, survey_sound, thresholds
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_STATE = ProceedingState
NAME = "elimination"
VERIFY, EXCEPTION = f"{NAME}.verify_at_home", f"{NAME}.record_exception"
_SURVEYS = """
select s.* from survey s where s.household = $1 and s.surveyed_on <= $3 and s.surveyed_on >= coalesce((
  select min(f.surveyed_on) from assessment a join survey f on f.id = a.survey
  join proceeding p on p.id = a.proceeding where p.monitoring_case = $2 and p.kind = 'IDENTIFICATION'),
  (select identified_on from monitoring_case where id = $2)) order by s.surveyed_on, s.id"""
_OPEN_CLUES = "select count(*) from clue where household = $1 and state = 'OPEN'"
_EXCEPTION = "select exists (select from act where monitoring_case = $1 and step = $2)"
_MEASURES = """
select id, state, continuation, ends_on from measure
where monitoring_case = $1 and state in ('DECLARED', 'UNDER_WAY')"""


async def read_conditions(ctx: HouseholdContext) -> None:
    """Read the facts that the gate of elimination judges, as they stand on the step's day. Q25–28"""
    household, case = ctx.household["id"], ctx.required_case["id"]
    declared, _ = await thresholds(ctx, ctx.on.year)
    applied = threshold_for_elimination(declared, ctx.path[::-1], ctx.on.year)
    surveys = await ctx.connection.fetch(_SURVEYS, household, case, ctx.on)
    risks = await ctx.connection.fetch("select state, eliminated_on from risk where monitoring_case = $1", case)
    ctx.facts["elimination"] = EliminationFacts(
        state=CaseState[ctx.required_case["state"]],
        safety_net=ctx.required_case["safety_net"],
        threshold=applied.threshold.amount if applied is not None else None,
        income=[IncomeCheck(row["surveyed_on"], _per_capita(row)) for row in surveys if row["counted"]],
        guarantees={guarantee: not surveys[-1][gap] for gap, guarantee in GAPS.items()} if surveys else {},
        risks=[Risk(RiskState[row["state"]], row["eliminated_on"]) for row in risks],
        open_clues=await ctx.connection.fetchval(_OPEN_CLUES, household),
        judgement_recorded=ctx.last(VERIFY) is not None,
        exception_recorded=await ctx.connection.fetchval(_EXCEPTION, case, EXCEPTION),
    )


def _per_capita(survey: Row) -> Decimal:
    amounts = {name: survey[name] for name in ("wages", "business", "transfers", "property", "business_expense")}
    return per_capita_net_income(Income(**amounts, members=survey["counted"]))


def not_safety_net(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A safety-net household is not eliminated for now. Q28"""
    yield may_be_eliminated(ctx.case is not None and ctx.case["safety_net"])


def approval_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Every condition, approved by the leading group and by nobody who verified. Q25–28, Q37"""
    subject = ctx.subject
    yield different_persons(ActPair.VERIFY_AND_APPROVE, ctx.persons(VERIFY), subject.person)
    yield approver_authorized(subject.tier, subject.department, authorized=False)
    yield from elimination_gate(ctx.facts["elimination"], ctx.on, ctx.setting(STABLE_INCOME_MONTHS))


def nothing_new(ctx: HouseholdContext) -> Iterable[Verdict]:
    """No new risk was found and no mark was set between approval and announcement. Q25, Q28"""
    yield from risks_gone(ctx.facts["elimination"], ctx.on)
    yield from not_safety_net(ctx)


async def _eliminate_risk(ctx: HouseholdContext) -> None:
    risk = ctx.references["risk"]
    state = RiskState.NATURAL if ctx.arguments["naturally"] else RiskState.STABLE
    await ctx.update("risk", risk["id"], state=state.name, eliminated_on=ctx.on)
    await ctx.update("monitoring_case", ctx.required_case["id"])


def risk_of_the_case(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The risk is an open one of this case. Q25"""
    risk = ctx.references["risk"]
    if ctx.case is not None:
        yield may_eliminate_risk(RiskState[risk["state"]], of_the_case=risk["monitoring_case"] == ctx.case["id"])


def judgement_written(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The comprehensive judgement says something. Q25"""
    yield judgement_recorded(ctx.arguments["judgement"])


async def _note_exception(ctx: HouseholdContext) -> None:
    await ctx.update("monitoring_case", ctx.required_case["id"])


async def _verify(ctx: HouseholdContext) -> None:
    await record_survey(ctx)


async def _mark(ctx: HouseholdContext) -> None:
    """Mark the case as eliminated; what has a term runs on, the rest ends; the yearly update is owed. Q19, Q30, Q39"""
    case, day = (
        ctx.required_case["id"],
        eliminated_on(ctx.required(ctx.required_proceeding["approved_on"], "an approval")),
    )
    await ctx.update("monitoring_case", case, state=CaseState.RISK_ELIMINATED.name, eliminated_on=day)
    for row in await ctx.connection.fetch(_MEASURES, case):
        await _end_measure(ctx, row, day)
    await owe_yearly_update(ctx, case, day, day.year + 1)
    ctx.notifications["household"] = "eliminated"
    ctx.notifications["managed_as"] = managed_after(HouseholdKind[ctx.household["kind_of_household"]]).name


async def _end_measure(ctx: HouseholdContext, row: Row, day: date) -> None:
    until = runs_until(Term(Continuation[row["continuation"]], row["ends_on"]), day)
    if until is None or until > ctx.on:
        return
    if row["state"] == MeasureState.UNDER_WAY.name:
        await ctx.update("measure", row["id"], state=MeasureState.COMPLETED.name, completed_on=until)
    else:
        await ctx.update(
            "measure", row["id"], state=MeasureState.STOPPED.name, stopped_reason=CaseState.RISK_ELIMINATED.zh
        )


WHY = Argument("why", str, "理由", "Why.", required=True, bound=REASON)
STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.ELIMINATION_ELIMINATE_RISK,
        target="MonitoringCase",
        standing=(CaseState.IDENTIFIED,),
        arguments=(
            Argument("risk", Reference("Risk"), "风险", "The risk.", required=True),
            Argument("naturally", bool, "自然消除", "Naturally; stably otherwise.", required=True),
            Argument("grounds", str, "消除依据", "What shows it.", required=True),
        ),
        guards=(risk_of_the_case,),
        effects=(_eliminate_risk,),
    ),
    Step(
        steps.ELIMINATION_RECORD_EXCEPTION,
        target="MonitoringCase",
        standing=(CaseState.IDENTIFIED,),
        arguments=(WHY,),
        effects=(_note_exception,),
    ),
    Step(
        steps.ELIMINATION_OPEN,
        target="MonitoringCase",
        to=_STATE.OPENED,
        standing=(CaseState.IDENTIFIED,),
        guards=(not_safety_net,),
    ),
    Step(
        steps.ELIMINATION_VERIFY_AT_HOME,
        sources=(_STATE.OPENED,),
        to=_STATE.VERIFIED,
        arguments=(
            *SURVEY_ARGUMENTS,
            Argument("judgement", str, "综合研判", "The comprehensive judgement. Q25", required=True),
        ),
        day_column="verified_on",
        facts=(read_record,),
        guards=(survey_sound, judgement_written, household_consistent, case_consistent),
        effects=(_verify,),
        makes=("survey",),
    ),
    *procedure.to_the_county(
        steps.ELIMINATION_HOLD_REVIEW,
        steps.ELIMINATION_OPEN_PUBLICITY,
        steps.ELIMINATION_SUBMIT,
        steps.ELIMINATION_REVIEW_AT_COUNTY,
        after=_STATE.VERIFIED,
    ),
    Step(
        steps.ELIMINATION_APPROVE,
        sources=(_STATE.COUNTY_REVIEWED,),
        to=_STATE.APPROVED,
        day_column="approved_on",
        facts=(read_conditions,),
        guards=(procedure.publicity_kept, approval_founded),
    ),
    Step(
        steps.ELIMINATION_ANNOUNCE,
        sources=(_STATE.APPROVED,),
        to=_STATE.ANNOUNCED,
        day_column="announced_on",
        facts=(read_conditions,),
        guards=(nothing_new,),
        effects=(procedure.finish, _mark),
    ),
    Step(
        steps.ELIMINATION_END,
        sources=(
            _STATE.OPENED,
            _STATE.VERIFIED,
            _STATE.REVIEWED,
            _STATE.PUBLICIZED,
            _STATE.SUBMITTED,
            _STATE.COUNTY_REVIEWED,
            _STATE.APPROVED,
        ),
        to=_STATE.ENDED,
        arguments=(WHY,),
        effects=(procedure.end,),
    ),
)

ELIMINATION = declare_workflow(
    Workflow(NAME, "风险消除", "Elimination of risk", STEPS, HouseholdHandler(ProceedingKind.ELIMINATION))
)
