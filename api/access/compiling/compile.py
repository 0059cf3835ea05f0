"""编译 Partial evaluation of the matcher and the rows for one (role, action, kind): what stays is a formula. DESIGN §5

The matcher's own text is evaluated, not a second copy of it. Rows are found by an index over role, action and kind, so
the first question about a kind costs what the rows that speak of it cost, and every later one a look-up.
"""

import ast
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from api.access.actions import ACTIONS
from api.access.compiling.index import Index, Units
from api.access.compiling.residual import NOT_COMPILABLE, RESIDUALS, Unknown, Value
from api.access.formula.formula import FALSE, TRUE, Constant, Formula, all_of, any_of, negate
from api.access.formula.unit_folding import UnitRelation, specialize
from api.access.reading.links import Links
from api.access.reading.model import Model
from api.access.reading.row import COLUMNS, Rule
from api.access.role import Role
from api.access.words import ANY, KINDS, low
from api.errors import Problem
from api.rules.units import NATION
from api.rules.words.vocabulary import Tier

_OBJECT = ("place", "cooperating", "sectors", "state", "grant")


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision for one role, action and kind: a formula, and the rules it came from with what each needs."""

    formula: Formula
    allows: tuple[tuple[Rule, Formula], ...]
    denies: tuple[tuple[Rule, Formula], ...]


@lru_cache(maxsize=16384)
def residual(function: str, *values: Value) -> Formula:
    """One call of the matcher; most rows repeat a few shapes, so each is worked out once."""
    return RESIDUALS[function](*values)


@lru_cache(maxsize=16384)
def joined(*parts: Formula) -> Formula:
    """The conjunction of what a row's conjuncts left; worked out once per shape."""
    return all_of(parts)


Shape = tuple[frozenset[str], bool]
Alike = tuple[Shape, bool]


Sides = tuple[tuple[tuple[Rule, Formula], ...], tuple[tuple[Rule, Formula], ...]]
"""Allowing rules and denying rules, each with what it needs."""
_NOTHING = Plan(FALSE, (), ())


