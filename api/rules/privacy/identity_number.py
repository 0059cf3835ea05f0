"""公民身份号码 The citizen identity number: province, birth date, check character; the old one of 15 digits. GB 11643

The old number has no check character; the law (Q38) guards it all the same.
"""

from datetime import date

MODERN, OLD = 18, 15
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
PROVINCES = frozenset(
    str(code)
    for codes in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 66), (71, 71), (81, 83))
    for code in range(codes[0], codes[1] + 1)
)
FOREIGN_RESIDENTS = frozenset({"91", "92"})
EARLIEST_YEAR, LATEST_YEAR = 1880, 2099


def check_character(number: str) -> str:
    """The check character that the first 17 digits call for, modulo 11-2. GB 11643

    >>> check_character("11010519491231002")
    'X'
    """
    digits = number[: MODERN - 1]
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % len(CHECK_CHARACTERS)]


def is_calendar_day(digits: str) -> bool:
    """Whether eight digits are a day somebody alive could name, year first."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR


def is_valid_identity_number(number: str) -> bool:
    """Whether a number of 18 with its check character, or of 15, has a province and a real birth date. GB 11643

    >>> is_valid_identity_number("11010519491231002x")
    True
    """
    number = number.upper()
    if not number.isascii() or not number[:-1].isdigit() or number[:2] not in PROVINCES | FOREIGN_RESIDENTS:
        return False
    if len(number) == OLD:
        return number.isdigit() and is_calendar_day(f"19{number[6:12]}")
    return len(number) == MODERN and check_character(number) == number[-1] and is_calendar_day(number[6:14])


def birth_date(number: str) -> date:
    """The birth date in a valid number. ValueError when there is none."""
    digits = number[6:14] if len(number) == MODERN else f"19{number[6:12]}"
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def is_male(number: str) -> bool:
    """Whether a valid number's sequence digit is odd: a man's."""
    return int(number[16] if len(number) == MODERN else number[14]) % 2 == 1
