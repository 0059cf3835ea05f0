"""语境 State that all renderers share: the binder, the row they write about, the renderer of each node.

Renderers call each other through `Context.write`, so that each node kind stays in a file of its own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.planner.plan.permit import Permit
from api.planner.sql.binder import Binder
from api.planner.sql.conditions import Place
from api.planner.sql.json_expr import JsonExpr
from api.planner.values import Decider
from api.rules.words.vocabulary import Tier
from api.schema.catalogue import Field

_COLUMN = re.compile(r'\{t\}\."?(\w+)"?')


@dataclass(slots=True)
class Row:
    """A row under an alias: `arm` is the SQL of its arm's number where there are several; `used` are its columns."""

    alias: str
    permit: Permit
    arm: str | None
    used: set[str] = field(default_factory=set)

    def column(self, name: str) -> str:
        """A column of the row."""
        self.used.add(name)
        return f'{self.alias}."{name}"'

    def field(self, field: Field) -> str:
        """The SQL of a field of the row."""
        return self.condition(field.sql)

    def condition(self, text: str) -> str:
        """SQL over `{t}`, about the row."""
        self.used.update(_COLUMN.findall(text))
        return text.replace("{t}", self.alias)


@dataclass(slots=True)
class Context:
    """One statement being written, for subjects whose posts are of one tier."""

    binder: Binder
    home: Tier
    writers: dict[type, Callable[..., JsonExpr]]
    decide: Callable[[Decider], Any]

    def write(self, node: Any, row: Row | None = None) -> JsonExpr:
        """The SQL of a node, seen from the row it hangs on."""
        return self.writers[type(node)](node, row, self)

    def place(self, permit: Permit, alias: str) -> Place:
        """The place of the rows under an alias."""
        return Place(permit.type, alias, self.home, self.binder)

    def related(self, permit: Permit, parent: Row, alias: str) -> tuple[Row, list[str]]:
        """The row a relation leads to, and the conditions under which it may be read."""
        if not permit.inherited:
            return self.fresh(permit, alias)
        visible = self.place(permit, alias).visible([arm.condition for arm in permit.arms], parent.arm)
        return Row(alias, permit, parent.arm), [] if visible == "true" else [visible]

    def link(self, parent: Row, permit: Permit, alias: str, along: str, relation_column: str) -> list[str]:
        """The condition that ties a related row to its parent.

        Rows that share a place are tied by their household as well, so that a foreign key that strayed to another
        household shows nothing.
        """
        parent_type, type_ = parent.permit.type, permit.type
        if not (parent_type.household and type_.household) or "household" in (relation_column, type_.table):
            return [along]
        own = parent.column("id" if parent_type.name == "Household" else "household")
        return [along, f"{alias}.household = {own}"]

    def fresh(self, permit: Permit, alias: str) -> tuple[Row, list[str]]:
        """A row found by other means than its place, and the conditions under which it may be read."""
        place = self.place(permit, alias)
        arms = [place.arm(arm) for arm in permit.arms]
        if len(arms) == 1:
            return Row(alias, permit, None), arms[0]
        cases = " ".join(f"when {_all(arm)} then {index}" for index, arm in enumerate(arms))
        row = Row(alias, permit, f"(case {cases} end)" if arms else None)
        return row, [_any(arms)]


def _all(conditions: Sequence[str]) -> str:
    return " and ".join(conditions) or "true"


def _any(arms: Sequence[Sequence[str]]) -> str:
    return "(" + " or ".join(f"({_all(arm)})" for arm in arms) + ")" if arms else "false"


def where(conditions: Sequence[str]) -> str:
    """A WHERE clause, or nothing."""
    return f" where {' and '.join(conditions)}" if conditions else ""
