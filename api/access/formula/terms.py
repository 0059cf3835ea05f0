"""条件项 Terms: the closed set of nodes a formula is made of; what they mean is told in `formula`. Q1"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Formula:
    """Any formula; equal formulas compare equal and hash alike."""


@dataclass(frozen=True, slots=True)
class Constant(Formula):
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Own(Formula):
    """The object's responsible unit is the subject's own unit."""


@dataclass(frozen=True, slots=True)
class Subtree(Formula):
    """The object's responsible unit is the subject's unit or lies below it."""


@dataclass(frozen=True, slots=True)
class Cooperating(Formula):
    """The object's cooperating unit is the subject's unit or lies below it. Q16"""


@dataclass(frozen=True, slots=True)
class Sector(Formula):
    """The subject's department is among the departments involved with the object."""


@dataclass(frozen=True, slots=True)
class Within(Formula):
    """The object's responsible unit is this unit or lies below it: a member of its path, never a prefix."""

    unit: str


@dataclass(frozen=True, slots=True)
class Among(Formula):
    """A closed column holds one of the words; exactly one word is true of an object, or none."""

    words: frozenset[str]

    def of(self, words: frozenset[str]) -> Self | Constant:
        """The same column among other words; no word at all is FALSE."""
        return type(self)(words) if words else FALSE


@dataclass(frozen=True, slots=True)
class State(Among):
    """The object's state is one of the words."""


@dataclass(frozen=True, slots=True)
class Grant(Among):
    """The national request has come to one of these points. Q40"""


@dataclass(frozen=True, slots=True)
class And(Formula):
    """Conjunction of its parts; built by `all_of`."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Or(Formula):
    """One part holds; made by `any_of`."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Not(Formula):
    """The atom does not hold; made by `negate`, which leaves a Not over atoms only."""

    part: Formula


TRUE = Constant(True)
FALSE = Constant(False)
ATOMS = (Own, Subtree, Cooperating, Sector, State, Grant, Within)


def opposite(literal: Formula) -> Formula:
    """The opposite of an atom or of its opposite."""
    return literal.part if isinstance(literal, Not) else Not(literal)


def order(formula: Formula) -> str:
    """A text that sorts parts the same way in every process; also the formula's canonical form.

    >>> order(And((Own(), State(frozenset({"B", "A"})))))
    'And(Own,State(A|B))'
    """
    name = type(formula).__name__
    if isinstance(formula, Among):
        return f"{name}({'|'.join(sorted(formula.words))})"
    if isinstance(formula, And | Or):
        return f"{name}({','.join(order(part) for part in formula.parts)})"
    if isinstance(formula, Not):
        return f"{name}({order(formula.part)})"
    if isinstance(formula, Within):
        return f"{name}({formula.unit})"
    return str(formula.value).upper() if isinstance(formula, Constant) else name
