"""县级提出 What counties do: propose for a case, support it, amend or retract it. Q29, Q40 (ours)

No act of the household's history is written before something is executed: nobody else sees that a request exists.
"""

from collections.abc import Iterable

from api.rules.themes.requests import Proposal, proposal_well_formed, reason_given, would_change
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.vocabulary import CaseState
from api.workflow.engine.errors import NotTaken, breach_of
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.requests.context import Dossier
from api.workflow.requests.evidence import attach
from api.workflow.requests.record import look_anew
from api.workflow.requests.shared import GROUNDS, WHY, not_taken_up, on_item, say_why, signed, why_said

_HISTORY = """
select id, after->'case'->>'state' as state from act
where monitoring_case = $1 and after is not null order by id"""
_FAULT = "select request_fault($1)"


async def read_case(work: Dossier) -> None:
    """The states the case has had, and whether its household was ever marked. Q29, Q40"""
    assert work.target is not None
    assert work.household is not None
    work.facts["history"] = await work.connection.fetch(_HISTORY, work.target["id"])
    work.facts["ever_marked"] = await work.connection.fetchval("select ever_marked($1)", work.household["id"])


def proposal_founded(work: Dossier) -> Iterable[Verdict]:
    """A proposal names what its operation needs, and why. Q29, Q40"""
    assert work.target is not None
    act, history = work.named.get("target_act"), work.facts["history"]
    numbers = [row["id"] for row in history]
    point = None
    if act is not None:
        point = numbers.index(act["id"]) if act["id"] in numbers else -1
    proposal = Proposal(
        operation=work.operation,
        state=CaseState[work.target["state"]],
        grounds=work.given["grounds"],
        history=[CaseState[row["state"]] for row in history],
        point=point,
        mark=work.given.get("target_mark"),
        marked=work.target["safety_net"],
        ever_marked=work.facts["ever_marked"],
    )
    yield from proposal_well_formed(proposal)


def grounds_said(work: Dossier) -> Iterable[Verdict]:
    """Why it is asked for is said. Q40"""
    yield reason_given(work.given["grounds"])


async def _propose(work: Dossier) -> None:
    assert work.target is not None
    number = await work.insert(
        "request_item",
        household=work.target["household"],
        monitoring_case=work.target["id"],
        operation=work.operation.name,
        target_act=work.given.get("target_act"),
        target_mark=work.given.get("target_mark"),
        grounds=work.given["grounds"],
        state=ItemState.PROPOSED.name,
        proposed_on=work.on,
        version=1,
        **signed("proposer", work),
    )
    work.items = [await work.connection.fetchrow("select * from request_item where id = $1", number)]


async def _stands(work: Dossier) -> None:
    """Nothing speaks against it that only the whole record tells: what the nation's functions look at too. Q40"""
    for number in work.numbers:
        fault = await work.connection.fetchval(_FAULT, number)
        if fault is not None:
            raise NotTaken([breach_of(would_change(fault))])


async def _amend(work: Dossier) -> None:
    assert work.target is not None
    who = signed("proposer", work)
    await work.update("request_item", work.target["id"], grounds=work.given["grounds"], **who)


STEPS = (
    Step(
        steps.REQUEST_PROPOSE,
        target="MonitoringCase",
        same_day=True,
        arguments=(
            Argument("operation", NationalOperation, "操作", "What is asked for. Q29, Q40", required=True),
            Argument("target_act", Reference("Act"), "回退时点", "Rollback: the act to go back to."),
            Argument("target_mark", bool, "变更后的标识", "Safety-net change: the mark it shall have."),
            GROUNDS,
        ),
        facts=(read_case,),
        guards=(proposal_founded,),
        effects=(_propose, _stands, look_anew),
    ),
    on_item(
        steps.REQUEST_AMEND,
        standing=(ItemState.SENT_BACK,),
        items=(ItemState.SENT_BACK,),
        arguments=(GROUNDS,),
        guards=(grounds_said,),
        effects=(_amend, _stands, look_anew),
        becomes=ItemState.PROPOSED,
    ),
    on_item(
        steps.REQUEST_ATTACH,
        standing=(ItemState.PROPOSED, ItemState.SENT_BACK, ItemState.STALE),
        arguments=(
            Argument("name", str, "文件名", "Name of the file.", required=True),
            Argument("media_type", str, "类型", "Found by looking at its bytes.", required=True, digest=True),
            Argument("content", bytes, "内容", "Its bytes.", required=True),
        ),
        effects=(attach, look_anew),
        uploaded=True,
    ),
    on_item(
        steps.REQUEST_RETRACT,
        standing=(ItemState.PROPOSED, ItemState.SENT_BACK, ItemState.STALE),
        arguments=(WHY,),
        guards=(why_said, not_taken_up),
        effects=(say_why,),
        becomes=ItemState.RETRACTED,
    ),
)
