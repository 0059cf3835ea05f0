"""识别认定 Identification: verify, authorize, review, publicize, review at county, approve, announce. Q33–36"""

from collections.abc import Iterable
from typing import Any

from api.rules.numbers.parameters import ENTRY_DAYS, IDENTIFICATION_DAYS
from api.rules.themes.assessment import decision_follows
from api.rules.themes.four_eyes import different_persons
from api.rules.themes.planning import plan_owed_from
from api.rules.themes.procedure import (
    approver_authorized,
    entered_in_time,
    entered_once,
    identified_in_time,
    identified_on,
)
from api.rules.themes.screening import refusal_well_founded
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ActPair, DeadlineKind, Outcome, RefusalGround, Route
from api.rules.words.vocabulary import CaseState, ClueState, ProceedingKind, ProceedingState, RiskState
from api.schema.bounds import REASON
from api.workflow.cases import procedure
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.green_channel import (
    complete,
    household_informed,
    not_monitored_yet,
    read_telling,
    route,
    verification_in_time,
    verified,
)
from api.workflow.cases.household import HouseholdHandler
from api.workflow.cases.record import household_consistent, read_record
from api.workflow.cases.verification import ASSESSMENT_ARGUMENTS, SURVEY_ARGUMENTS, assess_household, survey_sound
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_STATE = ProceedingState
NAME = "identification"
_DRAFTED = (  # what was drafted during identification belongs to the case from now on. Q34
    "update measure set monitoring_case = $2 where household = $1 and monitoring_case is null and plan is not null",
    "update plan set monitoring_case = $2 where household = $1 and monitoring_case is null",
)
_ENTRY_OWED = """
select runs_from from deadline where monitoring_case = $1 and kind = 'SYSTEM_ENTRY' and done_on is null"""
VERIFYING = (f"{NAME}.verify_at_home", f"{NAME}.take_authorization")


def approval_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The leading group's, by somebody who verified nothing, in time, following the assessment. Q7, Q33–34"""
    subject = ctx.subject
    yield different_persons(ActPair.VERIFY_AND_APPROVE, ctx.persons(*VERIFYING), subject.person)
    yield approver_authorized(subject.tier, subject.department, authorized=False)
    if ctx.clue is not None:
        setting = ctx.setting(IDENTIFICATION_DAYS)
        yield identified_in_time(route(ctx), ctx.clue["found_on"], ctx.on, ctx.on, setting)
    outcome = _outcome(ctx)
    if outcome is not None:
        yield decision_follows(outcome, identify=True)


def ending_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A refusal to identify follows the assessment, or owes a reason. Q7, Q11, Q13"""
    outcome = _outcome(ctx)
    if outcome is not None:
        yield decision_follows(outcome, identify=False)


def _outcome(ctx: HouseholdContext) -> Outcome | None:
    return Outcome[ctx.assessment["outcome"]] if ctx.assessment is not None else None


def refusal_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Holding the allowance is no ground. Q8"""
    yield refusal_well_founded(ctx.arguments["ground"])


