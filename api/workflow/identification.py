"""识别认定 Identification: verify, authorize, review, publicize, review at county, approve, announce. Q33–36"""

from collections.abc import Iterable

from api.rules import steps
from api.rules.assessment import decision_follows
from api.rules.four_eyes import different_persons
from api.rules.judging import ActPair, DeadlineKind, Outcome, ReviewForm, Route
from api.rules.procedure import (
    approver_authorized,
    identified_in_time,
    identified_on,
    publicity_long_enough,
    review_form_named,
)
from api.rules.verdict import Verdict
from api.rules.vocabulary import CaseState, ClueState, ProceedingKind, ProceedingState, RiskState
from api.workflow.step import Argument, Step, Workflow, declare_workflow
from api.workflow.verification import ASSESSMENT_ARGUMENTS, SURVEY_ARGUMENTS, assess_household
from api.workflow.work import Work

_STATE = ProceedingState
NAME = "identification"
VERIFYING = (f"{NAME}.verify_at_home", f"{NAME}.take_authorization")


def publicity_kept(work: Work) -> Iterable[Verdict]:
    """Nothing that needs publicity closes before its fifth day. Q34"""
    if work.proceeding is not None and work.proceeding["publicized_on"] is not None:
        yield publicity_long_enough(work.proceeding["publicized_on"], work.on)


def review_named(work: Work) -> Iterable[Verdict]:
    """Another form of review is named. Q35"""
    yield review_form_named(work.given["form"], work.given.get("form_name") or "")


def approval_founded(work: Work) -> Iterable[Verdict]:
    """The leading group's, by somebody who verified nothing, in time, following the assessment. Q7, Q33–34"""
    subject = work.subject
    yield different_persons(ActPair.VERIFY_AND_APPROVE, work.persons(*VERIFYING), subject.person)
    yield approver_authorized(subject.tier, subject.department, authorized=False)
    if work.clue is not None:
        yield identified_in_time(route(work), work.clue["found_on"], work.on, work.on)
    outcome = _outcome(work)
    if outcome is not None:
        yield decision_follows(outcome, identify=True)


def ending_founded(work: Work) -> Iterable[Verdict]:
    """Not identifying follows the assessment, or owes a reason. Q7, Q11, Q13"""
    outcome = _outcome(work)
    if outcome is not None:
        yield decision_follows(outcome, identify=False)


def route(work: Work) -> Route:
    """How the household came to be identified: through the green channel when its open case is there. Q36"""
    inside = work.case is not None and work.case["state"] == CaseState.GREEN_CHANNEL.name
    return Route.GREEN_CHANNEL if inside else Route.ORDINARY


def _outcome(work: Work) -> Outcome | None:
    return Outcome[work.assessment["outcome"]] if work.assessment is not None else None


async def _begin(work: Work) -> None:
    if work.clue is not None and work.proceeding is not None:
        await work.connection.execute(
            "update proceeding set due_on = $2 where id = $1", work.proceeding["id"], work.clue["due_on"]
        )


async def _publicize(work: Work) -> None:
    assert work.proceeding is not None
    await work.owe(DeadlineKind.PUBLICITY, work.on, proceeding=work.proceeding["id"])


async def _publicity_met(work: Work) -> None:
    assert work.proceeding is not None
    await work.meet(DeadlineKind.PUBLICITY, proceeding=work.proceeding["id"])


async def _hold(work: Work) -> None:
    assert work.proceeding is not None
    await work.connection.execute(
        "update proceeding set review_form = $2 where id = $1", work.proceeding["id"], work.given["form"].name
    )


async def _identify(work: Work) -> None:
    """Make the case, or take it over from the green channel; its day is computed, never given. Q36"""
    assert work.proceeding is not None
    assert work.assessment is not None
    how = route(work)
    entered = work.case["entered_on"] if work.case is not None and how is Route.GREEN_CHANNEL else None
    frozen = {
        "category": work.assessment["category"],
        "state": CaseState.IDENTIFIED.name,
        "identified_on": identified_on(how, work.on, entered),
        "threshold": work.assessment["threshold"],
        "threshold_amount": work.assessment["threshold_amount"],
    }
    case = await _case(work, how, frozen)
    await work.connection.execute(
        "update proceeding set monitoring_case = $2 where id = $1", work.proceeding["id"], case
    )
    plan_due = await work.owe(DeadlineKind.PLAN, work.on, monitoring_case=case)
    await work.owe(DeadlineKind.SYSTEM_ENTRY, work.on, monitoring_case=case)
    await work.connection.execute("update monitoring_case set due_on = $2 where id = $1", case, plan_due)
    await _close_clue(work, "IDENTIFIED")
    work.told["household"] = "identified"


