"""风险线索 Clue: declared, screened or warned of; from the day it was found the 15 days run. Q34"""

from datetime import date

from api.rules.words import steps
from api.rules.words.judging import DeadlineKind
from api.rules.words.vocabulary import ClueSource, ClueState
from api.workflow.engine.contexts import Work
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow


async def _open(work: Work) -> None:
    found_on: date = work.given.get("found_on") or work.on
    source: ClueSource = work.given["source"]
    department = work.subject.department.name if source is ClueSource.DEPARTMENT_WARNING else None
    household = work.household["id"]
    clue = work.make_last(
        "clue",
        household=household,
        source=source.name,
        department=department,
        found_on=found_on,
        state=ClueState.OPEN.name,
        due_on=work.due(DeadlineKind.IDENTIFICATION, found_on),
        version=1,
    )
    work.owe(DeadlineKind.IDENTIFICATION, found_on, clue=clue)


async def _close(work: Work) -> None:
    assert work.clue is not None
    await work.update(
        "clue", work.clue["id"], state=ClueState.CLOSED.name, closed_on=work.on, outcome=work.given["outcome"]
    )
    await work.meet(DeadlineKind.IDENTIFICATION, clue=work.clue["id"])


REPORT = Step(
    steps.CLUE_REPORT,
    target="Household",
    arguments=(
        Argument("source", ClueSource, "来源", "How it was found.", required=True),
        Argument("found_on", date, "发现日期", "Day it was found; the day of the step when absent."),
    ),
    effects=(_open,),
    makes=("clue",),
)
CLOSE = Step(
    steps.CLUE_CLOSE,
    target="Clue",
    standing=(ClueState.OPEN,),
    arguments=(Argument("outcome", str, "处理结果", "What came of it.", required=True, codes="CLUE_OUTCOME"),),
    effects=(_close,),
)

CLUE = declare_workflow(Workflow("clue", "风险线索", "Risk clues", None, (REPORT, CLOSE)))
