"""错误 The one form of every error: a stable code, what was expected, what was found, the question, what to do next.

    Problem                 anything a caller can mend; carries a Code and the facts of this case
    ├─ in GraphQL           ``errors[].extensions = {code, expected, found, question, next, …}``
    ├─ over HTTP            the same body with the Code's status
    └─ on the command line  the same text on stderr, exit status 2

A package declares its own codes beside what raises them, by calling `code`; `CODES` lists all of them and
docs/errors.md is generated from it. A fact never holds a personal value.
A fact that has a name for programs (a state, a field, a list, a step) is a Term or a word of a vocabulary, so that
the Chinese text says its Chinese term and never its code.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Named(Protocol):
    """An object with a stable name for programs and a Chinese term for people: a Term, a word of a vocabulary."""

    @property
    def name(self) -> str:
        """The stable name."""

    @property
    def zh(self) -> str:
        """The Chinese term."""


@dataclass(frozen=True, slots=True)
class Term:
    """A fact by its stable name, as programs read it, and in both languages, as people do.

    >>> fact_text(Term("accountName", "账号名", "the account's name"), "zh")
    '账号名'
    """

    name: str
    zh: str
    en: str


def listed(facts: Iterable[Named]) -> Term:
    """Several facts as a single one.

    >>> listed([Term("OPEN", "未结", "OPEN"), Term("SHUT", "已结", "SHUT")]).zh
    '未结、已结'
    """
    members = list(facts)
    texts = (
        "、".join(fact_text(fact, "zh") for fact in members),
        " / ".join(fact_text(fact, "en") for fact in members),
    )
    return Term(" / ".join(fact.name for fact in members), *texts)


def fact_text(fact: object, language: str) -> str:
    """A fact as people read it: in Chinese by its term, in English by its name (a Term's English), else as it stands.

    >>> fact_text(12, "zh")
    '12'
    """
    if isinstance(fact, Term):
        return fact.zh if language == "zh" else fact.en
    if isinstance(fact, Named):
        return fact.zh if language == "zh" else fact.name
    return str(fact)


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of error: its stable name, HTTP status, and what it says in Chinese and English."""

    name: str
    status: int
    zh: str
    en: str
    next_zh: str
    next_en: str
    question: str | None = None


CODES: dict[str, Code] = {}


def code(name: str, status: int, *, zh: str, en: str, next_zh: str, next_en: str, question: str | None = None) -> Code:
    """Declare an error code once; `zh` and `en` may name facts in braces. ValueError when it exists already."""
    if name in CODES:
        raise ValueError(f"error code {name} is declared twice")
    CODES[name] = Code(name, status, zh, en, next_zh, next_en, question)
    return CODES[name]


class Problem(Exception):  # noqa: N818 - a problem is not always an error of ours
    """An error that the caller can mend. `facts` fill the braces of the code's sentences.

    >>> str(Problem(INVALID_INPUT, expected=Term("date", "日期", "a date")))
    'INVALID_INPUT: expected a date'
    """

    def __init__(self, code: Code, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(f"{code.name}: {self.text('en')}")

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`, its braces filled."""
        return self._filled(self.code.zh if language == "zh" else self.code.en, language)

    def _filled(self, template: str, language: str) -> str:
        return template.format(**{name: fact_text(fact, language) for name, fact in self.facts.items()})

    def extensions(self) -> dict[str, Any]:
        """The content of a GraphQL error's `extensions`, or of an HTTP error body."""
        facts = {
            name: fact.name if isinstance(fact, Named) else fact
            for name, fact in self.facts.items()
            if fact is not None
        }
        return {
            "code": self.code.name,
            "zh": self.text("zh"),
            "next": {
                "zh": self._filled(self.code.next_zh, "zh"),
                "en": self._filled(self.code.next_en, "en"),
            },
            **({"question": self.code.question} if self.code.question else {}),
            **facts,
        }


INVALID_INPUT = code(
    "INVALID_INPUT",
    400,
    zh="值不合要求，应为：{expected}",
    en="expected {expected}",
    next_zh="改正该值后重试",
    next_en="correct the value and try again",
)
INTERNAL = code(
    "INTERNAL",
    500,
    zh="服务器内部错误，编号 {incident}",
    en="internal error, incident {incident}",
    next_zh="把编号告诉运维人员",
    next_en="tell the operator the incident number",
)
