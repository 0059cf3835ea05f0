"""参数设定 Parameters: a province tightens one of the Guide's numbers, proposed by one and approved by another. Q1

It is in force from the day of approval; that day open time limits are worked out anew in the same transaction.
"""

from collections.abc import Iterable

from api.rules.limits.tightening import DECIDED, NO_VALUE, UNKNOWN, may_be_set
from api.rules.numbers.parameter import PARAMETERS, Parameter, Value, read_value
from api.rules.themes.four_eyes import different_persons
from api.rules.verdict import Verdict
from api.rules.words import steps
from api.rules.words.judging import ActPair, Dimension
from api.rules.words.vocabulary import Tier
from api.schema.bounds import REASON, SHORT
from api.schema.paths import tiers_of
from api.workflow.engine.step import Argument, Step
from api.workflow.engine.workflow import Workflow, declare_workflow
from api.workflow.numbers.handler import NumberContext, NumberHandler
from api.workflow.numbers.recomputing import lock_numbers, recompute_below

NAME = "parameter"


def _dimension(ctx: NumberContext, parameter: Parameter) -> Dimension:
    return ctx.arguments.get("dimension") or parameter.dimension


def _value(ctx: NumberContext, parameter: Parameter) -> Value:
    try:
        return read_value(ctx.arguments["value"].strip(), _dimension(ctx, parameter))
    except ValueError:
        return None


def proposal_founded(ctx: NumberContext) -> Iterable[Verdict]:
    """A number there is, a value of its dimension, the unit's to set, and no looser than the Guide's. Q1"""
    parameter = PARAMETERS.get(ctx.arguments["parameter"])
    yield UNKNOWN.judge(parameter is not None)
    if parameter is not None:
        value, dimension = _value(ctx, parameter), _dimension(ctx, parameter)
        yield NO_VALUE.judge(value is not None, dimension=dimension)
        if value is not None:
            yield from may_be_set(parameter, Tier[ctx.unit["tier"]], value, dimension)


def still_open(ctx: NumberContext) -> Iterable[Verdict]:
    """The setting is not decided yet. Q1"""
    yield DECIDED.judge(ctx.target is not None and ctx.target["decided_on"] is None)


def decided_by_another(ctx: NumberContext) -> Iterable[Verdict]:
    """Nobody puts in force what they proposed themselves. Q1"""
    yield from still_open(ctx)
    proposer = ctx.target["proposer"]
    yield different_persons(ActPair.EDIT_AND_APPROVE, [proposer], ctx.subject.person)


async def _propose(ctx: NumberContext) -> None:
    parameter = PARAMETERS[ctx.arguments["parameter"]]
    await ctx.insert(
        "parameter_setting",
        unit=ctx.unit["id"],
        parameter=parameter.name,
        value=ctx.arguments["value"].strip(),
        dimension=_dimension(ctx, parameter).name,
        basis=ctx.arguments["basis"],
        proposed_on=ctx.on,
        proposer=ctx.subject.person,
        version=1,
        **tiers_of(ctx.unit),
    )
    ctx.notifications.update(parameter=parameter.name, value=ctx.arguments["value"].strip())


async def _approve(ctx: NumberContext) -> None:
    parameter = PARAMETERS[ctx.target["parameter"]]
    decided = {"decided_on": ctx.on, "since": ctx.on, "decider": ctx.subject.person}
    await lock_numbers(ctx.connection, ctx.unit)
    await ctx.update("parameter_setting", ctx.target["id"], **decided)
    changed = await recompute_below(ctx.connection, parameter, ctx.unit, ctx.on)
    ctx.notifications.update(parameter=parameter.name, value=ctx.target["value"], deadlines=changed)


async def _refuse(ctx: NumberContext) -> None:
    decided = {"decided_on": ctx.on, "reason": ctx.arguments["why"], "decider": ctx.subject.person}
    await ctx.update("parameter_setting", ctx.target["id"], **decided)


STEPS: tuple[Step[NumberContext], ...] = (
    Step(
        steps.PARAMETER_PROPOSE,
        target="Unit",
        arguments=(
            Argument("parameter", str, "参数", "Its name in the table of parameters.", required=True, bound=SHORT),
            Argument("value", str, "值", "As the table writes it: 8, 0.02, 03-15.", required=True, bound=SHORT),
            Argument("dimension", Dimension, "单位", "Where the value counts in another than the Guide's."),
            Argument("basis", str, "依据", "The document it rests on.", required=True),
        ),
        guards=(proposal_founded,),
        effects=(_propose,),
    ),
    Step(
        steps.PARAMETER_APPROVE,
        target="ParameterSetting",
        same_day=True,
        guards=(decided_by_another,),
        effects=(_approve,),
    ),
    Step(
        steps.PARAMETER_REFUSE,
        target="ParameterSetting",
        arguments=(Argument("why", str, "理由", "Why.", required=True, bound=REASON),),
        guards=(decided_by_another,),
        effects=(_refuse,),
    ),
)

PARAMETER = declare_workflow(
    Workflow(NAME, "参数设定", "A place's own values of the Guide's numbers", STEPS, NumberHandler())
)
