"""写法 Digits and days as cells write them: full-width forms, gaps, days as text. Q12"""

import re
import unicodedata
from datetime import date
from typing import Any

from api.intake.ranges import EXACT

_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z|([0-9]{4})([0-9]{2})([0-9]{2})\Z")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?\Z")
"""The time that programs write behind a day."""


def folded(value: str) -> str:
    """Full-width forms folded, gaps removed.

    >>> folded(" ２０２３-05 ")
    '2023-05'
    """
    return "".join((value if value.isascii() else unicodedata.normalize("NFKC", value)).split())


def digits(value: Any) -> str | None:
    """A text as it is, a number as its digits; None when a number may have lost some or was no whole one."""
    if isinstance(value, str):
        return value
    whole = not isinstance(value, bool) and isinstance(value, int | float) and value == value // 1
    return str(int(value)) if whole and abs(value) < EXACT else None


def day_of(value: Any) -> date | None:
    """The day that a text or a number such as 20230501 stands for; None when it stands for none."""
    text = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", digits(value) or "").strip())
    # a gap within a day is two values: 1970-5-1 7 is not 17 May
    read = None if len(text.split()) > 1 else _DAY.match(folded(text))
    if read is None:
        return None
    year, month, day = (part for part in read.groups() if part is not None)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
