"""条件式 Formula: what stays of the policy once role, action and kind are known. Q1

A formula speaks about one object as one subject sees it, in atoms only:

    Own()           the object's responsible unit is the subject's own unit
    Subtree()       it is the subject's unit or lies below it
    Cooperating()   the cooperating unit is the subject's unit or lies below it. Q16
    Sector()        the subject's department is among the departments involved
    State(words)    the object's state is one of the words; an object without a state is in none
    Grant(words)    the national request has come that far. Q40
    Within(unit)    the responsible unit is this unit or lies below it

The planner renders it as SQL, `evaluate` decides one object, `sentence` tells people. Atoms are total: each is true
or false of every object, so a column that may be NULL is rendered with IS NOT TRUE under a Not; a Not stands over an
atom only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.access.formula.assumptions import Assumptions
from api.access.formula.terms import (
    ATOMS,
    FALSE,
    TRUE,
    Among,
    And,
    Constant,
    Cooperating,
    Formula,
    Grant,
    Not,
    Or,
    Own,
    Sector,
    State,
    Subtree,
    Within,
    opposite,
    order,
)

__all__ = [
    "FALSE",
    "TRUE",
    "Among",
    "And",
    "Constant",
    "Cooperating",
    "Facts",
    "Formula",
    "Grant",
    "Not",
    "Or",
    "Own",
    "Sector",
    "State",
    "Subtree",
    "Within",
    "all_of",
    "any_of",
    "assume",
    "atoms",
    "evaluate",
    "negate",
    "order",
    "substitute",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about one object as one subject sees it; `path` is its responsible unit and all units above it."""

    own: bool = False
    subtree: bool = False
    cooperating: bool = False
    sector: bool = False
    state: str = "-"
    grant: str = "none"
    path: frozenset[str] = frozenset()


def negate(formula: Formula) -> Formula:
    """The opposite of a formula, carried down to its atoms.

    >>> negate(any_of([Own(), Sector()])) == all_of([negate(Own()), negate(Sector())])
    True
    """
    if isinstance(formula, Constant):
        return FALSE if formula.value else TRUE
    if isinstance(formula, And):
        return any_of(map(negate, formula.parts))
    if isinstance(formula, Or):
        return all_of(map(negate, formula.parts))
    return opposite(formula)


def all_of(parts: Iterable[Formula]) -> Formula:
    """The conjunction, simplified by what its own literals say of the other parts.

    >>> all_of([Own(), any_of([Subtree(), Cooperating()])]) == Own()
    True
    """
    return _join(parts, And, FALSE)


def any_of(parts: Iterable[Formula]) -> Formula:
    """The disjunction, simplified by what its own literals say of the other parts.

    >>> any_of([Subtree(), all_of([Own(), State(frozenset({"OPEN"}))])]) == Subtree()
    True
    """
    return _join(parts, Or, TRUE)


def assume(formula: Formula, atom: Formula, value: bool) -> Formula:
    """The formula once the truth of an atom is known; what follows from it (own → subtree) is known too.

    >>> assume(any_of([Subtree(), Cooperating()]), Subtree(), False) == Cooperating()
    True
    """
    return _substitute(formula, Assumptions.of([atom if value else negate(atom)]))


def substitute(formula: Formula, replacements: Mapping[Formula, Formula]) -> Formula:
    """The formula with atoms replaced by what is said of them.

    >>> substitute(all_of([Sector(), Within("50")]), {Within("50"): TRUE}) == Sector()
    True
    """
    if isinstance(formula, And):
        return all_of([substitute(part, replacements) for part in formula.parts])
    if isinstance(formula, Or):
        return any_of([substitute(part, replacements) for part in formula.parts])
    if isinstance(formula, Not):
        return negate(substitute(formula.part, replacements))
    return replacements.get(formula, formula)


def evaluate(formula: Formula, facts: Facts) -> bool:
    """Whether the formula is true of the facts."""
    if isinstance(formula, Constant):
        return formula.value
    if isinstance(formula, And):
        return all(evaluate(part, facts) for part in formula.parts)
    if isinstance(formula, Or):
        return any(evaluate(part, facts) for part in formula.parts)
    if isinstance(formula, Not):
        return not evaluate(formula.part, facts)
    return _READ[type(formula)](formula, facts)


_READ: dict[type[Formula], Callable[..., bool]] = {
    Own: lambda _, facts: facts.own,
    Subtree: lambda _, facts: facts.subtree,
    Cooperating: lambda _, facts: facts.cooperating,
    Sector: lambda _, facts: facts.sector,
    State: lambda atom, facts: facts.state in atom.words,
    Grant: lambda atom, facts: facts.grant in atom.words,
    Within: lambda atom, facts: atom.unit in facts.path,
}


