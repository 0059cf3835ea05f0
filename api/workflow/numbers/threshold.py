"""监测范围 Thresholds: set and filed by the province by 31 March, acknowledged by the nation. Q10"""

from collections.abc import Iterable
from decimal import Decimal

from api.rules.numbers.parameters import THRESHOLD_FILING_DAY
from api.rules.themes.threshold import filed_in_time, threshold_well_founded
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ThresholdBasis
from api.rules.words.vocabulary import ThresholdState
from api.schema.bounds import YEAR
from api.schema.paths import tiers_of
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow
from api.workflow.numbers.handler import NumberContext, NumberHandler

BASES = {basis.name.lower(): basis for basis in ThresholdBasis}
AMOUNT = (
    Argument("amount", Decimal, "金额", "Per-capita net income in CNY a year.", required=True),
    *(Argument(name, str, basis.zh, f"What it says: {basis.en}") for name, basis in BASES.items()),
)


def well_founded(ctx: NumberContext) -> Iterable[Verdict]:
    """A positive amount, with what it was worked out from. Q10"""
    yield from threshold_well_founded(ctx.arguments["amount"], _stated(ctx).values())


def _stated(ctx: NumberContext) -> dict[str, ThresholdBasis]:
    return {name: basis for name, basis in BASES.items() if (ctx.arguments.get(name) or "").strip()}


def _basis(ctx: NumberContext) -> str | None:
    return "；".join(f"{basis.zh}：{ctx.arguments[name].strip()}" for name, basis in _stated(ctx).items()) or None


def filed_by_march(ctx: NumberContext) -> Iterable[Verdict]:
    """Filed by the end of the first quarter, else an alert that stays on record. Q10"""
    if ctx.target is not None:
        yield filed_in_time(ctx.target["year"], ctx.on, ctx.on, ctx.setting(THRESHOLD_FILING_DAY))


async def _set(ctx: NumberContext) -> None:
    await ctx.insert(
        "threshold",
        unit=ctx.unit["id"],
        year=ctx.arguments["year"],
        amount=ctx.arguments["amount"],
        basis=_basis(ctx),
        state=ThresholdState.SET.name,
        set_on=ctx.on,
        version=1,
        **tiers_of(ctx.unit),
    )
    ctx.notifications.update(year=ctx.arguments["year"], amount=str(ctx.arguments["amount"]))


async def _amend(ctx: NumberContext) -> None:
    changes = {"amount": ctx.arguments["amount"], "basis": _basis(ctx), "set_on": ctx.on}
    await ctx.update("threshold", ctx.target["id"], **changes)
    ctx.notifications.update(amount=str(ctx.arguments["amount"]), before=str(ctx.target["amount"]))


async def _file(ctx: NumberContext) -> None:
    await ctx.update("threshold", ctx.target["id"], state=ThresholdState.FILED.name, filed_on=ctx.on)


async def _acknowledge(ctx: NumberContext) -> None:
    state = ThresholdState.ACKNOWLEDGED.name
    await ctx.update("threshold", ctx.target["id"], state=state, acknowledged_on=ctx.on)


STEPS: tuple[Step[NumberContext], ...] = (
    Step(
        steps.THRESHOLD_SET,
        target="Unit",
        arguments=(Argument("year", int, "年度", "Year it is for.", required=True, bound=YEAR), *AMOUNT),
        guards=(well_founded,),
        effects=(_set,),
    ),
    Step(
        steps.THRESHOLD_AMEND,
        target="Threshold",
        standing=(ThresholdState.SET,),
        arguments=AMOUNT,
        guards=(well_founded,),
        effects=(_amend,),
    ),
    Step(
        steps.THRESHOLD_FILE,
        target="Threshold",
        standing=(ThresholdState.SET,),
        guards=(filed_by_march,),
        effects=(_file,),
    ),
    Step(
        steps.THRESHOLD_ACKNOWLEDGE,
        target="Threshold",
        standing=(ThresholdState.FILED,),
        effects=(_acknowledge,),
    ),
)

THRESHOLD = declare_workflow(Workflow("threshold", "监测范围", "Yearly thresholds", STEPS, NumberHandler()))
