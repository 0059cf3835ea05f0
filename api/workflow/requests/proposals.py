"""县级提出 Counties propose for a case, support the item, amend or retract it. Q29, Q40 (ours)

No act of the household's history is written before something is executed: nobody else sees that a request exists.
"""

from collections.abc import Iterable

from api.rules.themes.requests import Proposal, proposal_well_formed, reason_given, would_change
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import NationalOperation
from api.rules.words.request_states import ItemState
from api.rules.words.vocabulary import CaseState
from api.schema.bounds import SHORT, TITLE
from api.schema.rows.national import RequestItemRow
from api.workflow.engine.errors import StepRefused, breach_of
from api.workflow.engine.step import Argument, Reference, Step
from api.workflow.requests.context import RequestContext
from api.workflow.requests.digests import compute_effects
from api.workflow.requests.evidence import attach
from api.workflow.requests.shared import GROUNDS, WHY, not_taken_up, on_item, reason_written, signed, store_reason

_HISTORY = """
select id, after->'case'->>'state' as state from act
where monitoring_case = $1 and after is not null order by id"""
_FAULT = "select request_fault($1)"


async def read_case(ctx: RequestContext) -> None:
    """Read the states the case has had, and whether its household was ever marked. Q29, Q40"""
    ctx.facts["history"] = await ctx.connection.fetch(_HISTORY, ctx.target["id"])
    ctx.facts["ever_marked"] = await ctx.connection.fetchval("select ever_marked($1)", ctx.required_household["id"])


def proposal_founded(ctx: RequestContext) -> Iterable[Verdict]:
    """A proposal names what its operation needs, and why. Q29, Q40"""
    act, history = ctx.references.get("target_act"), ctx.facts["history"]
    numbers = [row["id"] for row in history]
    point = None
    if act is not None:
        point = numbers.index(act["id"]) if act["id"] in numbers else -1
    proposal = Proposal(
        operation=ctx.operation,
        state=CaseState[ctx.target["state"]],
        grounds=ctx.arguments["grounds"],
        history=[CaseState[row["state"]] for row in history],
        point=point,
        mark=ctx.arguments.get("target_mark"),
        marked=ctx.target["safety_net"],
        ever_marked=ctx.facts["ever_marked"],
    )
    yield from proposal_well_formed(proposal)


def grounds_written(ctx: RequestContext) -> Iterable[Verdict]:
    """The grounds are written. Q40"""
    yield reason_given(ctx.arguments["grounds"])


async def _propose(ctx: RequestContext) -> None:
    item = await ctx.insert_returning(
        RequestItemRow,
        "request_item",
        household=ctx.target["household"],
        monitoring_case=ctx.target["id"],
        operation=ctx.operation.name,
        target_act=ctx.arguments.get("target_act"),
        target_mark=ctx.arguments.get("target_mark"),
        grounds=ctx.arguments["grounds"],
        state=ItemState.PROPOSED.name,
        proposed_on=ctx.on,
        version=1,
        **signed("proposer", ctx),
    )
    ctx.items = [item]


async def _stands(ctx: RequestContext) -> None:
    """Refuse what the whole record speaks against, as the nation's functions will. Q40"""
    for number in ctx.numbers:
        fault = await ctx.connection.fetchval(_FAULT, number)
        if fault is not None:
            raise StepRefused([breach_of(would_change(fault))])


async def _amend(ctx: RequestContext) -> None:
    who = signed("proposer", ctx)
    await ctx.update("request_item", ctx.target["id"], grounds=ctx.arguments["grounds"], **who)


STEPS: tuple[Step[RequestContext], ...] = (
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
        effects=(_propose, _stands, compute_effects),
    ),
    on_item(
        steps.REQUEST_AMEND,
        standing=(ItemState.SENT_BACK,),
        items=(ItemState.SENT_BACK,),
        arguments=(GROUNDS,),
        guards=(grounds_written,),
        effects=(_amend, _stands, compute_effects),
        becomes=ItemState.PROPOSED,
    ),
    on_item(
        steps.REQUEST_ATTACH,
        standing=(ItemState.PROPOSED, ItemState.SENT_BACK, ItemState.STALE),
        arguments=(
            Argument("name", str, "文件名", "Name of the file.", required=True, bound=TITLE),
            Argument(
                "media_type", str, "类型", "Found by looking at its bytes.", required=True, digest=True, bound=SHORT
            ),
            Argument("content", bytes, "内容", "Its bytes.", required=True),
        ),
        effects=(attach, compute_effects),
        uploaded=True,
    ),
    on_item(
        steps.REQUEST_RETRACT,
        standing=(ItemState.PROPOSED, ItemState.SENT_BACK, ItemState.STALE),
        arguments=(WHY,),
        guards=(reason_written, not_taken_up),
        effects=(store_reason,),
        becomes=ItemState.RETRACTED,
    ),
)
