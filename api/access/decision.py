"""裁决 Decision: the answer to one request, the rows and questions it rests on, and the nearest row that was missed."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from api.access.functions import FUNCTIONS
from api.access.reading.links import Links
from api.access.reading.model import REQUEST, Model
from api.access.reading.row import COLUMNS, Rule
from api.access.request import Request


class Rulebook(Protocol):
    """The rules and links that a decision searches for the nearest row."""

    model: Model
    rules: tuple[Rule, ...]
    links: Links


@dataclass(frozen=True, slots=True)
class Miss:
    """The row that came nearest, and the parts of the matcher it failed: `role`, `state`, `unit`, `reach`, `gate` …"""

    rule: Rule
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """`rows` are those that decided: the allowing ones, or the denying ones; none when nothing spoke for it."""

    allowed: bool
    rows: tuple[Rule, ...]
    request: Request
    rulebook: Rulebook

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the deciding rows cite."""
        return tuple(dict.fromkeys(question for rule in self.rows for question in rule.questions))

    @cached_property
    def outweighed(self) -> tuple[Rule, ...]:
        """The allowing rows that a denying row outweighed."""
        if self.allowed or not self.rows:
            return ()
        return tuple(miss.rule for miss in self._misses() if not miss.failed)

    @cached_property
    def nearest(self) -> Miss | None:
        """The allowing row that failed the fewest parts of the matcher, for a request that no row allowed."""
        if self.allowed or self.rows:
            return None
        return min(self._misses(), key=lambda miss: (len(miss.failed), "role" in miss.failed), default=None)

    def _misses(self) -> Iterator[Miss]:
        return (self._miss(rule) for rule in self.rulebook.rules if rule.eft == "allow" and self._speaks(rule))

    def _speaks(self, rule: Rule) -> bool:
        action, kind = self.request.action, self.request.flat[REQUEST.index("kind")]
        one_of = FUNCTIONS["one_of"]
        return one_of(action, rule.action) and one_of(kind, rule.kind)

    def _miss(self, rule: Rule) -> Miss:
        names = [f"r_{name}" for name in REQUEST] + [f"p_{name}" for name in COLUMNS]
        values = dict(zip(names, (*self.request.flat, *rule.cells), strict=True))
        conjuncts = self.rulebook.model.conjuncts
        return Miss(rule, tuple(part_of(conjunct) for conjunct in conjuncts if not self._true(conjunct, values)))

    def _true(self, node: ast.expr, values: dict[str, str]) -> bool:
        if isinstance(node, ast.BoolOp):
            join = all if isinstance(node.op, ast.And) else any
            return join(self._true(value, values) for value in node.values)
        if isinstance(node, ast.Call):
            arguments = [_value(argument, values) for argument in node.args]
            name = ast.unparse(node.func)
            return self.rulebook.links.holds(*arguments) if name == "g" else FUNCTIONS[name](*arguments)
        assert isinstance(node, ast.Compare)
        return _value(node.left, values) == _value(node.comparators[0], values)


def _value(node: ast.expr, values: dict[str, str]) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else values[ast.unparse(node)]


def part_of(conjunct: ast.expr) -> str:
    """Name the subject of a matcher's conjunct: the row's column that it reads, or the lock.

    >>> part_of(ast.parse("one_of(r_state, p_state)", mode="eval").body)
    'state'
    """
    columns: Sequence[str] = [
        node.id[2:] for node in ast.walk(conjunct) if isinstance(node, ast.Name) and node.id.startswith("p_")
    ]
    return columns[0] if columns else ast.unparse(conjunct).split("(")[0]
