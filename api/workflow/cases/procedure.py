"""程序共有环节 Steps that identification and elimination share: review, publicity, county review, end. Q33–35, Q37"""

from collections.abc import Iterable

from api.rules.numbers.parameters import PUBLICITY_DAYS
from api.rules.themes.procedure import publicity_long_enough, publicity_once_in_village, review_form_named
from api.rules.verdict import Verdict
from api.rules.words.judging import DeadlineKind, ReviewForm
from api.rules.words.steps import StepId
from api.rules.words.vocabulary import ProceedingState
from api.schema.bounds import SHORT
from api.workflow.cases.context import HouseholdContext
from api.workflow.engine.step import Argument, Step

_STATE = ProceedingState
REVIEW_ARGUMENTS = (
    Argument("review_form", ReviewForm, "评议形式", "Form of the review. Q35", required=True),
    Argument("review_form_name", str, "其他形式名称", "Its name, when it is another form. Q35", bound=SHORT),
)


def publicity_kept(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Publicity lasts at least five days before a decision that needs it is closed. Q34"""
    if ctx.proceeding is not None and ctx.proceeding["publicized_on"] is not None:
        yield publicity_long_enough(ctx.proceeding["publicized_on"], ctx.on, ctx.setting(PUBLICITY_DAYS))


def publicity_once(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Publicity is held in the village, and once in a proceeding, in principle. Q33"""
    earlier = sum(1 for act in ctx.acts if act["step"] == ctx.action)
    yield publicity_once_in_village(ctx.subject.tier, earlier)


def review_named(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A review in another form names the form. Q35"""
    yield review_form_named(ctx.arguments["review_form"], ctx.arguments.get("review_form_name") or "")


async def _keep_form(ctx: HouseholdContext) -> None:
    """Keep the form of the review. Q35"""
    ctx.changes["review_form"] = ctx.arguments["review_form"].name


async def _open_publicity(ctx: HouseholdContext) -> None:
    """The five days begin. Q34"""
    ctx.start_deadline(DeadlineKind.PUBLICITY, ctx.on, proceeding=ctx.required_proceeding["id"])


async def _close_publicity(ctx: HouseholdContext) -> None:
    """The five days were kept. Q34"""
    await ctx.meet_deadline(DeadlineKind.PUBLICITY, proceeding=ctx.required_proceeding["id"])


async def finish(ctx: HouseholdContext) -> None:
    """The proceeding has reached its goal. Q33"""
    ctx.changes["ended_on"] = ctx.on


async def end(ctx: HouseholdContext) -> None:
    """The proceeding ends without its goal; the reason is stored, and its publicity limit no longer runs."""
    ctx.changes.update(ended_on=ctx.on, end_reason=ctx.arguments["why"])
    await ctx.meet_deadline(DeadlineKind.PUBLICITY, proceeding=ctx.required_proceeding["id"])


def to_the_county(
    review: StepId, publicity: StepId, submission: StepId, at_county: StepId, *, after: ProceedingState
) -> tuple[Step[HouseholdContext], ...]:
    """The four steps from the village's review to the county's, each under the name it has there. Q33, Q37"""
    return (
        Step(
            review,
            sources=(after,),
            to=_STATE.REVIEWED,
            arguments=REVIEW_ARGUMENTS,
            day_column="reviewed_on",
            guards=(review_named,),
            effects=(_keep_form,),
        ),
        Step(
            publicity,
            sources=(_STATE.REVIEWED,),
            to=_STATE.PUBLICIZED,
            day_column="publicized_on",
            same_day=True,
            guards=(publicity_once,),
            effects=(_open_publicity,),
        ),
        Step(
            submission,
            sources=(_STATE.PUBLICIZED,),
            to=_STATE.SUBMITTED,
            day_column="submitted_on",
            guards=(publicity_kept,),
            effects=(_close_publicity,),
        ),
        Step(
            at_county,
            sources=(_STATE.SUBMITTED,),
            to=_STATE.COUNTY_REVIEWED,
            day_column="county_reviewed_on",
        ),
    )
