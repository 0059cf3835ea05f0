"""Valid identity numbers of nobody, and the ways people write them to slip through."""

from datetime import date
from random import Random

from api.rules.privacy.identity_number import PROVINCES, check_character

CHINESE = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
FORMAL = dict(zip("0123456789", "〇壹贰叁肆伍陆柒捌玖", strict=True))
FULL_WIDTH = dict(zip("0123456789X", "０１２３４５６７８９Ｘ", strict=True))
CIRCLED = dict(zip("123456789", "①②③④⑤⑥⑦⑧⑨", strict=True))
SPELLINGS = ({}, CHINESE, FORMAL, FULL_WIDTH, CIRCLED)
SEPARATORS = ("", " ", "  ", "-", "－", "\u3000", "\u200b", ".", "、", "，", " / ", "\n", "_")


def identity_number(seed: int) -> str:
    """A number of 18 that its check character makes valid."""
    random = Random(seed)
    born = date.fromordinal(random.randint(date(1920, 1, 1).toordinal(), date(2023, 12, 31).toordinal()))
    body = f"{random.choice(sorted(PROVINCES))}{random.randint(0, 9999):04}{born:%Y%m%d}{random.randint(0, 999):03}"
    return body + check_character(body)


def disguised(number: str, seed: int) -> str:
    """The number in a spelling, or several mixed, its characters kept apart by one separator or by changing ones."""
    random = Random(seed)
    mixed = random.random() < 0.3
    spelling, separator = random.choice(SPELLINGS), random.choice(SEPARATORS)
    written = []
    for character in number:
        if mixed:
            spelling, separator = random.choice(SPELLINGS), random.choice(SEPARATORS)
        written += [spelling.get(character, character), separator]
    text = "".join(written[:-1])
    return text.lower() if random.random() < 0.5 else text
