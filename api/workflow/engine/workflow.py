"""流程 Workflow: a named table of steps with the handler that takes them, and the table of all workflows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from api.rules.themes.screening import holds_no_quota
from api.rules.verdict import breaches
from api.rules.words.vocabulary import ProceedingKind
from api.schema.names import camel
from api.workflow.engine.handler import StepHandler
from api.workflow.engine.step import C, Step


@dataclass(frozen=True, slots=True)
class Workflow(Generic[C]):
    """A named table of steps; `handler` loads, permits, writes and records them."""

    name: str
    zh: str
    en: str
    steps: tuple[Step[C], ...]
    handler: StepHandler[C]

    @property
    def kind(self) -> ProceedingKind | None:
        """The kind of proceeding its steps run in; None when they need none."""
        return self.handler.kind

    def mutation(self, step: Step[C]) -> str:
        """The mutation's name, `identificationApprove`; the route where a document is uploaded."""
        if step.uploaded:
            return UPLOADED
        return camel(f"{self.name}_{step.name}")


UPLOADED = "POST /evidence"
WORKFLOWS: dict[str, Workflow[Any]] = {}


def declare_workflow(workflow: Workflow[C]) -> Workflow[C]:
    """Register a workflow. ValueError when its name is taken, a step is not its own, or a state leads nowhere."""
    if workflow.name in WORKFLOWS:
        raise ValueError(f"workflow {workflow.name} is declared twice")
    _check(workflow)
    WORKFLOWS[workflow.name] = workflow
    return workflow


def _check(workflow: Workflow[Any]) -> None:
    reached = {step.to for step in workflow.steps}
    for step in workflow.steps:
        if step.id.workflow != workflow.name:
            raise ValueError(f"{step.id.action} is no step of {workflow.name}")
        unreachable = [state.name for state in step.sources if state not in reached]
        if unreachable:
            raise ValueError(f"{workflow.name}.{step.name} starts from {unreachable}, which no step leads to")
        if breaches(holds_no_quota(name for argument in step.arguments for name in (argument.name, argument.zh))):
            raise ValueError(f"{step.id.action} takes a quota, which nobody may set (Q9, Q26)")


def steps() -> Mapping[str, tuple[Workflow[Any], Step[Any]]]:
    """Every step by its action."""
    return {step.id.action: (workflow, step) for workflow in WORKFLOWS.values() for step in workflow.steps}
