"""收入支出行 Checks of one row of 收入支出 by itself. Q12"""

from typing import Any

from api.intake.errors import DAYS_OUT_OF_ORDER, LOSS
from api.intake.faults import RowFaults


def check(values: dict[str, Any], faults: RowFaults) -> None:
    """Tell what is wrong with a survey; a loss is possible, so it is only told."""
    if "business" in values and values.get("business_expense", 0) > values["business"]:
        faults.warn("business_expense", LOSS)
    if "surveyed_on" in values and values["surveyed_on"].year < values.get("year", 0):
        faults.refuse("surveyed_on", DAYS_OUT_OF_ORDER, earlier="年度", later="采集日期")
