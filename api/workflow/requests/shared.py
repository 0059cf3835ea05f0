"""共用 Arguments, guards and effects that steps about a request share: reasons and signatures. Q40"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from api.rules.themes.requests import not_in_a_request, nothing_decided, reason_given
from api.rules.verdict import Verdict
from api.rules.words.request_states import ItemState
from api.schema.bounds import GUARDED, REASON, SHORT
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.requests.context import RequestContext

on_request: partial[Step[RequestContext]] = partial(Step, target="NationalRequest", same_day=True)
on_item: partial[Step[RequestContext]] = partial(Step, target="RequestItem", same_day=True)
DECIDED = (ItemState.APPROVED, ItemState.REJECTED)
WHY = Argument("why", str, "理由", "Why.", required=True, bound=REASON)
ITEM = Argument("item", Reference("RequestItem"), "事项", "The item.", required=True)
DIGEST = Argument("digest", str, "摘要", "Digest of the record that was read.", required=True, digest=True, bound=SHORT)
GROUNDS = Argument("grounds", str, "理由", "Why it is necessary. Q40", required=True, bound=GUARDED)


def reason_written(ctx: RequestContext) -> Iterable[Verdict]:
    """A reason is given. Q40"""
    yield reason_given(ctx.arguments["why"])


def not_taken_up(ctx: RequestContext) -> Iterable[Verdict]:
    """No request holds the item yet. Q40"""
    yield not_in_a_request(taken_up=ctx.target["request"] is not None)


def undecided(ctx: RequestContext) -> Iterable[Verdict]:
    """No item of the request is decided yet. Q40"""
    yield nothing_decided(sum(1 for item in ctx.items if ItemState[item["state"]] in DECIDED))


async def store_reason(ctx: RequestContext) -> None:
    """Store the reason on the target."""
    if ctx.request is None:
        await ctx.update("request_item", ctx.target["id"], return_reason=ctx.arguments["why"])
    else:
        await ctx.update("national_request", ctx.target["id"], reason=ctx.arguments["why"])


def signed(role: str, ctx: RequestContext) -> dict[str, Any]:
    """The columns of who acts: the account, the person and the post."""
    subject = ctx.subject
    return {f"{role}_account": subject.account, f"{role}_person": subject.person, f"{role}_post": subject.post}
