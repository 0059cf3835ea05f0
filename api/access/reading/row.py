"""策略行 Row: one line of a policy file, and the rules Casbin and the compiler read, one per role word. Q1"""

from dataclasses import dataclass, field

from api.access.reading.finding import Source

COLUMNS = ("role", "action", "kind", "reach", "state", "unit", "eft", "basis")


@dataclass(frozen=True, slots=True)
class Rule:
    """One `p` row with a single role word. Equal rules are the same rule wherever they stand."""

    role: str
    action: str
    kind: str
    reach: str
    state: str
    unit: str
    eft: str
    basis: str
    source: Source = field(compare=False)
    locked: bool = field(default=False, compare=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells as Casbin takes them, in the order of the model."""
        return (self.role, self.action, self.kind, self.reach, self.state, self.unit, self.eft, self.basis)

    @property
    def questions(self) -> tuple[str, ...]:
        """The basis of the row: questions of the Guide, or `ours`."""
        return tuple(self.basis.split("|"))


@dataclass(frozen=True, slots=True)
class Link:
    """One `g` row: whoever is `member` is also `group`."""

    member: str
    group: str
    source: Source = field(compare=False)
    locked: bool = field(default=False, compare=False)
