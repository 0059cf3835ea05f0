"""兜底保障户标识 Safety net: first marked by village and township, both; any later change is national. Q28–29"""

from collections.abc import Iterable

from api.database import Row
from api.rules.themes.safety_net import SafetyNetFacts, is_safety_net, may_mark
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import SocialAid
from api.rules.words.vocabulary import CaseState, Labour, ProceedingKind, ProceedingState, Tier
from api.schema.bounds import REASON
from api.workflow.cases import procedure
from api.workflow.cases.context import HouseholdContext
from api.workflow.cases.counting import members_counted
from api.workflow.cases.household import HouseholdHandler
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow

_STATE = ProceedingState
NAME = "safety_net"
BY_VILLAGE, BY_TOWNSHIP = f"{NAME}.confirm_by_village", f"{NAME}.confirm_by_township"
BOTH = (Tier.VILLAGE, Tier.TOWNSHIP)
_EVER_MARKED = """
select exists (select from monitoring_case where household = $1 and safety_net)
  or exists (select from proceeding where household = $1 and kind = 'SAFETY_NET' and state = 'COMPLETED')"""
STRONGEST_FIRST = (
    ("extreme_poverty", "RURAL_DISPERSED", SocialAid.DISPERSED_EXTREME_POVERTY),
    ("allowance", "RURAL_TOP", SocialAid.RURAL_ALLOWANCE_TOP),
    ("allowance", "RURAL", SocialAid.RURAL_ALLOWANCE),
    ("extreme_poverty", "RURAL_CONCENTRATED", SocialAid.CONCENTRATED_EXTREME_POVERTY),
)


def aid_of(members: list[Row]) -> SocialAid:
    """The household's aid, as civil affairs' data on its members says. Q29"""
    received = (aid for column, code, aid in STRONGEST_FIRST if any(row[column] == code for row in members))
    return next(received, SocialAid.NONE)


async def read_household(ctx: HouseholdContext) -> None:
    """Read whether it was ever marked, and its members' labour ability and aid. Q29"""
    members = await members_counted(ctx)
    ctx.facts["ever_marked"] = await ctx.connection.fetchval(_EVER_MARKED, ctx.household["id"])
    ctx.facts["aid"] = aid_of(members)
    # nobody is without labour ability as long as it was never recorded
    ctx.facts["labour"] = tuple(Labour[row["labour"] or Labour.ABLE.name] for row in members)


def never_marked(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Township and village set only the first mark of all. Q29"""
    yield from may_mark(ctx.facts["ever_marked"], BOTH)


def is_one(ctx: HouseholdContext) -> Iterable[Verdict]:
    """Monitored, nobody able to work, living mainly or only on the aid the Guide names. Q29"""
    facts = SafetyNetFacts(
        state=ctx.case_state or CaseState.EXITED,
        labour=ctx.facts["labour"],
        aid=ctx.facts["aid"],
        mainly_on_aid=ctx.arguments["mainly_on_aid"],
    )
    yield from is_safety_net(facts)


async def _confirm(ctx: HouseholdContext) -> None:
    other = BY_TOWNSHIP if ctx.action == BY_VILLAGE else BY_VILLAGE
    if ctx.last(other) is None:
        ctx.stays = True
        return
    await ctx.update("monitoring_case", ctx.required_case["id"], safety_net=True)
    await procedure.finish(ctx)


STEPS: tuple[Step[HouseholdContext], ...] = (
    Step(
        steps.SAFETY_NET_OPEN,
        target="MonitoringCase",
        to=_STATE.OPENED,
        standing=(CaseState.IDENTIFIED,),
        facts=(read_household,),
        guards=(never_marked,),
    ),
    *(
        Step(
            step_id,
            sources=(_STATE.OPENED,),
            to=_STATE.COMPLETED,
            arguments=(
                Argument(
                    "mainly_on_aid", bool, "主要靠保障", "Lives mainly or only on social security.", required=True
                ),
                Argument("grounds", str, "认定依据", "What shows it.", required=True),
            ),
            facts=(read_household,),
            guards=(never_marked, is_one),
            effects=(_confirm,),
        )
        for step_id in (steps.SAFETY_NET_CONFIRM_BY_VILLAGE, steps.SAFETY_NET_CONFIRM_BY_TOWNSHIP)
    ),
    Step(
        steps.SAFETY_NET_END,
        sources=(_STATE.OPENED,),
        to=_STATE.ENDED,
        arguments=(Argument("why", str, "理由", "Why it is not marked.", required=True, bound=REASON),),
        effects=(procedure.end,),
    ),
)

SAFETY_NET = declare_workflow(
    Workflow(
        NAME,
        "兜底保障户标识",
        "First marking of safety-net households",
        STEPS,
        HouseholdHandler(ProceedingKind.SAFETY_NET),
    )
)
