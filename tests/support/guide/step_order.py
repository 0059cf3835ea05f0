"""The order that a workflow's table gives its steps."""

from api.rules.words.vocabulary import ProceedingState
from api.workflow.engine.workflow import Workflow


def reachable(workflow: Workflow, without: ProceedingState | None = None) -> set[ProceedingState]:
    """The states steps lead to from the opening, when nothing ever passes a state."""
    states: set[ProceedingState] = set()
    while True:
        added = {
            step.to
            for step in workflow.steps
            if step.to is not None and step.to is not without and (not step.sources or states & set(step.sources))
        } - states
        if not added:
            return states
        states |= added


def path_of(workflow: Workflow) -> list[ProceedingState]:
    """The states from the opening to the goal, each step of the way the only one that leads on."""
    (opening,) = (step.to for step in workflow.steps if not step.sources and step.to is not None)
    path = [opening]
    while True:
        nexts = {
            step.to
            for step in workflow.steps
            if path[-1] in step.sources and step.to not in (None, ProceedingState.ENDED)
        }
        if not nexts:
            return path
        (state,) = nexts
        path.append(state)
