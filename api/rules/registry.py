"""规则登记 Every judging function with its question, force and sentence; docs, tests and the API read `RULES`. Q1–42

A rule's Chinese sentence stands in its `@rule`, its English one is the first line of its docstring. What holds a rule
is read off the code that calls it; `held_by` names what no code shows: the database, or a part that is still to come.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from api.rules.holder import Holder
from api.rules.numbers.parameter import Parameter
from api.rules.words.judging import Force

Judging = TypeVar("Judging", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Rule:
    """One judging function as a reader of the rule table sees it; `ours` says what we decided, in zh and en."""

    name: str
    theme: str
    questions: tuple[int, ...]
    force: Force
    zh: str
    en: str
    ours: tuple[str, str] | None
    uses: tuple[Parameter, ...]
    held_by: Holder | None
    function: Callable[..., Any]


RULES: dict[str, Rule] = {}


def rule(
    question: int | tuple[int, ...],
    force: Force,
    *,
    zh: str,
    ours: tuple[str, str] | None = None,
    uses: tuple[Parameter, ...] = (),
    held_by: Holder | None = None,
) -> Callable[[Judging], Judging]:
    """Tie a function to its questions and force. ValueError: the name exists, or the docstring is missing."""

    def register(function: Judging) -> Judging:
        name = function.__name__
        if name in RULES:
            raise ValueError(f"rule {name} is declared twice")
        if not function.__doc__:
            raise ValueError(f"rule {name} has no docstring to take its English sentence from")
        questions = (question,) if isinstance(question, int) else question
        english = function.__doc__.strip().splitlines()[0].strip()
        theme = function.__module__.rpartition(".")[2]
        RULES[name] = Rule(name, theme, questions, force, zh, english, ours, uses, held_by, function)
        return function

    return register
