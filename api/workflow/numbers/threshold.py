"""监测范围 Thresholds: set and filed by the province by 31 March, acknowledged by the nation. Q10"""

from collections.abc import Iterable
from decimal import Decimal

from api.rules.numbers.parameters import THRESHOLD_FILING_DAY
from api.rules.themes.threshold import filed_in_time, threshold_well_founded
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ThresholdBasis
from api.rules.words.vocabulary import ThresholdState
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow
from api.workflow.numbers.handler import NUMBER, Number

BASES = {each.name.lower(): each for each in ThresholdBasis}
AMOUNT = (
    Argument("amount", Decimal, "金额", "Per-capita net income in CNY a year.", required=True),
    *(Argument(name, str, each.zh, f"What it says: {each.en}") for name, each in BASES.items()),
)


def well_founded(work: Number) -> Iterable[Verdict]:
    """A positive amount, with what it was worked out from. Q10"""
    yield from threshold_well_founded(work.given["amount"], _stated(work).values())


def _stated(work: Number) -> dict[str, ThresholdBasis]:
    return {name: each for name, each in BASES.items() if (work.given.get(name) or "").strip()}


def _basis(work: Number) -> str | None:
    return "；".join(f"{each.zh}：{work.given[name].strip()}" for name, each in _stated(work).items()) or None


def filed_by_march(work: Number) -> Iterable[Verdict]:
    """Filed by the end of the first quarter, else an alert that stays on record. Q10"""
    if work.target is not None:
        yield filed_in_time(work.target["year"], work.on, work.on, work.setting(THRESHOLD_FILING_DAY))


async def _set(work: Number) -> None:
    await work.insert(
        "threshold",
        unit=work.unit["id"],
        year=work.given["year"],
        amount=work.given["amount"],
        basis=_basis(work),
        state=ThresholdState.SET.name,
        set_on=work.on,
        version=1,
        **{tier: work.unit[tier] for tier in TIER_COLUMNS},
    )
    work.told.update(year=work.given["year"], amount=str(work.given["amount"]))


async def _amend(work: Number) -> None:
    assert work.target is not None
    changes = {"amount": work.given["amount"], "basis": _basis(work), "set_on": work.on}
    await work.update("threshold", work.target["id"], **changes)
    work.told.update(amount=str(work.given["amount"]), before=str(work.target["amount"]))


async def _file(work: Number) -> None:
    assert work.target is not None
    await work.update("threshold", work.target["id"], state=ThresholdState.FILED.name, filed_on=work.on)


async def _acknowledge(work: Number) -> None:
    assert work.target is not None
    state = ThresholdState.ACKNOWLEDGED.name
    await work.update("threshold", work.target["id"], state=state, acknowledged_on=work.on)


STEPS = (
    Step(
        steps.THRESHOLD_SET,
        target="Unit",
        arguments=(Argument("year", int, "年度", "Year it is for.", required=True), *AMOUNT),
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

THRESHOLD = declare_workflow(Workflow("threshold", "监测范围", "Yearly thresholds", None, STEPS, matter=NUMBER))
