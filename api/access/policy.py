"""策略 Policy: one immutable version of who may do what; everything asks it and nothing edits it. Q1, RULES §4

policy.formula(role, "read", Kind.HOUSEHOLD)   what the planner renders as a row filter
policy.groups(role, Kind.HOUSEHOLD)            and as field masks
policy.decide(role, home, action, kind, facts) one object, with the rows and questions it rests on
policy.enforce(…)                              the same by Casbin itself: the oracle of tests and of publishing
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from api.access.actions import ACTIONS, view
from api.access.compiling.compile import Compiler
from api.access.decision import Decision
from api.access.formula.formula import TRUE, Formula, evaluate
from api.access.formula.unit_folding import NOWHERE, NamedUnits, Places, UnitRelation
from api.access.oracle import Oracle
from api.access.reading.links import Links
from api.access.reading.model import Model, read_model
from api.access.reading.row import Link, Rule
from api.access.reading.rules import Layer, read_layers
from api.access.request import ObjectFacts, Request
from api.access.role import Role, roles
from api.access.words import ANY, KINDS, low
from api.rules.words.vocabulary import Group, Kind

FOLDER = Path(__file__).parents[2] / "policies"


class Policy:
    """One version: the model, its rules and links, the compiled plans, and the oracle.

    `publication` is the number of the publication it was put together at; 0 when it comes from files.
    """

    def __init__(
        self, model: Model, rules: Sequence[Rule], links: Links | Iterable[Link], places: Places = NOWHERE
    ) -> None:
        """`links` of another version may be shared; without `places`, paths of units rows name, less can be folded."""
        self.model = model
        self.rules = tuple(rules)
        self.links = links if isinstance(links, Links) else Links(links)
        self.publication = 0
        self.units = NamedUnits((rule.unit for rule in self.rules), places)
        self.compiler = Compiler(model, self.rules, self.links)
        self.compiler.check(self.rules, roles().values())
        self._representative_roles: dict[tuple[str, str, Kind | None], tuple[Role, ...]] = {}

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read model.conf, locks.csv and baseline.csv; POLICY_REFUSED with every finding of file, line and column."""
        model = read_model(folder / "model.conf")
        layers = (Layer(folder / "locks.csv", locked=True), Layer(folder / "baseline.csv", locked=False))
        rules, links = read_layers(layers)
        return cls(model, rules, links)

    @cached_property
    def version(self) -> str:
        """Digest of the canonical rows, links and model: the same policy has the same version in any order."""
        rows = sorted("p," + ",".join(rule.cells) for rule in self.rules)
        links = sorted(f"g,{link.member},{link.group}" for link in self.links.declared)
        return hashlib.sha256("\n".join([self.model.text, *rows, *links]).encode()).hexdigest()

    def formula(self, role: Role, action: str, kind: Kind, standing: UnitRelation | None = None) -> Formula:
        """Compile the condition on objects of the kind under which the role may act; cached unless it was folded."""
        if standing is None:
            return self.compiler.plan(role, action, low(kind)).formula
        return self.compiler.folded(role, action, low(kind), standing)

    def placed(self, role: Role, standing: UnitRelation | None) -> Iterator[tuple[str, Kind]]:
        """The actions and kinds of which some row speaks to the role for a unit of that standing."""
        rules = self.compiler.index.placed(self.links.groups(role), role.name, standing) if standing else ()
        return ((action, KINDS[kind]) for action, kind in rules)

    def representative_roles(self, word: str, action: str, kind: Kind) -> tuple[Role, ...]:
        """One role of each sort that the role word stands for: whatever is true of it is true of all alike."""
        key = (word, action, kind) if ACTIONS[action].lock else (word, "", None)
        representative_roles = self._representative_roles.get(key)
        if representative_roles is None:
            held = (role for role in roles().values() if word == ANY or self.links.holds(role.name, word))
            sorts = {self.compiler.alike(role, action, low(kind)): role for role in held}
            representative_roles = self._representative_roles[key] = tuple(sorts.values())
        return representative_roles

    def groups(self, role: Role, kind: Kind) -> dict[Group, Formula]:
        """Compile, per field group, the condition under which the role sees it; structure is seen with the row."""
        return {group: TRUE if group is Group.STRUCTURE else self.formula(role, view(group), kind) for group in Group}

    def decide(self, role: Role, home: str, action: str, kind: Kind, facts: ObjectFacts) -> Decision:
        """Decide whether the role at that unit may do this to that object, with the rows the answer rests on."""
        return self.answer(Request.of(role, home, action, kind, facts))

    def allows(self, role: Role, home: str, action: str, kind: Kind, facts: ObjectFacts) -> bool:
        """The same yes or no, without what it rests on."""
        return evaluate(self.formula(role, action, kind), Request.of(role, home, action, kind, facts).facts)

    def answer(self, request: Request) -> Decision:
        """The same for a request already made."""
        plan = self.compiler.plan(request.role, request.action, low(request.kind))
        facts = request.facts
        allowed = evaluate(plan.formula, facts)
        met = [rule for rule, needs in plan.denies if evaluate(needs, facts)] if not allowed else []
        met = met or [rule for rule, needs in plan.allows if evaluate(needs, facts)]
        return Decision(allowed, tuple(met), request, self)

    def enforce(self, role: Role, home: str, action: str, kind: Kind, facts: ObjectFacts) -> bool:
        """The same question answered by Casbin itself; milliseconds per call, for tests and publishing only."""
        return self.oracle.enforce(Request.of(role, home, action, kind, facts))

    @cached_property
    def oracle(self) -> Oracle:
        """Casbin over the same rows, built at the first question."""
        return Oracle(self.model, self.rules, self.links)
