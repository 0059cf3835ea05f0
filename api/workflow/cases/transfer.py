"""管辖移交 Transfer: proposed by the responsible side, accepted or refused by the receiving side. Q16

While a transfer is open the receiving side stands in the household's cooperating columns: so it reads this household
and no other, and its steps reach it by cooperation. Rows of the household move with it: they inherit its
place, triggers move clues, cases and deadlines, and a proceeding under way goes on under the new unit.
"""

from collections.abc import Iterable

from api.database import Row
from api.rules.themes.jurisdiction import Places
from api.rules.themes.transfer import (
    TO_NO_VILLAGE,
    cooperating_after,
    may_accept,
    may_propose,
    may_record,
    places_after,
)
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.vocabulary import Jurisdiction, ProceedingKind, ProceedingState, Tier
from api.schema.bounds import REASON, SHORT
from api.schema.declare import TIER_COLUMNS
from api.schema.paths import Columns, path_of, tiers_of
from api.workflow.cases import procedure
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.cases.loading import lock_household
from api.workflow.engine.contexts import StepInput
from api.workflow.engine.idempotency import LockQuery
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow
from api.workflow.numbers.handler import overrides_of
from api.workflow.numbers.recomputing import recompute_household

_STATE = ProceedingState
NAME = "transfer"
_BY_CODE = "select * from unit where code = $1 order by valid_until is not null, id desc limit 1"
_BY_ID = "select * from unit where id = $1"
_TRANSFER = "select * from transfer where proceeding = $1"
# both provinces in the order of their codes, and before the household, in the order of `recomputing.lock_numbers`: so a
# step and a number that comes into force never wait for each other
_LOCK_BOTH = """
with provinces as (
  select distinct u.province as code from proceeding p join household h on h.id = p.household
  join transfer t on t.proceeding = p.id join unit u on u.id in (h.unit, t.receiving_unit) where p.id = $6),
turns as materialized (
  select hold_numbers(code) as turn
  from (select code from provinces order by code) ordered)
select h.id from household h where h.id = (select household from proceeding where id = $6)
  and (select count(turn) from turns) is not null for update of h"""
_PLACES = """
select relocated, coalesce(u.code, r.code) as hukou, coalesce(v.code, r.code) as residence, i.code as move_in,
  o.code as move_out, coalesce(h.jurisdiction_reason, '') as why_not_hukou
from household h join unit r on r.id = h.unit left join unit u on u.id = h.hukou_unit
left join unit v on v.id = h.residence_unit left join unit i on i.id = h.move_in_unit
left join unit o on o.id = h.move_out_unit where h.id = $1"""


class TransferHandler(HouseholdHandler):
    """Takes steps of a transfer: where the household moves, neither province puts a number in force meanwhile. Q1"""

    def lock_query(self, step: Step[HouseholdContext], step_input: StepInput) -> LockQuery:
        """The query that locks the household; where it moves, after the numbers of both provinces."""
        sql = _LOCK_BOTH if step.id is steps.TRANSFER_ACCEPT else lock_household(step)
        return LockQuery(sql, step_input.number)


async def read_receiving(ctx: HouseholdContext) -> None:
    """The unit that is to receive, and the household's places. Q16"""
    ctx.facts["receiving"] = await ctx.connection.fetchrow(_BY_CODE, ctx.arguments["receiving"])
    await _read_places(ctx)


async def _read_places(ctx: HouseholdContext) -> None:
    (row,) = await ctx.connection.fetch(_PLACES, ctx.household["id"])
    ctx.facts["places"] = Places(**row)


async def read_transfer(ctx: HouseholdContext) -> None:
    """The transfer this proceeding is about, and its two sides. Q16"""
    number = ctx.proceeding["id"] if ctx.proceeding is not None else None
    transfer = await ctx.connection.fetchrow(_TRANSFER, number)
    ctx.facts["transfer"] = transfer
    for side in ("releasing", "receiving"):
        row = transfer and await ctx.connection.fetchrow(_BY_ID, transfer[f"{side}_unit"])
        ctx.facts[side] = row
    await _read_places(ctx)


def _village(unit: Row | None) -> bool:
    return unit is not None and unit["valid_until"] is None and unit["tier"] == Tier.VILLAGE.name


def proposal_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A transfer leads to another village, at the tier where the paths part, on a basis the places bear out. Q16"""
    receiving = ctx.facts["receiving"]
    yield TO_NO_VILLAGE.judge(_village(receiving))
    if _village(receiving):
        yield may_record(ctx.subject.tier, ctx.path, path_of(receiving))
        yield from may_propose(_after(ctx), ctx.arguments["basis"], ctx.path[-1], receiving["code"])


def _after(ctx: HouseholdContext) -> Places:
    arguments, receiving = ctx.arguments, ctx.facts["receiving"]
    return places_after(ctx.facts["places"], arguments["basis"], receiving["code"], ctx.path[-1], arguments["why"])


def by_receiving_side(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The receiving side answers, at the tier where the paths part, by another person than the proposer. Q16"""
    receiving = ctx.facts["receiving"]
    here = receiving is not None and ctx.subject.home in path_of(receiving)
    another = ctx.subject.person not in ctx.persons(f"{NAME}.propose")
    unmoved = receiving is not None and ctx.facts["transfer"]["releasing_unit"] == ctx.household["unit"]
    yield from may_accept(by_receiving_side=here, by_another=another, unmoved=unmoved)
    if receiving is not None:
        yield may_record(ctx.subject.tier, path_of(ctx.facts["releasing"]), path_of(receiving))