def atoms(formula: Formula) -> frozenset[Formula]:
    """Every atom the formula mentions."""
    return frozenset(_walk(formula))


def _walk(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, And | Or):
        for part in formula.parts:
            yield from _walk(part)
    elif isinstance(formula, Not):
        yield from _walk(formula.part)
    elif not isinstance(formula, Constant):
        yield formula


def _substitute(formula: Formula, assumptions: Assumptions) -> Formula:
    if isinstance(formula, Constant):
        return formula
    if isinstance(formula, And):
        return all_of([_substitute(part, assumptions) for part in formula.parts])
    if isinstance(formula, Or):
        return any_of([_substitute(part, assumptions) for part in formula.parts])
    if isinstance(formula, Not):
        return negate(_substitute(formula.part, assumptions))
    return assumptions.simplify_atom(formula)


def _is_literal(formula: Formula) -> bool:
    return isinstance(formula.part if isinstance(formula, Not) else formula, ATOMS)


# Beyond this many compound parts the quadratic search for idle ones would cost more than it saves.
_FEW = 24


def _join(parts: Iterable[Formula], kind: type[And] | type[Or], zero: Constant) -> Formula:
    # An Or is simplified as the And of its opposites: one piece of logic, so the two cannot disagree.
    neutral = TRUE if kind is And else FALSE
    compounds = [part for part in _flat(parts, kind) if part != neutral]
    if len(compounds) < 2:
        return compounds[0] if compounds else neutral
    turn, assumptions = opposite if kind is Or else _same, Assumptions.of(())
    while True:
        if zero in compounds:
            return zero
        literals = [turn(part) for part in compounds if _is_literal(part)]
        assumptions = Assumptions.of([*assumptions.literals(), *literals])
        if assumptions.contradiction:
            return zero
        before = [part for part in compounds if not _is_literal(part) and not isinstance(part, Constant)]
        compounds = [*_flat([_substitute(part, assumptions) for part in before], kind)]
        if compounds == before:
            break
    literals_held = [turn(literal) for literal in assumptions.literals()]
    remaining = _absorbed(compounds, kind)
    for part in remaining:
        pruned = _pruned(part, remaining, kind)
        if pruned != part:
            return _join([*literals_held, *(other for other in remaining if other != part), pruned], kind, zero)
    return _joined(literals_held + remaining, kind)


def _joined(parts: list[Formula], kind: type[And] | type[Or]) -> Formula:
    if len(parts) < 2:
        return parts[0] if parts else (TRUE if kind is And else FALSE)
    return kind(tuple(sorted(parts, key=order)))


def _same(formula: Formula) -> Formula:
    return formula


def _flat(parts: Iterable[Formula], kind: type[And] | type[Or]) -> Iterator[Formula]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _absorbed(parts: list[Formula], kind: type[And] | type[Or]) -> list[Formula]:
    unique = list(dict.fromkeys(parts))
    if len(unique) > _FEW:
        return unique
    for part in tuple(unique):
        if any(_makes_idle(other, part, kind) for other in unique if other != part):
            unique.remove(part)
    return unique


def _pruned(part: Formula, beside: list[Formula], kind: type[And] | type[Or]) -> Formula:
    # In an And, a way for `part` to come true that another part shuts is no way; an Or is the opposite.
    dual, turn, shut = (Or, _same, FALSE) if kind is And else (And, opposite, TRUE)
    if not isinstance(part, dual) or len(beside) > _FEW:
        return part

    def is_open(way: Formula) -> bool:
        literals = [turn(part) for part in (way.parts if isinstance(way, kind) else (way,)) if _is_literal(part)]
        assumptions = Assumptions.of(literals)
        return all(_substitute(other, assumptions) != shut for other in beside if other != part)

    ways = tuple(way for way in part.parts if is_open(way))
    return part if ways == part.parts else (any_of if kind is And else all_of)(ways)


def _makes_idle(other: Formula, part: Formula, kind: type[And] | type[Or]) -> bool:
    # In an And, `part` is idle when it is true whichever way `other` comes true; an Or is the opposite.
    dual, idle = (Or, TRUE) if kind is And else (And, FALSE)
    if not isinstance(other, dual):
        return False
    turn = _same if kind is And else opposite
    return all(_is_literal(way) and _substitute(part, Assumptions.of([turn(way)])) == idle for way in other.parts)
