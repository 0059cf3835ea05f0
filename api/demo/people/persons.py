"""虚构人员 Names, identity numbers, telephones and accounts of people who do not exist.

No number here can belong to anybody:

    identity number   digits 3 and 4, the city of issue, run from 91 to 99. GB/T 2260 never assigned them in any
                      edition: 01–20 and 51–70 are cities, 21–50 prefectures, 90 what a province governs directly.
                      The birth date and the check character (GB 11643) are right, so every checker takes them.
    telephone         154…: no operator was ever allotted the segment
    bank account      9999…: ISO/IEC 7812 gives 9 to national bodies by country code, and 999 is no country

One number per row id, forever: an id picks digits 3–6 and the sequence digits (450 000 ways for each sex), and among
the ids that share these another day of the year. So numbers repeat only after 164 million ids of one province.
"""

from functools import cache

from faker.providers.person.zh_CN import Provider

from api.rules.privacy.identity_number import CHECK_CHARACTERS, WEIGHTS

CITIES, COUNTIES, SEQUENCES, DAYS = 9, 100, 500, 365
WAYS = CITIES * COUNTIES * SEQUENCES
FIRST_CITY = 91
SPREAD = 7919
"""Prime to WAYS: neighbouring ids get numbers that do not look alike."""
DAY_SPREAD = 254
MOST_IDS = WAYS * DAYS
PHONE, ACCOUNT = "154", "9999"
POOL = 2000


@cache
def surnames() -> tuple[str, ...]:
    """Surnames as often as faker says they occur."""
    total = sum(Provider.last_names.values())
    return tuple(
        name for name, share in Provider.last_names.items() for _ in range(max(1, round(POOL * share / total)))
    )


@cache
def given_names(male: bool) -> tuple[str, ...]:
    """Given names of faker, and pairs of its one-character names of the same sex."""
    names = tuple(Provider.first_names_male if male else Provider.first_names_female)
    short = [name for name in names if len(name) == 1]
    return names + tuple(first + second for first in short for second in short if first != second)


def identity_number(province: str, row: int, birth: str, male: bool) -> str:
    """The number of the member with this row id; `birth` is YYYYMMDD and its day is `birth_day`'s.

    >>> identity_number("50", 1, "19800912", male=True)
    '509115198009128397'
    """
    place, sequence = divmod(row * SPREAD % WAYS, SEQUENCES)
    region, first = _regions(province)[place]
    order, last = _orders()[2 * sequence + male]
    return f"{region}{birth}{order}{CHECK_CHARACTERS[(first + _sum(birth, 6) + last) % 11]}"


def birth_day(row: int) -> int:
    """Draw the day of the year, from 0, on which the member with this row id was born."""
    again, way = divmod(row, WAYS)
    return (again + way * DAY_SPREAD) % DAYS


def phone(row: int) -> str:
    """A telephone number of nobody, by the household's row id."""
    return f"{PHONE}{row * 7_654_321 % 100_000_000:08}"


def bank_account(row: int) -> str:
    """A bank account of nobody, by the household's row id."""
    return f"{ACCOUNT}{row * 987_654_321 % 1_000_000_000_000_000:015}"


@cache
def _regions(province: str) -> tuple[tuple[str, int], ...]:
    """Every region of issue that never existed, with its part of the check sum."""
    cities, counties = range(FIRST_CITY, FIRST_CITY + CITIES), range(COUNTIES)
    texts = [f"{province}{city}{county:02}" for city in cities for county in counties]
    return tuple((text, _sum(text, 0)) for text in texts)


@cache
def _orders() -> tuple[tuple[str, int], ...]:
    """Every three sequence digits, with their part of the check sum."""
    return tuple((text, _sum(text, 14)) for text in (f"{order:03}" for order in range(2 * SEQUENCES)))


@cache
def _sum(digits: str, start: int) -> int:
    return sum(int(digit) * WEIGHTS[start + place] for place, digit in enumerate(digits))
