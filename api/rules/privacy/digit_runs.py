"""数字串 Runs of digits in a text as people read them, with the place of each digit in the text. Q38

Full-width, circled, superscript and other scripts' digits, and Chinese numerals, are digits. Spaces, punctuation,
symbols, marks and invisible characters between two digits do not end a run; a letter or a Chinese word does.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

CHINESE_DIGITS = {
    character: str(value)
    for value, characters in enumerate(
        ("零〇○", "一壹弌幺", "二贰貳弍两兩", "三叁參弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for character in characters
}
CHECK_LETTERS = frozenset("XxＸｘΧχХх×✕✖❌╳")
CHECK = "X"
PASSED_OVER = frozenset("PSZCM")
LIST_MARKS = frozenset(",，、;；。")
LONGEST_GAP = 4
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


def _digit(character: str) -> tuple[str, str] | None:
    """A character's digit and its script; None when it is no digit."""
    if character in CHINESE_DIGITS:
        return CHINESE_DIGITS[character], "chinese"
    value = unicodedata.digit(character, None)
    if value is None:
        return None
    return str(value), "ascii" if character.isascii() else "other"


def runs(text: str) -> Iterator[Run]:
    """Every run of digits of a text, in order."""
    run, gap = Run(text[:0]), ""
    for position, character in enumerate(text):
        read = _digit(character) or ((CHECK, "check") if character in CHECK_LETTERS and run.tokens else None)
        if read is not None:
            if not run.tokens:
                run, gap = Run(text[max(0, position - CONTEXT) : position]), ""
            run.tokens.append(Token(read[0], position, read[1], gap))
            gap = ""
        elif run.tokens:
            gap += character
            if unicodedata.category(character)[0] not in PASSED_OVER or len(gap) > LONGEST_GAP:
                yield run
                run, gap = Run(""), ""
    if run.tokens:
        yield run
