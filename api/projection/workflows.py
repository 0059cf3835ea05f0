"""流程页 Every workflow as a diagram and a table of steps, as docs/workflows.md shows them. Q33, Q37"""

from collections.abc import Iterable, Iterator
from typing import Any

from api.projection.places import Place, bound, function_of
from api.projection.tables import code, page, table
from api.rules.tables import cited
from api.rules.words.vocabulary import Word
from api.schema.names import camel
from api.workflow.registry import WORKFLOWS, Step, Workflow

_HEADS = (
    "步骤 Step",
    "中文",
    "English",
    "状态 States",
    "须给 Given",
    "守则 Guards",
    "变更 Mutation",
    "问 Question",
)


def workflow_page() -> str:
    """The page."""
    return page(
        "流程 Workflows",
        "取自 `api/workflow`：每个流程是一张步骤表；步骤的名称就是变更、权限动作和审计事件的名称。"
        "谁可以办理见 [permissions.md](permissions.md)。",
        "From `api/workflow`: a workflow is a table of steps; a step names its mutation, the action of policy rows and"
        " the event. Who may take it: [permissions.md](permissions.md). Every step also takes `id`, `version`, `key`,"
        " and perhaps `on` and `reason`.",
        *map(_section, WORKFLOWS.values()),
    )


def mutations() -> dict[str, tuple[Workflow[Any], Step[Any]]]:
    """Every step by the name of its mutation."""
    return {flow.mutation(step): (flow, step) for flow in WORKFLOWS.values() for step in flow.steps}


def place_of(step: Step[Any]) -> Place | None:
    """Find the constant of `api/rules/words/steps.py` that names a step."""
    return bound("", step.id.action.replace(".", "_").upper())


def step_lines(step: Step[Any]) -> Iterator[str]:
    """Describe a step: the states it leads from and to, its arguments, the place of its guards."""
    yield f"步骤 step {step.id.action}: {_states(step)}; about a {step.target}; {step.zh}"
    for guard in step.guards:
        yield f"守则 guard {function_of(guard)}  {guard.__name__}: {_first(guard)}"


def _section(workflow: Workflow[Any]) -> str:
    rows = (_row(workflow, step) for step in workflow.steps)
    return f"## {workflow.zh} {workflow.name}\n\n{workflow.en}\n\n{_diagram(workflow)}{table(_HEADS, rows)}"


def _diagram(workflow: Workflow[Any]) -> str:
    arrows = [
        f"  {source} --> {target.name}: {step.zh}"
        for step in workflow.steps
        if (target := step.to or step.becomes) is not None
        for source in [state.name for state in _from(step)] or ["[*]"]
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```", "", ""]) if arrows else ""


def _row(workflow: Workflow[Any], step: Step[Any]) -> Iterable[str]:
    arguments = (code(camel(argument.name)) + ("" if argument.required else "?") for argument in step.arguments)
    guards = "<br>".join(map(_first, step.guards))
    return [
        code(step.name),
        step.zh,
        step.en,
        _states(step),
        ", ".join(arguments),
        guards,
        code(workflow.mutation(step)),
        cited(step.questions),
    ]


def _states(step: Step[Any]) -> str:
    target = step.to or step.becomes
    return f"{' / '.join(state.name for state in _from(step)) or '—'} → {target.name if target else '—'}"


def _from(step: Step[Any]) -> Iterable[Word]:
    """The states of the proceeding, or where the step leaves its target in another state, those of the target."""
    return step.standing if step.becomes or not step.sources else step.sources


def _first(function: object) -> str:
    return (function.__doc__ or "").strip().partition("\n")[0]
