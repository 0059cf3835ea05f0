"""国家环节 What the nation does with a request: consent item by item, file, execute. Q29, Q40, RULES §4

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
from api.workflow.engine.step import Argument, Entries
from api.workflow.requests import nation
from api.workflow.requests.context import Dossier
from api.workflow.requests.record import read_digests
from api.workflow.requests.shared import DIGEST, ITEM, WHY, on_request, say_why, undecided, why_said


def nation_consents(work: Dossier) -> Iterable[Verdict]:
    """Consenting and filing is national rural revitalization's. Q40"""
    yield carries(Task.CONSENT_AND_EXECUTE, work.subject.tier, work.subject.department)


def decided_by_another(work: Dossier) -> Iterable[Verdict]:
    """Nobody decides what the same person proposed, reviewed or submitted, under whatever account. Q40"""
    assert work.request is not None
    named = ("proposer_person", "reviewer_person")
    earlier = {item[column] for item in work.items for column in named} | {work.request["submitter_person"]}
    yield different_persons(ActPair.SUBMIT_AND_DECIDE, earlier, work.subject.person)


def decided_on_what_was_read(work: Dossier) -> Iterable[Verdict]:
    """Each decision says why, over exactly the record that was read. Q40"""
    digests, changed = work.facts["digests"], 0
    for entry in work.given["items"]:
        yield reason_given(entry["why"])
        changed += entry["digest"] != digests.get(entry["item"])
    yield record_unchanged(changed)


def filed_under_a_number(work: Dossier) -> Iterable[Verdict]:
    """A request is filed under a number. Q40"""
    yield filing_numbered(work.given["filing_number"])


def something_approved(work: Dossier) -> Iterable[Verdict]:
    """A request of which nothing was consented to ends with its decisions. Q40"""
    yield something_to_execute(sum(1 for item in work.items if ItemState[item["state"]] is ItemState.APPROVED))


def executed_by_another(work: Dossier) -> Iterable[Verdict]:
    """After consent and filing, at national tier, by nobody who decided; and there is something to execute. Q40"""
    request = work.request
    assert request is not None
    approved = [item for item in work.items if ItemState[item["state"]] is ItemState.APPROVED]
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
        yield from may_execute(NationalOperation[operation], work.subject.tier, application)
    deciders = {item["decider_person"] for item in work.items}
    yield different_persons(ActPair.DECIDE_AND_EXECUTE, deciders, work.subject.person)
    yield from something_approved(work)


DECISIONS = Entries(
    "ItemDecision",
    "逐项决定",
    "What the nation decides on one item.",
    (
        ITEM,
        Argument("approved", bool, "同意", "Consented to; rejected otherwise.", required=True),
        DIGEST,
        Argument("why", str, "理由", "Why it is decided so.", required=True),
    ),
)
STEPS = (
    on_request(
        steps.REQUEST_SEND_BACK,
        standing=(RequestState.SUBMITTED,),
        arguments=(WHY,),
        guards=(why_said, nation_consents, undecided),
        effects=(say_why,),
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
        arguments=(Argument("filing_number", str, "备案号", "Number it is filed under. Q40", required=True),),
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
