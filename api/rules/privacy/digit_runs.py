"""数字串 Runs of digits in a text as people read them, with the place of each digit in the text. Q38

Full-width, circled, superscript and other scripts' digits, Chinese numerals and those spoken over the radio are
digits. Spaces, punctuation, symbols, marks and invisible characters between two digits do not end a run; a letter or a
Chinese word does, unless the text is read over letters: then up to two of them are passed over as well.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

CHINESE_DIGITS = {
    character: str(value)
    for value, characters in enumerate(
        ("零〇○洞", "一壹弌幺", "二贰貳弍两兩", "三叁參弎", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾钩")
    )
    for character in characters
}
CHECK_LETTERS = frozenset("XxＸｘΧχХх×✕✖❌╳")
CHECK = "X"
PASSED_OVER = frozenset("PSZCM")
LIST_MARKS = frozenset(",，、;；。")
LONGEST_GAP, MOST_LETTERS = 4, 2
SPOKEN_JOINERS = frozenset("杠横空格")
FEWEST_FILLERS = 8
CONTEXT = 14
NAME_TAIL = 2
"""How many Chinese numerals straight after a word may belong to it: 张三, 王小二, 李四五."""


class Token(NamedTuple):
    """One digit, or a check letter X after digits; `gap` is what was passed over since the token before it."""

    value: str
    position: int
    script: str
    gap: str


@dataclass
class Run:
    """Digits that read as one row; `before` are the characters in front of it."""

    before: str
    tokens: list[Token] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        """The digits, and X where a check letter stands."""
        return "".join(token.value for token in self.tokens)

    def is_edge(self, index: int) -> bool:
        """Whether a number may begin or end between token `index - 1` and token `index`."""
        if index in (0, len(self.tokens)):
            return True
        earlier, later = self.tokens[index - 1], self.tokens[index]
        joined = not later.gap and earlier.script == later.script and CHECK not in (earlier.value, later.value)
        return not joined or self._may_end_a_word(index)

    def _may_end_a_word(self, index: int) -> bool:
        """Whether the numerals before the index may end the word in front of the run: 张三一三八…"""
        numerals = all(token.script == "chinese" and not token.gap for token in self.tokens[:index])
        return index <= NAME_TAIL and self.before[-1:].isalpha() and numerals

    @cached_property
    def edges(self) -> frozenset[int]:
        """Every index at which a number may begin or end."""
        return frozenset(index for index in range(len(self.tokens) + 1) if self.is_edge(index))

    def reads_as_one(self, start: int, end: int) -> bool:
        """Whether no list mark stands inside, or every digit stands apart: 1、3、8 spells, 1500、800 lists."""
        gaps = [token.gap for token in self.tokens[start + 1 : end]]
        return all(gaps) or not any(mark in gap for gap in gaps for mark in LIST_MARKS)

    def preceding(self, start: int) -> str:
        """The last characters in front of a token, the run's own earlier digits included."""
        near = self.tokens[max(0, start - CONTEXT) : start]
        inside = "".join(f"{token.gap}{token.value}" for token in near)
        before = self.before if len(near) == start else ""
        return f"{before}{inside}{self.tokens[start].gap}"

    def is_lettered(self, start: int, end: int) -> bool:
        """Whether letters stand between digits, and only as a disguise: Latin, spoken joiners, or always the same.

        A number that is part of a longer row of letters and digits is a mark of something else: G50S12X301.
        """
        gaps = [token.gap for token in self.tokens[start + 1 : end]]
        lettered = [gap for gap in gaps if any(map(str.isalpha, gap))]
        whole = not any(gap and gap.isalpha() for gap in self._gaps_around(start, end))
        digits = gaps[:-1] if self.tokens[end - 1].value == CHECK else gaps
        same = len(lettered) >= FEWEST_FILLERS and len(set(digits)) == 1
        return bool(lettered) and whole and (same or all(map(_joins, lettered)))

    def _gaps_around(self, start: int, end: int) -> list[str]:
        around = [self.tokens[start].gap] if start else [self.before[-1:] if _latin(self.before[-1:]) else ""]
        return around + ([self.tokens[end].gap] if end < len(self.tokens) else [])


def _digit(character: str) -> tuple[str, str] | None:
    """A character's digit and its script; None when it is no digit."""
    if character in CHINESE_DIGITS:
        return CHINESE_DIGITS[character], "chinese"
    value = unicodedata.digit(character, None)
    if value is None:
        return None
    return str(value), "ascii" if character.isascii() else "other"


def _latin(text: str) -> bool:
    return bool(text) and text.isalpha() and all(unicodedata.normalize("NFKC", letter).isascii() for letter in text)


def _joins(gap: str) -> bool:
    letters = "".join(filter(str.isalpha, gap))
    return _latin(letters) or set(letters) <= SPOKEN_JOINERS


def _passed_over(gap: str, over_letters: bool) -> bool:
    """Whether the last character of a gap between two digits leaves their run whole."""
    if len(gap) > LONGEST_GAP:
        return False
    if unicodedata.category(gap[-1])[0] in PASSED_OVER:
        return True
    return over_letters and gap[-1].isalpha() and sum(map(str.isalpha, gap)) <= MOST_LETTERS


def _checks(text: str, position: int, over_letters: bool) -> bool:
    """Whether a check letter stands here: when letters are passed over, with no digit straight after it."""
    if text[position] not in CHECK_LETTERS:
        return False
    return not over_letters or not any(map(_digit, text[position + 1 : position + 2]))


def runs(text: str, *, over_letters: bool = False) -> Iterator[Run]:
    """Every run of digits of a text, in order."""
    run, gap = Run(text[:0]), ""
    for position, character in enumerate(text):
        read = _digit(character)
        if read is None and run.tokens and _checks(text, position, over_letters):
            read = (CHECK, "check")
        if read is not None:
            if not run.tokens:
                run, gap = Run(text[max(0, position - CONTEXT) : position]), ""
            run.tokens.append(Token(read[0], position, read[1], gap))
            gap = ""
        elif run.tokens:
            gap += character
            if not _passed_over(gap, over_letters):
                yield run
                run, gap = Run(""), ""
    if run.tokens:
        yield run
