"""收紧 The number in force for a unit on a day: a province refines the Guide, it never loosens it. Q1, 附则

An override is a row of data. Of a unit's own overrides the newest in force counts; along its path the
strictest does, so no lower unit undoes what a higher one tightened (ours).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from api.errors import Term
from api.rules.numbers.parameter import Parameter, Value, read_value
from api.rules.registry import rule
from api.rules.units import NATION
from api.rules.verdict import Verdict, sentence
from api.rules.words.judging import Dimension, Direction, Force
from api.rules.words.vocabulary import Tier

LOOSENED = sentence(
    "PARAMETER_LOOSENED",
    1,
    Force.MUST,
    zh="参数“{name}”只能收紧（{direction}，单位：{dimension}）",
    en="parameter {name} may only be tightened ({direction}, in {dimension})",
)
NOT_THEIRS = sentence(
    "PARAMETER_NOT_THEIRS",
    1,
    Force.MUST,
    zh="参数“{name}”由{tier}级调整",
    en="parameter {name} is changed at {tier} tier",
)

UNKNOWN = sentence("PARAMETER_UNKNOWN", 1, Force.MUST, zh="没有这一参数", en="there is no such parameter")
NO_VALUE = sentence(
    "PARAMETER_WITHOUT_VALUE",
    1,
    Force.MUST,
    zh="所填的值不是以{dimension}计的值",
    en="the value given is no value in {dimension}",
)

DECIDED = sentence(
    "PARAMETER_DECIDED", 1, Force.MUST, zh="该参数设定已有决定", en="this setting is decided already", ours=True
)

SHORTEST_MONTH, LONGEST_MONTH = 28, 31


@dataclass(frozen=True, slots=True)
class Override:
    """A unit's own value of a parameter from a day on; a length may change its dimension, months to days."""

    parameter: str
    unit: str
    value: Value
    since: date
    dimension: Dimension | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force and whose it is: a unit's code, or None for the Guide's own."""

    value: Value
    dimension: Dimension
    unit: str | None = None


def whole_number(setting: Setting) -> int:
    """The value of a count in force. TypeError for any other dimension."""
    if not isinstance(setting.value, int):
        raise TypeError(f"{setting.value!r} is no whole number")
    return setting.value


def amount(setting: Setting) -> Decimal:
    """The value of a factor, a ratio or an amount in force. TypeError for any other dimension."""
    if not isinstance(setting.value, Decimal):
        raise TypeError(f"{setting.value!r} is no decimal")
    return setting.value


def override_of(row: Mapping[str, str]) -> Override:
    """An override from its texts: unit, parameter, value, dimension and the first day."""
    dimension = Dimension[row["dimension"]]
    since = date.fromisoformat(row["since"])
    return Override(row["parameter"], row["unit"], read_value(row["value"], dimension), since, dimension)


def span(value: Value, dimension: Dimension) -> tuple[int, int] | None:
    """The fewest and the most days a length can mean; None for what is no length.

    >>> span(1, Dimension.MONTHS)
    (28, 31)
    """
    if not isinstance(value, int) or dimension not in (Dimension.DAYS, Dimension.MONTHS):
        return None
    return (value, value) if dimension is Dimension.DAYS else (value * SHORTEST_MONTH, value * LONGEST_MONTH)


def tightens(parameter: Parameter, value: Value, dimension: Dimension | None = None) -> bool:
    """Whether a value is the parameter's own or stricter, in the one direction open to it.

    A length in days is stricter than one in months only when it is so in every month of the year.
    """
    dimension = dimension or parameter.dimension
    if parameter.direction is Direction.FIXED or type(value) is not type(parameter.value):
        return False
    if dimension is not parameter.dimension:
        return _crosses_dimensions(parameter, value, dimension)
    if isinstance(value, int) and value < 1:
        return False
    if parameter.direction is Direction.LOCAL or value == parameter.value:
        return True
    smaller: bool = value < parameter.value  # type: ignore[operator]  # the types were just compared
    return smaller is (parameter.direction is Direction.LOWER)


def _crosses_dimensions(parameter: Parameter, value: Value, dimension: Dimension) -> bool:
    new, own = span(value, dimension), span(parameter.value, parameter.dimension)
    if new is None or own is None or new[0] < 1:
        return False
    return new[1] <= own[0] if parameter.direction is Direction.LOWER else new[0] >= own[1]


def _strictness(parameter: Parameter, setting: Setting) -> Any:
    days = span(setting.value, setting.dimension)
    if days is None:
        return setting.value
    return days[1] if parameter.direction is Direction.LOWER else days[0]


def _counts(parameter: Parameter, row: Override) -> bool:
    """Whether a row may count: it tightens, or it is the nation's own number and the nation's row."""
    national = row.unit == NATION and parameter.tightened_by is Tier.NATIONAL
    return national or tightens(parameter, row.value, row.dimension)


def _newest(parameter: Parameter, unit: str, day: date, overrides: Iterable[Override]) -> Setting | None:
    own = [row for row in overrides if row.unit == unit and row.since <= day and _counts(parameter, row)]
    if not own:
        return None
    newest = max(reversed(own), key=lambda row: row.since)
    return Setting(newest.value, newest.dimension or parameter.dimension, unit)


def setting_in_force(
    parameter: Parameter, path: Sequence[str], day: date, overrides: Iterable[Override] = ()
) -> Setting:
    """The value in force for a unit on a day. `path` is the unit's own code, then its ancestors' up to the nation.

    A row that would loosen the Guide is passed over, so a bad row never loosens anything. Q1
    Of two rows of one day the later of `overrides` holds, so they come in the order they were decided in.
    """
    baseline = Setting(parameter.value, parameter.dimension)
    rows = [row for row in overrides if row.parameter == parameter.name]
    if not rows:
        return baseline
    settings = [_newest(parameter, unit, day, rows) for unit in path]
    candidates = [setting for setting in settings if setting is not None]
    if not candidates:
        return baseline
    if parameter.direction in (Direction.LOCAL, Direction.FIXED):
        return candidates[0]
    pick = min if parameter.direction is Direction.LOWER else max
    return pick(candidates, key=lambda setting: _strictness(parameter, setting))


@rule(
    1,
    Force.MUST,
    zh="各省（区、市）和兵团可细化，只能在《指南》允许的方向上收紧参数",
    ours=("收紧的方向由参数表规定", "the direction of tightening stands in the parameter table"),
)
def may_be_set(
    parameter: Parameter, tier: Tier, value: Value, dimension: Dimension | None = None
) -> tuple[Verdict, ...]:
    """A province may refine the Guide, only in the direction that tightens. Q1"""
    dimension = dimension or parameter.dimension
    theirs = tier is parameter.tightened_by or (tier is Tier.NATIONAL and parameter.direction is not Direction.FIXED)
    settable = tier is Tier.NATIONAL and parameter.tightened_by is Tier.NATIONAL
    name = Term(parameter.name, parameter.zh, parameter.name)
    return (
        NOT_THEIRS.judge(theirs, name=name, tier=parameter.tightened_by),
        LOOSENED.judge(
            settable or tightens(parameter, value, dimension),
            name=name,
            direction=parameter.direction,
            dimension=dimension,
        ),
    )
