"""流程表 All workflows, imported so that they are declared; whoever needs the table of steps imports this."""

from api.workflow.cases import (
    assistance,
    clue,
    cooperation,
    elimination,
    green_channel,
    identification,
    safety_net,
    survey,
    transfer,
)
from api.workflow.engine.step import Reference, Step
from api.workflow.engine.workflow import WORKFLOWS, Workflow, steps
from api.workflow.numbers import parameter, rural_average, threshold
from api.workflow.requests import national_request

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
