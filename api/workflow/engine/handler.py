"""事项 What the steps of a workflow are about, and so how it is locked, allowed and recorded. DESIGN §6

Three matters exist: a household with all that hangs on it, a number a unit sets, and a national request; `perform` and
`check` know none of them.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.access.request import ObjectFacts
from api.access.subject import Subject
from api.clock import Clock
from api.rules.words.vocabulary import Kind
from api.workflow.engine.errors import StepProblem

Decide = Callable[[Subject, str, Kind, ObjectFacts | None], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks: the id the step is about, the version it saw, its key, day, reason and arguments."""

    number: int
    version: int
    key: str
    on: date | None
    reason: str | None
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """What `perform` needs of its surroundings; `nation` opens a connection of the nation's database role.

    `publication` is what the policy was put together at: an act under one that has moved since is refused.
    """

    decide: Decide
    clock: Clock
    policy_version: str
    trace: str | None = None
    nation: Callable[[], AbstractAsyncContextManager[Any]] | None = None
    publication: int | None = None


class NotGiven(Exception):  # noqa: N818 - how what judges says that it needs an argument
    """Something asked for an argument that nobody has given yet."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question put to the policy: may the subject do this to an object of which these facts hold."""

    action: str
    kind: Kind
    facts: ObjectFacts

    def allowed(self, decide: Decide, subject: Subject) -> bool:
        """Whether it may."""
        return decide(subject, self.action, self.kind, self.facts)


Kept = Iterable[StepProblem]


@dataclass(frozen=True, slots=True)
class Matter:
    """How a step is taken on one sort of thing. What its functions are given is a Taking of its own sort.

    `load`      connection, subject, workflow, step, id, arguments, reason, locked: the rows; None when there are none
    `reading`   taking, step: whether what the id names may be read at all
    `questions` taking, step: what the policy must all allow
    `name`      taking, step: load the rows that references name; a problem for each that names none
    `kept`      taking, step: what stands against it by the states of its rows
    `write`     taking, workflow, step, asked, codes of soft limits passed: run the effects, change states
    `record`    taking, desk, codes passed: the event, and the message to whoever must know
    `reply`     taking: the ids of what was touched, by table
    `turn`      step: a select that locks what steps take turns at, `$5` being the id; None where `load` locks it
    """

    load: Callable[..., Awaitable[Any]]
    reading: Callable[[Any, Any], Question]
    questions: Callable[[Any, Any], Sequence[Question]]
    name: Callable[[Any, Any], Awaitable[list[StepProblem]]]
    kept: Callable[[Any, Any], Kept]
    write: Callable[[Any, Any, Any, Asked, list[str]], Awaitable[None]]
    record: Callable[[Any, Desk, list[str]], Awaitable[None]]
    reply: Callable[[Any], Mapping[str, int]]
    turn: Callable[[Any], str] | None = None
