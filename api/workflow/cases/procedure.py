"""程序共有环节 What identification and elimination share: from the review to the county, the end. Q33–35, Q37"""

from collections.abc import Iterable

from api.rules.numbers.parameters import PUBLICITY_DAYS
from api.rules.themes.procedure import publicity_long_enough, review_form_named
from api.rules.verdict import Verdict
from api.rules.words.judging import DeadlineKind, ReviewForm
from api.rules.words.steps import StepName
from api.rules.words.vocabulary import ProceedingState
from api.workflow.engine.contexts import Work
from api.workflow.engine.step import Argument, Step

_STATE = ProceedingState


def publicity_kept(work: Work) -> Iterable[Verdict]:
    """Nothing that needs publicity closes before its fifth day. Q34"""
    if work.proceeding is not None and work.proceeding["publicized_on"] is not None:
        yield publicity_long_enough(work.proceeding["publicized_on"], work.on, work.setting(PUBLICITY_DAYS))


def review_named(work: Work) -> Iterable[Verdict]:
    """Another form of review is named. Q35"""
    yield review_form_named(work.given["form"], work.given.get("form_name") or "")


async def _keep_form(work: Work) -> None:
    """Keep the form of the review. Q35"""
    work.changes["review_form"] = work.given["form"].name


async def _open_publicity(work: Work) -> None:
    """The five days begin. Q34"""
    assert work.proceeding is not None
    work.owe(DeadlineKind.PUBLICITY, work.on, proceeding=work.proceeding["id"])


async def _close_publicity(work: Work) -> None:
    """The five days were kept. Q34"""
    assert work.proceeding is not None
    await work.meet(DeadlineKind.PUBLICITY, proceeding=work.proceeding["id"])


async def finish(work: Work) -> None:
    """The proceeding has reached its goal. Q33"""
    work.changes["ended_on"] = work.on


async def end(work: Work) -> None:
    """The proceeding ends without its goal, and why is kept; what it owed is owed no longer."""
    assert work.proceeding is not None
    work.changes.update(ended_on=work.on, end_reason=work.given["why"])
    await work.meet(DeadlineKind.PUBLICITY, proceeding=work.proceeding["id"])


def to_the_county(
    review: StepName, publicity: StepName, submission: StepName, at_county: StepName, *, after: ProceedingState
) -> tuple[Step, ...]:
    """The four steps from the village's review to the county's, each under the name it has there. Q33, Q37"""
    return (
        Step(
            review,
            sources=(after,),
            to=_STATE.REVIEWED,
            arguments=(
                Argument("form", ReviewForm, "评议形式", "Form of the review. Q35", required=True),
                Argument("form_name", str, "其他形式名称", "Its name, when it is another form. Q35"),
            ),
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
