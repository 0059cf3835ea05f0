"""责任单位 Unit codes: the tier of a unit is a function of the length of its code alone. Q1 (codes are ours)

    0               1   NATION    the nation
    50  66          2   PROVINCE  a province; 66 is the corps
    50W 66X         3   COUNTY    a county-tier unit that has no national code
    5203            4   CITY      a prefecture-level city
    500110          6   COUNTY    a county, district or county-level city
    500110001       9   TOWNSHIP  a subdistrict, town or township
    500110001001    12  VILLAGE   a village or residents' committee

Codes are never padded, and a prefix of one says nothing about who is responsible: that is the unit's path.
"""

from collections.abc import Mapping
from types import MappingProxyType

from api.errors import Problem, code
from api.rules.words.vocabulary import Tier

INVALID_UNIT_CODE = code(
    "INVALID_UNIT_CODE",
    400,
    zh="单位代码应为 1、2、3、4、6、9 或 12 位大写字母或数字，实为 {length} 位",
    en="expected a unit code of 1, 2, 3, 4, 6, 9 or 12 capital letters or digits, found {length} characters",
    next_zh="改用责任单位表中的代码",
    next_en="use a code of the table of responsibility units",
    question="Q1",
)

NATION = "0"

TIER_BY_LENGTH: Mapping[int, Tier] = MappingProxyType(
    {
        1: Tier.NATIONAL,
        2: Tier.PROVINCE,
        3: Tier.COUNTY,
        4: Tier.CITY,
        6: Tier.COUNTY,
        9: Tier.TOWNSHIP,
        12: Tier.VILLAGE,
    }
)

_LETTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def tier_of(unit_code: str) -> Tier:
    """The tier a unit code stands for; INVALID_UNIT_CODE when it is none. Q1

    >>> tier_of("50W").name, tier_of("500110001001").name
    ('COUNTY', 'VILLAGE')
    """
    tier = TIER_BY_LENGTH.get(len(unit_code))
    if tier is None or not _LETTERS.issuperset(unit_code):
        raise Problem(INVALID_UNIT_CODE, length=len(unit_code))
    return tier