def registered_in_time(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Entered in the system within ten days of approval, else an alert. Q36"""
    if ctx.facts["approved_on"] is not None:
        yield entered_in_time(ctx.facts["approved_on"], ctx.on, ctx.on, ctx.setting(ENTRY_DAYS))


async def read_approval(ctx: HouseholdContext) -> None:
    """The day of the county's approval, from which an ordinary identification is to be entered. Q36"""
    ctx.facts["approved_on"] = await ctx.connection.fetchval(_ENTRY_OWED, ctx.target["id"])


def not_registered_yet(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Entered in the system once. Q36"""
    if ctx.case is not None:
        yield entered_once(ctx.case["registered_on"])


async def _begin(ctx: HouseholdContext) -> None:
    if ctx.clue is not None and ctx.proceeding is not None:
        await ctx.connection.execute(
            "update proceeding set due_on = $2 where id = $1", ctx.proceeding["id"], ctx.clue["due_on"]
        )


async def _identify(ctx: HouseholdContext) -> None:
    """Make the case, or take it over from the green channel; its day is computed, never given. Q36"""
    how = route(ctx)
    entered = ctx.case["entered_on"] if ctx.case is not None and how is Route.GREEN_CHANNEL else None
    day = identified_on(how, ctx.on, entered)
    owed_from = plan_owed_from(how, day, ctx.on)
    frozen: dict[str, Any] = {
        "category": ctx.required_assessment["category"],
        "state": CaseState.IDENTIFIED.name,
        "identified_on": day,
        "due_on": ctx.due(DeadlineKind.PLAN, owed_from),
        "threshold": ctx.required_assessment["threshold"],
        "threshold_amount": ctx.required_assessment["threshold_amount"],
    }
    case = await _case(ctx, how, frozen)
    if how is Route.GREEN_CHANNEL:
        await complete(ctx, case)
    else:
        ctx.start_deadline(DeadlineKind.SYSTEM_ENTRY, ctx.on, monitoring_case=case)
    ctx.changes["monitoring_case"] = case
    ctx.start_deadline(DeadlineKind.PLAN, owed_from, monitoring_case=case)
    for drafted in _DRAFTED:
        await ctx.connection.execute(drafted, ctx.household["id"], case)
    await _close_clue(ctx, "IDENTIFIED")
    ctx.notifications["household"] = "identified"


async def _case(ctx: HouseholdContext, how: Route, frozen: dict[str, Any]) -> int:
    if how is Route.GREEN_CHANNEL and ctx.case is not None:
        await ctx.update("monitoring_case", ctx.case["id"], **frozen)
        case = int(ctx.case["id"])
    else:
        case = await ctx.insert(
            "monitoring_case",
            household=ctx.household["id"],
            previous=ctx.case["id"] if ctx.case is not None else None,
            safety_net=False,
            version=1,
            **frozen,
        )
    for kind in ctx.risks:
        ctx.defer_insert(
            "risk",
            household=ctx.household["id"],
            monitoring_case=case,
            kind=kind,
            state=RiskState.OPEN.name,
            found_on=ctx.clue["found_on"] if ctx.clue is not None else ctx.on,
        )
    return case


async def _close_clue(ctx: HouseholdContext, outcome: str) -> None:
    if ctx.clue is not None and ctx.clue["state"] == ClueState.OPEN.name:
        clue = ctx.clue["id"]
        await ctx.update("clue", clue, state=ClueState.CLOSED.name, closed_on=ctx.on, outcome=outcome)
        await ctx.meet_deadline(DeadlineKind.IDENTIFICATION, clue=clue)


async def _register(ctx: HouseholdContext) -> None:
    await ctx.update("monitoring_case", ctx.required_case["id"], registered_on=ctx.on)
    await ctx.meet_deadline(DeadlineKind.SYSTEM_ENTRY, monitoring_case=ctx.required_case["id"])


async def _end(ctx: HouseholdContext) -> None:
    if route(ctx) is Route.ORDINARY:  # inside the green channel the county exits it, and closes the clue
        await _close_clue(ctx, "NOT_IDENTIFIED")


STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.IDENTIFICATION_OPEN,
        target="Clue",
        to=_STATE.OPENED,
        standing=(ClueState.OPEN,),
        guards=(not_monitored_yet,),
        effects=(_begin,),
    ),
    Step(
        steps.IDENTIFICATION_VERIFY_AT_HOME,
        sources=(_STATE.OPENED,),
        to=_STATE.VERIFIED,
        arguments=(*SURVEY_ARGUMENTS, *ASSESSMENT_ARGUMENTS),
        day_column="verified_on",
        facts=(read_record, read_telling),
        guards=(survey_sound, verification_in_time, household_consistent, household_informed),
        effects=(assess_household, verified),
        makes=("survey", "assessment"),
    ),
    Step(
        steps.IDENTIFICATION_TAKE_AUTHORIZATION,
        sources=(_STATE.VERIFIED,),
        to=_STATE.AUTHORIZED,
        day_column="authorized_on",
    ),
    *procedure.to_the_county(
        steps.IDENTIFICATION_HOLD_REVIEW,
        steps.IDENTIFICATION_OPEN_PUBLICITY,
        steps.IDENTIFICATION_SUBMIT,
        steps.IDENTIFICATION_REVIEW_AT_COUNTY,
        after=_STATE.AUTHORIZED,
    ),
    Step(
        steps.IDENTIFICATION_APPROVE,
        sources=(_STATE.COUNTY_REVIEWED,),
        to=_STATE.APPROVED,
        day_column="approved_on",
        facts=(read_telling,),
        guards=(procedure.publicity_kept, not_monitored_yet, approval_founded, household_informed),
        effects=(_identify,),
    ),
    Step(
        steps.IDENTIFICATION_ANNOUNCE,
        sources=(_STATE.APPROVED,),
        to=_STATE.ANNOUNCED,
        day_column="announced_on",
        effects=(procedure.finish,),
    ),
    Step(
        steps.IDENTIFICATION_REGISTER,
        target="MonitoringCase",
        standing=(CaseState.IDENTIFIED,),
        facts=(read_approval,),
        guards=(not_registered_yet, registered_in_time),
        effects=(_register,),
    ),
    Step(
        steps.IDENTIFICATION_END,
        sources=(_STATE.VERIFIED, _STATE.AUTHORIZED, _STATE.REVIEWED, _STATE.SUBMITTED, _STATE.COUNTY_REVIEWED),
        to=_STATE.ENDED,
        arguments=(
            Argument("ground", RefusalGround, "不识别事由", "The ground on which it is not identified.", required=True),
            Argument("why", str, "理由", "Why it is not identified.", required=True, bound=REASON),
        ),
        guards=(ending_founded, refusal_founded),
        effects=(procedure.end, _end),
    ),
)

IDENTIFICATION = declare_workflow(
    Workflow(
        NAME, "识别认定", "Identification of monitoring objects", STEPS, HouseholdHandler(ProceedingKind.IDENTIFICATION)
    )
)
