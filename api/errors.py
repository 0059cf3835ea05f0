"""错误 The one form of every error: a stable code, what was expected, what was found, the question, what to do next.

    Problem                 anything a caller can mend; carries a Code and the facts of this case
    ├─ in GraphQL           ``errors[].extensions = {code, expected, found, question, next, …}``
    ├─ over HTTP            the same body with the Code's status
    └─ on the command line  the same text on stderr, exit status 2

A package declares its own codes beside what raises them, by calling `code`; `CODES` lists all of them and
docs/errors.md is generated from it. A fact never holds a personal value.
"""

from dataclasses import dataclass
from typing import Any


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
    """Something the caller can mend. `facts` fill the braces of the code's sentences.

    >>> str(Problem(INVALID_INPUT, expected="a date", found="'tomorrow'"))
    "INVALID_INPUT: expected a date, found 'tomorrow'"
    """

    def __init__(self, code: Code, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(f"{code.name}: {self.text('en')}")

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`, its braces filled."""
        return (self.code.zh if language == "zh" else self.code.en).format(**self.facts)

    def extensions(self) -> dict[str, Any]:
        """What goes under `extensions` of a GraphQL error, or into an HTTP error body."""
        facts = {name: value for name, value in self.facts.items() if value is not None}
        return {
            "code": self.code.name,
            "zh": self.text("zh"),
            "next": {
                "zh": self.code.next_zh.format(**self.facts),
                "en": self.code.next_en.format(**self.facts),
            },
            **({"question": self.code.question} if self.code.question else {}),
            **facts,
        }


INVALID_INPUT = code(
    "INVALID_INPUT",
    400,
    zh="应为 {expected}，实为 {found}",
    en="expected {expected}, found {found}",
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
