"""角色 Role: tier, department and duty of the post somebody acts in; policy rows speak of roles, never of people. Q1"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from api.access.subject import role_of
from api.errors import Problem, code
from api.rules.words.vocabulary import Department, Duty, Tier

UNKNOWN_ROLE = code(
    "UNKNOWN_ROLE",
    400,
    zh="角色应由层级、部门、职责三部分组成，以半角冒号分隔",
    en="expected a role tier:department:duty such as county:rural_revitalization:handler",
    next_zh="改用权限说明中列出的角色",
    next_en="use a role of docs/permissions.md",
    question="Q1",
)

SECTORS = frozenset(Department) - {Department.RURAL_REVITALIZATION, Department.LEADING_GROUP, Department.HOTLINE}


@dataclass(frozen=True)
class Role:
    """One role of the closed set: every tier × department × duty.

    >>> Role(Tier.COUNTY, Department.HEALTH, Duty.HANDLER).name
    'county:health:handler'
    """

    tier: Tier
    department: Department
    duty: Duty

    @cached_property
    def name(self) -> str:
        """The word that policy rows and tokens use."""
        return role_of(self.tier, self.department, self.duty)

    def __hash__(self) -> int:
        """Hash the name alone: every look-up of a plan hashes a role."""
        return hash(self.name)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The abstract roles it belongs to by what it is; no policy row can change these."""
        tier, department, duty = (word.name.lower() for word in (self.tier, self.department, self.duty))
        plain = ("official", tier, department, duty, f"{tier}:{department}", f"{tier}:{duty}", f"{department}:{duty}")
        return (*plain, "sector", f"{tier}:sector", f"sector:{duty}") if self.department in SECTORS else plain


@lru_cache(maxsize=1)
def roles() -> dict[str, Role]:
    """Every role by its name."""
    every = (Role(tier, department, duty) for tier in Tier for department in Department for duty in Duty)
    return {role.name: role for role in every}


def role_named(name: str) -> Role:
    """The role of that name; UNKNOWN_ROLE when there is none."""
    role = roles().get(name)
    if role is None:
        raise Problem(UNKNOWN_ROLE)
    return role
