"""责任树 The tree of responsibility units: divisions and overrides in, units with their whole path out. Q1

Pure. A unit comes after its parent. Every unit reaches the nation by tiers in order; only the city may be absent.
Refused: a division without one above it, an override that names an absent division or another name, a parent of
the wrong tier.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from api.errors import Problem
from api.rules.units import NATION, TIER_BY_LENGTH
from api.rules.words.vocabulary import Tier
from api.units.divisions import BAD_DIVISIONS, PARENT_LENGTH, Divisions
from api.units.overrides import BAD_OVERRIDES, Added, Overrides

NATION_NAME = "中华人民共和国"


class Unit(NamedTuple):
    """责任单位 One unit; the tier fields hold the codes on its path, its own included, None where absent. Q1

    `western` and `unverified` hold for all that lies under such a unit, `development_zone` for the zone alone.
    `statistical_code` is None for a unit that the divisions do not have.
    """

    code: str
    name: str
    tier: Tier
    parent: str | None
    province: str | None
    city: str | None
    county: str | None
    township: str | None
    village: str | None
    western: bool
    development_zone: bool
    unverified: bool
    statistical_code: str | None


_PATH = 4
"""Where the path begins in a Unit: at `province`."""
_ABSENT = (None,) * 5
_RANK = {length: list(Tier).index(tier) for length, tier in TIER_BY_LENGTH.items()}
_ABOVE = {
    length: (2, 4) if tier is Tier.COUNTY else tuple(other for other in _RANK if _RANK[other] == _RANK[length] - 1)
    for length, tier in TIER_BY_LENGTH.items()
}
"""Length of a code -> lengths that the code of its parent may have: only the city may be absent."""


def grow(divisions: Divisions, overrides: Overrides) -> Iterator[Unit]:
    """Build all units of the country, parents first; BAD_DIVISIONS or BAD_OVERRIDES when they do not fit together."""
    _checked(divisions, overrides)
    root = Unit(NATION, NATION_NAME, Tier.NATIONAL, None, *_ABSENT, False, False, False, None)
    yield root
    above = {NATION: root}
    for code, name, added in _by_tier(divisions, overrides):
        unit = _placed(code, name, added, above, overrides)
        if len(code) < 12:
            above[code] = unit
        yield unit


def within(units: Iterable[Unit], province: str) -> Iterator[Unit]:
    """Filter to the nation and the units of one province."""
    return (unit for unit in units if unit.province == province or unit.tier is Tier.NATIONAL)


def _checked(divisions: Divisions, overrides: Overrides) -> None:
    added = {unit.code for unit in overrides.added}
    names = {code: name for code, name in divisions.rows if code in overrides.names or code in added}
    for code, name in overrides.names.items():
        if names.get(code) != name:
            raise Problem(BAD_OVERRIDES, place=code, expected=name, found=names.get(code, "no such division"))
    for code in added:
        if code in names or len(code) > 3:
            raise Problem(BAD_OVERRIDES, place=code, expected="a new code of 2 or 3", found=names.get(code, code))


def _by_tier(divisions: Divisions, overrides: Overrides) -> Iterator[tuple[str, str, Added | None]]:
    # divisions come shorter codes first; what is added goes between provinces and all that may lie under it
    early = ((code, name, None) for code, name in divisions.rows if len(code) == 2)
    late = ((code, name, None) for code, name in divisions.rows if len(code) > 2 and code not in overrides.dropped)
    added = sorted(overrides.added, key=lambda unit: len(unit.code))
    return chain(early, ((unit.code, unit.name, unit) for unit in added), late)


def _placed(code: str, name: str, added: Added | None, above: dict[str, Unit], overrides: Overrides) -> Unit:
    length = len(code)
    rank = _RANK[length]
    parent = above.get(added.parent if added else overrides.moved.get(code) or _natural(code, overrides.dropped))
    if parent is None or len(parent.code) not in _ABOVE[length]:
        tier = parent.tier.name if parent else "none"
        raise Problem(BAD_DIVISIONS, place=code, expected="a unit of the tier above", found=tier)
    return Unit._make(  # noqa: SLF001 - a named tuple's public way to be made from parts
        (
            code,
            name,
            TIER_BY_LENGTH[length],
            parent.code,
            *parent[_PATH : _PATH + rank - 1],
            code,
            *_ABSENT[rank:],
            parent.western or code in overrides.western,
            added.development_zone if added else length == 6 and code[4:] in overrides.zone_suffixes,
            parent.unverified or (added is not None and added.unverified),
            None if added else code,
        )
    )


def _natural(code: str, dropped: frozenset[str]) -> str:
    above = code[: PARENT_LENGTH[len(code)]]
    while above in dropped:
        above = above[: PARENT_LENGTH[len(above)]]
    return above or NATION
