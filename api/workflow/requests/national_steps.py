"""国家环节 The nation consents item by item, files and executes a request. Q29, Q40, RULES §4

Judged here, and once more by the database's own functions, which alone write it: they run as the nation's role.
"""

from collections.abc import Iterable

from api.rules.themes.four_eyes import different_persons
from api.rules.themes.requests import filing_numbered, reason_given, record_unchanged, something_to_execute
from api.rules.themes.responsibility import carries
from api.rules.themes.retention import Application, may_execute
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ActPair, NationalOperation
from api.rules.words.request_states import ItemState, RequestState
from api.rules.words.tasks import Task
from api.rules.words.vocabulary import Department, Tier
from api.schema.bounds import GUARDED_REASON, GUARDED_SHORT
from api.workflow.engine.step import Argument, Entries, Step
from api.workflow.requests import nation
from api.workflow.requests.context import RequestContext
from api.workflow.requests.digests import read_digests
from api.workflow.requests.shared import DIGEST, ITEM, WHY, on_request, reason_written, store_reason, undecided


def nation_consents(ctx: RequestContext) -> Iterable[Verdict]:
    """Consenting and filing is national rural revitalization's. Q40"""
    yield carries(Task.CONSENT_AND_EXECUTE, ctx.subject.tier, ctx.subject.department)


def decided_by_another(ctx: RequestContext) -> Iterable[Verdict]:
    """Nobody decides what the same person proposed, reviewed or submitted, under whatever account. Q40"""
    persons = [person for item in ctx.items for person in (item["proposer_person"], item["reviewer_person"])]
    persons.append(ctx.required_request["submitter_person"])
    earlier = {person for person in persons if person is not None}
    yield different_persons(ActPair.SUBMIT_AND_DECIDE, earlier, ctx.subject.person)


def decided_on_what_was_read(ctx: RequestContext) -> Iterable[Verdict]:
    """Each decision says why, over exactly the record that was read. Q40"""
    digests, changed = ctx.facts["digests"], 0
    for entry in ctx.arguments["items"]:
        yield reason_given(entry["why"])
        changed += entry["digest"] != digests.get(entry["item"])
    yield record_unchanged(changed)


def filed_under_a_number(ctx: RequestContext) -> Iterable[Verdict]:
    """A request is filed under a number. Q40"""
    yield filing_numbered(ctx.arguments["filing_number"])


def something_approved(ctx: RequestContext) -> Iterable[Verdict]:
    """A request of which nothing was consented to ends with its decisions. Q40"""
    yield something_to_execute(sum(1 for item in ctx.items if ItemState[item["state"]] is ItemState.APPROVED))


def executed_by_another(ctx: RequestContext) -> Iterable[Verdict]:
    """A national office executes after consent and filing; no decider executes. Q40"""
    request = ctx.required_request
    approved = [item for item in ctx.items if ItemState[item["state"]] is ItemState.APPROVED]
    application = Application(
        Tier.PROVINCE,
        Department.RURAL_REVITALIZATION,
        request["number"] or "",
        request["dated"],
        request["grounds"] or "",
        consented=RequestState[request["state"]] is RequestState.FILED,
        filing_number=request["filing_number"] or "",
    )
    for operation in sorted({item["operation"] for item in approved}):
        yield from may_execute(NationalOperation[operation], ctx.subject.tier, application)
    deciders = {person for item in ctx.items if (person := item["decider_person"]) is not None}
    yield different_persons(ActPair.DECIDE_AND_EXECUTE, deciders, ctx.subject.person)
    yield from something_approved(ctx)


DECISIONS = Entries(
    "ItemDecision",
    "逐项决定",
    "What the nation decides on one item.",
    (
        ITEM,
        Argument("approved", bool, "同意", "Consented to; rejected otherwise.", required=True),
        DIGEST,
        Argument("why", str, "理由", "Why it is decided so.", required=True, bound=GUARDED_REASON),
    ),
)
STEPS: tuple[Step[RequestContext], ...] = (
    on_request(
        steps.REQUEST_SEND_BACK,
        standing=(RequestState.SUBMITTED,),
        arguments=(WHY,),
        guards=(reason_written, nation_consents, undecided),
        effects=(store_reason,),
        becomes=RequestState.SENT_BACK,
        items_become=ItemState.PROPOSED,
    ),
    on_request(
        steps.REQUEST_DECIDE,
        standing=(RequestState.SUBMITTED,),
        items=(ItemState.SUBMITTED,),
        arguments=(Argument("items", DECISIONS, "逐项决定", "What is decided on each.", required=True),),
        facts=(read_digests,),
        guards=(decided_by_another, decided_on_what_was_read),
        nation=nation.decide,
    ),
    on_request(
        steps.REQUEST_FILE,
        standing=(RequestState.DECIDED,),
        arguments=(
            Argument(
                "filing_number", str, "备案号", "Number it is filed under. Q40", required=True, bound=GUARDED_SHORT
            ),
        ),
        guards=(nation_consents, filed_under_a_number, something_approved),
        nation=nation.file,
        becomes=RequestState.FILED,
    ),
    on_request(
        steps.REQUEST_EXECUTE,
        standing=(RequestState.FILED,),
        items=(ItemState.APPROVED,),
        guards=(executed_by_another,),
        nation=nation.execute,
        becomes=RequestState.EXECUTED,
        items_become=ItemState.EXECUTED,
    ),
)
