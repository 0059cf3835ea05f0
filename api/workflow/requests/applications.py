"""省级申请 Provinces take up counties' items, review each of them, apply in writing. Q29, Q40"""

import datetime
from collections.abc import Iterable

from api.rules.themes.requests import dated_in_time, ready_to_submit, reason_given, record_unchanged
from api.rules.themes.responsibility import carries
from api.rules.themes.retention import Application, application_well_formed
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.request_states import ItemState, RequestState
from api.rules.words.tasks import Task
from api.schema.bounds import GUARDED_REASON, GUARDED_SHORT
from api.workflow.engine.step import Argument, Entries, Reference, Step
from api.workflow.requests.context import RequestContext
from api.workflow.requests.digests import compute_effects, read_digests
from api.workflow.requests.shared import (
    DIGEST,
    GROUNDS,
    ITEM,
    WHY,
    not_taken_up,
    on_item,
    on_request,
    reason_written,
    signed,
    store_reason,
    undecided,
)

WITH_PROVINCE = (RequestState.DRAFT, RequestState.SENT_BACK)


def province_applies(ctx: RequestContext) -> Iterable[Verdict]:
    """Putting a request together is provincial rural revitalization's. Q40"""
    yield carries(Task.APPLY_TO_NATION, ctx.subject.tier, ctx.subject.department)


def items_reviewed(ctx: RequestContext) -> Iterable[Verdict]:
    """An item sent back has a reason, and an item upheld has the record that was read. Q40"""
    digests, changed = ctx.facts["digests"], 0
    for entry in ctx.arguments["items"]:
        if not entry["upheld"]:
            yield reason_given(entry.get("why"))
        changed += entry["digest"] != digests.get(entry["item"])
    yield record_unchanged(changed)


def applied_in_writing(ctx: RequestContext) -> Iterable[Verdict]:
    """Provincial rural revitalization applies in writing, with number, date and necessity. Q40"""
    arguments, subject = ctx.arguments, ctx.subject
    text = (arguments["number"], arguments["dated"], arguments["grounds"])
    yield from application_well_formed(Application(subject.tier, subject.department, *text))
    yield dated_in_time(arguments["dated"], ctx.on)


def all_reviewed(ctx: RequestContext) -> Iterable[Verdict]:
    """Every item is reviewed, and none has changed since. Q40"""
    yield ready_to_submit([ItemState[item["state"]] for item in ctx.items])
    digests = ctx.facts["digests"]
    yield record_unchanged(sum(1 for item in ctx.items if item["digest"] != digests[item["id"]]))


async def _open(ctx: RequestContext, *, supersedes: int | None = None) -> None:
    """A new request of the province, with the items in it."""
    number = await ctx.insert(
        "national_request",
        province=(ctx.request or ctx.items[0])["province"],
        state=RequestState.DRAFT.name,
        supersedes=supersedes,
        size=len(ctx.items),
        composed_on=ctx.on,
        version=1,
    )
    await _move(ctx, number)
    ctx.touched["national_request"] = number


async def _take_up(ctx: RequestContext) -> None:
    await _move(ctx, ctx.required_request["id"])


async def _move(ctx: RequestContext, number: int) -> None:
    sql = "update request_item set request = $2, version = version + 1 where id = any($1::bigint[])"
    await ctx.connection.execute(sql, ctx.numbers, number)
    await _count(ctx, number)


async def _count(ctx: RequestContext, number: int) -> None:
    sql = "update national_request set size = (select count(*) from request_item where request = $1) where id = $1"
    await ctx.connection.execute(sql, number)


_REVIEWED = """
update request_item set state = v.state, return_reason = v.why, reviewed_on = $4, version = version + 1,
  request = case when v.state = 'SENT_BACK' then null else request end,
  reviewer_account = $5, reviewer_person = $6, reviewer_post = $7
from unnest($1::bigint[], $2::text[], $3::text[]) as v (item, state, why) where id = v.item"""


