"""索引 Index of rules by action, kind, role word and unit: a question looks only at the rules that speak of it. Q1

A rule for one unit is skipped when the subject stands elsewhere, unless it reaches cooperation or everything: those
alone can concern an object outside the subject's subtree.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from api.access.actions import ACTIONS
from api.access.formula.unit_folding import UnitRelation
from api.access.reading.row import Rule
from api.access.words import ANY, KINDS
from api.rules.units import NATION

_BEYOND_SUBTREE = frozenset({"cooperating", "all"})

Units = frozenset[str] | None
RuleQuery = tuple[tuple[str, ...], str, str, str]
"""Who asks what: the groups of a role, the role, the action and the kind."""


class RuleBucket:
    """The rules of one role word about one action and kind."""

    __slots__ = ("_beyond_subtree", "_by_unit", "_everywhere")

    def __init__(self) -> None:
        self._everywhere: list[Rule] = []
        self._by_unit: dict[str, list[Rule]] = {}
        self._beyond_subtree: list[Rule] = []

    def put(self, rule: Rule) -> None:
        """Add a rule."""
        if rule.unit in (ANY, NATION):
            self._everywhere.append(rule)
        else:
            self._by_unit.setdefault(rule.unit, []).append(rule)
            if _BEYOND_SUBTREE.intersection(rule.reach.split("|")):
                self._beyond_subtree.append(rule)

    def rules(self, units: Units) -> Iterator[Rule]:
        """The rules for every unit and the rules for `units`; for all units when `units` is None."""
        yield from self._everywhere
        for unit in self._by_unit if units is None else sorted(self._by_unit.keys() & units):
            yield from self._by_unit[unit]

    def units(self) -> Iterable[str]:
        """Every unit they name."""
        return self._by_unit.keys()

    def beyond_subtree(self, units: frozenset[str]) -> Iterator[Rule]:
        """The rules for other units that also concern objects outside the subject's subtree."""
        return (rule for rule in self._beyond_subtree if rule.unit not in units)


class Index:
    """Index of all rules of one policy by role, action and kind."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.named: set[str] = set()
        self._allowed: set[tuple[str, str]] = set()
        self._buckets_by_key: dict[tuple[str, str], dict[str, RuleBucket]] = defaultdict(
            lambda: defaultdict(RuleBucket)
        )
        self._of_unit: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self.named.add(rule.role)
            self._of_unit[rule.unit].append(rule)
            for key in product(rule.action.split("|"), rule.kind.split("|")):
                self._buckets_by_key[key][rule.role].put(rule)
                if rule.eft == "allow":
                    self._allowed.add(key)

    def rules(self, query: RuleQuery, units: Units = None) -> Iterator[Rule]:
        """The rules that speak of what is asked, for everywhere and for the units; for all units when None."""
        for bucket in self._buckets(query):
            yield from bucket.rules(units)

    def concerning(self, query: RuleQuery, standing: UnitRelation) -> Iterator[Rule]:
        """Look up the rules for the query that can concern subjects with this relation to the units."""
        for bucket in self._buckets(query):
            yield from bucket.rules(standing.units)
            yield from bucket.beyond_subtree(standing.units)

    def allows(self, action: str, kind: str) -> bool:
        """Whether any rule allows the action on the kind to anybody."""
        return any(key in self._allowed for key in product((action, ANY), (kind, ANY)))

    def units(self, action: str, kind: str) -> frozenset[str]:
        """Every unit that a rule about the action and kind names, whoever it speaks to."""
        buckets = (self._buckets_by_key.get(key, {}) for key in product((action, ANY), (kind, ANY)))
        return frozenset(unit for by_role in buckets for bucket in by_role.values() for unit in bucket.units())

    def _buckets(self, query: RuleQuery) -> Iterator[RuleBucket]:
        groups, role, action, kind = query
        for key in product((action, ANY), (kind, ANY)):
            buckets = self._buckets_by_key.get(key)
            if buckets is not None:
                yield from (buckets[word] for word in (ANY, role, *groups) if word in buckets)

    def placed(self, groups: Iterable[str], role: str, standing: UnitRelation) -> set[tuple[str, str]]:
        """Every action and kind that a rule for a unit of that standing speaks of to a role of these groups."""
        words = {ANY, role, *groups}
        placed = (rule for unit in standing.units for rule in self._of_unit.get(unit, ()) if rule.role in words)
        return {key for rule in placed for key in keys_of(rule)}


def keys_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Every action and kind that a rule speaks of, `*` spelled out."""
    actions: Iterable[str] = ACTIONS if rule.action == ANY else rule.action.split("|")
    return product(actions, KINDS if rule.kind == ANY else rule.kind.split("|"))
