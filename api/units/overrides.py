"""差异 Differences of responsibility from the statistical divisions: a readable file, each row with its reason. Q1

overrides.toml is data for people first. Refused: a block without reason or source, an unknown key, a code that
is none or is named twice, an added unit whose code does not tell a tier.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.errors import Problem, code
from api.rules.units import tier_of

BAD_OVERRIDES = code(
    "BAD_OVERRIDES",
    400,
    zh="责任单位差异表不合要求：{place}",
    en="overrides of units, {place}: expected {expected}, found {found}",
    next_zh="对照行政区划数据核对该行及其依据",
    next_en="check the row and its source against the divisions",
    question="Q1",
)

OVERRIDES = Path(__file__).with_name("overrides.toml")


@dataclass(frozen=True, slots=True)
class Added:
    """A unit that the divisions do not have."""

    code: str
    name: str
    parent: str
    development_zone: bool
    unverified: bool


@dataclass(frozen=True, slots=True)
class Overrides:
    """All differences; `names` holds the expected name of each code of the divisions."""

    dropped: frozenset[str]
    added: tuple[Added, ...]
    moved: dict[str, str]
    western: frozenset[str]
    zone_suffixes: frozenset[str]
    names: dict[str, str]


def read(path: Path = OVERRIDES) -> Overrides:
    """The overrides of a file; BAD_OVERRIDES names the block that is not as it should be."""
    try:
        return _parsed(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _bad(path.name, "TOML", type(error).__name__) from error


def _parsed(file: dict[str, Any]) -> Overrides:
    _only(file, "the file", {"dropped": list, "added": list, "moved": list, "western": dict, "development_zone": dict})
    names: dict[str, str] = {}
    moved: dict[str, str] = {}
    dropped: set[str] = set()
    for block in file["dropped"]:
        dropped.update(_units(block, "dropped", names))
    for block in file["moved"]:
        moved.update(dict.fromkeys(_units(block, "moved", names, to=str), block["to"]))
    added = tuple(_added(block) for block in file["added"])
    declared = {unit.code: unit.name for unit in added}
    if len(declared) != len(added) or not names.keys().isdisjoint(declared):
        raise _bad("added", "codes named once", "a code named twice")
    western = _units(file["western"], "western", {})
    for known_as, name in file["western"]["units"].items():
        if declared.get(known_as, name) != name or names.setdefault(known_as, name) != name:
            raise _bad("western", f"one name for {known_as}", name)
    zone = file["development_zone"]
    _only(zone, "development_zone", {"reason": str, "source": str, "first": int, "last": int})
    return Overrides(
        frozenset(dropped),
        added,
        moved,
        frozenset(western),
        frozenset(f"{number:02}" for number in range(zone["first"], zone["last"] + 1)),
        {division: name for division, name in names.items() if division not in declared},
    )


def _units(block: dict[str, Any], place: str, names: dict[str, str], **more: type) -> list[str]:
    _only(block, place, {"reason": str, "source": str, "units": dict, **more})
    for division, name in block["units"].items():
        tier_of(division)
        if division in names or not isinstance(name, str) or not name:
            raise _bad(f"{place} {division}", "a code named once, with its name", repr(name))
        names[division] = name
    return list(block["units"])


def _added(block: dict[str, Any]) -> Added:
    flags = {"development_zone": bool, "unverified": bool}
    texts = dict.fromkeys(("code", "name", "parent", "reason", "source"), str)
    _only(block, "added", {**texts, **flags})
    tier_of(block["code"])
    if not block["name"].isprintable() or not {",", '"', "\\"}.isdisjoint(block["name"]):
        raise _bad(f"added {block['code']}", "a name without comma, quote, backslash", repr(block["name"]))
    return Added(**{key: block[key] for key in ("code", "name", "parent", *flags)})


def _only(block: dict[str, Any], place: str, keys: dict[str, type]) -> None:
    if block.keys() != keys.keys():
        raise _bad(place, "the keys " + ", ".join(sorted(keys)), ", ".join(sorted(block)))
    for key, kind in keys.items():
        if type(block[key]) is not kind or block[key] == "":
            raise _bad(f"{place}.{key}", kind.__name__, repr(block[key])[:40])


def _bad(place: str, expected: str, actual: str) -> Problem:
    return Problem(BAD_OVERRIDES, place=place, expected=expected, found=actual)