async def _review(ctx: RequestContext) -> None:
    entries, subject = ctx.arguments["items"], ctx.subject
    states = [(ItemState.REVIEWED if entry["upheld"] else ItemState.SENT_BACK).name for entry in entries]
    whys = [None if entry["upheld"] else entry.get("why") for entry in entries]
    who = (subject.account, subject.person, subject.post)
    await ctx.connection.execute(_REVIEWED, [entry["item"] for entry in entries], states, whys, ctx.on, *who)
    await _count(ctx, ctx.required_request["id"])


async def _refresh(ctx: RequestContext) -> None:
    """Send items whose record has changed back to review."""
    sql = (
        "update request_item i set state = $2, version = i.version + 1 from request_records($1::bigint[]) r"
        " where i.id = r.item and (i.state = 'STALE' or i.digest is distinct from record_digest(r.record))"
    )
    await ctx.connection.execute(sql, ctx.numbers, ItemState.PROPOSED.name)
    await compute_effects(ctx)


async def _submit(ctx: RequestContext) -> None:
    text = {name: ctx.arguments[name] for name in ("number", "dated", "grounds")}
    who = signed("submitter", ctx)
    await ctx.update("national_request", ctx.required_request["id"], submitted_on=ctx.on, reason=None, **text, **who)


async def _supersede(ctx: RequestContext) -> None:
    old = ctx.required_request["id"]
    await store_reason(ctx)
    await ctx.update("national_request", old, state=RequestState.SUPERSEDED.name)
    # before they leave: no item that lies before the nation is moved into another request
    sql = "update request_item set state = $2 where id = any($1::bigint[]) and state = $3"
    await ctx.connection.execute(sql, ctx.numbers, ItemState.PROPOSED.name, ItemState.SUBMITTED.name)
    await _open(ctx, supersedes=old)
    await _count(ctx, old)


ITEMS = Argument("items", Reference("RequestItem", many=True), "事项", "The items.", required=True)
REVIEWS = Entries(
    "ItemReview",
    "逐项审核",
    "What the province finds of one item.",
    (
        ITEM,
        Argument("upheld", bool, "认可", "Taken up; sent back to the county otherwise.", required=True),
        DIGEST,
        Argument("why", str, "理由", "Why it is sent back.", bound=GUARDED_REASON),
    ),
)

STEPS: tuple[Step[RequestContext], ...] = (
    on_item(
        steps.REQUEST_OPEN,
        standing=(ItemState.PROPOSED, ItemState.STALE),
        guards=(province_applies, not_taken_up),
        effects=(compute_effects, _open),
    ),
    on_request(
        steps.REQUEST_TAKE_UP,
        standing=WITH_PROVINCE,
        items=(ItemState.PROPOSED, ItemState.STALE),
        arguments=(ITEMS,),
        guards=(province_applies,),
        effects=(compute_effects, _take_up),
    ),
    on_request(
        steps.REQUEST_REFRESH,
        standing=WITH_PROVINCE,
        guards=(province_applies,),
        effects=(_refresh,),
    ),
    on_request(
        steps.REQUEST_REVIEW,
        standing=WITH_PROVINCE,
        items=(ItemState.PROPOSED, ItemState.STALE),
        arguments=(Argument("items", REVIEWS, "逐项审核", "What is found of each.", required=True),),
        facts=(read_digests,),
        guards=(items_reviewed,),
        effects=(compute_effects, _review),
    ),
    on_request(
        steps.REQUEST_SUBMIT,
        standing=WITH_PROVINCE,
        arguments=(
            Argument(
                "number", str, "文号", "Number of the written application. Q40", required=True, bound=GUARDED_SHORT
            ),
            Argument("dated", datetime.date, "申请日期", "Its date. Q40", required=True),
            GROUNDS,
        ),
        facts=(read_digests,),
        guards=(all_reviewed, applied_in_writing),
        effects=(_submit,),  # the effects were computed at the review, and no digest differs since
        becomes=RequestState.SUBMITTED,
        items_become=ItemState.SUBMITTED,
    ),
    on_request(
        steps.REQUEST_SUPERSEDE,
        standing=(*WITH_PROVINCE, RequestState.SUBMITTED),
        arguments=(WHY,),
        guards=(reason_written, province_applies, undecided),
        effects=(_supersede,),
        items_become=ItemState.PROPOSED,
    ),
)
