"""风险线索 Clue: declared, screened or warned of; from the day it was found the 15 days run. Q34"""

from datetime import date

from api.rules.words import steps
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import ClueSource, ClueState
from api.schema.bounds import SHORT
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow


async def _open(ctx: HouseholdContext) -> None:
    found_on: date = ctx.arguments.get("found_on") or ctx.on
    source: ClueSource = ctx.arguments["source"]
    department = ctx.subject.department.name if source is ClueSource.DEPARTMENT_WARNING else None
    household = ctx.household["id"]
    clue = ctx.defer_insert_with_id(
        "clue",
        household=household,
        source=source.name,
        department=department,
        found_on=found_on,
        state=ClueState.OPEN.name,
        due_on=ctx.due(DeadlineKind.IDENTIFICATION, found_on),
        version=1,
    )
    ctx.start_deadline(DeadlineKind.IDENTIFICATION, found_on, clue=clue)


async def _close(ctx: HouseholdContext) -> None:
    await ctx.update(
        "clue", ctx.required_clue["id"], state=ClueState.CLOSED.name, closed_on=ctx.on, outcome=ctx.arguments["outcome"]
    )
    await ctx.meet_deadline(DeadlineKind.IDENTIFICATION, clue=ctx.required_clue["id"])


REPORT: Step[HouseholdContext] = Step(
    steps.CLUE_REPORT,
    target="Household",
    arguments=(
        Argument("source", ClueSource, "来源", "How it was found.", required=True),
        Argument("found_on", date, "发现日期", "Day it was found; the day of the step when absent."),
    ),
    effects=(_open,),
    makes=("clue",),
)
CLOSE: Step[HouseholdContext] = Step(
    steps.CLUE_CLOSE,
    target="Clue",
    standing=(ClueState.OPEN,),
    arguments=(
        Argument("outcome", str, "处理结果", "What came of it.", required=True, codes="CLUE_OUTCOME", bound=SHORT),
    ),
    effects=(_close,),
)

CLUE = declare_workflow(Workflow("clue", "风险线索", "Risk clues", (REPORT, CLOSE), HouseholdHandler()))
