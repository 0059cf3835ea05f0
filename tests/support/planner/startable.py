"""Whether a row is in a state a step starts from, said a second time, for the tests that hold the planner to it."""

from typing import Any

from api.schema.catalogue import Type
from api.workflow.registry import Step, Workflow


def startable(type_: Type, row: Any, workflow: Workflow, step: Step) -> bool:
    if step.target != type_.name or step.uploaded:
        return False
    if type_.name == "Proceeding" and (workflow.kind is None or row["kind"] != workflow.kind.name):
        return False
    states = [state.name for state in (*(step.sources if type_.name == "Proceeding" else ()), *step.standing)]
    return type_.name == "Household" or not states or row["state"] in states
