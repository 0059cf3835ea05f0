"""What an import of the tests brings: two counties, their code lists, and the day."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

from api.intake.households import Outcome
from api.units.overrides import Overrides

NOW = datetime(2025, 3, 1, 8, tzinfo=UTC)


VINTAGE = date(2023, 6, 30)


UNITS = [
    *(("52", "甲省"), ("53", "乙省"), ("5201", "甲市"), ("520101", "甲县"), ("530102", "乙县")),
    *(("520101001", "甲乡"), ("530102001", "乙乡")),
    *(("520101001001", "甲村"), ("520101001002", "丙村"), ("530102001001", "乙村")),
]


CHANGES = Overrides(frozenset(), (), {"530102": "53"}, frozenset(), frozenset(), {})


Import = Callable[..., Awaitable[Outcome]]
