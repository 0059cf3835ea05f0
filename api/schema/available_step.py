"""可办环节 Available step: what the caller's post may do with a row now, and the table of steps it is read off. Q33"""

from dataclasses import dataclass

import strawberry

from api.rules.words.vocabulary import Kind


@strawberry.type(description="可办环节 A step the caller's post may take on the object in its present state. Q33")
class AvailableStep:
    """One step on offer; `stepCheck` says what else it takes."""

    step: str = strawberry.field(description="环节 The step, as workflow.step.")
    mutation: str = strawberry.field(description="变更 The mutation that takes it.")
    zh: str = strawberry.field(description="中文 Its Chinese term.")
    en: str = strawberry.field(description="英文 What it does, in English.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A step as rows offer it: the type its id names, the kind of proceeding, and the states it may be taken in.

    `kind` is None where the row need not be a proceeding; no `states` means any. Any of the `actions` on an object of
    the kind `about` permits it, once its national request has come to `grant`.
    """

    step: str
    mutation: str
    zh: str
    en: str
    target: str
    kind: str | None
    states: frozenset[str]
    actions: tuple[str, ...]
    about: Kind = Kind.PROCEEDING
    grant: str = "none"


OFFERS: dict[str, Offer] = {}


def offer(offered: Offer) -> None:
    """Let rows offer a step. ValueError when it is offered already."""
    if offered.step in OFFERS:
        raise ValueError(f"step {offered.step} is offered twice")
    OFFERS[offered.step] = offered
