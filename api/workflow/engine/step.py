"""环节 A workflow is a table of steps; mutations, events, permissions, diagrams and availableSteps are read off it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.rules.verdict import Verdict
from api.rules.words.request_states import ItemState
from api.rules.words.steps import StepName
from api.rules.words.vocabulary import ProceedingKind, ProceedingState, Word
from api.schema.names import camel
from api.workflow.engine.handler import Matter

Guard = Callable[[Any], Iterable[Verdict]]
Effect = Callable[[Any], Awaitable[None]]
"""What they are given is a Taking of their workflow's matter."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The type of an argument that names another row, by its GraphQL type; the row is one of the same household.

    `many`: the argument is a list of them.
    """

    type_name: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing given with a step: `python` is its type, a vocabulary, a Reference or Entries too.

    `codes` names the code list whose codes it holds. Text is scanned for numbers of persons (Q38), unless it is a
    `digest` the product itself made.
    """

    name: str
    python: Any
    zh: str
    en: str
    required: bool = False
    codes: str | None = None
    digest: bool = False

    @property
    def free(self) -> bool:
        """Whether it is free text."""
        return self.python is str and not self.digest


@dataclass(frozen=True, slots=True)
class Entries:
    """The type of an argument that is a list of entries, each with arguments of its own; `name` is its GraphQL type."""

    name: str
    zh: str
    en: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `sources` are the states it may be taken in, `to` the state after it.

    `target` is the type its id names, `standing` the states that row may be in. A step without sources opens a
    proceeding, or needs none. `day_column` is where the proceeding keeps the day. `same_day` steps are never dated
    back (RULES §0). `facts` read what the guards judge, which write nothing; `effects` run when nothing refuses.

    `makes` are the tables its effects make one row of whose id nobody has to ask the database for: they are drawn with
    what the step looks at, and the rows are written with its last statement (`Work.make_last`).

    `becomes` is the state its target is left in; `items` are the states in which a request's items may be acted on,
    `items_become` the one they are left in. `nation` takes the step instead of effects, as the nation's database role.
    `uploaded`: no mutation takes it, because a document comes with it.
    """

    said: StepName
    target: str = "Proceeding"
    sources: tuple[ProceedingState, ...] = ()
    to: ProceedingState | None = None
    arguments: tuple[Argument, ...] = ()
    day_column: str | None = None
    same_day: bool = False
    standing: tuple[Word, ...] = ()
    facts: tuple[Effect, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    makes: tuple[str, ...] = ()
    becomes: Word | None = None
    items: tuple[ItemState, ...] = ()
    items_become: ItemState | None = None
    nation: Callable[[Any, Any, Any], Awaitable[Mapping[str, int]]] | None = None
    uploaded: bool = False

    @property
    def name(self) -> str:
        """Its name within the workflow."""
        return self.said.name

    @property
    def zh(self) -> str:
        """Its Chinese term."""
        return self.said.zh

    @property
    def en(self) -> str:
        """What it does, as an English sentence."""
        return self.said.en

    @property
    def questions(self) -> tuple[int, ...]:
        """The questions it rests on."""
        return self.said.questions


@dataclass(frozen=True, slots=True)
class Workflow:
    """A named table of steps; `kind` is the proceeding it runs in, None when it needs none.

    `matter` is what its steps are about, None when that is a household.
    """

    name: str
    zh: str
    en: str
    kind: ProceedingKind | None
    steps: tuple[Step, ...]
    matter: Matter | None = None

    def mutation(self, step: Step) -> str:
        """The mutation's name: `identificationApprove`; of what is uploaded, how it is."""
        if step.uploaded:
            return UPLOADED
        return camel(f"{self.name}_{step.name}")


UPLOADED = "POST /evidence"
WORKFLOWS: dict[str, Workflow] = {}


def declare_workflow(workflow: Workflow) -> Workflow:
    """Register a workflow. ValueError when its name is taken, a step is not its own, or a state leads nowhere."""
    if workflow.name in WORKFLOWS:
        raise ValueError(f"workflow {workflow.name} is declared twice")
    _check(workflow)
    WORKFLOWS[workflow.name] = workflow
    return workflow


def _check(workflow: Workflow) -> None:
    reached = {step.to for step in workflow.steps}
    for step in workflow.steps:
        if step.said.workflow != workflow.name:
            raise ValueError(f"{step.said.action} is no step of {workflow.name}")
        unreachable = [state.name for state in step.sources if state not in reached]
        if unreachable:
            raise ValueError(f"{workflow.name}.{step.name} starts from {unreachable}, which no step leads to")


def steps() -> Mapping[str, tuple[Workflow, Step]]:
    """Every step by its action."""
    return {step.said.action: (workflow, step) for workflow in WORKFLOWS.values() for step in workflow.steps}
