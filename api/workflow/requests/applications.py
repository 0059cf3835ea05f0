"""省级申请 What provinces do: take up counties' items, review each, apply in writing. Q29, Q40"""

import datetime
from collections.abc import Iterable

from api.rules.themes.requests import dated_in_time, ready_to_submit, reason_given, record_unchanged
from api.rules.themes.responsibility import carries
from api.rules.themes.retention import Application, application_well_formed
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.request_states import ItemState, RequestState
from api.rules.words.tasks import Task
from api.workflow.engine.step import Argument, Entries, Reference
from api.workflow.requests.context import Dossier
from api.workflow.requests.record import look_anew, read_digests
from api.workflow.requests.shared import (
    DIGEST,
    GROUNDS,
    ITEM,
    WHY,
    not_taken_up,
    on_item,
    on_request,
    say_why,
    signed,
    undecided,
    why_said,
)

WITH_PROVINCE = (RequestState.DRAFT, RequestState.SENT_BACK)


def province_applies(work: Dossier) -> Iterable[Verdict]:
    """Putting a request together is provincial rural revitalization's. Q40"""
    yield carries(Task.APPLY_TO_NATION, work.subject.tier, work.subject.department)


def each_looked_at(work: Dossier) -> Iterable[Verdict]:
    """What is sent back says why, and what is upheld is the record that was read. Q40"""
    digests, changed = work.facts["digests"], 0
    for entry in work.given["items"]:
        if not entry["upheld"]:
            yield reason_given(entry.get("why"))
        changed += entry["digest"] != digests.get(entry["item"])
    yield record_unchanged(changed)


def applied_in_writing(work: Dossier) -> Iterable[Verdict]:
    """By provincial rural revitalization, with number, date and necessity. Q40"""
    given, subject = work.given, work.subject
    application = Application(subject.tier, subject.department, given["number"], given["dated"], given["grounds"])
    yield from application_well_formed(application)
    yield dated_in_time(given["dated"], work.on)


def all_reviewed(work: Dossier) -> Iterable[Verdict]:
    """Every item is reviewed, and none has changed since. Q40"""
    yield ready_to_submit([ItemState[item["state"]] for item in work.items])
    digests = work.facts["digests"]
    yield record_unchanged(sum(1 for item in work.items if item["digest"] != digests[item["id"]]))


async def _open(work: Dossier, *, supersedes: int | None = None) -> None:
    """A new request of the province, with the items in it."""
    number = await work.insert(
        "national_request",
        province=work.items[0]["province"] if work.items else (work.request or {})["province"],
        state=RequestState.DRAFT.name,
        supersedes=supersedes,
        size=len(work.items),
        composed_on=work.on,
        version=1,
    )
    await _move(work, number)
    work.touched["national_request"] = number


async def _take_up(work: Dossier) -> None:
    assert work.request is not None
    await _move(work, work.request["id"])


async def _move(work: Dossier, number: int) -> None:
    sql = "update request_item set request = $2, version = version + 1 where id = any($1::bigint[])"
    await work.connection.execute(sql, work.numbers, number)
    await _count(work, number)


async def _count(work: Dossier, number: int) -> None:
    sql = "update national_request set size = (select count(*) from request_item where request = $1) where id = $1"
    await work.connection.execute(sql, number)


_REVIEWED = """
update request_item set state = v.state, return_reason = v.why, reviewed_on = $4, version = version + 1,
  request = case when v.state = 'SENT_BACK' then null else request end,
  reviewer_account = $5, reviewer_person = $6, reviewer_post = $7
from unnest($1::bigint[], $2::text[], $3::text[]) as v (item, state, why) where id = v.item"""


async def _review(work: Dossier) -> None:
    assert work.request is not None
    entries, subject = work.given["items"], work.subject
    states = [(ItemState.REVIEWED if one["upheld"] else ItemState.SENT_BACK).name for one in entries]
    whys = [None if one["upheld"] else one.get("why") for one in entries]
    who = (subject.account, subject.person, subject.post)
    await work.connection.execute(_REVIEWED, [one["item"] for one in entries], states, whys, work.on, *who)
    await _count(work, work.request["id"])


async def _refresh(work: Dossier) -> None:
    """Those whose record has changed are reviewed anew."""
    sql = (
        "update request_item i set state = $2, version = i.version + 1 from request_records($1::bigint[]) r"
        " where i.id = r.item and (i.state = 'STALE' or i.digest is distinct from record_digest(r.record))"
    )
    await work.connection.execute(sql, work.numbers, ItemState.PROPOSED.name)
    await look_anew(work)


async def _submit(work: Dossier) -> None:
    assert work.request is not None
    given = {name: work.given[name] for name in ("number", "dated", "grounds")}
    who = signed("submitter", work)
    await work.update("national_request", work.request["id"], submitted_on=work.on, reason=None, **given, **who)


async def _supersede(work: Dossier) -> None:
    assert work.request is not None
    old = work.request["id"]
    await say_why(work)
    await work.update("national_request", old, state=RequestState.SUPERSEDED.name)
    await _open(work, supersedes=old)
    await _count(work, old)


ITEMS = Argument("items", Reference("RequestItem", many=True), "事项", "The items.", required=True)
REVIEWS = Entries(
    "ItemReview",
    "逐项审核",
    "What the province finds of one item.",
    (
        ITEM,
        Argument("upheld", bool, "认可", "Taken up; sent back to the county otherwise.", required=True),
        DIGEST,
        Argument("why", str, "理由", "Why it is sent back."),
    ),
)

STEPS = (
    on_item(
        steps.REQUEST_OPEN,
        standing=(ItemState.PROPOSED, ItemState.STALE),
        guards=(province_applies, not_taken_up),
        effects=(look_anew, _open),
    ),
    on_request(
        steps.REQUEST_TAKE_UP,
        standing=WITH_PROVINCE,
        items=(ItemState.PROPOSED, ItemState.STALE),
        arguments=(ITEMS,),
        guards=(province_applies,),
        effects=(look_anew, _take_up),
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
        guards=(each_looked_at,),
        effects=(look_anew, _review),
    ),
    on_request(
        steps.REQUEST_SUBMIT,
        standing=WITH_PROVINCE,
        arguments=(
            Argument("number", str, "文号", "Number of the written application. Q40", required=True),
            Argument("dated", datetime.date, "申请日期", "Its date. Q40", required=True),
            GROUNDS,
        ),
        facts=(read_digests,),
        guards=(all_reviewed, applied_in_writing),
        effects=(_submit,),  # what would change was worked out at the review, and no digest differs since
        becomes=RequestState.SUBMITTED,
        items_become=ItemState.SUBMITTED,
    ),
    on_request(
        steps.REQUEST_SUPERSEDE,
        standing=(*WITH_PROVINCE, RequestState.SUBMITTED),
        arguments=(WHY,),
        guards=(why_said, province_applies, undecided),
        effects=(_supersede,),
        items_become=ItemState.PROPOSED,
    ),
)
