"""策略行读取 Rows: lines of policy files to rules and role links, every word checked against the closed sets. Q1"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, product
from pathlib import Path

from api.access.actions import ACTIONS
from api.access.reading.finding import Finding, Source, refuse
from api.access.reading.finding_codes import (
    POLICY_DUPLICATE,
    POLICY_EMPTY,
    POLICY_KIND_OF_ACTION,
    POLICY_LOCKED_ACTION,
    POLICY_REPEATED_WORD,
    POLICY_STATE_OF_KIND,
    POLICY_UNBOUNDED,
    POLICY_WORD,
)
from api.access.reading.lines import Line, lines_of, read_lines
from api.access.reading.role_links import check_circles, read_link
from api.access.reading.row import COLUMNS, Link, Rule
from api.access.terms import word_term
from api.access.words import ANY, KINDS, STATES, low, words_of
from api.errors import Code, Problem, Term
from api.rules.units import tier_of

# Where `*` may stand; a basis must be named, an effect and a reach chosen.
_MAY_BE_ANY = frozenset({"role", "action", "kind", "state", "unit"})
_MAY_BE_MANY = frozenset({"role", "action", "kind", "reach", "state", "basis"})


@dataclass(frozen=True, slots=True)
class Layer:
    """One policy file. Locked rows ship with the release; only they may grant locked actions. RULES §4"""

    path: Path
    locked: bool

    @property
    def name(self) -> str:
        """The name of the layer in findings."""
        return self.path.name

    def lines(self, findings: list[Finding]) -> Iterator[Line]:
        """The well-formed rows of the layer."""
        return read_lines(self.path, findings)


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that are a text of their own, one a line: those of a stored version, say. None of them is locked."""

    name: str
    text: str
    locked: bool = False

    def lines(self, findings: list[Finding]) -> Iterator[Line]:
        """The well-formed rows of the file."""
        return lines_of(self.name, self.text, findings)


def read_layers(layers: Iterable[Layer | Written]) -> tuple[tuple[Rule, ...], tuple[Link, ...]]:
    """Rules and links of all layers together; POLICY_REFUSED with every finding of every layer."""
    findings: list[Finding] = []
    rules: list[Rule] = []
    links: list[Link] = []
    for layer in layers:
        before = len(findings)
        layer_rules, linked = read_rows(layer, findings)
        if not layer_rules and not linked and len(findings) == before:
            findings.append(Finding(POLICY_EMPTY, Source(layer.name)))
        rules += layer_rules
        links += linked
    _check_duplicates(rules, links, findings)
    check_circles(links, findings)
    refuse(findings)
    return tuple(rules), tuple(links)


def read_rows(layer: Layer | Written, findings: list[Finding]) -> tuple[tuple[Rule, ...], tuple[Link, ...]]:
    """Rules and links of one layer by itself; whatever is wrong with it becomes findings."""
    rules: list[Rule] = []
    links: list[Link] = []
    for line in layer.lines(findings):
        if line.ptype == "p":
            rules.extend(_rules(line, layer.locked, findings))
        else:
            links.extend(read_link(line, layer.locked, findings))
    return tuple(rules), tuple(links)


def _rules(line: Line, locked: bool, findings: list[Finding]) -> Iterator[Rule]:
    before = len(findings)
    cells = dict(zip(COLUMNS, line.cells, strict=True))
    places = dict(zip(COLUMNS, line.places, strict=True))
    for column, cell in cells.items():
        findings.extend(_wrong_words(column, cell, places[column]))
    if len(findings) == before:
        findings.extend(_wrong_row(cells, places, locked))
    if len(findings) == before:
        for role in cells["role"].split("|"):
            yield Rule(**{**cells, "role": role}, source=line.source, locked=locked)


def _wrong_words(column: str, cell: str, place: Source) -> Iterator[Finding]:
    if cell == ANY and column in _MAY_BE_ANY:
        return
    words = cell.split("|") if column in _MAY_BE_MANY else [cell]
    for word in words:
        if not _is_word(column, word):
            yield _finding(POLICY_WORD, place, column, nearest=_nearest(column, word))
        elif words.count(word) > 1:
            yield _finding(POLICY_REPEATED_WORD, place, column, found=word_term(_header(column), word))


def _is_word(column: str, word: str) -> bool:
    if column != "unit":
        return word in words_of(column)
    try:
        tier_of(word)
    except Problem:
        return False
    return True


def _nearest(column: str, word: str) -> Term:
    if column == "unit":
        return Term(ANY, "* 或单位代码", "* or a unit code")
    near = get_close_matches(word.lower(), [word_.lower() for word_ in words_of(column)], n=3, cutoff=0.5)
    spelled = {word_.lower(): word_ for word_ in words_of(column)}
    nearest = " | ".join(spelled[near_word] for near_word in near)
    return Term(nearest, nearest or "权限说明中列出的词", nearest or "a word of docs/permissions.md")


def _wrong_row(cells: dict[str, str], places: dict[str, Source], locked: bool) -> Iterator[Finding]:
    actions = cells["action"].split("|")
    if not locked:
        for action in actions:
            if action != ANY and ACTIONS[action].lock is not None:
                yield _finding(POLICY_LOCKED_ACTION, places["action"], "action", found=word_term("action", action))
    yield from _wrong_kinds(cells, places["kind"])
    if cells["eft"] == "allow":
        for column in ("action", "kind"):
            if cells[column] == ANY:
                yield _finding(POLICY_UNBOUNDED, places[column], column)
    if cells["state"] != ANY:
        for kind in KINDS if cells["kind"] == ANY else cells["kind"].split("|"):
            states = STATES.get(kind, frozenset())
            for state in sorted(set(cells["state"].split("|")) - states):
                nearest = " | ".join(sorted(states)) or ANY
                terms = {"kind": word_term("kind", kind), "found": word_term("state", state)}
                yield _finding(POLICY_STATE_OF_KIND, places["state"], "state", nearest=nearest, **terms)


def _wrong_kinds(cells: dict[str, str], place: Source) -> Iterator[Finding]:
    if ANY in (cells["action"], cells["kind"]):
        return
    for action, kind in product(cells["action"].split("|"), cells["kind"].split("|")):
        only = ACTIONS[action].kind
        if only not in (None, KINDS[kind]):
            terms = {"action": word_term("action", action), "found": word_term("kind", kind)}
            yield _finding(POLICY_KIND_OF_ACTION, place, "kind", nearest=low(only), **terms)


def _finding(code: Code, place: Source, column: str, **facts: str | Term) -> Finding:
    return Finding(code, place, {"column": _header(column), **facts})


def _header(column: str) -> str:
    return "effect" if column == "eft" else column


def _check_duplicates(rules: list[Rule], links: list[Link], findings: list[Finding]) -> None:
    # Rows are compared without their basis: the same right for two reasons is still one right, written twice.
    seen: dict[tuple[str, ...], Source] = {}
    for key, source in chain(
        ((_canonical(rule), rule.source) for rule in rules),
        (((link.member, link.group), link.source) for link in links),
    ):
        first = seen.setdefault(key, source)
        if first is not source and not any(f.source == source and f.code is POLICY_DUPLICATE for f in findings):
            findings.append(Finding(POLICY_DUPLICATE, source, {"first": str(first)}))


def _canonical(rule: Rule) -> tuple[str, ...]:
    return tuple("|".join(sorted(cell.split("|"))) for cell in rule.cells[:-1])
