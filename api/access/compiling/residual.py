"""余式 Residuals: what the matcher's functions leave when subject and row are known and the object is not. DESIGN §5

Each has the name and arguments of its counterpart in `functions`. Property tests hold the two equal, and find every
injected difference; a combination nobody foresaw raises instead of guessing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.access import functions
from api.access.actions import ACTIONS
from api.access.formula.formula import (
    FALSE,
    TRUE,
    Constant,
    Cooperating,
    Formula,
    Grant,
    Own,
    Sector,
    State,
    Subtree,
    Within,
    all_of,
    any_of,
    negate,
)
from api.access.words import ANY
from api.errors import Problem, code
from api.rules.units import NATION

NOT_COMPILABLE = code(
    "POLICY_NOT_COMPILABLE",
    500,
    zh="策略的匹配式无法编译",
    en="the matcher can't be compiled: {what}",
    next_zh="恢复随版本发布的模型文件",
    next_en="put back the model.conf that ships with the release",
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A request attribute that is not known before the object is: its name."""

    name: str


Value = str | Unknown


def _literal(value: Value) -> str:
    if isinstance(value, Unknown):
        raise Problem(NOT_COMPILABLE, what=f"{value.name} where a known value is needed")
    return value


def _unknown(value: Value, *names: str) -> str:
    if not isinstance(value, Unknown) or value.name not in names:
        raise Problem(NOT_COMPILABLE, what=f"{value} where one of {', '.join(names)} is needed")
    return value.name


def one_of(value: Value, words: Value) -> Formula:
    """`value` among the row's words: decided now, or left as a question about the object's state."""
    spec = _literal(words)
    if isinstance(value, str):
        return Constant(functions.one_of(value, spec))
    _unknown(value, "state")
    return TRUE if spec == ANY else State(frozenset(spec.split("|")))


def within(place: Value, unit: Value) -> Formula:
    """The row's unit: everywhere, or a question about the object's place."""
    _unknown(place, "place")
    code_of_row = _literal(unit)
    return TRUE if code_of_row in (ANY, NATION) else Within(code_of_row)


def under_home(path: Value, home: Value) -> Formula:
    """The condition that the object's place, or its cooperating unit, lies under the subject's unit."""
    if _unknown(path, "place", "cooperating") == "cooperating":
        return Cooperating()
    return TRUE if home == NATION else Subtree()


def reaches(reach: Value, home: Value, department: Value, place: Value, cooperating: Value, sectors: Value) -> Formula:
    """The row's reaches, as questions about the object's place, cooperating unit and departments."""
    _literal(department), _unknown(sectors, "sectors")
    inside = under_home(place, home)
    covered = {
        "own": Own(),
        "subtree": inside,
        "cooperating": under_home(cooperating, home),
        "sector": all_of([Sector(), inside]),
        "all": TRUE,
    }
    return any_of(covered[word] for word in _literal(reach).split("|"))


def gate(action: Value, kind: Value, role: Value, home: Value, place: Value, grant: Value) -> Formula:
    """The lock of the action: decided but for the object's place and how far its request has come. RULES §4"""
    lock = ACTIONS[_literal(action)].lock
    if lock is None:
        return TRUE
    tier, department, duty = _literal(role).split(":")
    held = (
        _literal(kind) == lock.kind.name.lower()
        and tier in {word.name.lower() for word in lock.tiers}
        and department in {word.name.lower() for word in lock.departments}
        and duty in {word.name.lower() for word in lock.duties}
    )
    _unknown(grant, "grant")
    come = TRUE if lock.grant is None else Grant(frozenset({lock.grant}))
    below = all_of([under_home(place, home), negate(Own())]) if lock.below else TRUE
    return all_of([come, below]) if held else FALSE


def ceiling(action: Value, kind: Value, tier: Value, home: Value, place: Value, cooperating: Value) -> Formula:
    """Own subtree or cooperation, unless the tier is the nation or the kind is open to all. Q16"""
    where = "somewhere/else"
    if functions.ceiling(_literal(action), _literal(kind), _literal(tier), "home", where, where):
        return TRUE
    return any_of([under_home(place, home), under_home(cooperating, home)])


RESIDUALS: Mapping[str, Callable[..., Formula]] = MappingProxyType(
    {"one_of": one_of, "within": within, "reaches": reaches, "gate": gate, "ceiling": ceiling}
)
