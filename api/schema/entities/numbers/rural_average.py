"""县农村人均收入 Rural average: a county's per-capita rural income of a year; high income is a multiple of it. Q13"""

from api.rules.words.vocabulary import Group, Kind
from api.schema.bounds import YEAR
from api.schema.declare import Entity, Placed, day, money, text, to_one, whole
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, Order, Region


class RuralAverage(Entity, Placed, tablename="rural_average", kind=Kind.THRESHOLD):
    """县农村人均收入 Disposable income per rural resident of one county and year. Q13 (which average is ours)"""

    unit = to_one(Unit, "县", "The county.", 13, required=True)
    year = whole("年度", "Year it is of.", Group.STRUCTURE, 13, required=True, bound=YEAR)
    amount = money("金额", "In CNY per head and year.", Group.PUBLIC, 13, required=True)
    source = text("来源", "Where it was published.", Group.PUBLIC, 13, required=True)
    set_on = day("登记日期", "Day it was recorded.", Group.STRUCTURE, 13, required=True)

    filters = (
        Region("region", "区域", "Counties of this unit, by code."),
        Among("year", "year"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("YEAR", "年度", "By year.", "year"),
    )
