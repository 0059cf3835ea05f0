"""帮扶 Assistance: a plan drafted and declared by the village, measures judged one by one and delivered. Q17–23, Q34"""

from collections.abc import Iterable

from api.rules.limits.tightening import whole_number
from api.rules.numbers.parameters import DEVELOPMENT_MEASURES, PLAN_DAYS
from api.rules.themes.assistance import (
    MeasureNature,
    PlanFacts,
    declared_by,
    delivers,
    funding_fits,
    kind_of_measure,
    plan_duties,
    still_helped,
)
from api.rules.themes.continuation import Term, term_known
from api.rules.themes.planning import declared_in_time, may_be_declared, may_be_drafted
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import DeadlineKind, FundUse
from api.rules.words.vocabulary import Continuation, Department, Funding, MeasureKind, MeasureState, PlanState
from api.schema.bounds import REASON
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.counting import labour_of_members
from api.workflow.cases.household import HouseholdHandler
from api.workflow.cases.measure_arguments import MEASURE_ARGUMENTS, NATURE
from api.workflow.cases.record import case_consistent, read_record
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_IDENTIFYING = """
select exists (select from proceeding where household = $1 and kind = 'IDENTIFICATION' and ended_on is null)"""
_OWED = """
select runs_from from deadline where monitoring_case = $1 and kind = 'PLAN' and done_on is null"""
_MEASURES = "select risk, kind from measure where monitoring_case = $1 and state <> 'STOPPED'"
_LEFT = "select kind from measure where monitoring_case = $1 and id <> $2 and state <> 'STOPPED'"
_RISKS = "select id from risk where monitoring_case = $1 and state = 'OPEN'"


async def read_identifying(ctx: HouseholdContext) -> None:
    """Read whether an identification is going on. Q34"""
    ctx.facts["identifying"] = await ctx.connection.fetchval(_IDENTIFYING, ctx.household["id"])


async def read_plan(ctx: HouseholdContext) -> None:
    """Read what the plan must answer and holds: labour, risks, and every measure of the case not stopped. Q20"""
    case = ctx.case["id"] if ctx.case is not None else None
    ctx.facts["labour"] = await labour_of_members(ctx)
    ctx.facts["risks"] = [str(row["id"]) for row in await ctx.connection.fetch(_RISKS, case)]
    ctx.facts["measures"] = await ctx.connection.fetch(_MEASURES, case)
    ctx.facts["owed_from"] = await ctx.connection.fetchval(_OWED, case)


def draft_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A plan is drafted for a case, or while one is being identified. Q34"""
    yield may_be_drafted(ctx.case_state, identifying=ctx.facts["identifying"])


def measure_sound(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A measure with a term has its end; funding for another use is on record as a warning. Q19, Q22"""
    yield term_known(Term(ctx.arguments["continuation"], ctx.arguments.get("ends_on")))
    funding, use = ctx.arguments.get("funding"), ctx.arguments.get("funding_use")
    if funding is not None:
        whole_household = ctx.arguments.get("to_household") is not False
        yield from funding_fits(funding, use or FundUse.OTHER, to_household=whole_household)


def plan_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The village declares a plan for an identified case, in time, with everything Q18 and Q20 ask. Q23"""
    facts = ctx.facts
    yield declared_by(ctx.subject.tier)
    yield may_be_declared(ctx.case_state)
    if facts["owed_from"] is not None:
        yield declared_in_time(facts["owed_from"], ctx.on, ctx.on, ctx.setting(PLAN_DAYS))
    measures = facts["measures"]
    yield from plan_duties(
        PlanFacts(
            labour=facts["labour"],
            willing=ctx.arguments["willing"],
            qualifies_for_safety_net=ctx.arguments["qualifies_for_safety_net"],
            risks=facts["risks"],
            answered=[str(row["risk"]) for row in measures if row["risk"] is not None],
            measures=[MeasureKind[row["kind"]] for row in measures],
        ),
        whole_number(ctx.setting(DEVELOPMENT_MEASURES)),
    )


def own_field(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A department delivers its own measures, township and village any. Q1"""
    if ctx.target is not None:
        owner = ctx.target["department"]
        yield delivers(Department[owner] if owner else None, ctx.subject.tier, ctx.subject.department)


async def read_left(ctx: HouseholdContext) -> None:
    """Labour, and the kinds of measure that the case keeps when this measure stops. Q8, Q18"""
    ctx.facts["labour"] = await labour_of_members(ctx)
    rows = await ctx.connection.fetch(_LEFT, ctx.target["monitoring_case"], ctx.target["id"])
    ctx.facts["left"] = [MeasureKind[row["kind"]] for row in rows]


def help_goes_on(ctx: HouseholdContext) -> Iterable[Verdict]:
    """An open case from which a measure is taken keeps another. Q8, Q18"""
    if ctx.open_case is not None:
        yield from still_helped(ctx.facts["labour"], ctx.facts["left"])


