"""时间 The clock: calendar days in Asia/Shanghai, injected so that every limit can be tested on any day. RULES §0"""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """The source of the present moment."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was set: for tests and for databases made by `shouwang testdb`."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


def today(clock: Clock) -> date:
    """The calendar day in Asia/Shanghai."""
    return clock.now().astimezone(SHANGHAI).date()


def days_after(day: date, days: int) -> date:
    """The calendar day `days` later: "within N days of D" is due on D+N. RULES §0

    >>> days_after(date(2024, 2, 27), 5)
    datetime.date(2024, 3, 3)
    """
    return day + timedelta(days=days)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, clipped to its end. RULES §0

    >>> months_after(date(2023, 1, 31), 1)
    datetime.date(2023, 2, 28)
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
