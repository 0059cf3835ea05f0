"""信息采集表更新 Survey: a new revision of the year's survey; every year for an eliminated case too. Q12, Q25, Q39"""

from collections.abc import Iterable
from datetime import date

from api.rules.numbers.parameters import TRANSITION_END
from api.rules.themes.retention import update_owed, updated_in_time
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import CaseState
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.cases.record import case_consistent, household_consistent, read_record
from api.workflow.cases.verification import SURVEY_ARGUMENTS, record_survey, survey_sound
from api.workflow.engine.step import Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_OWED = """
select due_on from deadline where monitoring_case = $1 and kind = 'YEARLY_UPDATE' and done_on is null"""


async def owe_yearly_update(ctx: HouseholdContext, case: int, eliminated_on: date, year: int) -> date | None:
    """Write down the update of this year that an eliminated case owes; its day, None after the transition. Q39"""
    end = ctx.setting(TRANSITION_END).value
    due = update_owed(CaseState.RISK_ELIMINATED, eliminated_on, year, end if isinstance(end, date) else None)
    if due is not None:
        ctx.start_deadline(DeadlineKind.YEARLY_UPDATE, date(year, 1, 1), monitoring_case=case)
    await ctx.connection.execute("update monitoring_case set due_on = $2 where id = $1", case, due)
    return due


def update_in_time(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A year's update after its day is an alert that stays on record. Q39"""
    if ctx.facts["due_on"] is not None:
        yield updated_in_time(ctx.facts["due_on"], ctx.on, ctx.on)


async def read_owed(ctx: HouseholdContext) -> None:
    """The open yearly update of the household's newest case, if it owes one. Q39"""
    case = ctx.case["id"] if ctx.case is not None else None
    ctx.facts["due_on"] = await ctx.connection.fetchval(_OWED, case)


async def _revise(ctx: HouseholdContext) -> None:
    await record_survey(ctx)
    if ctx.case is not None and ctx.case_state is CaseState.RISK_ELIMINATED:
        case, eliminated_on = ctx.case["id"], ctx.case["eliminated_on"]
        if eliminated_on is not None and eliminated_on.year < ctx.on.year:
            await ctx.meet_deadline(DeadlineKind.YEARLY_UPDATE, monitoring_case=case)
            if ctx.facts["due_on"] is not None:
                await owe_yearly_update(ctx, case, eliminated_on, ctx.on.year + 1)


STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.SURVEY_REVISE,
        target="Household",
        arguments=SURVEY_ARGUMENTS,
        facts=(read_owed, read_record),
        guards=(survey_sound, update_in_time, household_consistent, case_consistent),
        effects=(_revise,),
        makes=("survey",),
    ),
)

SURVEY = declare_workflow(Workflow("survey", "信息采集表", "Revisions of the survey", STEPS, HouseholdHandler()))
