"""监测范围 Monitoring threshold: per province, or part of it, and year; filed with the nation by 31 March. Q10"""

from api.rules.words.vocabulary import Group, Kind, ThresholdState
from api.schema.bounds import BASIS, YEAR
from api.schema.declare import Entity, Placed, day, money, text, to_one, whole, word
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, Order, Region


class Threshold(Entity, Placed, tablename="threshold", kind=Kind.THRESHOLD):
    """监测范围 The yearly threshold of per-capita net income; the nearest ancestor's applies. Q10"""

    unit = to_one(Unit, "责任单位", "The province, or a unit below it, it is set for.", 10, required=True)
    year = whole("年度", "Year it is for.", Group.STRUCTURE, 10, required=True, bound=YEAR)
    amount = money("金额", "Per-capita net income in CNY a year.", Group.PUBLIC, 10, required=True)
    basis = text(
        "确定依据", "Price index, income growth, allowance standard, guarantees.", Group.PUBLIC, 10, bound=BASIS
    )
    state = word(ThresholdState, "状态", "State.", Group.STRUCTURE, 10, required=True)
    set_on = day("确定日期", "Day it was set.", Group.STRUCTURE, 10, required=True)
    filed_on = day("报备日期", "Day it was filed with the nation.", Group.STRUCTURE, 10)
    acknowledged_on = day("备案日期", "Day the nation acknowledged it.", Group.STRUCTURE, 10)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    filters = (
        Region("region", "区域", "Unit it is set for: this unit or any below it, by code."),
        Among("year", "year"),
        Among("state", "state"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("YEAR", "年度", "By year.", "year"),
    )
