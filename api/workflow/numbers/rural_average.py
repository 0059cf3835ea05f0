"""县农村人均收入 Rural averages: recorded per county and year by the province; high income is a multiple of one. Q13"""

from collections.abc import Iterable
from decimal import Decimal

from api.rules.themes.assessment import average_sound
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.vocabulary import Tier
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow
from api.workflow.numbers.handler import NUMBER, Number


def of_a_county(work: Number) -> Iterable[Verdict]:
    """A positive amount of a county. Q13"""
    yield from average_sound(Tier[work.unit["tier"]], work.given["amount"])


async def _set(work: Number) -> None:
    await work.insert(
        "rural_average",
        unit=work.unit["id"],
        year=work.given["year"],
        amount=work.given["amount"],
        source=work.given["source"],
        set_on=work.on,
        **{tier: work.unit[tier] for tier in TIER_COLUMNS},
    )
    work.told.update(year=work.given["year"], amount=str(work.given["amount"]))


SET = Step(
    steps.RURAL_AVERAGE_SET,
    target="Unit",
    arguments=(
        Argument("year", int, "年度", "Year it is of.", required=True),
        Argument("amount", Decimal, "金额", "In CNY per head and year.", required=True),
        Argument("source", str, "来源", "Where it was published.", required=True),
    ),
    guards=(of_a_county,),
    effects=(_set,),
)

RURAL_AVERAGE = declare_workflow(
    Workflow("rural_average", "县农村人均收入", "Rural averages of counties", None, (SET,), matter=NUMBER)
)
