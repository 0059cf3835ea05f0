"""无人可办 Finds permissions that nobody would hold after an edit, per unit and state. Q1, Q33

Asked of every place the rows can tell apart: under each unit they name, and elsewhere. Whether a right is held by
anybody at all is a question about roles, not about the people of today.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

from api.access.actions import ACTIONS, Lock
from api.access.compiling.index import keys_of
from api.access.formula.formula import (
    FALSE,
    TRUE,
    Formula,
    State,
    Within,
    all_of,
    any_of,
    assume,
    atoms,
    negate,
    substitute,
)
from api.access.policy import Policy
from api.access.reading.finding import Finding, Source
from api.access.reading.row import Rule
from api.access.review.difference import Change, satisfiable
from api.access.role import Role
from api.access.terms import word_term, words_term
from api.access.words import ANY, KINDS, NONE, STATES, low
from api.errors import Term, code, listed
from api.rules.words.judging import Severity
from api.rules.words.steps import STEPS
from api.rules.words.vocabulary import Tier

POLICY_LEFT_WITH_NOBODY = code(
    "POLICY_LEFT_WITH_NOBODY",
    400,
    zh="改后{where}再无人可对{kind}做“{actions}”",
    en="{where} nobody is left who may do {actions} to {kind}",
    next_zh="保留一行允许，或收窄禁止行",
    next_en="keep a row that allows it, or narrow the denial",
    question="Q1",
)
_NEEDED = frozenset({name for name, action in ACTIONS.items() if action.lock is not None} | STEPS.keys())

Cell = frozenset[str]
"""The named units a place lies under: the one it is told by, and those above it."""


def abandoned(before: Policy, after: Policy, changed: Iterable[Rule], changes: Iterable[Change]) -> Iterator[Finding]:
    """Report what somebody may do before and nobody may do after, in one finding for each kind and place.

    An error for steps and locked actions, for the Guide wants them done; a warning for the rest. `changes` is the
    difference of the two: only where somebody lost something can nobody be left.
    """
    narrowed = {
        (action, low(kind))
        for change in changes
        if change.loses != FALSE
        for action in change.actions
        for kind in change.kinds
    }
    lost: dict[tuple[str, str, str, Severity], list[str]] = defaultdict(list)
    sources: dict[tuple[str, str], Source] = {}
    for rule in changed:
        for action, kind in sorted(narrowed.intersection(keys_of(rule))):
            for place, states in _lost(before, after, rule.unit, action, kind):
                severity = Severity.ERROR if action in _NEEDED else Severity.WARNING
                lost_facts = lost[kind, place, "|".join(states), severity]
                sources.setdefault((kind, place), rule.source)
                if action not in lost_facts:
                    lost_facts.append(action)
    for (kind, place, words, severity), actions in lost.items():
        facts = {
            "kind": word_term("kind", kind),
            "actions": words_term("action", actions),
            "where": _where(place, words, kind),
            "column": "action",
        }
        yield Finding(POLICY_LEFT_WITH_NOBODY, sources[kind, place], facts, severity)


def _where(place: str, states: str, kind: str) -> Term:
    everywhere = {ANY: ("", ""), NONE: ("在其余各地", "elsewhere")}
    zh, en = everywhere.get(place, (f"在 {place} 辖区", f"under {place}"))
    if states:
        terms = listed(word_term("state", state, kind) for state in states.split("|"))
        zh, en = f"{zh}状态为“{terms.zh}”时", f"{en} in state {terms.en}".strip()
    return Term(place, zh, en)


def _lost(before: Policy, after: Policy, unit: str, action: str, kind: str) -> Iterator[tuple[str, list[str]]]:
    holders = {
        place: _states(before, after, cell, action, kind) for place, cell in _cells(before, after, unit, action, kind)
    }
    lost = {place: states for place, states in holders.items() if states is not None}
    if NONE in holders and len(lost) == len(holders) and all(states == lost[NONE] for states in lost.values()):
        lost = {ANY: lost[NONE]}
    yield from lost.items()


def _cells(before: Policy, after: Policy, unit: str, action: str, kind: str) -> Iterator[tuple[str, Cell]]:
    named = before.compiler.index.units(action, kind) | after.compiler.index.units(action, kind)
    if unit == ANY:
        yield NONE, frozenset()
    places = {**before.units.places, **after.units.places}
    for code_of in sorted(named if unit == ANY else {unit} | (named & after.units.overlapping(unit))):
        above = places.get(code_of, ())
        if unit in (ANY, code_of) or unit in above:
            yield code_of, named.intersection(above) | {code_of}


def _states(before: Policy, after: Policy, cell: Cell, action: str, kind: str) -> list[str] | None:
    """The states in which nobody is left, `[]` for all of them; None when somebody still holds the permission."""
    lock = ACTIONS[action].lock
    for who in _tiers(lock) if lock else (before.representative_roles(ANY, action, KINDS[kind]),):
        old, new = (_Holders(policy, cell, action, kind, who) for policy in (before, after))
        states = [*sorted(STATES.get(kind, ())), NONE] if old.by_state or new.by_state else [NONE]
        could = [state for state in states if old.any(state)]
        lost = [state for state in could if not new.any(state)]
        if lost:
            return [] if lost == could else lost
    return None


class _Holders:
    """The roles that may do one action at one sort of place."""

    def __init__(self, policy: Policy, cell: Cell, action: str, kind: str, among: Iterable[Role]) -> None:
        self._formulas: list[Formula] = []
        self.by_state = False
        for role in among:
            formula = _at(policy, cell, (role, action, kind))
            if satisfiable(formula):
                self._formulas.append(formula)
                self.by_state = any(isinstance(atom, State) for atom in atoms(formula))
                if not self.by_state:
                    break

    def any(self, state: str) -> bool:
        """Whether somebody may, in that state."""
        return any(satisfiable(_in_state(formula, state)) for formula in self._formulas)


def _tiers(lock: Lock) -> Iterator[list[Role]]:
    """The roles a lock admits, tier by tier: that a province still can is no help to the nation."""
    for tier in Tier:
        yield [Role(tier, *office) for office in product(lock.departments, lock.duties) if tier in lock.tiers]


def _at(policy: Policy, cell: Cell, query: tuple[Role, str, str]) -> Formula:
    rules = [*policy.compiler.rules(*query, cell)]
    if not any(rule.eft == "allow" for rule in rules):
        return FALSE
    allows, denies = policy.compiler.sides(*query, rules)
    allowed, denied = any_of(needs for _, needs in allows), any_of(needs for _, needs in denies)
    there: dict[Formula, Formula] = {Within(unit): TRUE for unit in cell}
    return substitute(all_of([allowed, negate(denied)]), there)


def _in_state(formula: Formula, state: str) -> Formula:
    for atom in atoms(formula):
        if isinstance(atom, State):
            formula = assume(formula, atom, state in atom.words)
    return formula