async def _case(work: Work, how: Route, frozen: dict[str, object]) -> int:
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
        await work.insert(
            "risk",
            household=work.household["id"],
            monitoring_case=case,
            kind=kind,
            state=RiskState.OPEN.name,
            found_on=work.clue["found_on"] if work.clue is not None else work.on,
        )
    return case


async def _close_clue(work: Work, outcome: str) -> None:
    if work.clue is not None:
        clue = work.clue["id"]
        await work.update("clue", clue, state=ClueState.CLOSED.name, closed_on=work.on, outcome=outcome)
        await work.meet(DeadlineKind.IDENTIFICATION, clue=clue)


async def _register(work: Work) -> None:
    assert work.case is not None
    await work.update("monitoring_case", work.case["id"], registered_on=work.on)
    await work.meet(DeadlineKind.SYSTEM_ENTRY, monitoring_case=work.case["id"])


async def _announce(work: Work) -> None:
    assert work.proceeding is not None
    await work.connection.execute("update proceeding set ended_on = $2 where id = $1", work.proceeding["id"], work.on)


async def _end(work: Work) -> None:
    assert work.proceeding is not None
    await work.connection.execute(
        "update proceeding set ended_on = $2, end_reason = $3 where id = $1",
        work.proceeding["id"],
        work.on,
        work.given["why"],
    )
    await _close_clue(work, "NOT_IDENTIFIED")


STEPS = (
    Step(
        steps.IDENTIFICATION_OPEN,
        target="Clue",
        to=_STATE.OPENED,
        effects=(_begin,),
    ),
    Step(
        steps.IDENTIFICATION_VERIFY_AT_HOME,
        sources=(_STATE.OPENED,),
        to=_STATE.VERIFIED,
        arguments=(*SURVEY_ARGUMENTS, *ASSESSMENT_ARGUMENTS),
        day_column="verified_on",
        effects=(assess_household,),
    ),
    Step(
        steps.IDENTIFICATION_TAKE_AUTHORIZATION,
        sources=(_STATE.VERIFIED,),
        to=_STATE.AUTHORIZED,
        day_column="authorized_on",
    ),
    Step(
        steps.IDENTIFICATION_HOLD_REVIEW,
        sources=(_STATE.AUTHORIZED,),
        to=_STATE.REVIEWED,
        arguments=(
            Argument("form", ReviewForm, "评议形式", "Form of the review. Q35", required=True),
            Argument("form_name", str, "其他形式名称", "Its name, when it is another form. Q35"),
        ),
        day_column="reviewed_on",
        guards=(review_named,),
        effects=(_hold,),
    ),
    Step(
        steps.IDENTIFICATION_OPEN_PUBLICITY,
        sources=(_STATE.REVIEWED,),
        to=_STATE.PUBLICIZED,
        day_column="publicized_on",
        same_day=True,
        effects=(_publicize,),
    ),
    Step(
        steps.IDENTIFICATION_SUBMIT,
        sources=(_STATE.PUBLICIZED,),
        to=_STATE.SUBMITTED,
        day_column="submitted_on",
        guards=(publicity_kept,),
        effects=(_publicity_met,),
    ),
    Step(
        steps.IDENTIFICATION_REVIEW_AT_COUNTY,
        sources=(_STATE.SUBMITTED,),
        to=_STATE.COUNTY_REVIEWED,
        day_column="county_reviewed_on",
    ),
    Step(
        steps.IDENTIFICATION_APPROVE,
        sources=(_STATE.COUNTY_REVIEWED,),
        to=_STATE.APPROVED,
        day_column="approved_on",
        guards=(publicity_kept, approval_founded),
        effects=(_identify,),
    ),
    Step(
        steps.IDENTIFICATION_ANNOUNCE,
        sources=(_STATE.APPROVED,),
        to=_STATE.ANNOUNCED,
        day_column="announced_on",
        effects=(_announce,),
    ),
    Step(
        steps.IDENTIFICATION_REGISTER,
        target="MonitoringCase",
        effects=(_register,),
    ),
    Step(
        steps.IDENTIFICATION_END,
        sources=(_STATE.VERIFIED, _STATE.AUTHORIZED, _STATE.REVIEWED, _STATE.SUBMITTED, _STATE.COUNTY_REVIEWED),
        to=_STATE.ENDED,
        arguments=(Argument("why", str, "理由", "Why it is not identified.", required=True),),
        guards=(ending_founded,),
        effects=(_end,),
    ),
)

IDENTIFICATION = declare_workflow(
    Workflow(NAME, "识别认定", "Identification of monitoring objects", ProceedingKind.IDENTIFICATION, STEPS)
)
