"""识别认定 Identification: verify, authorize, review, publicize, review at county, approve, announce. Q33–36"""

from collections.abc import Iterable
from typing import Any

from api.rules.numbers.parameters import IDENTIFICATION_DAYS
from api.rules.themes.assessment import decision_follows
from api.rules.themes.four_eyes import different_persons
from api.rules.themes.planning import plan_owed_from
from api.rules.themes.procedure import approver_authorized, entered_once, identified_in_time, identified_on
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ActPair, DeadlineKind, Outcome, Route
from api.rules.words.vocabulary import CaseState, ClueState, ProceedingKind, ProceedingState, RiskState
from api.workflow.cases import procedure
from api.workflow.cases.green_channel import complete, not_monitored_yet, route, verification_in_time, verified
from api.workflow.cases.verification import ASSESSMENT_ARGUMENTS, SURVEY_ARGUMENTS, assess_household, survey_sound
from api.workflow.engine.contexts import Work
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow

_STATE = ProceedingState
NAME = "identification"
_DRAFTED = (  # what was drafted during identification belongs to the case from now on. Q34
    "update measure set monitoring_case = $2 where household = $1 and monitoring_case is null and plan is not null",
    "update plan set monitoring_case = $2 where household = $1 and monitoring_case is null",
)
VERIFYING = (f"{NAME}.verify_at_home", f"{NAME}.take_authorization")


def approval_founded(work: Work) -> Iterable[Verdict]:
    """The leading group's, by somebody who verified nothing, in time, following the assessment. Q7, Q33–34"""
    subject = work.subject
    yield different_persons(ActPair.VERIFY_AND_APPROVE, work.persons(*VERIFYING), subject.person)
    yield approver_authorized(subject.tier, subject.department, authorized=False)
    if work.clue is not None:
        setting = work.setting(IDENTIFICATION_DAYS)
        yield identified_in_time(route(work), work.clue["found_on"], work.on, work.on, setting)
    outcome = _outcome(work)
    if outcome is not None:
        yield decision_follows(outcome, identify=True)


def ending_founded(work: Work) -> Iterable[Verdict]:
    """Not identifying follows the assessment, or owes a reason. Q7, Q11, Q13"""
    outcome = _outcome(work)
    if outcome is not None:
        yield decision_follows(outcome, identify=False)


def _outcome(work: Work) -> Outcome | None:
    return Outcome[work.assessment["outcome"]] if work.assessment is not None else None


def not_registered_yet(work: Work) -> Iterable[Verdict]:
    """Entered in the system once. Q36"""
    if work.case is not None:
        yield entered_once(work.case["registered_on"])


async def _begin(work: Work) -> None:
    if work.clue is not None and work.proceeding is not None:
        await work.connection.execute(
            "update proceeding set due_on = $2 where id = $1", work.proceeding["id"], work.clue["due_on"]
        )


async def _identify(work: Work) -> None:
    """Make the case, or take it over from the green channel; its day is computed, never given. Q36"""
    assert work.proceeding is not None
    assert work.assessment is not None
    how = route(work)
    entered = work.case["entered_on"] if work.case is not None and how is Route.GREEN_CHANNEL else None
    day = identified_on(how, work.on, entered)
    owed_from = plan_owed_from(how, day, work.on)
    frozen: dict[str, Any] = {
        "category": work.assessment["category"],
        "state": CaseState.IDENTIFIED.name,
        "identified_on": day,
        "due_on": work.due(DeadlineKind.PLAN, owed_from),
        "threshold": work.assessment["threshold"],
        "threshold_amount": work.assessment["threshold_amount"],
    }
    case = await _case(work, how, frozen)
    if how is Route.GREEN_CHANNEL:
        await complete(work, case)
    else:
        work.owe(DeadlineKind.SYSTEM_ENTRY, work.on, monitoring_case=case)
    work.changes["monitoring_case"] = case
    work.owe(DeadlineKind.PLAN, owed_from, monitoring_case=case)
    for drafted in _DRAFTED:
        await work.connection.execute(drafted, work.household["id"], case)
    await _close_clue(work, "IDENTIFIED")
    work.told["household"] = "identified"


async def _case(work: Work, how: Route, frozen: dict[str, Any]) -> int:
    assert work.assessment is not None
    if how is Route.GREEN_CHANNEL and work.case is not None:
        await work.update("monitoring_case", work.case["id"], **frozen)
        case = int(work.case["id"])
    else:
        case = await work.insert(
            "monitoring_case",
            household=work.household["id"],
            previous=work.case["id"] if work.case is not None else None,
            safety_net=False,
            version=1,
            **frozen,
        )
    for kind in work.risks:
        work.add(
            "risk",
            household=work.household["id"],
            monitoring_case=case,
            kind=kind,
            state=RiskState.OPEN.name,
            found_on=work.clue["found_on"] if work.clue is not None else work.on,
        )
    return case


async def _close_clue(work: Work, outcome: str) -> None:
    if work.clue is not None and work.clue["state"] == ClueState.OPEN.name:
        clue = work.clue["id"]
        await work.update("clue", clue, state=ClueState.CLOSED.name, closed_on=work.on, outcome=outcome)
        await work.meet(DeadlineKind.IDENTIFICATION, clue=clue)


async def _register(work: Work) -> None:
    assert work.case is not None
    await work.update("monitoring_case", work.case["id"], registered_on=work.on)
    await work.meet(DeadlineKind.SYSTEM_ENTRY, monitoring_case=work.case["id"])


async def _end(work: Work) -> None:
    if route(work) is Route.ORDINARY:  # inside the green channel the county exits it, and closes the clue
        await _close_clue(work, "NOT_IDENTIFIED")


STEPS = (
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
        guards=(survey_sound, verification_in_time),
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
        guards=(procedure.publicity_kept, not_monitored_yet, approval_founded),
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
        guards=(not_registered_yet,),
        effects=(_register,),
    ),
    Step(
        steps.IDENTIFICATION_END,
        sources=(_STATE.VERIFIED, _STATE.AUTHORIZED, _STATE.REVIEWED, _STATE.SUBMITTED, _STATE.COUNTY_REVIEWED),
        to=_STATE.ENDED,
        arguments=(Argument("why", str, "理由", "Why it is not identified.", required=True),),
        guards=(ending_founded,),
        effects=(procedure.end, _end),
    ),
)

IDENTIFICATION = declare_workflow(
    Workflow(NAME, "识别认定", "Identification of monitoring objects", ProceedingKind.IDENTIFICATION, STEPS)
)
