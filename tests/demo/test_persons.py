"""虚构人员 Numbers are valid, one per row, and can belong to nobody."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from api.demo.people.persons import DAYS, MOST_IDS, WAYS, bank_account, birth_day, identity_number, phone
from api.rules.privacy.identity import id_number_fault
from api.rules.privacy.identity_number import is_male
from api.units import divisions

rows = some.integers(1, MOST_IDS - 1)
years = some.integers(1920, 2025)


def number_of(row: int, year: int, male: bool) -> str:
    born = date(year, 1, 1) + timedelta(days=birth_day(row))
    return identity_number("50", row, f"{born:%Y%m%d}", male)


@given(rows, years, some.booleans())
def test_a_number_is_valid_and_says_birth_and_sex(row: int, year: int, male: bool) -> None:
    number = number_of(row, year, male)
    assert id_number_fault(number, date(2026, 1, 1)) is None
    assert number[6:10] == str(year)
    assert is_male(number) == male


@given(rows, years, some.booleans())
def test_its_city_of_issue_never_existed(row: int, year: int, male: bool) -> None:
    assert "91" <= number_of(row, year, male)[2:4] <= "99"


def test_no_division_has_such_a_city() -> None:
    cities = {code[2:4] for code, _ in divisions.read(divisions.DIVISIONS).rows if len(code) >= 4}
    assert max(cities) == "90"


@given(rows, rows, years, some.booleans())
def test_two_rows_never_share_a_number(first: int, other: int, year: int, male: bool) -> None:
    assert first == other or number_of(first, year, male) != number_of(other, year, male)


@given(some.integers(1, WAYS - 1), some.integers(1, DAYS - 1), years)
def test_rows_with_the_same_digits_are_born_on_different_days(row: int, again: int, year: int) -> None:
    first, other = number_of(row, year, True), number_of(row + again * WAYS, year, True)
    assert (first[:6], first[14:17]) == (other[:6], other[14:17])
    assert first[6:14] != other[6:14]


def test_all_numbers_of_many_neighbours_differ() -> None:
    assert len({number_of(row, 1980, True) for row in range(1, 50_001)}) == 50_000


@given(rows)
def test_telephones_and_accounts_belong_to_no_operator_and_no_bank(row: int) -> None:
    assert len(phone(row)) == 11
    assert phone(row).startswith("154")
    assert len(bank_account(row)) == 19
    assert bank_account(row).startswith("9999")
