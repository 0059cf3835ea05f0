"""主体 Subject: who acts, in which one post, from which unit; every permission is decided over these facts. RULES §2"""

from dataclasses import dataclass, field

from api.rules.units import NATION
from api.rules.words.vocabulary import Department, Duty, Tier


def role_of(tier: Tier, department: Department, duty: Duty) -> str:
    """The role word that policy rows speak of: `tier:department:duty`. RULES §2

    >>> role_of(Tier.COUNTY, Department.RURAL_REVITALIZATION, Duty.HANDLER)
    'county:rural_revitalization:handler'
    """
    return f"{tier.name}:{department.name}:{duty.name}".lower()


@dataclass(frozen=True, slots=True)
class Subject:
    """An official acting in exactly one post. Built from the database alone, never from what a token claims.

    `account`, `person`, `post` and `unit` are row ids; four eyes compares `person`. `path` holds the codes from the
    nation down to the unit, a tier that is absent there left out. Moments are in seconds since 1970: `token_expires`,
    `token_issued`, and `tokens_from`, before which the account's tokens were issued in vain. `session` proves to the
    database who is signed in; it stands in no text and in no comparison.
    """

    account: int
    person: int
    post: int
    tier: Tier
    department: Department
    duty: Duty
    unit: int
    path: tuple[str, ...]
    role: str
    token_expires: int
    tokens_from: float = 0.0
    token_issued: float = field(default=0.0, compare=False)
    session: str = field(default="", repr=False, compare=False)

    @property
    def home(self) -> str:
        """Code of the unit the post belongs to; its subtree is the widest a post can reach."""
        return self.path[-1]

    @property
    def column(self) -> str | None:
        """The tier column that equals `home` on every row of the subtree; None for the nation, whose rows are all.

        >>> path = ("0", "50", "500110")
        >>> Subject(1, 1, 1, Tier.COUNTY, Department.HEALTH, Duty.HANDLER, 9, path, "county:health:handler", 0).column
        'county'
        """
        return None if self.home == NATION else self.tier.name.lower()
