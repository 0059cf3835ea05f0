"""合并 Folding: what the unit of a row means to a subject whose path is known, before any SQL is written. Q1, 附则

A row for one unit leaves the atom `Within(unit)`. To a subject in Chongqing a row of Guizhou says nothing about its own
subtree, and a row of Chongqing holds all over it: so most atoms vanish, and a province's rows cost the others nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from api.access.formula.formula import Formula, Subtree, Within, all_of, any_of, atoms, negate, substitute
from api.access.words import ANY
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Tier

Path = tuple[str, ...]
Places = Mapping[str, Path]
"""Paths of units from the nation down, by code."""

NOWHERE: Places = MappingProxyType({})
_DEPTH = {tier: depth for depth, tier in enumerate(Tier)}


@dataclass(frozen=True)
class UnitRelation:
    """The relation of the units in rows to a subject's unit; subjects with equal relations get equal answers.

    `above` are those the subject's unit lies below, `home` is its own unit when a row names it, `below` are those it
    contains; `unsure` are deeper ones of which nobody told where they are. All others lie elsewhere.
    """

    above: frozenset[str]
    home: str | None
    below: frozenset[str]
    unsure: frozenset[str]

    @cached_property
    def units(self) -> frozenset[str]:
        """Every unit that doesn't lie elsewhere."""
        return self.above | self.below | self.unsure | ({self.home} if self.home else set())


class NamedUnits:
    """The units the rows of one policy name. Without their `places` less can be folded, never wrongly."""

    def __init__(self, named: Iterable[str], places: Places = NOWHERE) -> None:
        self.codes = frozenset(named) - {ANY, NATION}
        self.places: Places = {code: places[code] for code in self.codes if code in places}
        below: dict[str, set[str]] = defaultdict(set)
        for code, path in self.places.items():
            for unit in path[:-1]:
                below[unit].add(code)
        self._below = {unit: frozenset(codes) for unit, codes in below.items()}
        self._overlapping: dict[str, frozenset[str]] = {}
        lost = self.codes - self.places.keys()
        self._unsure = {
            tier: frozenset(code for code in lost if _DEPTH[tier_of(code)] > depth) for tier, depth in _DEPTH.items()
        }

    def standing(self, path: Path) -> UnitRelation | None:
        """Relate the units to a subject's path; None when nothing can be folded: no unit, or a subject of the nation.

        >>> NamedUnits(["50", "52", "500110001"]).standing(("0", "50", "500110")).above
        frozenset({'50'})
        """
        home = path[-1]
        if home == NATION or not self.codes:
            return None
        return UnitRelation(
            above=self.codes.intersection(path[:-1]),
            home=home if home in self.codes else None,
            below=self._below.get(home, frozenset()),
            unsure=self._unsure[tier_of(home)],
        )

    def overlapping(self, unit: str) -> frozenset[str]:
        """The units whose subtree may share an object with this unit's: itself, units above and below, unplaced ones.

        >>> sorted(NamedUnits(["50", "52", "500110"], {"500110": ("0", "50", "500110")}).overlapping("500110"))
        ['50', '500110']
        """
        if unit not in self._overlapping:
            beside = (code for code in self.codes if code == unit or self._may_share(code, unit))
            self._overlapping[unit] = frozenset(beside)
        return self._overlapping[unit]

    def _may_share(self, first: str, other: str) -> bool:
        if tier_of(first) is tier_of(other):
            return False
        upper, lower = sorted((first, other), key=lambda code: _DEPTH[tier_of(code)])
        return lower not in self.places or upper in self.places[lower]


def specialize(formula: Formula, standing: UnitRelation | None) -> Formula:
    """The same formula for subjects of that standing.

    >>> standing = NamedUnits(["50", "52"]).standing(("0", "50", "500110"))
    >>> specialize(all_of([Subtree(), negate(Within("50"))]), standing)
    Constant(value=False)
    """
    if standing is None:
        return formula
    meanings: dict[Formula, Formula] = {
        atom: _meaning(atom, standing) for atom in atoms(formula) if isinstance(atom, Within)
    }
    return substitute(formula, meanings) if meanings else formula


def _meaning(atom: Within, standing: UnitRelation) -> Formula:
    # Own subtree and unit: the one is the other, contains it, lies in it, or has nothing in common with it.
    if atom.unit == standing.home:
        return Subtree()
    if atom.unit in standing.above:
        return any_of([Subtree(), atom])
    if atom.unit in standing.below:
        return all_of([Subtree(), atom])
    return atom if atom.unit in standing.unsure else all_of([negate(Subtree()), atom])
