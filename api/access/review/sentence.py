"""说明 Sentences: formulas, rows and misses in words that an administrator understands, in Chinese and English. Q1"""

from collections.abc import Iterable

from api.access.actions import ACTIONS
from api.access.decision import Decision, Miss
from api.access.formula.formula import (
    FALSE,
    TRUE,
    Among,
    And,
    Cooperating,
    Formula,
    Grant,
    Not,
    Or,
    Own,
    Sector,
    State,
    Subtree,
    Within,
)
from api.access.reading.model import REQUEST
from api.access.reading.row import Rule
from api.access.words import ANY, EFFECTS, KINDS, REACHES, STATE_WORDS, label
from api.rules.words.vocabulary import Department, Duty, Kind, Tier

_ATOMS: dict[Formula, tuple[str, str]] = {
    TRUE: ("一律", "everywhere"),
    FALSE: ("一律不", "nowhere"),
    Own(): ("责任单位就是本单位", "the responsible unit is one's own"),
    Subtree(): ("在本单位辖区内", "in one's own subtree"),
    Cooperating(): ("配合单位在本单位辖区内", "one's own subtree cooperates"),
    Sector(): ("本部门已参与", "one's own department is involved"),
}
_JOINS = {And: ("，且", " and "), Or: ("，或", " or ")}


def sentence(formula: Formula, language: str, kind: Kind | None = None) -> str:
    """The formula in `zh` or `en`; states by their terms when the kind is told.

    >>> sentence(And((Not(Sector()), State(frozenset({"IDENTIFIED"})))), "en")
    "the state is IDENTIFIED and not (one's own department is involved)"
    """
    chosen = 0 if language == "zh" else 1
    if formula in _ATOMS:
        return _ATOMS[formula][chosen]
    if isinstance(formula, And | Or):
        sentences = [(part, sentence(part, language, kind)) for part in sorted(formula.parts, key=_negative)]
        brackets = "（{}）" if language == "zh" else "({})"
        return _JOINS[type(formula)][chosen].join(
            brackets.format(text) if isinstance(part, And | Or) else text for part, text in sentences
        )
    if isinstance(formula, Not):
        return ("并非（{}）", "not ({})")[chosen].format(sentence(formula.part, language, kind))
    if isinstance(formula, Within):
        return (f"在 {formula.unit} 辖区内", f"under {formula.unit}")[chosen]
    assert isinstance(formula, State | Grant)
    what = ("状态", "the state") if isinstance(formula, State) else ("申请进度", "the request's progress")
    words = _words(formula, language, kind)
    return f"{what[0]}为 {words}" if language == "zh" else f"{what[1]} is {words}"


def _negative(formula: Formula) -> bool:
    return isinstance(formula, Not)


def _words(formula: Among, language: str, kind: Kind | None) -> str:
    states = STATE_WORDS.get(kind) if kind and isinstance(formula, State) else None
    names = sorted(formula.words)
    if states is not None and language == "zh":
        names = [states[name].zh for name in names]
    return ("、" if language == "zh" else " or ").join(names)


def row_sentence(rule: Rule, language: str) -> str:
    """One rule in words: who may (not) do what to what, how far, why."""
    chinese = language == "zh"

    def cell_words(cell: str, terms: dict[str, tuple[str, str]]) -> str:
        every = ("任何", "any")[not chinese]
        return ("、" if chinese else ", ").join(
            every if word == ANY else terms.get(word, (word, word))[not chinese] for word in cell.split("|")
        )

    actions = {name: (action.zh, name) for name, action in ACTIONS.items()}
    kinds = {name: (kind.zh, name) for name, kind in KINDS.items()}
    reaches = {name: (reach.zh, name) for name, reach in REACHES.items()}
    who, effect = label(rule.role, language), EFFECTS[rule.eft]
    what, which = cell_words(rule.action, actions), cell_words(rule.kind, kinds)
    where = cell_words(rule.reach, reaches) + ("" if rule.unit == ANY else f" {rule.unit}")
    when = "" if rule.state == ANY else (f"，状态 {rule.state}" if chinese else f", state {rule.state}")
    if chinese:
        return f"{effect.zh}{who}：{what}；{which}；{where}{when}（{rule.basis}）"
    return f"{rule.eft} {who}: {what}; {which}; {where}{when} ({rule.basis})"


