"""差异 The difference of two policy versions: which roles gain and lose what, on which objects; nothing is sampled. Q1

Only what changed rows and links touch is compiled again. Places are compared as if units named by rows could overlap,
so a difference may be told that no unit of today's tree shows, but none is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

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
    changed: dict[tuple[Formula, Formula, str, str], list[Role]] = defaultdict(list)
    for role, action, kind in sorted(_touched(before, after), key=lambda each: (each[0].name, *each[1:])):
        gains, loses = gained(before, after, role, action, kind), gained(after, before, role, action, kind)
        if gains != FALSE or loses != FALSE:
            changed[gains, loses, action, kind].append(role)
    actions: dict[tuple[Formula, Formula, tuple[str, ...], str], list[str]] = defaultdict(list)
    for (gains, loses, action, kind), who in changed.items():
        actions[gains, loses, shortest(who), kind].append(action)
    kinds: dict[tuple[Formula, Formula, tuple[str, ...], tuple[str, ...]], list[Kind]] = defaultdict(list)
    for (gains, loses, patterns, kind), what in actions.items():
        kinds[gains, loses, patterns, tuple(what)].append(KINDS[kind])
    return tuple(Change(who, what, tuple(same), gains, loses) for (gains, loses, who, what), same in kinds.items())


def gained(before: Policy, after: Policy, role: Role, action: str, kind: str) -> Formula:
    """Where the role may do this after and might not before; FALSE when nowhere."""
    old, new = before.formula(role, action, KINDS[kind]), after.formula(role, action, KINDS[kind])
    gains = FALSE if old == new else all_of([new, negate(old)])
    return gains if satisfiable(gains) else FALSE


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


def _touched(before: Policy, after: Policy) -> set[tuple[Role, str, str]]:
    every = roles().values()
    same_links = set(before.links.declared) == set(after.links.declared)
    moved = set() if same_links else {role for role in every if _groups(before, role) != _groups(after, role)}
    changed = set(before.rules) ^ set(after.rules)
    touched = {each for rule in changed for each in _spoken_to(rule, every, (before, after))}
    spoken = {rule for policy in (before, after) for rule in policy.rules} if moved else set()
    return touched | {each for rule in spoken for each in _spoken_to(rule, moved, (before, after))}


def _groups(policy: Policy, role: Role) -> frozenset[str]:
    return frozenset(policy.links.groups(role))


def _spoken_to(rule: Rule, among: Iterable[Role], policies: Iterable[Policy]) -> Iterator[tuple[Role, str, str]]:
    actions = ACTIONS if rule.action == ANY else rule.action.split("|")
    kinds = KINDS if rule.kind == ANY else rule.kind.split("|")
    held = [
        role
        for role in among
        if rule.role == ANY or any(policy.links.holds(role.name, rule.role) for policy in policies)
    ]
    return product(held, actions, kinds)


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
