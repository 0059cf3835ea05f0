"""请求 Request: may this role at this unit do this to that object; flat for Casbin, facts for formulas. Q1"""

from dataclasses import dataclass
from typing import Self

from api.access.actions import ACTIONS
from api.access.formula.formula import Facts
from api.access.role import Role
from api.access.words import NONE, low
from api.errors import Problem, code
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Department, Kind

HOME_OF_ANOTHER_TIER = code(
    "HOME_OF_ANOTHER_TIER",
    400,
    zh="角色的层级为 {tier}，其单位却属于 {found}",
    en="the role's tier is {tier}, but its unit belongs to {found}",
    next_zh="用岗位所在单位的代码",
    next_en="give the code of the unit the post belongs to",
    question="Q1",
)
PLACE_OUTSIDE_THE_TREE = code(
    "PLACE_OUTSIDE_THE_TREE",
    400,
    zh="单位路径应从国家（0）起",
    en="a path of units begins with the nation (0)",
    next_zh="从国家写到责任单位，以 / 分隔",
    next_en="write it from the nation down to the responsible unit, joined by /",
    question="Q1",
)
UNKNOWN_ACTION = code(
    "UNKNOWN_ACTION",
    400,
    zh="没有这一动作",
    en="there is no such action",
    next_zh="改用权限说明中列出的动作",
    next_en="use an action of docs/permissions.md",
)


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The facts about an object that a decision needs; every attribute has a value.

    `place` is the path of its responsible unit from the nation down, `cooperating` that of its cooperating unit or
    empty; `sectors` the departments involved; `grant` how far its national request has come.
    """

    place: tuple[str, ...] = (NATION,)
    cooperating: tuple[str, ...] = ()
    sectors: frozenset[Department] = frozenset()
    state: str | None = None
    grant: str = "none"


@dataclass(frozen=True, slots=True)
class Request:
    """One question put to the policy."""

    role: Role
    home: str
    action: str
    kind: Kind
    object: ObjectFacts

    @classmethod
    def of(cls, role: Role, home: str, action: str, kind: Kind, facts: ObjectFacts) -> Self:
        """A request that makes sense: UNKNOWN_ACTION, HOME_OF_ANOTHER_TIER or PLACE_OUTSIDE_THE_TREE otherwise."""
        if action not in ACTIONS:
            raise Problem(UNKNOWN_ACTION)
        if tier_of(home) is not role.tier:
            raise Problem(HOME_OF_ANOTHER_TIER, tier=role.tier, found=tier_of(home))
        for path in (facts.place, facts.cooperating or (NATION,)):
            if path[:1] != (NATION,):
                raise Problem(PLACE_OUTSIDE_THE_TREE)
        return cls(role, home, action, kind, facts)

    @property
    def flat(self) -> tuple[str, ...]:
        """The strings Casbin is asked with, in the order of the model."""
        sectors = "|".join(sorted(map(low, self.object.sectors)))
        return (
            self.role.name,
            low(self.role.tier),
            low(self.role.department),
            self.home,
            self.action,
            low(self.kind),
            "/".join(self.object.place),
            "/".join(self.object.cooperating) or NONE,
            sectors or NONE,
            self.object.state or NONE,
            self.object.grant,
        )

    @property
    def facts(self) -> Facts:
        """The facts that formulas read."""
        place = self.object.place
        return Facts(
            own=place[-1] == self.home,
            subtree=self.home in place,
            cooperating=self.home in self.object.cooperating,
            sector=self.role.department in self.object.sectors,
            state=self.object.state or NONE,
            grant=self.object.grant,
            path=frozenset(place),
        )
