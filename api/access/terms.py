"""术语 Chinese terms of policy words and columns: findings about a policy name them so, never by the word. Q1

In English a policy word is its own name. Where a finding advises what to write, it gives the word itself.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from api.access.actions import ACTIONS
from api.access.words import ANY, EFFECTS, KINDS, REACHES, STATE_WORDS, label
from api.errors import Term, listed

COLUMN_TERMS: Mapping[str, Term] = MappingProxyType(
    {
        name: Term(name, zh, name)
        for name, zh in {
            "role": "角色",
            "group": "角色组",
            "action": "动作",
            "kind": "对象种类",
            "reach": "范围",
            "state": "状态",
            "unit": "单位",
            "effect": "效力",
            "basis": "依据",
            "home": "本单位",
            "place": "地点",
            "cooperating": "配合单位",
            "sectors": "参与部门",
            "grant": "申请进度",
            "then": "结论",
        }.items()
    }
)
"""Columns of policy rows and of their cases."""

_EVERY = {"kind": "任何对象", "action": "任何动作", "state": "任何状态", "reach": "任何范围"}


def word_term(column: str, word: str, kind: str = ANY) -> Term:
    """A word of a column that is one; a state by its kind.

    >>> word_term("role", "county:health").zh, word_term("state", "OPEN", "clue").zh
    ('县卫生健康部门', '待处理')
    """
    if word == ANY and column in _EVERY:
        return Term(word, _EVERY[column], "any")
    if column == "role":
        return Term(word, label(word, "zh"), word)
    if column == "action":
        return Term(word, ACTIONS[word].zh, word)
    if column == "state":
        return Term(word, _state(word, kind), word)
    return Term(word, {"kind": KINDS, "reach": REACHES, "effect": EFFECTS}[column][word].zh, word)


def cell_term(column: str, cell: str) -> Term:
    """All words of a cell, which are words.

    >>> cell_term("reach", "own|sector").zh
    '本单位、本行业'
    """
    return words_term(column, cell.split("|"))


def words_term(column: str, words: Iterable[str]) -> Term:
    """Several words of a column as one fact."""
    return listed(word_term(column, word) for word in words)


def _state(state: str, kind: str) -> str:
    kinds = STATE_WORDS.values() if kind == ANY or KINDS[kind] not in STATE_WORDS else [STATE_WORDS[KINDS[kind]]]
    named = (words[state].zh for words in kinds if state in words.__members__)
    return next(named, next(words[state].zh for words in STATE_WORDS.values() if state in words.__members__))
