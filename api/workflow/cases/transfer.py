"""管辖移交 Transfer: proposed by the responsible side, accepted or refused by the receiving side. Q16

While a transfer is open the receiving side stands in the household's cooperating columns: so it reads this household
and no other, and its steps reach it by cooperation. What hangs on the household goes along by itself: rows inherit its
place, triggers move clues, cases and deadlines, and a proceeding under way goes on under the new unit.
"""

from collections.abc import Iterable
from dataclasses import replace

from api.rules.themes.jurisdiction import Places
from api.rules.themes.transfer import (
    TO_NO_VILLAGE,
    cooperating_after,
    may_accept,
    may_propose,
    may_record,
    places_after,
)
from api.rules.units import NATION
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.vocabulary import Jurisdiction, ProceedingKind, ProceedingState, Tier
from api.schema.declare import TIER_COLUMNS
from api.workflow.cases import procedure
from api.workflow.cases.household import HOUSEHOLD
from api.workflow.cases.loading import turn
from api.workflow.engine.contexts import Row, Work
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow
from api.workflow.numbers.handler import overrides_of
from api.workflow.numbers.recomputing import NUMBERS_LOCK, recompute_household

_STATE = ProceedingState
NAME = "transfer"
_BY_CODE = "select * from unit where code = $1 order by valid_until is not null, id desc limit 1"
_BY_ID = "select * from unit where id = $1"
_TRANSFER = "select * from transfer where proceeding = $1"
# both provinces in the order of their codes, and before the household, as `recomputing.alone` takes them: so a step
# and a number that comes into force never wait for each other
_TURN = f"""
with provinces as (
  select distinct u.province as code from proceeding p join household h on h.id = p.household
  join transfer t on t.proceeding = p.id join unit u on u.id in (h.unit, t.receiving_unit) where p.id = $5),
turns as materialized (
  select pg_advisory_xact_lock_shared({NUMBERS_LOCK}, hashtext(code)) as turn
  from (select code from provinces order by code) each)
select h.id from household h where h.id = (select household from proceeding where id = $5)
  and (select count(turn) from turns) is not null for update of h"""  # noqa: S608 - the lock is a number of ours
_PLACES = """
select relocated, coalesce(u.code, r.code) as hukou, coalesce(v.code, r.code) as residence, i.code as move_in,
  o.code as move_out, coalesce(h.jurisdiction_reason, '') as why_not_hukou
from household h join unit r on r.id = h.unit left join unit u on u.id = h.hukou_unit
left join unit v on v.id = h.residence_unit left join unit i on i.id = h.move_in_unit
left join unit o on o.id = h.move_out_unit where h.id = $1"""


def path_of(unit: Row) -> tuple[str, ...]:
    """The codes of a unit's path, from the nation down."""
    return (NATION, *(unit[tier] for tier in TIER_COLUMNS if unit[tier]))


def turn_at_both(step: Step) -> str:
    """As of any step about a household; where it moves, neither province puts a number in force meanwhile. Q1"""
    return _TURN if step.said is steps.TRANSFER_ACCEPT else turn(step)


async def read_receiving(work: Work) -> None:
    """The unit that is to receive, and the household's places. Q16"""
    work.facts["receiving"] = await work.connection.fetchrow(_BY_CODE, work.given["receiving"])
    await _read_places(work)


async def _read_places(work: Work) -> None:
    row = await work.connection.fetchrow(_PLACES, work.household["id"])
    work.facts["places"] = Places(**row)


async def read_transfer(work: Work) -> None:
    """The transfer this proceeding is about, and its two sides. Q16"""
    number = work.proceeding["id"] if work.proceeding is not None else None
    transfer = await work.connection.fetchrow(_TRANSFER, number)
    work.facts["transfer"] = transfer
    for side in ("releasing", "receiving"):
        row = transfer and await work.connection.fetchrow(_BY_ID, transfer[f"{side}_unit"])
        work.facts[side] = row
    await _read_places(work)


def _village(unit: Row | None) -> bool:
    return unit is not None and unit["valid_until"] is None and unit["tier"] == Tier.VILLAGE.name


def proposal_founded(work: Work) -> Iterable[Verdict]:
    """To another village, at the tier where the paths part, on a basis the household's places bear out. Q16"""
    receiving = work.facts["receiving"]
    yield TO_NO_VILLAGE.judge(_village(receiving))
    if _village(receiving):
        yield may_record(work.subject.tier, work.path, path_of(receiving))
        yield from may_propose(_after(work), work.given["basis"], work.path[-1], receiving["code"])


def _after(work: Work) -> Places:
    given, receiving = work.given, work.facts["receiving"]
    return places_after(work.facts["places"], given["basis"], receiving["code"], work.path[-1], given["why"])


