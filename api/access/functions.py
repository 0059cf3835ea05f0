"""匹配函数 The closed set of functions the matcher may call, over flat strings: their one Python meaning. RULES §4

`place` and `cooperating` are paths of unit codes joined by `/`, from the nation down, or `-`. Whether a unit lies under
another is membership in its path, never a prefix of its code.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from api.access.actions import ACTIONS
from api.access.words import ANY, KINDS, NONE, OPEN_ACTIONS, OPEN_KINDS, low
from api.rules.words.vocabulary import Tier

_NOWHERE = frozenset({"", NONE})


def one_of(value: str, words: str) -> bool:
    """Whether the value is one of the words `a|b`, or the words are `*`."""
    return words == ANY or value in words.split("|")


def under(path: str, unit: str) -> bool:
    """Whether the last unit of a path is that unit or lies below it.

    >>> under("0/66/659001", "66"), under("0/66/659001", "65"), under("-", "-")
    (True, False, False)
    """
    return unit not in _NOWHERE and unit in path.split("/")


def within(place: str, unit: str) -> bool:
    """Whether a row that applies to that unit only, or to `*`, applies to the place."""
    return unit == ANY or under(place, unit)


def reaches(reach: str, home: str, department: str, place: str, cooperating: str, sectors: str) -> bool:
    """Whether one of the row's reaches covers the object."""
    covered = {
        "own": home not in _NOWHERE and place.split("/")[-1] == home,
        "subtree": under(place, home),
        "cooperating": under(cooperating, home),
        "sector": department in sectors.split("|") and under(place, home),
        "all": True,
    }
    return any(covered[word] for word in reach.split("|"))


def gate(action: str, kind: str, role: str, home: str, place: str, grant: str) -> bool:
    """Whether the lock of the action, if it has one, lets this request pass. RULES §4"""
    lock = ACTIONS[action].lock
    if lock is None:
        return True
    tier, department, duty = role.split(":")
    return (
        kind == low(lock.kind)
        and tier in map(low, lock.tiers)
        and department in map(low, lock.departments)
        and duty in map(low, lock.duties)
        and (lock.grant is None or grant == lock.grant)
        and (not lock.below or (under(place, home) and place.split("/")[-1] != home))
    )


def ceiling(action: str, kind: str, tier: str, home: str, place: str, cooperating: str) -> bool:
    """Whether the object lies where anybody of that tier may reach at all: own subtree, cooperation, open kinds. Q16"""
    if tier == low(Tier.NATIONAL) or (action in OPEN_ACTIONS and KINDS[kind] in OPEN_KINDS):
        return True
    return under(place, home) or under(cooperating, home)


FUNCTIONS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {"one_of": one_of, "within": within, "reaches": reaches, "gate": gate, "ceiling": ceiling}
)
