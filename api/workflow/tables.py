"""流程表 All workflows, imported so that they are declared; whoever needs the table of steps imports this."""

from api.workflow import (
    assistance,
    clue,
    cooperation,
    elimination,
    green_channel,
    identification,
    national_request,
    parameter,
    rural_average,
    safety_net,
    survey,
    threshold,
    transfer,
)
from api.workflow.step import WORKFLOWS, Reference, Step, Workflow, steps

__all__ = [
    "WORKFLOWS",
    "Reference",
    "Step",
    "Workflow",
    "assistance",
    "clue",
    "cooperation",
    "elimination",
    "green_channel",
    "identification",
    "national_request",
    "parameter",
    "rural_average",
    "safety_net",
    "steps",
    "survey",
    "threshold",
    "transfer",
]
