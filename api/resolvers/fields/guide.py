"""指引 Possible steps and their obstacles: `stepCheck` for one step; the tables of steps and rules. DESIGN §10"""

import datetime
from collections.abc import Iterable
from typing import Annotated, Any

import strawberry

from api.access.actions import ACTIONS
from api.access.request_points import point_of
from api.errors import Problem, code
from api.planner.identifiers import parse_id
from api.resolvers.execution import context_of
from api.resolvers.fields.step_arguments import ShownArgument, shown_argument
from api.resolvers.steps.mutations import ForceEnum, ShownProblem, shown_problem
from api.resolvers.worker import services_of
from api.rules.registry import Rule
from api.rules.tables import ordered_rules
from api.rules.words.vocabulary import Kind, ProceedingKind, ProceedingState
from api.schema.available_step import Offer, offer
from api.schema.build import described, enum_of, field_of
from api.schema.catalogue import catalogue
from api.schema.names import camel
from api.workflow.engine.step_check import check
from api.workflow.registry import WORKFLOWS, Step, Workflow, steps

UNKNOWN_STEP = code(
    "UNKNOWN_STEP",
    400,
    zh="没有这一环节",
    en="there is no such step",
    next_zh="从办理流程中选取环节",
    next_en="take a step of `workflows`, such as identification.approve",
)
STEP_OF_ANOTHER_TYPE = code(
    "STEP_OF_ANOTHER_TYPE",
    400,
    zh="该环节的对象应为“{expected}”，所给的是另一种对象",
    en="this step is about a {expected}",
    next_zh="给出相应对象的标识",
    next_en="give the identifier of such an object",
)
StateEnum, KindEnum = enum_of(ProceedingState), enum_of(ProceedingKind)


@strawberry.type(description="预查结果 Whether a step may be taken now, or every reason why not. DESIGN §10")
class StepCheck:
    """The answer of `stepCheck`; nothing was changed by asking."""

    step: str = strawberry.field(description="环节 The step, as workflow.step.")
    mutation: str = strawberry.field(description="变更 The mutation that takes it.")
    possible: bool = strawberry.field(
        description="可办 Whether it may be taken now, given its arguments and, where one would do, a reason."
    )
    problems: list[ShownProblem] = strawberry.field(description="问题 Everything that stands against it, all at once.")
    alerts: list[ShownProblem] = strawberry.field(
        description="预警 What would be told with the step, refusing nothing."
    )
    waiting_for: list[str] = strawberry.field(
        description="待填 Arguments without which not everything could be judged yet."
    )
    earliest: datetime.date | None = strawberry.field(
        description="最早日期 First day on which time alone has mended every refusal."
    )


@strawberry.type(name="WorkflowStep", description="流程环节 One step of a workflow. DESIGN §6")
class ShownStep:
    """A step as its table has it."""

    step: str = strawberry.field(description="环节 Its name, as workflow.step.")
    mutation: str = strawberry.field(description="变更 The mutation that takes it.")
    zh: str = strawberry.field(description="中文 Its Chinese term.")
    en: str = strawberry.field(description="英文 What it does, in English.")
    questions: list[str] = strawberry.field(description="依据 The questions it rests on.")
    target: str = strawberry.field(description="对象 The type its identifier names.")
    sources: list[StateEnum] = strawberry.field(  # type: ignore[valid-type]
        description="起始状态 States it may be taken in; none for a step that opens a proceeding or needs none."
    )
    to: StateEnum | None = strawberry.field(description="到达状态 The state after it.")  # type: ignore[valid-type]
    standing: list[str] = strawberry.field(description="对象状态 States the object itself may be in; none for any.")
    becomes: str | None = strawberry.field(description="对象到达状态 The state the object is left in.")
    arguments: list[ShownArgument] = strawberry.field(description="参数 What is given with it.")


@strawberry.type(name="Workflow", description="流程 A workflow: a table of steps. DESIGN §6")
class ShownWorkflow:
    """A workflow as its table has it."""

    name: str = strawberry.field(description="名称 Its name.")
    zh: str = strawberry.field(description="中文 Its Chinese term.")
    en: str = strawberry.field(description="英文 What it is, in English.")
    kind: KindEnum | None = strawberry.field(  # type: ignore[valid-type]
        description="程序种类 The kind of proceeding it runs in; null when it needs none."
    )
    steps: list[ShownStep] = strawberry.field(description="环节 Its steps, in order.")


