"""监测范围 The monitoring threshold: which amount applies to a unit and year, and what may rest on it. Q10, Q11, Q25

Set per province and year, by a province for part of its subtree too (ours), filed with the nation by the end of the
first quarter. The nearest ancestor's applies and is frozen into each decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from api.rules.limits.deadlines import due_on, is_overdue
from api.rules.limits.tightening import Setting
from api.rules.numbers.parameters import THRESHOLD_FILING_DAY
from api.rules.registry import rule
from api.rules.verdict import Reason, Verdict, sentence
from api.rules.words.judging import DeadlineKind, Effect, Force, ThresholdBasis
from api.rules.words.vocabulary import ThresholdState

LAST_ONE_SERVES = sentence(
    "THRESHOLD_OF_EARLIER_YEAR",
    10,
    Force.MAY,
    zh="{year} 年监测范围尚未确定，暂按 {used} 年识别",
    en="no threshold for {year} yet: that of {used} serves identification",
    ours=True,
)
NO_CURRENT_THRESHOLD = sentence(
    "THRESHOLD_NOT_CURRENT",
    25,
    Force.MUST,
    zh="{year} 年监测范围尚未确定，风险消除须以当年监测范围为准",
    en="no threshold for {year}: elimination is measured by the current year's only",
)
NO_THRESHOLD = sentence(
    "THRESHOLD_MISSING",
    10,
    Force.MUST,
    zh="本地从未确定监测范围，无法研判",
    en="no threshold was ever set here: nothing can be assessed",
)
FILED_LATE = sentence(
    "THRESHOLD_FILED_LATE",
    10,
    Force.MUST,
    zh="{year} 年监测范围最迟应于 {due}（含当日）完成并备案",
    en="the threshold of {year} was to be set and filed by {due}",
    effect=Effect.ALERT,
)
WITHOUT_BASIS = sentence(
    "THRESHOLD_WITHOUT_BASIS",
    10,
    Force.SHOULD,
    zh="监测范围应说明依据：物价指数、收入增幅、低保标准、“三保障”和饮水安全",
    en="a threshold states its basis: price index, income growth, allowance standard, guarantees",
)
NOT_POSITIVE = sentence(
    "THRESHOLD_NOT_POSITIVE", 10, Force.MUST, zh="监测范围应为正数金额", en="a threshold is a positive amount"
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A unit's threshold for a year, in CNY per head and year."""

    unit: str
    year: int
    amount: Decimal
    state: ThresholdState = ThresholdState.SET


@dataclass(frozen=True, slots=True)
class Applied:
    """The threshold that serves a decision, to be frozen into it; `notice` says when it is an earlier year's."""

    threshold: Threshold
    notice: Reason | None = None


@rule(11, Force.MUST, zh="人均纯收入未超出监测范围即在范围内；是重要条件之一，不是唯一条件，更不是新的贫困标准")
def is_in_range(per_capita: Decimal, threshold: Decimal) -> bool:
    """A household is in range at or below the threshold: one condition among several, no poverty line. Q11

    >>> is_in_range(Decimal("7000.00"), Decimal("7000.00"))
    True
    """
    return per_capita <= threshold


def _nearest(thresholds: Iterable[Threshold], path: Sequence[str]) -> Threshold | None:
    by_unit = {row.unit: row for row in thresholds}
    return next((by_unit[unit] for unit in path if unit in by_unit), None)


@rule(
    10,
    Force.MUST,
    zh="按年度适用最近上级的监测范围并冻结入决定；当年未定的，识别暂用上一次并注明",
    ours=("最近上级优先；当年未定时识别沿用上一次", "nearest ancestor first; an earlier year's serves identification"),
)
def threshold_for_identification(thresholds: Iterable[Threshold], path: Sequence[str], year: int) -> Applied | None:
    """The nearest ancestor's threshold of the year; none yet, the last one, and the answer says so. Q10

    `path` is the unit's own code, then its ancestors' up to the nation. None: no threshold was ever set.
    """
    candidates = [row for row in thresholds if row.year <= year and row.unit in path]
    if not candidates:
        return None
    latest = max(candidates, key=lambda row: (row.year, -path.index(row.unit)))
    notice = None if latest.year == year else LAST_ONE_SERVES.reason(year=year, used=latest.year)
    return Applied(latest, notice)


@rule((10, 25), Force.MUST, zh="风险消除只以当年监测范围为准")
def threshold_for_elimination(thresholds: Iterable[Threshold], path: Sequence[str], year: int) -> Applied | None:
    """Elimination is measured by the current year's threshold, never an earlier one. Q10, Q25"""
    nearest = _nearest((row for row in thresholds if row.year == year), path)
    return None if nearest is None else Applied(nearest)


@rule(
    10,
    Force.MUST,
    zh="各省每年一季度前完成监测范围调整并报国家备案",
    uses=(THRESHOLD_FILING_DAY,),
    ours=("“一季度前”读作 3 月 31 日止", "read as by 31 March"),
)
def filed_in_time(year: int, filed_on: date | None, day: date, setting: Setting | None = None) -> Verdict:
    """Each province sets the year's threshold and files it with the nation by the end of the first quarter. Q10"""
    due = due_on(DeadlineKind.THRESHOLD_FILING, date(year, 1, 1), setting)
    return FILED_LATE.judge(not is_overdue(due, day, filed_on), year=year, due=due)


@rule(10, Force.SHOULD, zh="监测范围综合物价指数、收入增幅、低保标准和“三保障”、饮水安全实现情况确定")
def threshold_well_founded(amount: Decimal, basis: Iterable[ThresholdBasis]) -> tuple[Verdict, ...]:
    """A threshold is a positive amount and states what it was worked out from. Q10"""
    return NOT_POSITIVE.judge(amount > 0), WITHOUT_BASIS.judge(any(basis))
