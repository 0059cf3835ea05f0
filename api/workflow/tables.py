"""流程表 All workflows, imported so that they are declared; whoever needs the table of steps imports this."""

from api.workflow import clue, identification
from api.workflow.step import WORKFLOWS, Step, Workflow, steps

__all__ = ["WORKFLOWS", "Step", "Workflow", "clue", "identification", "steps"]