class Compiler:
    """Compiles plans lazily and keeps them; immutable rows make every plan final."""

    def __init__(self, model: Model, rules: Iterable[Rule], links: Links) -> None:
        self._conjuncts = model.conjuncts
        self._proved = model.proved
        self._links = links
        self._plans: dict[tuple[Alike, str, str], Plan] = {}
        self._same: dict[tuple[Hashable, str, str], Plan] = {}
        self._shapes: dict[Role, Shape] = {}
        self.index = Index(rules)

    def rules(self, role: Role, action: str, kind: str, units: Units = None) -> Iterator[Rule]:
        """The rules that speak to this role about this action and kind, everywhere and for these units or any."""
        return self.index.rules((self._links.groups(role), role.name, action, kind), units)

    def concerning(self, role: Role, action: str, kind: str, standing: UnitRelation) -> Iterator[Rule]:
        """Filter rules: keep those that can concern subjects with this relation to the units."""
        return self.index.concerning((self._links.groups(role), role.name, action, kind), standing)

    def plan(self, role: Role, action: str, kind: str) -> Plan:
        """The plan, compiled at the first question. NOT_COMPILABLE can't happen once `check` has passed."""
        key = (self.alike(role, action, kind), action, kind)
        plan = self._plans.get(key)
        if plan is None:
            # roles that the same rules reach share one plan: 672 roles have a few dozen (decision 6)
            same = (self.plan_inputs(role, action, kind), action, kind)
            plan = self._plans[key] = self._same.get(same) or self._compile(role, action, kind)
            self._same[same] = plan
        return plan

    def plan_inputs(self, role: Role, action: str, kind: str) -> Hashable:
        """The inputs of a plan: its rules, whether the role is national, whether the lock admits it.

        Many sorts of roles are spoken to by the same few rules, and need one plan.
        """
        (_, national), admitted = self.alike(role, action, kind)
        return frozenset(map(id, self.rules(role, action, kind))), national, admitted

    def folded(self, role: Role, action: str, kind: str, standing: UnitRelation) -> Formula:
        """The formula for subjects of that standing, made from the rules that concern them alone. Not kept."""
        return self._planned(role, action, kind, self.concerning(role, action, kind, standing), standing).formula

    def alike(self, role: Role, action: str, kind: str) -> Alike:
        """The facts of a role that decide: its groups, whether it is national, whether the action's lock admits it.

        The model's reader holds the matcher to that. So a country of 672 roles needs a few dozen plans for each action
        and kind.
        """
        lock = ACTIONS[action].lock
        return self._shape(role), lock is None or lock.admits(role.tier, role.department, role.duty, KINDS[kind])

    def _shape(self, role: Role) -> Shape:
        shape = self._shapes.get(role)
        if shape is None:
            groups = frozenset(self.index.named.intersection((role.name, *self._links.groups(role))))
            shape = self._shapes[role] = (groups, role.tier is Tier.NATIONAL)
        return shape

    def check(self, rules: Iterable[Rule], roles: Iterable[Role]) -> None:
        """Evaluate every shape of rule once for every shape of role; NOT_COMPILABLE when one can't be."""
        shapes = {(rule.action.split("|")[0], rule.kind.split("|")[0], rule.reach): rule for rule in rules}
        holders = {(role.tier is Tier.NATIONAL): role for role in roles}
        proved = self._proved
        for shape in shapes.keys() - proved:
            action, kind, _ = shape
            for role in holders.values():
                sample = (action if action != ANY else "read", kind if kind != ANY else "household")
                environment = self._environment(role, *sample, shapes[shape])
                for conjunct in self._conjuncts:
                    self._formula(conjunct, environment)
            proved.add(shape)

    def sides(
        self, role: Role, action: str, kind: str, rules: Iterable[Rule], standing: UnitRelation | None = None
    ) -> Sides:
        """The allowing and the denying rules among `rules` that can ever hold for the role, with what each needs."""
        allows: list[tuple[Rule, Formula]] = []
        denies: list[tuple[Rule, Formula]] = []
        for rule in rules:
            needs = specialize(self.needs(role, action, kind, rule), standing)
            if needs != FALSE:
                (allows if rule.eft == "allow" else denies).append((rule, needs))
        return tuple(allows), tuple(denies)

    def _compile(self, role: Role, action: str, kind: str) -> Plan:
        return self._planned(role, action, kind, self.rules(role, action, kind), None)

    def _planned(
        self, role: Role, action: str, kind: str, rules: Iterable[Rule], standing: UnitRelation | None
    ) -> Plan:
        allows, denies = self.sides(role, action, kind, rules, standing)
        if not allows:
            return Plan(FALSE, (), denies) if denies else _NOTHING
        allowed, denied = any_of(needs for _, needs in allows), any_of(needs for _, needs in denies)
        return Plan(all_of([allowed, negate(denied)]), allows, denies)

    def needs(self, role: Role, action: str, kind: str, rule: Rule) -> Formula:
        """The condition on the object under which the matcher holds between this role's request and this rule."""
        environment = self._environment(role, action, kind, rule)
        parts: list[Formula] = []
        for conjunct in self._conjuncts:
            part = self._formula(conjunct, environment)
            if part == FALSE:
                return FALSE
            parts.append(part)
        return joined(*parts)

    @staticmethod
    def _environment(role: Role, action: str, kind: str, rule: Rule) -> dict[str, Value]:
        subject: dict[str, Value] = {
            "r_role": role.name,
            "r_tier": low(role.tier),
            "r_department": low(role.department),
            "r_home": NATION if role.tier is Tier.NATIONAL else Unknown("home"),
            "r_action": action,
            "r_kind": kind,
        }
        unknown = {f"r_{name}": Unknown(name) for name in _OBJECT}
        row = {f"p_{name}": cell for name, cell in zip(COLUMNS, rule.cells, strict=True)}
        return {**subject, **unknown, **row}

    def _formula(self, node: ast.expr, environment: dict[str, Value]) -> Formula:
        if isinstance(node, ast.BoolOp):
            join = all_of if isinstance(node.op, ast.And) else any_of
            return join(self._formula(value, environment) for value in node.values)
        if isinstance(node, ast.Compare):
            left, right = self._value(node.left, environment), self._value(node.comparators[0], environment)
            if isinstance(left, str) and isinstance(right, str):
                return Constant(left == right)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            values = [self._value(argument, environment) for argument in node.args]
            if node.func.id == "g":
                return self._holds(*values)
            return residual(node.func.id, *values)
        raise Problem(NOT_COMPILABLE, what=ast.unparse(node))

    def _holds(self, role: Value, group: Value) -> Formula:
        if isinstance(role, Unknown) or isinstance(group, Unknown):
            raise Problem(NOT_COMPILABLE, what="g over an unknown")
        return TRUE if self._links.holds(role, group) else FALSE

    @staticmethod
    def _value(node: ast.expr, environment: dict[str, Value]) -> Value:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.Name) and node.id in environment:
            return environment[node.id]
        raise Problem(NOT_COMPILABLE, what=ast.unparse(node))
