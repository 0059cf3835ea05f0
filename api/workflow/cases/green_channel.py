"""绿色通道 Green channel: village and township confirm, the county enters, verification within a month. Q24, Q36

It never replaces identification: that goes on beside it, and its approval takes the case over.
"""

from collections.abc import Iterable

from api.rules.numbers.parameters import GREEN_CHANNEL_MONTHS
from api.rules.themes.elimination import may_be_identified
from api.rules.themes.green_channel import (
    SuddenHardship,
    entered_by,
    household_told,
    may_enter,
    may_exit,
    measure_after_exit,
    verified_in_time,
)
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import DeadlineKind, Outcome, Route
from api.rules.words.vocabulary import CaseState, ClueState, MeasureState, ProceedingKind, ProceedingState
from api.schema.bounds import GUARDED, REASON
from api.workflow.cases import procedure
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_STATE = ProceedingState
NAME = "green_channel"
BY_VILLAGE, BY_TOWNSHIP = f"{NAME}.confirm_by_village", f"{NAME}.confirm_by_township"
TELL = f"{NAME}.tell_household"
CONDITIONS_MET = frozenset({Outcome.MUST_IDENTIFY, Outcome.SHOULD_IDENTIFY})
CONFIRMATION = (
    Argument("sudden", bool, "突发风险", "Sudden risk from a disaster, an accident or the like.", required=True),
    Argument("evident", bool, "事实清楚", "The hardship is evident.", required=True),
    Argument("urgent", bool, "急需帮扶", "Help is urgent.", required=True),
    Argument("grounds", str, "情况说明", "What happened.", required=True),
)
_JUDGED = """
select a.outcome, p.state from assessment a join proceeding p on p.id = a.proceeding
where p.household = $1 and p.kind = 'IDENTIFICATION' and a.assessed_on >= $2 order by a.id desc limit 1"""
_MEASURES = "select id, state from measure where monitoring_case = $1 and state in ('DECLARED', 'UNDER_WAY')"
_FIRST_TELLING = "select min(taken_on) from act where monitoring_case = $1 and step = $2"
_COMPLETE = """
update proceeding set state = 'COMPLETED', ended_on = $2, due_on = null, version = version + 1
where household = $1 and kind = 'GREEN_CHANNEL' and ended_on is null"""
_END_IDENTIFICATION = """
update proceeding set state = 'ENDED', ended_on = $2, end_reason = $3, version = version + 1
where household = $1 and kind = 'IDENTIFICATION' and ended_on is null"""


def route(ctx: HouseholdContext) -> Route:
    """The route to identification: the green channel when the household's open case is in it. Q36"""
    return Route.GREEN_CHANNEL if ctx.case_state is CaseState.GREEN_CHANNEL else Route.ORDINARY


def not_monitored_yet(ctx: HouseholdContext) -> Iterable[Verdict]:
    """A household identified already is not identified again, nor helped as if it were not. Q31"""
    yield may_be_identified(ctx.case_state)


def confirmation_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Sudden, evident and urgent, or there is nothing to confirm. Q24"""
    sudden, evident, urgent = (ctx.arguments[name] for name in ("sudden", "evident", "urgent"))
    yield from may_enter(SuddenHardship(sudden, evident, urgent, True, True))


def entry_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Confirmed by township and village, entered by the county. Q24"""
    township, village = ctx.last(BY_TOWNSHIP) is not None, ctx.last(BY_VILLAGE) is not None
    yield from may_enter(SuddenHardship(True, True, True, township, village))
    yield entered_by(ctx.subject.tier, ctx.subject.department)


