"""程序共有环节 What identification and elimination share: review, five days of publicity, the end. Q33–35, Q37"""

from collections.abc import Iterable

from api.rules.judging import DeadlineKind, ReviewForm
from api.rules.parameters import PUBLICITY_DAYS
from api.rules.procedure import publicity_long_enough, review_form_named
from api.rules.verdict import Verdict
from api.workflow.step import Argument
from api.workflow.work import Work

REVIEW_ARGUMENTS = (
    Argument("form", ReviewForm, "评议形式", "Form of the review. Q35", required=True),
    Argument("form_name", str, "其他形式名称", "Its name, when it is another form. Q35"),
)


def publicity_kept(work: Work) -> Iterable[Verdict]:
    """Nothing that needs publicity closes before its fifth day. Q34"""
    if work.proceeding is not None and work.proceeding["publicized_on"] is not None:
        yield publicity_long_enough(work.proceeding["publicized_on"], work.on, work.setting(PUBLICITY_DAYS))


def review_named(work: Work) -> Iterable[Verdict]:
    """Another form of review is named. Q35"""
    yield review_form_named(work.given["form"], work.given.get("form_name") or "")


async def hold_review(work: Work) -> None:
    """Keep the form of the review. Q35"""
    work.changes["review_form"] = work.given["form"].name


async def open_publicity(work: Work) -> None:
    """The five days begin. Q34"""
    assert work.proceeding is not None
    work.owe(DeadlineKind.PUBLICITY, work.on, proceeding=work.proceeding["id"])


async def close_publicity(work: Work) -> None:
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