def receiving_in_force(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The receiving village is still in force. Q16"""
    yield TO_NO_VILLAGE.judge(_village(ctx.facts["receiving"]))


def by_releasing_side(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Taken back by the side that proposed it. Q16"""
    if ctx.facts["receiving"] is not None:
        yield may_record(ctx.subject.tier, path_of(ctx.facts["releasing"]), path_of(ctx.facts["receiving"]))


async def _propose(ctx: HouseholdContext) -> None:
    receiving, household = ctx.facts["receiving"], ctx.household
    ctx.defer_insert_with_id(
        "transfer",
        household=household["id"],
        proceeding=ctx.required_proceeding["id"],
        releasing_unit=household["unit"],
        receiving_unit=receiving["id"],
        basis=ctx.arguments["basis"].name,
        why=ctx.arguments["why"],
        proposed_on=ctx.on,
        cooperated_before=_cooperating(household),
    )
    await _let_cooperate(ctx, receiving)


def _cooperating(household: Columns) -> str | None:
    return next((code for tier in TIER_COLUMNS[::-1] if (code := household[f"cooperating_{tier}"])), None)


async def _let_cooperate(ctx: HouseholdContext, place: Row | None, **more: object) -> None:
    columns = {f"cooperating_{tier}": place[tier] if place is not None else None for tier in TIER_COLUMNS}
    await ctx.update("household", ctx.household["id"], **columns, **more, updated_at=ctx.now)


async def _accept(ctx: HouseholdContext) -> None:
    transfer, releasing, receiving = (ctx.facts[name] for name in ("transfer", "releasing", "receiving"))
    basis = Jurisdiction[transfer["basis"]]
    places = places_after(ctx.facts["places"], basis, receiving["code"], releasing["code"], transfer["why"])
    cooperating = await ctx.connection.fetchrow(_BY_CODE, cooperating_after(places, basis, releasing["code"]))
    await _let_cooperate(
        ctx,
        cooperating,
        unit=receiving["id"],
        jurisdiction=basis.name,
        jurisdiction_reason=places.why_not_hukou or None,
        **tiers_of(receiving),
        **_placed(ctx, basis, transfer),
    )
    await _decided(ctx, accepted=True)
    await procedure.finish(ctx)
    # the ledger places this event at the receiving side, which the household belongs to now
    ctx.household = {
        **ctx.household,
        "province": receiving["province"],
        "city": receiving["city"],
        "county": receiving["county"],
        "township": receiving["township"],
        "village": receiving["village"],
    }
    ctx.overrides = await overrides_of(ctx.connection, ctx.path)
    await recompute_household(ctx, ctx.household["id"])


def _placed(ctx: HouseholdContext, basis: Jurisdiction, transfer: Row) -> dict[str, int]:
    """The place on record that the basis speaks of, and the move-out place where none was known."""
    if basis is Jurisdiction.MOVE_IN:
        move_out = ctx.household["move_out_unit"] or transfer["releasing_unit"]
        return {"move_in_unit": transfer["receiving_unit"], "move_out_unit": move_out}
    if basis is Jurisdiction.RESIDENCE:
        return {"residence_unit": transfer["receiving_unit"]}
    return {"hukou_unit": ctx.household["hukou_unit"] or transfer["receiving_unit"]}


async def _decided(ctx: HouseholdContext, *, accepted: bool) -> None:
    await ctx.update("transfer", ctx.facts["transfer"]["id"], decided_on=ctx.on, accepted=accepted)


async def _leave(ctx: HouseholdContext) -> None:
    """Move nothing; the unit that cooperated before cooperates again."""
    before = ctx.facts["transfer"]["cooperated_before"]
    unit = await ctx.connection.fetchrow(_BY_CODE, before) if before is not None else None
    await _let_cooperate(ctx, unit)
    await _decided(ctx, accepted=False)


WHY = Argument("why", str, "理由", "Why.", required=True, bound=REASON)
STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.TRANSFER_PROPOSE,
        target="Household",
        to=_STATE.OPENED,
        arguments=(
            Argument(
                "receiving", str, "接收单位", "Code of the village to become responsible.", required=True, bound=SHORT
            ),
            Argument("basis", Jurisdiction, "管辖依据", "Why it is to be responsible. Q16", required=True),
            WHY,
        ),
        facts=(read_receiving,),
        guards=(proposal_founded,),
        effects=(_propose,),
        makes=("transfer",),
    ),
    Step(
        steps.TRANSFER_ACCEPT,
        sources=(_STATE.OPENED,),
        to=_STATE.COMPLETED,
        facts=(read_transfer,),
        guards=(by_receiving_side, receiving_in_force),
        effects=(_accept,),
    ),
    Step(
        steps.TRANSFER_REFUSE,
        sources=(_STATE.OPENED,),
        to=_STATE.ENDED,
        arguments=(WHY,),
        facts=(read_transfer,),
        guards=(by_receiving_side,),
        effects=(_leave, procedure.end),
    ),
    Step(
        steps.TRANSFER_WITHDRAW,
        sources=(_STATE.OPENED,),
        to=_STATE.ENDED,
        arguments=(WHY,),
        facts=(read_transfer,),
        guards=(by_releasing_side,),
        effects=(_leave, procedure.end),
    ),
)

TRANSFER = declare_workflow(
    Workflow(NAME, "管辖移交", "Transfer of jurisdiction", STEPS, TransferHandler(ProceedingKind.TRANSFER))
)
