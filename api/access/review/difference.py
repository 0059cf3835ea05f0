"""差异 The difference of two policy versions: which roles gain and lose what, on which objects; nothing is sampled. Q1

Only what changed rows and links touch is looked at, and of the other rows only those that share a place with them: so
an edit of one row costs the same in a policy of a thousand. Places are compared as if units named by rows could
overlap, as far as nobody told where they are: a difference may be told that no unit of today's tree shows, none is
left out.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from api.access.actions import ACTIONS
from api.access.compiling.compile import Alike
from api.access.compiling.index import keys_of
from api.access.formula.formula import (
    FALSE,
    TRUE,
    Among,
    And,
    Formula,
    Or,
    Within,
    all_of,
    any_of,
    assume,
    atoms,
    negate,
    order,
)
from api.access.policy import Policy
from api.access.reading.row import Rule
from api.access.role import Role, roles
from api.access.words import ANY, KINDS
from api.rules.words.vocabulary import Department, Duty, Kind, Tier

Edit = tuple[Formula, Formula]
"""Gains and losses."""


@dataclass(frozen=True, slots=True)
class Change:
    """Rights that some roles gain and lose for some actions on some kinds; FALSE means none.

    `roles` are patterns as people read them, `members` every role they stand for.
    """

    roles: tuple[str, ...]
    actions: tuple[str, ...]
    kinds: tuple[Kind, ...]
    gains: Formula
    loses: Formula
    members: tuple[Role, ...] = field(compare=False)


def difference(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Every change between two versions; empty when they allow the same."""
    actions: dict[tuple[Edit, tuple[Role, ...], str], list[str]] = defaultdict(list)
    sorts = _Sorts(before, after)
    for (action, kind), among in sorted(_touched(before, after).items(), key=itemgetter(0)):
        if any(policy.compiler.index.allows(action, kind) for policy in (before, after)):
            for edit, who in _changed(before, after, sorts.of(among, action, kind), action, kind).items():
                actions[edit, tuple(who), kind].append(action)
    kinds: dict[tuple[Edit, tuple[Role, ...], tuple[str, ...]], list[Kind]] = defaultdict(list)
    for (edit, members, kind), what in actions.items():
        kinds[edit, members, tuple(what)].append(KINDS[kind])
    return tuple(
        Change(shortest(who), what, tuple(same), gains, loses, who)
        for ((gains, loses), who, what), same in kinds.items()
    )


