"""户行 What one row of 户 can get wrong by itself: its jurisdiction. Q16"""

from typing import Any

from api.intake.faults import RowFaults
from api.intake.refusals import JURISDICTION_REASON


def check(values: dict[str, Any], found: RowFaults) -> None:
    """Tell what is wrong with a household."""
    if values.get("jurisdiction") == "RESIDENCE" and "jurisdiction_reason" not in values:
        found.refuse("jurisdiction_reason", JURISDICTION_REASON)
