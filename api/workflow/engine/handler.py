"""办理对象 Handler of steps on one kind of target: how they are locked, permitted, written and recorded. DESIGN §6

A handler is a class in the room of its target; the engine calls it and imports none.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

from api.access.double_check import POLICY_ANSWERS_DIFFER
from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.codes.lists import code_list_term, codes_of
from api.database import Connection
from api.errors import Code, Problem, Term, listed
from api.rules.privacy.personal_data import find_personal_data
from api.rules.words.vocabulary import Kind, ProceedingKind, Word
from api.schema.names import camel
from api.workflow.engine.contexts import Decide, StepInput, StepServices
from api.workflow.engine.errors import (
    NOT_A_CODE,
    PERSONAL_DATA,
    STEP_NOT_ALLOWED,
    WRONG_STATE,
    StepProblem,
    StepRefused,
    problem_of,
)
from api.workflow.engine.idempotency import LockQuery
from api.workflow.engine.step import Argument, C, Entries, Step

REASON = Term("reason", "理由", "reason")
"""The reason that any step takes."""


class MissingArgument(Exception):  # noqa: N818 - a step check answers with it
    """A guard or reader asked for an argument that nobody has filled in yet."""


@dataclass(frozen=True, slots=True)
class PermissionCheck:
    """One check against the policy: may the subject do this to an object with these facts."""

    action: str
    kind: Kind
    facts: ObjectFacts

    def allowed(self, decide: Decide, subject: Subject) -> bool:
        """Whether the policy allows it. StepRefused when the two decisions on a locked action differ."""
        try:
            return decide(subject, self.action, self.kind, self.facts)
        except Problem as problem:
            if problem.code is not POLICY_ANSWERS_DIFFER:
                raise
            # A refusal, unlike a fault, releases the idempotency key: the step was not taken, and that is certain.
            raise StepRefused([problem_of(problem.code, **problem.facts)]) from problem


class StepHandler(ABC, Generic[C]):
    """Takes steps on one kind of target; the engine calls its methods in the order they stand here."""

    kind: ProceedingKind | None = None
    """The kind of proceeding the steps run in; None when they need none."""
    not_allowed: Code = STEP_NOT_ALLOWED
    """The refusal where the policy does not allow the step, or there is no target."""

    def lock_query(self, step: Step[C], step_input: StepInput) -> LockQuery | None:  # noqa: ARG002 - of subclasses
        """The query that locks the target as soon as the key is claimed; None where `load` locks it."""
        return None

    @abstractmethod
    async def load(
        self,
        connection: Connection,
        subject: Subject,
        services: StepServices,
        step: Step[C],
        step_input: StepInput,
        *,
        locked: bool = True,
    ) -> C | None:
        """Load the target and all the step looks at; None when there is no target. The target is `locked`."""

    def read_permission(self, ctx: C, step: Step[C]) -> PermissionCheck:  # noqa: ARG002 - of subclasses
        """The check whether the subject may read the target at all. LookupError where no step check is offered."""
        raise LookupError(f"{step.id.action} offers no step check")

    @abstractmethod
    def permissions(self, ctx: C, step: Step[C]) -> Sequence[PermissionCheck]:
        """The checks that must all allow the step."""

    async def load_references(self, ctx: C, step: Step[C]) -> list[StepProblem]:  # noqa: ARG002 - of subclasses
        """Load the rows that arguments name; a problem for each argument that names none."""
        return []

    def check_state(self, ctx: C, step: Step[C]) -> Iterable[StepProblem]:  # noqa: ARG002 - of subclasses
        """Problems with the states of the loaded rows."""
        return ()

    def check_arguments(self, ctx: C, step: Step[C]) -> Iterable[StepProblem]:
        """Problems with arguments: codes outside their list, numbers of persons in texts. Q12, Q38"""
        values = list(_values(step.arguments, ctx.arguments))
        for name, argument, value in values:
            if argument.codes is not None and value not in codes_of(argument.codes):
                field = Term(name, argument.zh, name)
                yield problem_of(NOT_A_CODE, field=field, expected=code_list_term(argument.codes))
        texts = [(Term(name, argument.zh, name), value) for name, argument, value in values if argument.free]
        for field, text in (*texts, (REASON, ctx.reason or "")):
            yield from personal_data_in(text, field)

    async def conflicts(self, ctx: C, step: Step[C]) -> list[StepProblem]:  # noqa: ARG002 - of subclasses
        """Problems that the database's constraints would raise, for a step check that writes nothing."""
        return []

    async def was_done(self, ctx: C, step: Step[C]) -> bool:  # noqa: ARG002 - of subclasses
        """Whether the caller took this very step before, whose key is no longer there. Asked of national steps."""
        return False

    async def write(self, ctx: C, step: Step[C], overridden: list[str]) -> None:  # noqa: ARG002 - of subclasses
        """Write the step's changes; `overridden` are the codes of soft limits passed and of alerts."""
        for effect in step.effects:
            await effect(ctx)

    @abstractmethod
    async def record(self, ctx: C, step: Step[C], overridden: list[str]) -> None:
        """Write the audit entries, and the messages to the household or the next official."""

    def response(self, ctx: C) -> Mapping[str, int]:
        """The ids of the rows touched, by table."""
        return ctx.touched


def wrong_state(state: str, allowed: Iterable[Word], question: int | None = None) -> Iterator[StepProblem]:
    """WRONG_STATE when states are listed and this is none of them; with the step's own question where it is given."""
    words = tuple(allowed)
    if words and state not in {word.name for word in words}:
        problem = problem_of(WRONG_STATE, expected=listed(words), found=type(words[0])[state])
        yield problem if question is None else replace(problem, question=f"Q{question}")


def personal_data_in(text: str, field: Term) -> Iterator[StepProblem]:
    """PERSONAL_DATA for each number of a person in a text, with its place. Q38"""
    for finding in find_personal_data(text):
        yield problem_of(PERSONAL_DATA, field=field, place=finding.start + 1, found=finding.kind)


def _values(
    arguments: Sequence[Argument], values: Mapping[str, Any], above: str = ""
) -> Iterator[tuple[str, Argument, Any]]:
    """Every single value with its argument and its path; those of entries too."""
    for argument in arguments:
        value, path = values.get(argument.name), f"{above}{camel(argument.name)}"
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(argument.python, Entries):
                yield from _values(argument.python.arguments, item, f"{path}.{index}.")
            elif item is not None:
                yield path, argument, item