@strawberry.type(name="Rule", description="规则 One rule of the Guide, or one of ours. Q1, Q42")
class ShownRule:
    """A rule as the rule table has it."""

    name: str = strawberry.field(description="名称 Its name, as theme.rule.")
    questions: list[str] = strawberry.field(description="依据 The questions it rests on.")
    force: ForceEnum = strawberry.field(description="效力 How strongly the Guide says it.")
    zh: str = strawberry.field(description="中文 What it says, in Chinese.")
    en: str = strawberry.field(description="英文 What it says, in English.")
    ours_zh: str | None = strawberry.field(description="自定 What of it we decided, in Chinese.")
    ours_en: str | None = strawberry.field(description="自定 What of it we decided, in English.")


def _offer(workflow: Workflow[Any], step: Step[Any]) -> Offer:
    proceeding = step.target == "Proceeding"
    return Offer(
        step=step.id.action,
        mutation=workflow.mutation(step),
        zh=step.zh,
        en=step.en,
        target=step.target,
        kind=workflow.kind.name if workflow.kind and proceeding else None,
        states=frozenset(state.name for state in (*(step.sources if proceeding else ()), *step.standing)),
        actions=step.id.permitted_by,
        about=ACTIONS[step.id.permitted_by[0]].kind or Kind.PROCEEDING,
        grant=point_of(step.items[0]) if step.items and step.id.verb else "none",
    )


for _workflow, _taken in steps().values():
    if (_workflow.kind is not None or _taken.target != "Proceeding") and not _taken.uploaded:
        offer(_offer(_workflow, _taken))


def _cited(questions: Iterable[int]) -> list[str]:
    return [f"Q{question}" for question in questions]


def _step(workflow: Workflow[Any], step: Step[Any]) -> ShownStep:
    return ShownStep(
        step=step.id.action,
        mutation=workflow.mutation(step),
        zh=step.zh,
        en=step.en,
        questions=_cited(step.questions),
        target=step.target,
        sources=[StateEnum[state.name] for state in step.sources],
        to=StateEnum[step.to.name] if step.to else None,
        standing=[state.name for state in step.standing],
        becomes=step.becomes.name if step.becomes else None,
        arguments=[shown_argument(argument) for argument in step.arguments],
    )


def _rule(rule: Rule) -> ShownRule:
    zh, en = rule.ours or (None, None)
    return ShownRule(
        name=f"{rule.theme}.{rule.name}",
        questions=_cited(rule.questions),
        force=ForceEnum[rule.force.name],
        zh=rule.zh,
        en=rule.en,
        ours_zh=zh,
        ours_en=en,
    )


async def _workflows() -> list[ShownWorkflow]:
    return [
        ShownWorkflow(
            name=workflow.name,
            zh=workflow.zh,
            en=workflow.en,
            kind=KindEnum[workflow.kind.name] if workflow.kind else None,
            steps=[_step(workflow, step) for step in workflow.steps],
        )
        for workflow in WORKFLOWS.values()
    ]


async def _rules() -> list[ShownRule]:
    return [_rule(rule) for rule in ordered_rules()]


async def _check(info: strawberry.Info, *, id: str, step: str) -> StepCheck:  # noqa: A002 - Relay's word
    ctx = context_of(info)
    type_name, number = parse_id(id)
    if step not in steps():
        raise Problem(UNKNOWN_STEP)
    workflow, chosen = steps()[step]
    if type_name != chosen.target:
        raise Problem(STEP_OF_ANOTHER_TYPE, expected=catalogue()[chosen.target].term)
    services = services_of(ctx.worker, ctx.policy)
    async with ctx.worker.writing() as connection:
        checked = await check(connection, workflow, chosen, ctx.subject, number, services)
    return StepCheck(
        step=step,
        mutation=workflow.mutation(chosen),
        possible=checked.possible,
        problems=[shown_problem(problem) for problem in checked.problems],
        alerts=[shown_problem(alert) for alert in checked.alerts],
        waiting_for=[camel(name) for name in checked.waiting],
        earliest=checked.earliest,
    )


def _argument(python: Any, zh: str, en: str) -> Any:
    return Annotated[python, strawberry.argument(description=described(zh, en))]


STEP_CHECK = field_of(
    "stepCheck",
    StepCheck,
    "预查环节 Whether a step may be taken on an object now, or every reason why not; changes nothing. Q33",
    _check,
    {
        "id": _argument(strawberry.ID, "对象", "What the step is about."),
        "step": _argument(str, "环节", "The step, as workflow.step."),
    },
)
SHOWN_WORKFLOWS = field_of("workflows", list[ShownWorkflow], "流程表 Every workflow with its steps. Q33", _workflows)
SHOWN_RULES = field_of("rules", list[ShownRule], "规则表 Every rule, by question. Q1", _rules)
