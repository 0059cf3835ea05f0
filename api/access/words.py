"""策略词 Words of policy rows: closed vocabularies generated from the product's own enums, so that none drifts. Q1

Roles, kinds and reaches are lower case; states are the stored words. Whoever adds a member to an enum adds a word here.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from api.access.actions import ACTIONS
from api.access.role import roles
from api.rules.words.policy_states import PolicyState
from api.rules.words.vocabulary import (
    CaseState,
    ClueState,
    Department,
    Duty,
    Kind,
    MeasureState,
    PlanState,
    ProceedingState,
    ThresholdState,
    Tier,
    Word,
)


class Reach(Word):
    """范围 The distance that a row reaches from the subject's own unit."""

    OWN = "本单位", "Objects its own unit is directly responsible for."
    SUBTREE = "本辖区", "Objects of its own unit and every unit below it."
    COOPERATING = "配合", "Objects with which its own unit, or one below it, cooperates. Q16"
    SECTOR = "本行业", "Objects of its subtree in which its own department is involved."
    ALL = "全部", "Every object, as far as the ceiling lets it."


class RowEffect(Word):
    """效力 The effect of a row; a deny is stronger than any allow."""

    ALLOW = "允许", "Allows."
    DENY = "禁止", "Denies, whatever else allows."


class Office(Word):
    """机构类 Groups of offices that the policy's own `g` rows fill; they hold nobody by themselves. (ours)"""

    CASEWORK = "经办层级", "The offices that work with households face to face."
    OVERSIGHT = "督导层级", "The offices that lead and supervise without meeting households."


def low(word: Enum) -> str:
    """The word of an enum member in policy rows.

    >>> low(Reach.SUBTREE)
    'subtree'
    """
    return word.name.lower()


ANY = "*"
NONE = "-"

# The states a kind can be in; a household's is that of its newest case. A kind not listed has none.
STATE_WORDS: Mapping[Kind, type[Word]] = MappingProxyType(
    {
        Kind.HOUSEHOLD: CaseState,
        Kind.CASE: CaseState,
        Kind.CLUE: ClueState,
        Kind.PROCEEDING: ProceedingState,
        Kind.PLAN: PlanState,
        Kind.MEASURE: MeasureState,
        Kind.THRESHOLD: ThresholdState,
        Kind.POLICY: PolicyState,
    }
)
STATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {low(kind): frozenset(word.name for word in words) for kind, words in STATE_WORDS.items()}
)
KINDS: Mapping[str, Kind] = MappingProxyType({low(kind): kind for kind in Kind})
REACHES: Mapping[str, Reach] = MappingProxyType({low(reach): reach for reach in Reach})
EFFECTS: Mapping[str, RowEffect] = MappingProxyType({low(effect): effect for effect in RowEffect})
BASES = frozenset({*(f"Q{number}" for number in range(1, 43)), "ours"})
ABSTRACT_ROLES = frozenset(
    {name for role in roles().values() for name in role.groups} | {low(office) for office in Office}
)
ROLE_WORDS = ABSTRACT_ROLES | roles().keys()

# What everybody signed in may read wherever it is: these kinds hold nothing about a household.
OPEN_KINDS = frozenset({Kind.UNIT, Kind.THRESHOLD, Kind.CODE_LIST, Kind.POLICY})
OPEN_ACTIONS = frozenset({"read", "view.public"})


def words_of(column: str) -> frozenset[str]:
    """Every word a column of a policy row may hold, `*` aside; actions grow until policies are loaded."""
    if column == "action":
        return frozenset(ACTIONS)
    return _COLUMNS[column]


_COLUMNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "role": ROLE_WORDS,
        "kind": frozenset(KINDS),
        "reach": frozenset(REACHES),
        "state": frozenset().union(*STATES.values()),
        "eft": frozenset(EFFECTS),
        "basis": BASES,
    }
)


def label(word: str, language: str) -> str:
    """The term for a role word in `zh` or `en`.

    >>> label("county:health", "zh"), label("county:health", "en")
    ('县卫生健康部门', 'county health')
    """
    parts = word.split(":")
    if language == "en":
        return " ".join(parts).replace("_", " ")
    return "".join("/".join(_CHINESE[name] for name in part.split("/")) for part in parts)


_CHINESE: Mapping[str, str] = MappingProxyType(
    {low(word): word.zh for words in (Tier, Department, Duty, Office) for word in words}
    | {"official": "工作人员", "sector": "行业部门", ANY: "任何登录人员"}
)