_PARTS = {
    "role": ("角色", "the role"),
    "state": ("状态", "the state"),
    "unit": ("责任单位", "the responsible unit"),
    "reach": ("范围", "the reach"),
    "gate": ("锁定（任何策略不能改变）", "the lock, which no policy changes,"),
    "ceiling": ("上限（任何策略不能改变）", "the ceiling, which no policy changes,"),
}


def miss_sentence(miss: Miss, decision: Decision, language: str) -> str:
    """Say what the nearest row required and what the request had instead.

    Parts of the matcher: role, state, unit, reach, and the locks `gate` and `ceiling`.
    """
    chinese = language == "zh"
    words = (
        f"{_PARTS[part][not chinese]}{'需要' if chinese else ' needs '}{needed}"
        f"{'，实为' if chinese else ', it is '}{actual}"
        for part, (needed, actual) in _needs(miss, decision, language).items()
    )
    return ("；" if chinese else "; ").join(words)


def _needs(miss: Miss, decision: Decision, language: str) -> dict[str, tuple[str, str]]:
    chosen = 0 if language == "zh" else 1
    values = dict(zip(REQUEST, decision.request.flat, strict=True))
    who = label(values["role"], language)
    reach = (" 或 ", " or ")[chosen].join(
        (f"{REACHES[word].zh}（{word}）", word)[chosen] for word in miss.rule.reach.split("|")
    )
    every = {
        "role": (label(miss.rule.role, language), who),
        "state": (miss.rule.state.replace("|", " / "), values["state"]),
        "unit": ((f"在 {miss.rule.unit} 辖区内", f"to lie under {miss.rule.unit}")[chosen], values["place"]),
        "reach": (reach, f"{values['home']} → {values['place']}"),
        "gate": (_lock(values["action"], language), f"{who}, {values['home']} → {values['place']}, {values['grant']}"),
        "ceiling": (("本辖区或配合", "own subtree or cooperation")[chosen], f"{values['home']} → {values['place']}"),
    }
    return {part: every[part] for part in miss.failed}


def _lock(action: str, language: str) -> str:
    lock, chosen = ACTIONS[action].lock, 0 if language == "zh" else 1
    if lock is None:
        return ""
    offices = ((Tier, lock.tiers), (Department, lock.departments), (Duty, lock.duties))
    names = (
        "/".join((word.zh, word.name.lower())[chosen] for word in words if word in held) for words, held in offices
    )
    come = (f"，申请进度 {lock.grant}", f", the request {lock.grant}")[chosen] if lock.grant else ""
    below = ("，且在本单位以下", ", and strictly below one's own unit")[chosen] if lock.below else ""
    return (" ".join, ":".join)[chosen](names) + come + below


def explanation(decision: Decision, language: str) -> Iterable[str]:
    """The decision line by line: the answer, its rows and questions, and the nearest row that would have allowed it."""
    chinese = language == "zh"
    yield (("允许" if chinese else "allowed") if decision.allowed else ("不允许" if chinese else "not allowed"))
    for rule in decision.rows:
        yield f"  {rule.source} {row_sentence(rule, language)}"
    if decision.questions:
        yield f"  {'依据' if chinese else 'rests on'}: {', '.join(decision.questions)}"
    for rule in decision.outweighed:
        yield f"  {'本可允许，被禁止行压过' if chinese else 'outweighed'}: {rule.source} {row_sentence(rule, language)}"
    if not decision.rows:
        yield "  没有任何行允许" if chinese else "  no row allows it"
    if decision.nearest is not None:
        rule = decision.nearest.rule
        yield f"  {'最接近的行' if chinese else 'nearest row'}: {rule.source} {row_sentence(rule, language)}"
        yield f"    {miss_sentence(decision.nearest, decision, language)}"
