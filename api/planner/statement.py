"""语句 One compiled read: its SQL, how its parameters are read from a request, its cost and what it masks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.access.subject import Subject
from api.errors import Problem
from api.planner.cost import Cost, cost_of
from api.planner.document.selection import Reader, SelectedField
from api.planner.errors import BAD_TEXT
from api.planner.plan.nodes import (
    AllRows,
    Available,
    Body,
    Cell,
    Listing,
    Literal,
    Page,
    RowByCondition,
    RowsByIds,
    Single,
)
from api.planner.plan.permit import Rights
from api.planner.plan.plan import Planner
from api.planner.plan.roots import Builder, plan_root
from api.planner.sql.binder import Binder
from api.planner.sql.context import Context
from api.planner.sql.json_expr import JsonExpr, joined
from api.planner.sql.object import write_body, write_cell, write_literal
from api.planner.sql.page import write_page
from api.planner.sql.relation import write_listing, write_single
from api.planner.sql.root import write_all, write_found, write_nodes
from api.planner.sql.steps import write_available
from api.planner.values import Decider, Getter, Variables

WRITERS: dict[type, Callable[..., JsonExpr]] = {
    Literal: write_literal,
    Body: write_body,
    Cell: write_cell,
    Single: write_single,
    Listing: write_listing,
    Page: write_page,
    RowByCondition: write_found,
    RowsByIds: write_nodes,
    AllRows: write_all,
    Available: write_available,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement that answers an operation, or one root field of it, with finished JSON as bytes.

    `before` and `after` are the texts it begins and ends with: PostgreSQL need not copy its answer to put them on.
    `checks` are values the text turned out not to need, such as the size of a page of which only the count was
    asked; they are still read, so that a bad one is refused all the same.
    """

    sql: str
    before: bytes
    after: bytes
    getters: tuple[Getter, ...]
    checks: tuple[Getter, ...]
    cost: Cost
    masked: Mapping[str, str]

    def around(self, json: bytes) -> bytes:
        """The whole answer, of what the SQL yielded."""
        return b"".join((self.before, json, self.after))

    def arguments(self, variables: Variables, subject: Subject) -> list[Any]:
        """The parameters of one request; BAD_TEXT for what PostgreSQL cannot store."""
        values = [get(variables, subject) for get in self.getters]
        for check in self.checks:
            check(variables, subject)
        for value in values:
            if isinstance(value, str):
                if "\0" in value:
                    raise Problem(BAD_TEXT)
            elif isinstance(value, list) and any(isinstance(item, str) and "\0" in item for item in value):
                raise Problem(BAD_TEXT)
        return values


def compile_fields(
    reader: Reader,
    rights: Rights,
    selected: Sequence[SelectedField],
    decisions: "Decisions",
    *,
    whole: bool,
    build: Builder = plan_root,
) -> Statement:
    """Compile fields into one statement: the object of all of them when `whole`, else the value of the one.

    Every field is planned by `build`: as a root field of a query, unless an answer is being read back.
    """
    planner = Planner(reader, rights, decisions.take)
    roots = [build(planner, field) for field in selected]
    context = Context(Binder(), rights.role.tier, WRITERS, decisions.take)
    pieces = [context.write(root) for root in roots]
    piece = joined([(field.key, piece) for field, piece in zip(selected, pieces, strict=True)]) if whole else pieces[0]
    before, middle, after = piece.split_constant_ends()
    sql, getters, checks = context.binder.settle(f"select textsend({middle.text})")
    return Statement(sql, before.encode(), after.encode(), getters, checks, cost_of(roots), dict(planner.masked))


class Decisions:
    """The decisions a plan took, in order: what of the request, beyond its shape, its SQL depends on."""

    def __init__(self, variables: Variables, subject: Subject) -> None:
        self._variables, self._subject = variables, subject
        self.taken: list[tuple[Decider, Any]] = []

    def take(self, decider: Decider) -> Any:
        """Decide, and remember it."""
        answer = decider(self._variables, self._subject)
        self.taken.append((decider, answer))
        return answer
