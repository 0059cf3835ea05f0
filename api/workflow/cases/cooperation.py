"""配合 Cooperation: the cooperating place adds notes to a household it does not lead. Q16 (the extent is ours)"""

from api.rules.words import steps
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_UNIT = "select id from unit where code = $1 and valid_until is null"


async def _note(ctx: HouseholdContext) -> None:
    ctx.defer_insert_with_id(
        "note",
        household=ctx.household["id"],
        unit=await ctx.connection.fetchval(_UNIT, ctx.subject.home),
        noted_on=ctx.on,
        content=ctx.arguments["content"],
    )


NOTE: Step[HouseholdContext] = Step(
    steps.COOPERATION_NOTE,
    target="Household",
    arguments=(Argument("content", str, "内容", "What the note says.", required=True),),
    effects=(_note,),
    makes=("note",),
)

COOPERATION = declare_workflow(
    Workflow("cooperation", "配合", "Notes of cooperating places", (NOTE,), HouseholdHandler())
)
