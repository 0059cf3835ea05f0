"""索引 Index of rules by action, kind, role word and unit: a question looks only at the rules that speak of it. Q1

A rule for one unit is skipped when the subject stands elsewhere, unless it reaches cooperation or everything: those
alone can concern an object outside the subject's subtree.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from api.access.actions import ACTIONS
from api.access.folding import Standing
from api.access.row import Rule
from api.access.words import ANY, KINDS
from api.rules.units import NATION

_FAR = frozenset({"cooperating", "all"})


class Drawer:
    """The rules of one role word about one action and kind."""

    __slots__ = ("_by_unit", "_everywhere", "_far")

    def __init__(self) -> None:
        self._everywhere: list[Rule] = []
        self._by_unit: dict[str, list[Rule]] = {}
        self._far: list[Rule] = []

    def put(self, rule: Rule) -> None:
        """Add a rule."""
        if rule.unit in (ANY, NATION):
            self._everywhere.append(rule)
        else:
            self._by_unit.setdefault(rule.unit, []).append(rule)
            if _FAR.intersection(rule.reach.split("|")):
                self._far.append(rule)

    def rules(self, standing: Standing | None) -> Iterator[Rule]:
        """All rules, or those that can concern subjects of that standing."""
        yield from self._everywhere
        if standing is None:
            for rules in self._by_unit.values():
                yield from rules
            return
        for unit in sorted(self._by_unit.keys() & standing.units):
            yield from self._by_unit[unit]
        yield from (rule for rule in self._far if rule.unit not in standing.units)


class Index:
    """All rules of one policy."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.named: set[str] = set()
        self._drawers: dict[tuple[str, str], dict[str, Drawer]] = defaultdict(lambda: defaultdict(Drawer))
        self._of_unit: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self.named.add(rule.role)
            self._of_unit[rule.unit].append(rule)
            for key in product(rule.action.split("|"), rule.kind.split("|")):
                self._drawers[key][rule.role].put(rule)

    def rules(
        self, groups: Iterable[str], role: str, action: str, kind: str, standing: Standing | None
    ) -> Iterator[Rule]:
        """The rules that speak to a role of these groups about the action and kind."""
        words = (ANY, role, *groups)
        for key in product((action, ANY), (kind, ANY)):
            drawers = self._drawers.get(key)
            if drawers is not None:
                for word in words:
                    if word in drawers:
                        yield from drawers[word].rules(standing)

    def placed(self, groups: Iterable[str], role: str, standing: Standing) -> set[tuple[str, str]]:
        """Every action and kind that a rule for a unit of that standing speaks of to a role of these groups."""
        words = {ANY, role, *groups}
        found = (rule for unit in standing.units for rule in self._of_unit.get(unit, ()) if rule.role in words)
        return {key for rule in found for key in _keys(rule)}


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    actions: Iterable[str] = ACTIONS if rule.action == ANY else rule.action.split("|")
    return product(actions, KINDS if rule.kind == ANY else rule.kind.split("|"))
