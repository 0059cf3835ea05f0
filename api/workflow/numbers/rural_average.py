"""县农村人均收入 Rural averages: recorded per county and year by the province; high income is a multiple of one. Q13"""

from collections.abc import Iterable
from decimal import Decimal

from api.rules.themes.assessment import average_sound
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.vocabulary import Tier
from api.schema.bounds import TITLE, YEAR
from api.schema.paths import tiers_of
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow
from api.workflow.numbers.handler import NumberContext, NumberHandler


def of_a_county(ctx: NumberContext) -> Iterable[Verdict]:
    """A positive amount of a county. Q13"""
    yield from average_sound(Tier[ctx.unit["tier"]], ctx.arguments["amount"])


async def _set(ctx: NumberContext) -> None:
    await ctx.insert(
        "rural_average",
        unit=ctx.unit["id"],
        year=ctx.arguments["year"],
        amount=ctx.arguments["amount"],
        source=ctx.arguments["source"],
        set_on=ctx.on,
        **tiers_of(ctx.unit),
    )
    ctx.notifications.update(year=ctx.arguments["year"], amount=str(ctx.arguments["amount"]))


SET: Step[NumberContext] = Step(
    steps.RURAL_AVERAGE_SET,
    target="Unit",
    arguments=(
        Argument("year", int, "年度", "Year it is of.", required=True, bound=YEAR),
        Argument("amount", Decimal, "金额", "In CNY per head and year.", required=True),
        Argument("source", str, "来源", "Where it was published.", required=True, bound=TITLE),
    ),
    guards=(of_a_county,),
    effects=(_set,),
)

RURAL_AVERAGE = declare_workflow(
    Workflow("rural_average", "县农村人均收入", "Rural averages of counties", (SET,), NumberHandler())
)
