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
from api.schema.declare import TIER_COLUMNS
from api.workflow.engine.step import Argument, Step, Workflow, declare_workflow
from api.workflow.numbers.handler import NUMBER, Number
from api.workflow.numbers.recomputing import alone, recompute_below

NAME = "parameter"


def _dimension(work: Number, parameter: Parameter) -> Dimension:
    return work.given.get("dimension") or parameter.dimension


def _value(work: Number, parameter: Parameter) -> Value:
    try:
        return read_value(work.given["value"].strip(), _dimension(work, parameter))
    except ValueError:
        return None


def proposal_founded(work: Number) -> Iterable[Verdict]:
    """A number there is, a value of its dimension, the unit's to set, and no looser than the Guide's. Q1"""
    parameter = PARAMETERS.get(work.given["parameter"])
    yield UNKNOWN.judge(parameter is not None, name=work.given["parameter"])
    if parameter is not None:
        value, dimension = _value(work, parameter), _dimension(work, parameter)
        yield NO_VALUE.judge(value is not None, value=work.given["value"], dimension=dimension)
        if value is not None:
            yield from may_be_set(parameter, Tier[work.unit["tier"]], value, dimension)


def still_open(work: Number) -> Iterable[Verdict]:
    """What is decided is decided. Q1"""
    yield DECIDED.judge(work.target is not None and work.target["decided_on"] is None)


def decided_by_another(work: Number) -> Iterable[Verdict]:
    """Nobody puts in force what they proposed themselves. Q1"""
    yield from still_open(work)
    proposer = work.target["proposer"] if work.target is not None else 0
    yield different_persons(ActPair.EDIT_AND_APPROVE, [proposer], work.subject.person)


async def _propose(work: Number) -> None:
    parameter = PARAMETERS[work.given["parameter"]]
    await work.insert(
        "parameter_setting",
        unit=work.unit["id"],
        parameter=parameter.name,
        value=work.given["value"].strip(),
        dimension=_dimension(work, parameter).name,
        basis=work.given["basis"],
        proposed_on=work.on,
        proposer=work.subject.person,
        version=1,
        **{tier: work.unit[tier] for tier in TIER_COLUMNS},
    )
    work.told.update(parameter=parameter.name, value=work.given["value"].strip())


async def _approve(work: Number) -> None:
    assert work.target is not None
    parameter = PARAMETERS[work.target["parameter"]]
    decided = {"decided_on": work.on, "since": work.on, "decider": work.subject.person}
    await alone(work.connection, work.unit)
    await work.update("parameter_setting", work.target["id"], **decided)
    changed = await recompute_below(work.connection, parameter, work.unit, work.on)
    work.told.update(parameter=parameter.name, value=work.target["value"], deadlines=changed)


async def _refuse(work: Number) -> None:
    assert work.target is not None
    decided = {"decided_on": work.on, "reason": work.given["why"], "decider": work.subject.person}
    await work.update("parameter_setting", work.target["id"], **decided)


STEPS = (
    Step(
        steps.PARAMETER_PROPOSE,
        target="Unit",
        arguments=(
            Argument("parameter", str, "参数", "Its name in the table of parameters.", required=True),
            Argument("value", str, "值", "As the table writes it: 8, 0.02, 03-15.", required=True),
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
        arguments=(Argument("why", str, "理由", "Why.", required=True),),
        guards=(decided_by_another,),
        effects=(_refuse,),
    ),
)

PARAMETER = declare_workflow(
    Workflow(NAME, "参数设定", "A place's own values of the Guide's numbers", None, STEPS, matter=NUMBER)
)
