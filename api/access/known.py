"""已知 Known: what literals that hold together say of other atoms; the whole logic of simplifying formulas. Q1"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api.access.terms import TRUE, Among, Constant, Formula, Not, Own, Subtree


@dataclass(slots=True)
class Known:
    """Truths collected from literals. `contradiction` is set when they cannot all hold."""

    truth: dict[Formula, bool]
    inside: dict[type[Among], frozenset[str]]
    outside: dict[type[Among], frozenset[str]]
    contradiction: bool = False

    @classmethod
    def of(cls, literals: Iterable[Formula]) -> "Known":
        """What is known once all these literals hold."""
        known = cls({}, {}, {})
        for literal in literals:
            positive = not isinstance(literal, Not)
            known.learn(literal.part if isinstance(literal, Not) else literal, positive)
        known.close()
        return known

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
            implied = (value and atom == Subtree() and self.truth.get(Own())) or (
                not value and atom == Own() and self.truth.get(Subtree()) is False
            )
            if not implied:
                yield atom if value else Not(atom)
        yield from (column(words) for column, words in self.inside.items())
        yield from (Not(column(words)) for column, words in self.outside.items())

    def settle(self, atom: Formula) -> Formula:
        """What is left of an atom."""
        if not isinstance(atom, Among):
            known = self.truth.get(atom)
            return atom if known is None else Constant(known)
        inside = self.inside.get(type(atom))
        if inside is not None and inside <= atom.words:
            return TRUE
        left = atom.words - self.outside.get(type(atom), frozenset())
        return atom.of(left if inside is None else left & inside)
