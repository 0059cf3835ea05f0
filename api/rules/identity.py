"""身份证号码 Is this the number of an identity document: form, province, day of birth, check character. Q12, GB 11643

The county's digits are not looked up: counties are merged and renamed, their old numbers stay good.
"""

import re
import unicodedata
from datetime import date

from api.rules.judging import Force
from api.rules.verdict import Reason, sentence

ID_NUMBER_FORM = sentence(
    "ID_NUMBER_FORM",
    12,
    Force.MUST,
    zh="身份证号码应为 18 位（旧证 15 位），实为 {length} 位或含有其他字符",
    en="an ID number has 18 characters (15 before 1999); this one has {length}, or others than digits and X",
)
ID_NUMBER_PROVINCE = sentence(
    "ID_NUMBER_PROVINCE",
    12,
    Force.MUST,
    zh="身份证号码前两位不是省级代码",
    en="the first two digits of the ID number are no province",
)
ID_NUMBER_BIRTH = sentence(
    "ID_NUMBER_BIRTH",
    12,
    Force.MUST,
    zh="身份证号码中的出生日期不可能",
    en="the day of birth in the ID number is impossible",
)
ID_NUMBER_CHECK = sentence(
    "ID_NUMBER_CHECK",
    12,
    Force.MUST,
    zh="身份证号码校验位不符",
    en="the check character of the ID number does not agree with its digits",
)

PROVINCES = frozenset(
    str(number)
    for number in (
        *(*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)),
        *(71, 81, 82, 83, 91),
    )
)
"""First two digits of any number: provinces, 71 Taiwan, 81–83 residence permits, 91 foreign permanent residents."""
OLDEST = 120
"""Years of the oldest age believed (ours)."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FORM = re.compile(r"([0-9]{15}|[0-9]{17}[0-9X])\Z")


def id_number_fault(value: str, on: date) -> Reason | None:
    """What is wrong with an ID number on a day, None when nothing is. The reason never repeats the number.

    Full-width digits, spaces and a small x are read as meant. A 15-digit number has no check character: see
    `is_old_id_number`.

    >>> id_number_fault("11010519491231002x", date(2026, 1, 1)) is None
    True
    >>> id_number_fault("110105194912310021", date(2026, 1, 1)).code
    'ID_NUMBER_CHECK'
    """
    text = _plain(value)
    if not _FORM.match(text):
        return ID_NUMBER_FORM.reason(length=len(text))
    if text[:2] not in PROVINCES:
        return ID_NUMBER_PROVINCE.reason()
    if not _believable(text[6:14] if len(text) == 18 else f"19{text[6:12]}", on):
        return ID_NUMBER_BIRTH.reason()
    if len(text) == 18 and check_character(text[:17]) != text[17]:
        return ID_NUMBER_CHECK.reason()
    return None


def is_old_id_number(value: str) -> bool:
    """Whether it has the 15-digit form of before 1999: legal input, to be replaced when its holder is next seen."""
    return len(_plain(value)) == 15


def check_character(digits: str) -> str:
    """The 18th character that belongs to 17 digits. GB 11643

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return "10X98765432"[total % 11]


def _plain(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def _believable(digits: str, on: date) -> bool:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return birth <= on and on.year - birth.year <= OLDEST