async def _draft(ctx: HouseholdContext) -> None:
    ctx.defer_insert_with_id(
        "plan",
        household=ctx.household["id"],
        monitoring_case=ctx.open_case["id"] if ctx.open_case is not None else None,
        state=PlanState.DRAFT.name,
        summary=ctx.arguments["summary"],
        drafted_on=ctx.on,
        version=1,
    )


async def _add(ctx: HouseholdContext) -> None:
    arguments, plan = ctx.arguments, ctx.references.get("plan")
    kind = kind_of_measure(MeasureNature(**{name: bool(arguments.get(name)) for name in NATURE})).kind
    words: dict[str, Department | Funding | FundUse | Continuation | None] = {
        name: arguments.get(name) for name in ("department", "funding", "funding_use", "continuation")
    }
    drafted = plan is not None and plan["state"] == PlanState.DRAFT.name
    ctx.defer_insert_with_id(
        "measure",
        household=ctx.household["id"],
        monitoring_case=ctx.open_case["id"] if ctx.open_case is not None else None,
        plan=arguments.get("plan"),
        risk=arguments.get("risk"),
        member=arguments.get("member"),
        kind=kind.name,
        state=MeasureState.DECLARED.name,
        declared_on=None if drafted else ctx.on,
        version=1,
        **{name: arguments.get(name) for name in ("theme", "item", "title", "amount", "ends_on")},
        **{name: word.name if word is not None else None for name, word in words.items()},
    )


async def _answer(ctx: HouseholdContext) -> None:
    await ctx.update("measure", ctx.target["id"], risk=ctx.arguments["risk"])


async def _declare(ctx: HouseholdContext) -> None:
    plan, case = ctx.target["id"], ctx.required_case["id"]
    await ctx.update("plan", plan, state=PlanState.DECLARED.name, declared_on=ctx.on)
    await ctx.connection.execute(
        "update measure set declared_on = $2, version = version + 1 where plan = $1 and declared_on is null",
        plan,
        ctx.on,
    )
    await ctx.meet_deadline(DeadlineKind.PLAN, monitoring_case=case)
    await ctx.connection.execute("update monitoring_case set due_on = null where id = $1", case)


async def _start(ctx: HouseholdContext) -> None:
    await ctx.update("measure", ctx.target["id"], state=MeasureState.UNDER_WAY.name, started_on=ctx.on)


async def _complete(ctx: HouseholdContext) -> None:
    await ctx.update("measure", ctx.target["id"], state=MeasureState.COMPLETED.name, completed_on=ctx.on)


async def _stop(ctx: HouseholdContext) -> None:
    why = ctx.arguments["why"]
    await ctx.update("measure", ctx.target["id"], state=MeasureState.STOPPED.name, stopped_reason=why)


STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.ASSISTANCE_DRAFT_PLAN,
        target="Household",
        arguments=(Argument("summary", str, "计划内容", "What will be done.", required=True),),
        facts=(read_identifying,),
        guards=(draft_founded,),
        effects=(_draft,),
        makes=("plan",),
    ),
    Step(
        steps.ASSISTANCE_ADD_MEASURE,
        target="Household",
        arguments=MEASURE_ARGUMENTS,
        guards=(measure_sound,),
        effects=(_add,),
        makes=("measure",),
    ),
    Step(
        steps.ASSISTANCE_ANSWER_RISK,
        target="Measure",
        standing=(MeasureState.DECLARED, MeasureState.UNDER_WAY),
        arguments=(Argument("risk", Reference("Risk"), "风险", "The risk it answers.", required=True),),
        effects=(_answer,),
    ),
    Step(
        steps.ASSISTANCE_DECLARE_PLAN,
        target="Plan",
        standing=(PlanState.DRAFT,),
        arguments=(
            Argument("willing", bool, "有劳动意愿", "Who is able to work is willing to. Q20", required=True),
            Argument("qualifies_for_safety_net", bool, "符合兜底条件", "Qualifies for the safety net.", required=True),
        ),
        facts=(read_plan, read_record),
        guards=(plan_founded, case_consistent),
        effects=(_declare,),
    ),
    Step(
        steps.ASSISTANCE_START_MEASURE,
        target="Measure",
        standing=(MeasureState.DECLARED,),
        guards=(own_field,),
        effects=(_start,),
    ),
    Step(
        steps.ASSISTANCE_COMPLETE_MEASURE,
        target="Measure",
        standing=(MeasureState.UNDER_WAY,),
        guards=(own_field,),
        effects=(_complete,),
    ),
    Step(
        steps.ASSISTANCE_STOP_MEASURE,
        target="Measure",
        standing=(MeasureState.DECLARED, MeasureState.UNDER_WAY),
        arguments=(Argument("why", str, "中止原因", "Why it stops.", required=True, bound=REASON),),
        facts=(read_left,),
        guards=(own_field, help_goes_on),
        effects=(_stop,),
    ),
)

ASSISTANCE = declare_workflow(
    Workflow("assistance", "帮扶", "Assistance plans and measures", STEPS, HouseholdHandler())
)
