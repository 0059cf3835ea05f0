"""流程表 Every registered workflow: modules that need the table of steps import this one."""

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