class _Sorts:
    """Roles grouped by what both versions tell apart."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._versions = before, after
        self._sorts: dict[tuple[frozenset[Role], str, str], list[list[Role]]] = {}

    def of(self, who: frozenset[Role], action: str, kind: str) -> list[list[Role]]:
        """Roles that are answered alike, before and after."""
        key = (who, action, kind) if ACTIONS[action].lock else (who, "", "")
        if key not in self._sorts:
            alike: dict[tuple[Alike, ...], list[Role]] = defaultdict(list)
            for role in roles().values():
                if role in who:
                    alike[tuple(version.compiler.alike(role, action, kind) for version in self._versions)].append(role)
            self._sorts[key] = list(alike.values())
        return self._sorts[key]


def _changed(
    before: Policy, after: Policy, sorts: Iterable[list[Role]], action: str, kind: str
) -> dict[Edit, list[Role]]:
    edits: dict[Hashable, Edit] = {}
    changed: dict[Edit, list[Role]] = defaultdict(list)
    for same in sorts:
        cell = same[0], action, kind
        plan_inputs = before.compiler.plan_inputs(*cell), after.compiler.plan_inputs(*cell)
        if plan_inputs not in edits:
            edits[plan_inputs] = _gains(before, after, cell), _gains(after, before, cell)
        if edits[plan_inputs] != (FALSE, FALSE):
            changed[edits[plan_inputs]].extend(same)
    return changed


def _gains(before: Policy, after: Policy, cell: tuple[Role, str, str]) -> Formula:
    # An object is gained where a new row allows what no row allowed and none denies, or where a denial has gone.
    old, new = set(before.compiler.rules(*cell)), set(after.compiler.rules(*cell))
    granting = (rule for rule in new - old if rule.eft == "allow")
    freed = (rule for rule in old - new if rule.eft == "deny")
    parts = [
        part
        for rule in sorted(chain(granting, freed), key=lambda rule: rule.cells)
        if satisfiable(part := _gained(before, after, rule, cell))
    ]
    return any_of(parts)


def _gained(before: Policy, after: Policy, rule: Rule, cell: tuple[Role, str, str]) -> Formula:
    # Each row is asked of the version that says it: under the other's links it may not speak to the role.
    is_new = rule.eft == "allow"
    needs = (after if is_new else before).compiler.needs(*cell, rule)
    if needs == FALSE:
        return FALSE
    allowed, denied = _beside(after, cell, rule.unit)
    if is_new:
        allowed = negate(_beside(before, cell, rule.unit)[0])
    return all_of([needs, allowed, negate(denied)])


def _beside(policy: Policy, cell: tuple[Role, str, str], unit: str) -> tuple[Formula, Formula]:
    """The formulas allowed and denied by rows that share a place with the unit."""
    units = None if unit == ANY else policy.units.overlapping(unit)
    allows, denies = policy.compiler.sides(*cell, policy.compiler.rules(*cell, units))
    return any_of(needs for _, needs in allows), any_of(needs for _, needs in denies)


def beyond(wide: Formula, narrow: Formula) -> Formula:
    """The condition under which the wide formula is true and the narrow one is not; FALSE when there is none."""
    left = FALSE if wide == narrow else all_of([wide, negate(narrow)])
    return left if satisfiable(left) else FALSE


def satisfiable(formula: Formula) -> bool:
    """Whether some object makes the formula true.

    >>> satisfiable(FALSE), satisfiable(TRUE)
    (False, True)
    """
    if formula in (TRUE, FALSE):
        return formula == TRUE
    if isinstance(formula, And) and not any(isinstance(part, And | Or) for part in formula.parts):
        return True  # literals that `all_of` let stand together
    atom = min(atoms(formula), key=_by_weight)
    if isinstance(atom, Among):
        word = min(atom.words)
        atom = type(atom)(frozenset({word}))
    return any(satisfiable(assume(formula, atom, value)) for value in (True, False))


def _by_weight(atom: Formula) -> tuple[bool, str]:
    # Units come last: there may be many, and what else is said often settles them all at once.
    return isinstance(atom, Within), order(atom)


def _touched(before: Policy, after: Policy) -> dict[tuple[str, str], frozenset[Role]]:
    every = set(roles().values())
    same_links = set(before.links.declared) == set(after.links.declared)
    moved = set() if same_links else {role for role in every if _groups(before, role) != _groups(after, role)}
    touched: dict[tuple[str, str], frozenset[Role]] = {}
    changed = set(before.rules) ^ set(after.rules)
    for rule in changed | (set(before.rules) if moved else set()):
        among = every if rule in changed else moved
        held = frozenset(role for role in among if rule.role in (ANY, role.name) or _belongs(role, rule, before, after))
        for key in keys_of(rule) if held else ():
            touched[key] = touched[key] | held if key in touched else held
    return touched


def _belongs(role: Role, rule: Rule, *policies: Policy) -> bool:
    return any(rule.role in policy.links.groups(role) for policy in policies)


def _groups(policy: Policy, role: Role) -> frozenset[str]:
    return frozenset(policy.links.groups(role))


def shortest(who: Iterable[Role]) -> tuple[str, ...]:
    """A set of roles as the fewest patterns `tier:department:duty`, with `*` for all of a vocabulary.

    >>> shortest(role for role in roles().values() if role.department is Department.HEALTH)
    ('*:health:*',)
    """
    grouped = [[role.tier.name, role.department.name, role.duty.name] for role in who]
    for axis, words in ((2, Duty), (1, Department), (0, Tier)):
        cells: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for parts in grouped:
            cells[(*parts[:axis], *parts[axis + 1 :])].append(parts[axis])
        grouped = []
        for others, formula in cells.items():
            every = [word.name for word in words if word.name in formula]
            grouped.append([*others[:axis], "*" if len(every) == len(words) else "/".join(every), *others[axis:]])
    return tuple(":".join(parts).lower() for parts in grouped)
