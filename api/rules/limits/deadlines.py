"""时限 Kinds of time limit: anchor, length, force, and the due day worked out. RULES §0 (the conventions are ours)

"Within N days of D" is due on D+N and overdue from D+N+1; "not less than N days" closes nothing before D+N;
a month later is the same day clipped to the month's end; days are calendar days in Asia/Shanghai.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from api.clock import days_after, months_after
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameter import DayOfYear, Parameter
from api.rules.numbers.parameters import (
    COMPARISON_MONTHS,
    ENTRY_DAYS,
    GREEN_CHANNEL_MONTHS,
    IDENTIFICATION_DAYS,
    PLAN_DAYS,
    PUBLICITY_DAYS,
    STABLE_INCOME_MONTHS,
    THRESHOLD_FILING_DAY,
    YEARLY_UPDATE_DAY,
)
from api.rules.registry import rule
from api.rules.words.judging import Anchor, DeadlineKind, Dimension, Effect, Force, Limit

FIRST_MONTH = 1


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind of time limit: what it runs from, how long, and what follows when it passes."""

    kind: DeadlineKind
    anchor: Anchor
    parameter: Parameter
    limit: Limit
    effect: Effect

    @property
    def question(self) -> int:
        """The question it rests on."""
        return self.parameter.question

    @property
    def force(self) -> Force:
        """The force of the limit in the Guide."""
        return self.parameter.force


_TABLE = (
    Deadline(DeadlineKind.IDENTIFICATION, Anchor.CLUE_FOUND, IDENTIFICATION_DAYS, Limit.AT_LATEST, Effect.REASON),
    Deadline(DeadlineKind.PUBLICITY, Anchor.PUBLICITY_OPENED, PUBLICITY_DAYS, Limit.AT_EARLIEST, Effect.REFUSE),
    Deadline(DeadlineKind.SYSTEM_ENTRY, Anchor.APPROVED, ENTRY_DAYS, Limit.AT_LATEST, Effect.ALERT),
    Deadline(DeadlineKind.PLAN, Anchor.PLAN_OWED, PLAN_DAYS, Limit.AT_LATEST, Effect.REASON),
    Deadline(
        DeadlineKind.GREEN_CHANNEL_VERIFICATION,
        Anchor.GREEN_CHANNEL_ENTERED,
        GREEN_CHANNEL_MONTHS,
        Limit.AT_LATEST,
        Effect.REASON,
    ),
    Deadline(DeadlineKind.STABLE_INCOME, Anchor.INCOME_ABOVE, STABLE_INCOME_MONTHS, Limit.AT_EARLIEST, Effect.REASON),
    Deadline(DeadlineKind.THRESHOLD_FILING, Anchor.YEAR, THRESHOLD_FILING_DAY, Limit.AT_LATEST, Effect.ALERT),
    Deadline(DeadlineKind.SAFETY_NET_COMPARISON, Anchor.QUARTER, COMPARISON_MONTHS, Limit.AT_LATEST, Effect.ALERT),
    Deadline(DeadlineKind.YEARLY_UPDATE, Anchor.YEAR, YEARLY_UPDATE_DAY, Limit.AT_LATEST, Effect.ALERT),
)

DEADLINES: Mapping[DeadlineKind, Deadline] = MappingProxyType({row.kind: row for row in _TABLE})


def later(anchor: date, setting: Setting) -> date:
    """The day a length of days or months after another. TypeError when the setting is no length."""
    if not isinstance(setting.value, int):
        raise TypeError(f"{setting.value!r} is no length")
    step = months_after if setting.dimension is Dimension.MONTHS else days_after
    return step(anchor, setting.value)


def _end_of_period(anchor: date, setting: Setting) -> date:
    if not isinstance(setting.value, int) or setting.dimension is not Dimension.MONTHS:
        return later(anchor, setting)
    started = (anchor.month - 1) // setting.value * setting.value + FIRST_MONTH
    return days_after(months_after(date(anchor.year, started, 1), setting.value), -1)


@rule(
    (10, 23, 24, 27, 29, 34, 36, 39),
    Force.MUST,
    zh="时限按日历日计算：“N 天内”至第 N 天，“不少于 N 天”满 N 天，月份对日、月末截断",
    ours=("日历日、起止和月末的算法", "calendar days, and how the ends of days and months are counted"),
    uses=tuple(row.parameter for row in _TABLE),
)
def due_on(kind: DeadlineKind, anchor: date, setting: Setting | None = None) -> date:
    """The day a time limit falls on: the last day allowed, or the first. RULES §0

    `anchor` is the day the limit runs from; for a year's or a quarter's limit any day in it.

    >>> due_on(DeadlineKind.GREEN_CHANNEL_VERIFICATION, date(2024, 1, 31))
    datetime.date(2024, 2, 29)
    """
    deadline = DEADLINES[kind]
    setting = setting or Setting(deadline.parameter.value, deadline.parameter.dimension)
    if isinstance(setting.value, DayOfYear):
        return setting.value.in_year(anchor.year)
    return _end_of_period(anchor, setting) if deadline.anchor is Anchor.QUARTER else later(anchor, setting)


def length_of(setting: Setting, anchor: date, due: date) -> int:
    """The length of a time limit, in its setting's dimension; in days where the setting is a day of the year."""
    return setting.value if isinstance(setting.value, int) else (due - anchor).days


def is_overdue(due: date, day: date, done: date | None = None) -> bool:
    """Whether a last day has passed: from the day after it, or because it was done after it.

    >>> is_overdue(date(2024, 3, 15), date(2024, 3, 15))
    False
    """
    return (done or day) > due
