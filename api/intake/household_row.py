"""户行 Checks of one row of 户 by itself: its jurisdiction. Q16"""

from typing import Any

from api.intake.errors import JURISDICTION_REASON
from api.intake.faults import RowFaults


def check(values: dict[str, Any], faults: RowFaults) -> None:
    """Tell what is wrong with a household."""
    if values.get("jurisdiction") == "RESIDENCE" and "jurisdiction_reason" not in values:
        faults.refuse("jurisdiction_reason", JURISDICTION_REASON)
