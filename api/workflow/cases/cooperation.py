"""配合 Cooperation: the cooperating place adds notes to a household it does not lead. Q16 (the extent is ours)"""

from api.rules.words import steps
from api.workflow.engine.contexts import Work
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow

_UNIT = "select id from unit where code = $1 and valid_until is null"


async def _note(work: Work) -> None:
    work.make_last(
        "note",
        household=work.household["id"],
        unit=await work.connection.fetchval(_UNIT, work.subject.home),
        noted_on=work.on,
        content=work.given["content"],
    )


NOTE = Step(
    steps.COOPERATION_NOTE,
    target="Household",
    arguments=(Argument("content", str, "内容", "What the note says.", required=True),),
    effects=(_note,),
    makes=("note",),
)

COOPERATION = declare_workflow(Workflow("cooperation", "配合", "Notes of cooperating places", None, (NOTE,)))
