"""何处 Finds every meaning of a name and its origin, each with file and line."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from api.access.actions import ACTIONS
from api.access.policy import Policy
from api.access.words import ROLE_WORDS
from api.codes.lists import read as code_lists
from api.errors import CODES, Problem, code
from api.projection import trace_policy, trace_schema, trace_words
from api.projection.modules import every_module
from api.projection.trace import Trace
from api.projection.vocabularies import vocabularies
from api.rules.numbers.parameter import PARAMETERS
from api.rules.registry import RULES
from api.rules.verdict import SENTENCES
from api.schema.catalogue import catalogue
from api.settings import variables

UNKNOWN_NAME = code(
    "UNKNOWN_NAME",
    400,
    zh="没有声明过这一名称；相近的有：{near}",
    en="nothing is declared by this name; near to it: {near}",
    next_zh="换一个名称，例如 Member.idNumber、county.handler、publicity_days",
    next_en="give another name, such as Member.idNumber, county.handler, publicity_days",
)


def where(name: str) -> list[Trace]:
    """Every meaning of a name; UNKNOWN_NAME with the nearest names when it has none."""
    policy = _policy()
    meanings = [
        *trace_schema.traces(name, policy),
        *trace_policy.traces(name, policy),
        *trace_words.traces(name, policy),
    ]
    if not meanings:
        near = get_close_matches(name, sorted(set(_names())), n=5, cutoff=0.5)
        raise Problem(UNKNOWN_NAME, near=", ".join(near) or "—")
    return meanings


@cache
def _policy() -> Policy:
    every_module()  # actions are declared before a policy is loaded
    return Policy.load()


def _names() -> Iterator[str]:
    yield from (*CODES, *RULES, *PARAMETERS, *SENTENCES, *ACTIONS, *ROLE_WORDS, *variables(), *vocabularies())
    yield from (code_list.name for code_list in code_lists())
    yield from (word.name for words in vocabularies().values() for word in words)
    for type_ in catalogue().values():
        yield type_.name
        yield from (f"{type_.name}.{member}" for member in (*type_.fields, *type_.relations, *type_.filters))