def verification_in_time(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Inside the green channel, verified within a month of entry in principle. Q24"""
    if route(ctx) is Route.GREEN_CHANNEL and ctx.case is not None:
        yield verified_in_time(ctx.entered_on, ctx.on, ctx.on, ctx.setting(GREEN_CHANNEL_MONTHS))


def exit_founded(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The county exits only a household verified not to meet the conditions, with its note. Q24"""
    yield from may_exit(ctx.facts["meets_conditions"], ctx.arguments["note"])
    yield entered_by(ctx.subject.tier, ctx.subject.department)


def household_informed(ctx: HouseholdContext) -> Iterable[Verdict]:
    """The household was told of process and help, else an alert: telling holds nothing up. Q24"""
    if ctx.case_state is CaseState.GREEN_CHANNEL:
        yield household_told(ctx.entered_on, ctx.facts["notified_on"], ctx.on)


async def read_telling(ctx: HouseholdContext) -> None:
    """The first day after green-channel entry on which the household was told, None while it was not. Q24"""
    entered = ctx.case_state is CaseState.GREEN_CHANNEL
    ctx.facts["notified_on"] = (
        await ctx.connection.fetchval(_FIRST_TELLING, ctx.required_case["id"], TELL) if entered else None
    )


async def read_verification(ctx: HouseholdContext) -> None:
    """Read the result of the verification since entry: None while there is none, no where identification ended. Q24"""
    case = ctx.case
    row = await ctx.connection.fetchrow(_JUDGED, ctx.household["id"], case["entered_on"]) if case else None
    meets = None
    if row is not None:
        meets = row["state"] != _STATE.ENDED.name and Outcome[row["outcome"]] in CONDITIONS_MET
    ctx.facts["meets_conditions"] = meets


async def verified(ctx: HouseholdContext) -> None:
    """Record in the green channel's proceeding that the household was verified. Q24"""
    if route(ctx) is Route.ORDINARY or ctx.case is None:
        return
    await ctx.connection.execute(
        "update proceeding set verified_on = $2, due_on = null, version = version + 1"
        " where household = $1 and kind = 'GREEN_CHANNEL' and ended_on is null",
        ctx.household["id"],
        ctx.on,
    )
    await ctx.meet_deadline(DeadlineKind.GREEN_CHANNEL_VERIFICATION, monitoring_case=ctx.case["id"])
    await ctx.connection.execute("update monitoring_case set due_on = null where id = $1", ctx.case["id"])


async def complete(ctx: HouseholdContext, case: int) -> None:
    """The formalities are completed: what began in the green channel ends as an identified case. Q24, Q36"""
    await ctx.connection.execute(_COMPLETE, ctx.household["id"], ctx.on)
    await ctx.meet_deadline(DeadlineKind.GREEN_CHANNEL_VERIFICATION, monitoring_case=case)


async def _confirm(ctx: HouseholdContext) -> None:
    other = BY_TOWNSHIP if ctx.action == BY_VILLAGE else BY_VILLAGE
    ctx.stays = ctx.last(other) is None


async def _enter(ctx: HouseholdContext) -> None:
    household, proceeding = ctx.household["id"], ctx.required_proceeding["id"]
    due = ctx.due(DeadlineKind.GREEN_CHANNEL_VERIFICATION, ctx.on)
    case = await ctx.insert(
        "monitoring_case",
        household=household,
        previous=ctx.case["id"] if ctx.case is not None else None,
        state=CaseState.GREEN_CHANNEL.name,
        entered_on=ctx.on,
        due_on=due,
        safety_net=False,
        version=1,
    )
    ctx.start_deadline(DeadlineKind.GREEN_CHANNEL_VERIFICATION, ctx.on, monitoring_case=case)
    await ctx.connection.execute(
        "update proceeding set monitoring_case = $2, due_on = $3 where household = $1 and ended_on is null"
        " and kind in ('GREEN_CHANNEL', 'IDENTIFICATION')",
        household,
        case,
        due,
    )
    if ctx.clue is not None:  # the fifteen days do not run inside the green channel: they end with entry
        await ctx.meet_deadline(DeadlineKind.IDENTIFICATION, clue=ctx.clue["id"])
        await ctx.update("clue", ctx.clue["id"], due_on=None)
    ctx.touched["proceeding"] = proceeding
    ctx.notifications["household"] = "entered"


async def _tell(ctx: HouseholdContext) -> None:
    ctx.notifications["household"] = "told"


async def _exit(ctx: HouseholdContext) -> None:
    household, case, note = ctx.household["id"], ctx.required_case["id"], ctx.arguments["note"]
    await ctx.update("monitoring_case", case, state=CaseState.EXITED.name, ended_on=ctx.on, due_on=None)
    for row in await ctx.connection.fetch(_MEASURES, case):
        after = measure_after_exit(MeasureState[row["state"]])
        await ctx.update("measure", row["id"], state=after.name, stopped_reason=note)
    await ctx.connection.execute(_END_IDENTIFICATION, household, ctx.on, note)
    ctx.changes.update(ended_on=ctx.on, end_reason=note, due_on=None)
    await ctx.meet_deadline(DeadlineKind.GREEN_CHANNEL_VERIFICATION, monitoring_case=case)
    if ctx.clue is not None and ctx.clue["state"] == ClueState.OPEN.name:
        await ctx.update(
            "clue", ctx.clue["id"], state=ClueState.CLOSED.name, closed_on=ctx.on, outcome="NOT_IDENTIFIED"
        )
    ctx.notifications["household"] = "exited"


STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.GREEN_CHANNEL_OPEN,
        target="Clue",
        to=_STATE.OPENED,
        standing=(ClueState.OPEN,),
        guards=(not_monitored_yet,),
    ),
    *(
        Step(
            step_id,
            sources=(_STATE.OPENED,),
            to=_STATE.CONFIRMED,
            arguments=CONFIRMATION,
            guards=(confirmation_founded,),
            effects=(_confirm,),
        )
        for step_id in (steps.GREEN_CHANNEL_CONFIRM_BY_VILLAGE, steps.GREEN_CHANNEL_CONFIRM_BY_TOWNSHIP)
    ),
    Step(
        steps.GREEN_CHANNEL_ENTER,
        sources=(_STATE.CONFIRMED,),
        to=_STATE.ENTERED,
        same_day=True,
        guards=(entry_founded, not_monitored_yet),
        effects=(_enter,),
    ),
    Step(
        steps.GREEN_CHANNEL_TELL_HOUSEHOLD,
        sources=(_STATE.ENTERED, _STATE.ENDED),
        arguments=(Argument("content", str, "告知内容", "What was told.", required=True),),
        effects=(_tell,),
    ),
    Step(
        steps.GREEN_CHANNEL_EXIT,
        sources=(_STATE.ENTERED,),
        to=_STATE.ENDED,
        arguments=(
            Argument("note", str, "备注说明", "Why it does not meet the conditions.", required=True, bound=GUARDED),
        ),
        facts=(read_verification, read_telling),
        guards=(exit_founded, household_informed),
        effects=(_exit,),
    ),
    Step(
        steps.GREEN_CHANNEL_END,
        sources=(_STATE.OPENED, _STATE.CONFIRMED),
        to=_STATE.ENDED,
        arguments=(Argument("why", str, "理由", "Why it is not entered.", required=True, bound=REASON),),
        effects=(procedure.end,),
    ),
)

GREEN_CHANNEL = declare_workflow(
    Workflow(NAME, "绿色通道", "Help first for sudden hardship", STEPS, HouseholdHandler(ProceedingKind.GREEN_CHANNEL))
)
