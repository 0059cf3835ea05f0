"""许可 Rights of a role on one node of a plan: the arms by which rows are reached, and the masks on each.

An *arm* is one way of reaching rows (own subtree, cooperating, own sector, everywhere). Arms are disjoint, so
that they can be read by separate index scans, and a row's arm decides which field groups it shows.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from api.access.actions import READ, view
from api.access.formula.formula import FALSE, TRUE, Cooperating, Formula, Own, Sector, Subtree, assume, atoms, order
from api.access.formula.unit_folding import UnitRelation
from api.access.policy import Policy
from api.access.role import Role
from api.rules.words.vocabulary import Group, Kind
from api.schema.catalogue import Type

Facts = tuple[tuple[Formula, bool], ...]

_OUTSIDE: Facts = ((Subtree(), False),)
_NOWHERE: Facts = (*_OUTSIDE, (Cooperating(), False), (Sector(), False))


@dataclass(frozen=True, slots=True)
class Arm:
    """Rows for which `facts` hold by the way they are reached; `condition` is still to be tested on each."""

    facts: Facts
    condition: Formula

    def simplify(self, formula: Formula) -> Formula:
        """A formula with this arm's facts filled in."""
        return _simplified(formula, self.facts)


class Rights:
    """Rights of subjects of one role and one standing under one policy version, as formulas; built once and shared."""

    def __init__(self, policy: Policy, role: Role, standing: UnitRelation | None) -> None:
        self.policy, self.role, self._standing = policy, role, standing
        self._formulas: dict[tuple[str, Kind], Formula] = {}

    @cached_property
    def key(self) -> tuple[str, str, str]:
        """Cache key of a compiled plan: policy version, role, and a digest of all that was folded.

        Units no rule speaks of leave the same formulas to everybody, so only the others are told in the digest.
        """
        placed = self.policy.placed(self.role, self._standing)
        folded = sorted(f"{action} {kind.name} {order(self.formula(action, kind))}" for action, kind in placed)
        digest = hashlib.sha256("\n".join(folded).encode()).hexdigest() if folded else ""
        return self.policy.version, self.role.name, digest

    def formula(self, action: str, kind: Kind) -> Formula:
        """The condition on objects of the kind under which the action is allowed."""
        formula = self._formulas.get((action, kind))
        if formula is None:
            formula = self._formulas[action, kind] = self.policy.formula(self.role, action, kind, self._standing)
        return formula

    def row(self, kind: Kind) -> Formula:
        """The condition on rows of a kind under which they are readable."""
        return self.formula(READ, kind)

    def group(self, kind: Kind, group: Group) -> Formula:
        """The condition on rows of a kind under which a field group is visible."""
        return TRUE if group is Group.STRUCTURE else self.formula(view(group), kind)


@dataclass(frozen=True, slots=True)
class Permit:
    """The arms of one node. `inherited` says that the row's arm is its parent's.

    `oneself` marks the subject's own sign-in: no policy stands between an official and that.
    """

    type: Type
    arms: tuple[Arm, ...]
    inherited: bool
    oneself: bool = False

    def visible(self, rights: Rights, group: Group) -> tuple[Formula, ...]:
        """Per arm, on which of its rows a field group is visible."""
        if self.oneself:
            return (TRUE,)
        formula = rights.group(self.type.kind, group)
        return tuple(arm.simplify(formula) for arm in self.arms)


def root(rights: Rights, type_: Type) -> Permit:
    """The permit of a node that nothing leads to but a root field or a relation to another place."""
    formula = rights.row(type_.kind)
    if not (type_.placed or type_.anchor or type_.name == "Household"):
        formula = _simplified(formula, _NOWHERE)
    return Permit(type_, tuple(_arms(formula)), inherited=False)


def below(rights: Rights, parent: Permit, type_: Type) -> Permit:
    """The permit of a related node: in the same place the parent's arms go on, elsewhere they are found anew."""
    if parent.oneself and parent.type.kind is type_.kind:
        return Permit(type_, parent.arms, inherited=True, oneself=True)
    if not _same_place(parent.type, type_):
        return root(rights, type_)
    formula = rights.row(type_.kind)
    arms = tuple(Arm(arm.facts, arm.simplify(formula)) for arm in parent.arms)
    return Permit(type_, arms, inherited=True)


def oneself(type_: Type) -> Permit:
    """The permit of the subject's own account: its own sign-in, all of it."""
    return Permit(type_, (Arm((), TRUE),), inherited=False, oneself=True)


def _same_place(parent: Type, child: Type) -> bool:
    if parent.household and child.household:
        return True
    return parent.kind is child.kind and not child.placed and child.anchor is None


def _arms(formula: Formula) -> list[Arm]:
    if not atoms(formula) & {Subtree(), Own(), Cooperating(), Sector()}:
        return [Arm((), formula)] if formula != FALSE else []
    arms = [_subtree_arm(formula), _cooperating_arm(formula)]
    elsewhere: Facts = (*_OUTSIDE, (Cooperating(), False))
    arms.append(Arm(elsewhere, _simplified(formula, elsewhere)))
    return [arm for arm in arms if arm.condition != FALSE]


def _subtree_arm(formula: Formula) -> Arm:
    facts: Facts = ((Subtree(), True),)
    within = _simplified(formula, facts)
    if within != FALSE and assume(within, Sector(), False) == FALSE:
        facts = (*facts, (Sector(), True))
    return Arm(facts, _simplified(formula, facts))


def _cooperating_arm(formula: Formula) -> Arm:
    facts: Facts = (*_OUTSIDE, (Cooperating(), True))
    return Arm(facts, _simplified(formula, facts))


def _simplified(formula: Formula, facts: Facts) -> Formula:
    for atom, holds in facts:
        formula = assume(formula, atom, holds)
    return formula
