"""家庭结构 Families that make sense: one head, one spouse at most, of the other sex, parents older than children. Q15

A family is a row of roles. A role says how old its person is, relative to a person before it, and whose surname it has.
"""

from dataclasses import dataclass
from typing import NamedTuple

from api.demo.random_source import Shares, Stream, between, pick, stream

HEAD, PARTNER, CHILD = 0, 1, 2
"""Places in a family that other roles refer to."""
OLDEST = 98
POOL = 400
"""Variants of each family."""


class Role(NamedTuple):
    """One place in a family.

    Born `earliest` to `latest` years after the person at place `base`; the head, who has no base, is so many years
    old. `male` None: either. `surname` is the place whose surname it shares, None when it brings its own.
    """

    man: str
    woman: str
    male: bool | None
    base: int | None
    earliest: int
    latest: int
    surname: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of family, and how often it occurs."""

    name: str
    share: float
    roles: tuple[Role, ...]


class Person(NamedTuple):
    """One member as the family has it; `year` is that of birth, `surname` the place whose surname it has."""

    relation: str
    male: bool
    year: int
    surname: int | None


Kin = tuple[Person, ...]


def _head(youngest: int, oldest: int) -> Role:
    return Role("HEAD", "HEAD", None, None, youngest, oldest, None)


SPOUSE = Role("SPOUSE", "SPOUSE", None, HEAD, -3, 5, None)
FATHER = Role("FATHER", "FATHER", True, HEAD, -30, -22, HEAD)
MOTHER = Role("MOTHER", "MOTHER", False, HEAD, -28, -19, None)
SIBLING = Role("SIBLING", "SIBLING", None, HEAD, -6, 8, HEAD)
SON = Role("SON", "SON", True, HEAD, 22, 27, HEAD)
SONS_WIFE = Role("DAUGHTER_IN_LAW", "DAUGHTER_IN_LAW", False, CHILD, -2, 4, None)


def _child(earliest: int, latest: int) -> Role:
    return Role("SON", "DAUGHTER", None, HEAD, earliest, latest, HEAD)


def _grandchild(base: int, earliest: int, latest: int) -> Role:
    return Role("GRANDSON", "GRANDDAUGHTER", None, base, earliest, latest, HEAD)


_ELDER, _ELDER_COUPLE = (_head(62, 88),), (_head(60, 84), SPOUSE)
_FIRST, _SECOND, _THIRD = _child(22, 26), _child(25, 29), _child(29, 33)

FAMILIES = (
    Family("elder alone", 6, _ELDER),
    Family("elder couple", 9, _ELDER_COUPLE),
    Family("bachelor", 5, (_head(38, 66),)),
    Family("bachelor and mother", 4, (_head(36, 58), MOTHER)),
    Family("couple", 5, (_head(42, 60), SPOUSE)),
    Family("couple, one child", 8, (_head(27, 46), SPOUSE, _FIRST)),
    Family("couple, two children", 11, (_head(31, 46), SPOUSE, _FIRST, _SECOND)),
    Family("couple, three children", 3, (_head(35, 47), SPOUSE, _FIRST, _SECOND, _THIRD)),
    Family("couple, grown child", 9, (_head(44, 60), SPOUSE, _FIRST)),
    Family("couple, two grown children", 7, (_head(46, 60), SPOUSE, _FIRST, _SECOND)),
    Family("couple, mother, child", 6, (_head(32, 52), SPOUSE, _FIRST, MOTHER)),
    Family("couple, father, two children", 6, (_head(33, 52), SPOUSE, _FIRST, _SECOND, FATHER)),
    Family("couple, parents, two children", 6, (_head(33, 50), SPOUSE, _FIRST, _SECOND, FATHER, MOTHER)),
    Family("couple, parents, child", 3, (_head(30, 48), SPOUSE, _FIRST, FATHER, MOTHER)),
    Family("single parent", 2, (_head(28, 48), _FIRST)),
    Family("single parent, two children", 2, (_head(32, 48), _FIRST, _SECOND)),
    Family("elder and grandchild", 3, (_head(58, 74), _grandchild(HEAD, 44, 56))),
    Family("elder couple, son's family", 5, (*_ELDER_COUPLE, SON, SONS_WIFE, _grandchild(CHILD, 23, 30))),
    Family(
        "elder couple, son's family of four",
        3,
        (_head(60, 78), SPOUSE, SON, SONS_WIFE, _grandchild(CHILD, 23, 26), _grandchild(CHILD, 26, 31)),
    ),
    Family("siblings", 1, (_head(40, 64), SIBLING)),
)
WITHOUT_LABOUR = (
    Family("elder alone, without labour", 6, (_head(68, 90),)),
    Family("elder couple, without labour", 3, (_head(67, 86), SPOUSE)),
    Family("bachelor, without labour", 2, (_head(45, 66),)),
)
"""Families of a safety-net household: nobody able to work. Q29"""

ANY = Shares([(family, family.share) for family in FAMILIES])
SAFETY_NET = Shares([(family, family.share) for family in WITHOUT_LABOUR])

MALE_HEADS = 0.84


class KinPools:
    """Variants of each family, made when first asked for; each pool has its own stream."""

    def __init__(self, seed: int, this_year: int) -> None:
        self._seed, self._this_year = seed, this_year
        self._pools: dict[str, list[Kin]] = {}

    def any(self, draw: Stream, family: Family) -> Kin:
        """One variant."""
        pool = self._pools.get(family.name)
        if pool is None:
            own = stream(self._seed, "kin", family.name)
            pool = self._pools[family.name] = [people(family, own, self._this_year) for _ in range(POOL)]
        return pick(draw, pool)


def people(family: Family, draw: Stream, this_year: int) -> Kin:
    """The persons of one such family; everybody was born before this year."""
    persons: list[Person] = []
    for role in family.roles:
        if role.base is None:
            male = draw.random() < MALE_HEADS
            year = this_year - between(draw, role.earliest, role.latest)
        else:
            year = persons[role.base].year + between(draw, role.earliest, role.latest)
            male = role.male if role.male is not None else draw.random() < 0.5
            if role is SPOUSE:
                male = not persons[HEAD].male
        relation = role.man if male else role.woman
        surname = PARTNER if role.surname == HEAD and _through_partner(persons, role) else role.surname
        persons.append(Person(relation, male, max(this_year - OLDEST, min(this_year - 1, year)), surname))
    return tuple(persons)


def _through_partner(persons: list[Person], role: Role) -> bool:
    """Whether its surname is the partner's: children have their father's, which is the head's or the spouse's."""
    couple = len(persons) > PARTNER and persons[PARTNER].relation == "SPOUSE"
    return couple and not persons[HEAD].male and role not in (FATHER, SIBLING)
