"""差异 The difference of two policy versions: which roles gain and lose what, on which objects; nothing is sampled. Q1

Only what changed rows and links touch is compiled again. Places are compared as if units named by rows could overlap,
so a difference may be told that no unit of today's tree shows, but none is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

from api.access.actions import ACTIONS
from api.access.formula import FALSE, TRUE, Among, Formula, all_of, assume, atoms, negate, order
from api.access.policy import Policy
from api.access.role import Role, roles
from api.access.row import Rule
from api.access.words import ANY, KINDS
from api.rules.vocabulary import Department, Duty, Kind, Tier


@dataclass(frozen=True, slots=True)
class Change:
    """What some roles gain and lose for some actions on some kinds; FALSE where nothing."""

    roles: tuple[str, ...]
    actions: tuple[str, ...]
    kinds: tuple[Kind, ...]
    gains: Formula
    loses: Formula


def difference(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Every change between two versions; empty when they allow the same."""
    actions: dict[tuple[Formula, Formula, tuple[str, ...], str], list[str]] = defaultdict(list)
    touched = _touched(before, after)
    for (action, kind), among in sorted(touched.items(), key=itemgetter(0)):
        for (gains, loses), who in _changed(before, after, among, action, KINDS[kind]).items():
            actions[gains, loses, shortest(who), kind].append(action)
    kinds: dict[tuple[Formula, Formula, tuple[str, ...], tuple[str, ...]], list[Kind]] = defaultdict(list)
    for (gains, loses, patterns, kind), what in actions.items():
        kinds[gains, loses, patterns, tuple(what)].append(KINDS[kind])
    return tuple(Change(who, what, tuple(same), gains, loses) for (gains, loses, who, what), same in kinds.items())


def _changed(
    before: Policy, after: Policy, who: set[Role], action: str, kind: Kind
) -> dict[tuple[Formula, Formula], list[Role]]:
    alike: dict[tuple[Formula, Formula], list[Role]] = defaultdict(list)
    for role in roles().values():
        if role in who:
            alike[before.formula(role, action, kind), after.formula(role, action, kind)].append(role)
    changed: dict[tuple[Formula, Formula], list[Role]] = defaultdict(list)
    for (old, new), same in alike.items():
        gains, loses = beyond(new, old), beyond(old, new)
        if gains != FALSE or loses != FALSE:
            changed[gains, loses].extend(same)
    return changed


def beyond(wide: Formula, narrow: Formula) -> Formula:
    """Where the one is true and the other is not; FALSE when nowhere."""
    left = FALSE if wide == narrow else all_of([wide, negate(narrow)])
    return left if satisfiable(left) else FALSE


def satisfiable(formula: Formula) -> bool:
    """Whether some object makes the formula true.

    >>> satisfiable(FALSE), satisfiable(TRUE)
    (False, True)
    """
    if formula in (TRUE, FALSE):
        return formula == TRUE
    atom = min(atoms(formula), key=order)
    if isinstance(atom, Among):
        word = min(atom.words)
        atom = type(atom)(frozenset({word}))
    return any(satisfiable(assume(formula, atom, value)) for value in (True, False))


def _touched(before: Policy, after: Policy) -> dict[tuple[str, str], set[Role]]:
    every = set(roles().values())
    same_links = set(before.links.declared) == set(after.links.declared)
    moved = set() if same_links else {role for role in every if _groups(before, role) != _groups(after, role)}
    touched: dict[tuple[str, str], set[Role]] = defaultdict(set)
    changed = set(before.rules) ^ set(after.rules)
    for rule in changed | (set(before.rules) if moved else set()):
        among = every if rule in changed else moved
        held = {role for role in among if rule.role in (ANY, role.name) or _belongs(role, rule, before, after)}
        for key in _keys(rule) if held else ():
            touched[key] |= held
    return touched


def _belongs(role: Role, rule: Rule, *policies: Policy) -> bool:
    return any(rule.role in policy.links.groups(role) for policy in policies)


def _keys(rule: Rule) -> Iterator[tuple[str, str]]:
    actions = ACTIONS if rule.action == ANY else rule.action.split("|")
    return product(actions, KINDS if rule.kind == ANY else rule.kind.split("|"))


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
        for others, found in cells.items():
            every = [word.name for word in words if word.name in found]
            grouped.append([*others[:axis], "*" if len(every) == len(words) else "/".join(every), *others[axis:]])
    return tuple(":".join(parts).lower() for parts in grouped)