def by_receiving_side(work: Work) -> Iterable[Verdict]:
    """By the receiving side, at the tier where the paths part, and not by whoever proposed it. Q16"""
    receiving = work.facts["receiving"]
    here = receiving is not None and work.subject.home in path_of(receiving)
    another = work.subject.person not in work.persons(f"{NAME}.propose")
    unmoved = receiving is not None and work.facts["transfer"]["releasing_unit"] == work.household["unit"]
    yield from may_accept(by_receiving_side=here, by_another=another, unmoved=unmoved)
    if receiving is not None:
        yield may_record(work.subject.tier, path_of(work.facts["releasing"]), path_of(receiving))


def receiving_in_force(work: Work) -> Iterable[Verdict]:
    """The receiving village is still in force. Q16"""
    yield TO_NO_VILLAGE.judge(_village(work.facts["receiving"]))


def by_releasing_side(work: Work) -> Iterable[Verdict]:
    """Taken back by the side that proposed it. Q16"""
    if work.facts["receiving"] is not None:
        yield may_record(work.subject.tier, path_of(work.facts["releasing"]), path_of(work.facts["receiving"]))


async def _propose(work: Work) -> None:
    assert work.proceeding is not None
    receiving, household = work.facts["receiving"], work.household
    work.make_last(
        "transfer",
        household=household["id"],
        proceeding=work.proceeding["id"],
        releasing_unit=household["unit"],
        receiving_unit=receiving["id"],
        basis=work.given["basis"].name,
        why=work.given["why"],
        proposed_on=work.on,
        cooperated_before=_cooperating(household),
    )
    await _let_cooperate(work, receiving)


def _cooperating(household: Row) -> str | None:
    return next((code for tier in TIER_COLUMNS[::-1] if (code := household[f"cooperating_{tier}"])), None)


async def _let_cooperate(work: Work, place: Row | None, **more: object) -> None:
    columns = {f"cooperating_{tier}": place[tier] if place is not None else None for tier in TIER_COLUMNS}
    await work.update("household", work.household["id"], **columns, **more, updated_at=work.now)


async def _accept(work: Work) -> None:
    transfer, releasing, receiving = (work.facts[name] for name in ("transfer", "releasing", "receiving"))
    basis = Jurisdiction[transfer["basis"]]
    places = places_after(work.facts["places"], basis, receiving["code"], releasing["code"], transfer["why"])
    cooperating = await work.connection.fetchrow(_BY_CODE, cooperating_after(places, basis, releasing["code"]))
    await _let_cooperate(
        work,
        cooperating,
        unit=receiving["id"],
        jurisdiction=basis.name,
        jurisdiction_reason=places.why_not_hukou or None,
        **{tier: receiving[tier] for tier in TIER_COLUMNS},
        **_placed(work, basis, transfer),
    )
    await _decided(work, accepted=True)
    await procedure.finish(work)
    # from here on it is the receiving side's: the ledger places this event there
    work.household = {**work.household, **{tier: receiving[tier] for tier in TIER_COLUMNS}}
    work.overrides = await overrides_of(work.connection, work.path)
    await recompute_household(work)


def _placed(work: Work, basis: Jurisdiction, transfer: Row) -> dict[str, int]:
    """The place on record that the basis speaks of, and the move-out place where none was known."""
    if basis is Jurisdiction.MOVE_IN:
        known = work.household["move_out_unit"] or transfer["releasing_unit"]
        return {"move_in_unit": transfer["receiving_unit"], "move_out_unit": known}
    if basis is Jurisdiction.RESIDENCE:
        return {"residence_unit": transfer["receiving_unit"]}
    return {"hukou_unit": work.household["hukou_unit"] or transfer["receiving_unit"]}


async def _decided(work: Work, *, accepted: bool) -> None:
    await work.update("transfer", work.facts["transfer"]["id"], decided_on=work.on, accepted=accepted)


async def _leave(work: Work) -> None:
    """Nothing moves; whoever cooperated before does again."""
    before = work.facts["transfer"]["cooperated_before"]
    unit = await work.connection.fetchrow(_BY_CODE, before) if before is not None else None
    await _let_cooperate(work, unit)
    await _decided(work, accepted=False)


WHY = Argument("why", str, "理由", "Why.", required=True)
STEPS = (
    Step(
        steps.TRANSFER_PROPOSE,
        target="Household",
        to=_STATE.OPENED,
        arguments=(
            Argument("receiving", str, "接收单位", "Code of the village to become responsible.", required=True),
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

_MATTER = replace(HOUSEHOLD, turn=turn_at_both)
TRANSFER = declare_workflow(
    Workflow(NAME, "管辖移交", "Transfer of jurisdiction", ProceedingKind.TRANSFER, STEPS, _MATTER)
)
