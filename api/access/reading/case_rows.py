"""用例行 Rows of case files: given who and what, when asked, then `allow`, `deny`, or `only` these roles. Q1

One file row is one named case. Cells of several words `a|b` ask every combination; a role may be a pattern such as
`county:health/water:*`, sectors `*` are all departments. `only` says of one place who may do it there: the roles named,
each at its own unit on the path, and nobody else there; and not one of them outside or by cooperation. Where a unit
cooperates it says so of the cooperating path: the roles named by cooperation, nobody in the household's own place. Its
home is `-`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from api.access.actions import ACTIONS, GRANTS
from api.access.reading.finding import Finding, Source
from api.access.request import ObjectFacts, Request
from api.access.role import Role, role_named, roles
from api.access.terms import COLUMN_TERMS
from api.access.words import ANY, EFFECTS, KINDS, NONE, low
from api.errors import Problem, Term, code
from api.rules.units import NATION, tier_of
from api.rules.words.vocabulary import Department, Duty, Kind, Tier, Word

POLICY_CASE = code(
    "POLICY_CASE",
    500,
    zh="用例不成立：{why}",
    en="the case makes no sense: {why}",
    next_zh="写成：{form}",
    next_en="write it as: {form}",
)
ONLY = "only"
COLUMNS = (
    *("case", "role", "home", "place", "cooperating", "sectors", "state", "grant"),
    *("action", "kind", "then", "basis"),
)
_PARTS: tuple[type[Word], ...] = (Tier, Department, Duty)


@dataclass(frozen=True, slots=True)
class Case:
    """One named case and every request it stands for."""

    name: str
    source: Source
    requests: tuple[Request, ...]
    allowed: bool
    basis: str


class _SenselessError(Exception):
    """A case that can't be read; the term says what is wrong, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.term = Term("senseless", zh, en)
        super().__init__(en)


def cases_of(path: Path, findings: list[Finding]) -> Iterator[Case]:
    """Every case of a file; rows that make no sense become findings."""
    yield from cases_in(path.name, path.read_text(encoding="utf-8"), findings)


def cases_in(file: str, text: str, findings: list[Finding]) -> Iterator[Case]:
    """The same of a text that is not in a file."""
    for number, content in enumerate(text.split("\n"), start=1):
        if not content.strip() or content.startswith("#"):
            continue
        source = Source(file, number)
        try:
            yield from _cases([cell.strip() for cell in content.split(",")], source)
        except _SenselessError as error:
            findings.append(_senseless(source, error.term))
        except Problem as problem:
            why = Term(problem.code.name, problem.text("zh"), problem.text("en"))
            findings.append(_senseless(source, why))


def _senseless(source: Source, why: Term) -> Finding:
    return Finding(POLICY_CASE, source, {"why": why, "form": ", ".join(COLUMNS)})


def _cases(cells: list[str], source: Source) -> Iterator[Case]:
    if len(cells) != len(COLUMNS):
        raise _SenselessError(f"应为 {len(COLUMNS)} 列，实为 {len(cells)} 列", f"{len(cells)} columns")
    row = dict(zip(COLUMNS, cells, strict=True))
    _among("then", row["then"], {*EFFECTS, ONLY})
    named = [role for pattern in row["role"].split("|") for role in _roles(pattern)]
    facts, pairs = _facts(row), list(_pairs(row))
    if row["then"] == ONLY:
        yield from _only(row, named, facts, pairs, source)
        return
    requests = tuple(Request.of(role, row["home"], action, kind, facts) for role in named for action, kind in pairs)
    yield Case(row["case"], source, requests, row["then"] == "allow", row["basis"])


def _only(
    row: dict[str, str], named: list[Role], facts: ObjectFacts, pairs: list[tuple[str, Kind]], source: Source
) -> Iterator[Case]:
    homes = {tier_of(unit): unit for unit in facts.cooperating or facts.place}
    if row["home"] != NONE or not {role.tier for role in named} <= homes.keys():
        raise _SenselessError(
            "“仅限”用例的本单位写 -，且每个角色的单位都在地点的路径上",
            "the home of `only` is -, and every role has its unit on the path",
        )
    outside = replace(facts, place=facts.cooperating or (NATION,), cooperating=facts.place)
    there = [role for role in roles().values() if role.tier in homes]
    who = {
        True: [(role, facts) for role in named],
        False: [(role, facts) for role in there if role not in named]
        + [(role, outside) for role in (there if facts.cooperating else named) if role.tier is not Tier.NATIONAL],
    }
    for allowed, name in ((True, row["case"]), (False, f"{row['case']}: nobody else")):
        requests = tuple(
            Request.of(role, homes[role.tier], action, kind, allowed_roles)
            for role, allowed_roles in who[allowed]
            for action, kind in pairs
        )
        yield Case(name, source, requests, allowed, row["basis"])


def _facts(row: dict[str, str]) -> ObjectFacts:
    sectors = [] if row["sectors"] == NONE else row["sectors"].upper().split("|")
    return ObjectFacts(
        place=tuple(row["place"].split("/")),
        cooperating=() if row["cooperating"] == NONE else tuple(row["cooperating"].split("/")),
        sectors=frozenset(
            Department if sectors == [ANY] else (Department[_among("sectors", word, _NAMES)] for word in sectors)
        ),
        state=None if row["state"] == NONE else row["state"],
        grant=_among("grant", row["grant"], GRANTS),
    )


_NAMES = frozenset(Department.__members__)


def _pairs(row: dict[str, str]) -> Iterator[tuple[str, Kind]]:
    for action, kind in product(row["action"].split("|"), row["kind"].split("|")):
        yield _among("action", action, ACTIONS), KINDS[_among("kind", kind, KINDS)]


def _roles(pattern: str) -> Iterator[Role]:
    parts = pattern.split(":")
    if len(parts) != len(_PARTS):
        raise _SenselessError("“角色”列应由三部分组成，以半角冒号分隔", "a role has three parts, joined by colons")
    for names in product(*(_members(part, words) for part, words in zip(parts, _PARTS, strict=True))):
        yield role_named(":".join(names))


def _members(part: str, words: Iterable[Word]) -> list[str]:
    return [low(word) for word in words] if part == ANY else part.split("/")


def _among(column: str, word: str, words: Iterable[str]) -> str:
    if word not in words:
        raise _SenselessError(f"“{COLUMN_TERMS[column].zh}”列没有这个词", f"the column {column} has no such word")
    return word
