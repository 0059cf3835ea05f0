"""家庭结构 Kinship makes sense in every family there is."""

import pytest

from api.demo.people.families import ANY, FAMILIES, OLDEST, WITHOUT_LABOUR, Family, Kin, KinPools, Person, people
from api.demo.random_source import stream

YEAR = 2026
PARENTS = ("FATHER", "MOTHER")
CHILDREN = ("SON", "DAUGHTER")
SEXES = {"SON": True, "DAUGHTER": False, "FATHER": True, "MOTHER": False, "GRANDSON": True, "GRANDDAUGHTER": False}


def all_with(persons: Kin, relations: tuple[str, ...]) -> list[Person]:
    return [person for person in persons if person.relation in relations]


@pytest.mark.parametrize("family", [*FAMILIES, *WITHOUT_LABOUR], ids=lambda family: family.name)
def test_kinship(family: Family) -> None:
    draw = stream("kinship", family.name)
    for _ in range(200):
        persons = people(family, draw, YEAR)
        head, spouses = persons[0], all_with(persons, ("SPOUSE",))
        assert [person.relation for person in persons].count("HEAD") == 1
        assert head.relation == "HEAD"
        assert len(spouses) <= 1
        assert all(spouse.male != head.male for spouse in spouses)
        assert all(YEAR - OLDEST <= person.year < YEAR for person in persons)
        assert all(SEXES.get(person.relation, person.male) == person.male for person in persons)
        assert all(parent.year <= head.year - 16 for parent in all_with(persons, PARENTS))
        for child in all_with(persons, CHILDREN):
            assert all(child.year >= parent.year + 16 for parent in (head, *spouses))
        for grandchild in all_with(persons, ("GRANDSON", "GRANDDAUGHTER")):
            middle = all_with(persons, ("SON", "DAUGHTER_IN_LAW"))
            assert all(grandchild.year >= parent.year + 16 for parent in middle)
            assert grandchild.year >= head.year + 36


def test_a_child_has_its_fathers_surname() -> None:
    couple = next(family for family in FAMILIES if family.name == "couple, one child")
    draw = stream("surnames")
    for _ in range(100):
        persons = people(couple, draw, YEAR)
        place = persons[2].surname
        assert place is not None
        assert persons[place].male


def test_a_pool_is_the_same_for_the_same_seed() -> None:
    first, again = (KinPools(3, YEAR) for _ in range(2))
    again.any(stream("another"), FAMILIES[1])
    assert [first.any(stream(n), FAMILIES[5]) for n in range(9)] == [
        again.any(stream(n), FAMILIES[5]) for n in range(9)
    ]


def test_households_have_about_three_and_a_half_members() -> None:
    drawn = ANY.draw(stream("sizes"), 5000)
    assert 3.2 < sum(len(family.roles) for family in drawn) / len(drawn) < 3.6
