"""已知 Assumptions: what literals that hold together say of other atoms; the whole logic of simplifying formulas. Q1"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.access.formula.terms import FALSE, TRUE, Among, Constant, Formula, Not, Own, Subtree, Within
from api.rules.units import TIER_BY_LENGTH
from api.rules.words.vocabulary import Tier


@dataclass(slots=True)
class Assumptions:
    """Truths collected from literals. `contradiction` is set when they cannot all hold."""

    truth: dict[Formula, bool]
    inside: dict[type[Among], frozenset[str]]
    outside: dict[type[Among], frozenset[str]]
    under: dict[Tier, str]
    contradiction: bool = False

    @classmethod
    def of(cls, literals: Iterable[Formula]) -> "Assumptions":
        """Collect the facts that follow when all these literals hold."""
        assumptions = cls({}, {}, {}, {})
        for literal in literals:
            positive = not isinstance(literal, Not)
            assumptions.learn(literal.part if isinstance(literal, Not) else literal, positive)
        assumptions.close()
        return assumptions

    def learn(self, atom: Formula, value: bool) -> None:
        """Take in the truth of one atom; a contradiction is remembered."""
        if isinstance(atom, Among):
            column = type(atom)
            if value:
                self.inside[column] = self.inside.get(column, atom.words) & atom.words
            else:
                self.outside[column] = self.outside.get(column, frozenset()) | atom.words
        elif self.truth.setdefault(atom, value) is not value:
            self.contradiction = True
        elif value and isinstance(atom, Within):
            # A path has one unit of a tier at most.
            self.contradiction |= self.under.setdefault(_tier(atom), atom.unit) != atom.unit

    def close(self) -> None:
        """Draw what follows: own → subtree, and words both inside and outside."""
        for column, words in self.inside.items():
            self.inside[column] = words - self.outside.pop(column, frozenset())
            self.contradiction |= not self.inside[column]
        if self.truth.get(Own()):
            self.learn(Subtree(), True)
        if self.truth.get(Subtree()) is False:
            self.learn(Own(), False)

    def literals(self) -> Iterator[Formula]:
        """The fewest literals that say the same."""
        for atom, value in self.truth.items():
            if not self._implied(atom, value):
                yield atom if value else Not(atom)
        yield from (column(words) for column, words in self.inside.items())
        yield from (Not(column(words)) for column, words in self.outside.items())

    def _implied(self, atom: Formula, value: bool) -> bool:
        if value:
            return atom == Subtree() and bool(self.truth.get(Own()))
        return (atom == Own() and self.truth.get(Subtree()) is False) or self._excluded(atom)

    def _excluded(self, atom: Formula) -> bool:
        return isinstance(atom, Within) and self.under.get(_tier(atom), atom.unit) != atom.unit

    def simplify_atom(self, atom: Formula) -> Formula:
        """Simplify an atom under the assumptions."""
        if not isinstance(atom, Among):
            truth = self.truth.get(atom)
            if truth is None:
                return FALSE if self.under and self._excluded(atom) else atom
            return Constant(truth)
        inside = self.inside.get(type(atom))
        if inside is not None and inside <= atom.words:
            return TRUE
        left = atom.words - self.outside.get(type(atom), frozenset())
        return atom.of(left if inside is None else left & inside)


def _tier(atom: Within) -> Tier:
    return TIER_BY_LENGTH[len(atom.unit)]
