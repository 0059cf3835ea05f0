"""证件号码检查 Faults of an ID number that somebody typed: form, province, birth date or check. Q12, GB 11643

The county's digits are not looked up: counties are merged and renamed, their old numbers stay good.
"""

import re
import unicodedata
from datetime import date

from api.rules.privacy.identity_number import MODERN, PROVINCES, birth_date, check_character
from api.rules.verdict import Reason, sentence
from api.rules.words.judging import Force

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

FOREIGN = "91"
"""Foreign permanent residents' numbers of the same form."""

OLDEST = 120
"""Years of the oldest age believed (ours)."""

_FORM = re.compile(r"([0-9]{15}|[0-9]{17}[0-9X])\Z")


def id_number_fault(value: str, on: date) -> Reason | None:
    """The fault of an ID number on a day, None when it has none. The reason never repeats the number.

    Full-width digits, spaces and a small x are read as meant. A 15-digit number, of before 1999, has no check
    character.

    >>> id_number_fault("11010519491231002x", date(2026, 1, 1)) is None
    True
    >>> id_number_fault("110105194912310021", date(2026, 1, 1)).code
    'ID_NUMBER_CHECK'
    """
    number = _plain(value)
    if not _FORM.match(number):
        return ID_NUMBER_FORM.reason(length=len(number))
    if number[:2] not in PROVINCES and not number.startswith(FOREIGN):
        return ID_NUMBER_PROVINCE.reason()
    if not _believable(number, on):
        return ID_NUMBER_BIRTH.reason()
    if len(number) == MODERN and check_character(number) != number[-1]:
        return ID_NUMBER_CHECK.reason()
    return None


def _plain(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def _believable(number: str, on: date) -> bool:
    try:
        birth = birth_date(number)
    except ValueError:
        return False
    return birth <= on and on.year - birth.year <= OLDEST
