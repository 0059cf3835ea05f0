"""环节 A workflow is a table of steps; mutations, events, permissions, diagrams and availableSteps are read off it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from api.database import Connection
from api.rules.verdict import Verdict
from api.rules.words.request_states import ItemState
from api.rules.words.steps import StepId
from api.rules.words.vocabulary import ProceedingState, Word
from api.schema.bounds import Bound, Items, bound_of
from api.workflow.engine.contexts import StepContext, StepInput, StepServices

C = TypeVar("C", bound=StepContext)
REQUEST_ITEMS = Items(10_000)
"""Lists of rows and of entries are those of a request. RULES §5"""


@dataclass(frozen=True, slots=True)
class Reference:
    """The type of an argument that names another row, by its GraphQL type; the row is one of the same household.

    `many`: the argument is a list of them.
    """

    type_name: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a step.

    name      its name
    python    its type: also a vocabulary, a Reference or Entries
    zh, en    its term and its description
    required  whether the step refuses without it
    codes     the code list whose codes it holds
    bound     bound of its values; that of its type when absent (RULES §5)
    digest    a text the product itself made: not scanned for numbers of persons, as every other text is (Q38)
    """

    name: str
    python: Any
    zh: str
    en: str
    required: bool = False
    codes: str | None = None
    bound: Bound | None = None
    digest: bool = False

    @property
    def bounds(self) -> Bound | None:
        """The bound of its values: its own, or that of its type."""
        if self.bound is not None:
            return self.bound
        several = isinstance(self.python, Entries) or (isinstance(self.python, Reference) and self.python.many)
        return REQUEST_ITEMS if several else bound_of(self.python)

    @property
    def free(self) -> bool:
        """Whether it is free text."""
        return self.python is str and not self.digest


@dataclass(frozen=True, slots=True)
class Entries:
    """The type of an argument that is a list of entries with arguments of their own; `name` is its GraphQL type."""

    name: str
    zh: str
    en: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Step(Generic[C]):
    """One step of a workflow, on the context `C` of its handler.

    id            its name and the questions it rests on
    target        GraphQL type of the row its id names
    sources       states of the proceeding it may be taken in; without sources it opens a proceeding, or needs none
    to            state of the proceeding after it
    arguments     what a client sends with it
    day_column    column of the proceeding that keeps the step's day
    same_day      never dated back (RULES §0)
    standing      states the target may be in
    prepare       reads what takes long, before the transaction begins; its result joins the context's `facts`
    facts         readers of what the guards judge; they write nothing
    guards        verdicts of the rules
    effects       writers, run when nothing refuses
    makes         tables its effects insert one row into, with an id drawn when the target is loaded
    becomes       state its target is left in
    items         states a request's items may be in
    items_become  state the items are left in
    nation        takes the step as the nation's database role, instead of effects
    uploaded      no mutation takes it, because a document comes with it
    """

    id: StepId
    target: str = "Proceeding"
    sources: tuple[ProceedingState, ...] = ()
    to: ProceedingState | None = None
    arguments: tuple[Argument, ...] = ()
    day_column: str | None = None
    same_day: bool = False
    standing: tuple[Word, ...] = ()
    prepare: Callable[[Connection, StepInput, StepServices], Awaitable[Mapping[str, Any]]] | None = None
    facts: tuple[Callable[[C], Awaitable[None]], ...] = ()
    guards: tuple[Callable[[C], Iterable[Verdict]], ...] = ()
    effects: tuple[Callable[[C], Awaitable[None]], ...] = ()
    makes: tuple[str, ...] = ()
    becomes: Word | None = None
    items: tuple[ItemState, ...] = ()
    items_become: ItemState | None = None
    nation: Callable[[C, Connection], Awaitable[Mapping[str, int]]] | None = None
    uploaded: bool = False

    @property
    def name(self) -> str:
        """The step's name within the workflow."""
        return self.id.name

    @property
    def zh(self) -> str:
        """The step's Chinese term."""
        return self.id.zh

    @property
    def en(self) -> str:
        """The step as an English sentence."""
        return self.id.en

    @property
    def questions(self) -> tuple[int, ...]:
        """The questions it rests on."""
        return self.id.questions
