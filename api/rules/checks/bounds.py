"""疑点参数 Local bounds of the consistency checks: not the Guide's numbers, each place sets its own. RULES §0 (ours)"""

from decimal import Decimal

from api.rules.numbers.parameter import Parameter, Value, parameter
from api.rules.words.judging import Dimension, Direction, Force


def _bound(name: str, value: Value, dimension: Dimension, question: int, zh: str, en: str) -> Parameter:
    """A bound of ours that any province may set as it likes."""
    return parameter(name, value, dimension, question, Force.MAY, Direction.LOCAL, zh=zh, en=en, ours=True)


AGE, CNY, COUNT, MONTHS = Dimension.AGE, Dimension.CNY, Dimension.COUNT, Dimension.MONTHS

INCOME_SUSPECT = _bound(
    "check_income_suspect",
    Decimal("20000.00"),
    CNY,
    11,
    "识别时人均纯收入高于此存疑",
    "per-capita income at identification is suspect above",
)
INCOME_OUTLIER = _bound(
    "check_income_outlier", Decimal("200000.00"), CNY, 12, "单项收入高于此存疑", "one kind of income is suspect above"
)
WAGES_TINY = _bound(
    "check_wages_tiny", Decimal("100.00"), CNY, 12, "工资性收入不足此数存疑", "wages above nothing are suspect below"
)
MEASURE_MONTHS = _bound(
    "check_measure_months", 1, MONTHS, 18, "识别后仍无措施的月数", "months after identification without any measure"
)
DEVELOPMENT_MONTHS = _bound(
    "check_development_months",
    6,
    MONTHS,
    20,
    "有劳动力仍无开发式措施的月数",
    "months with labour ability and without a development measure",
)
LABOUR_AGE = _bound("check_labour_age", 16, AGE, 20, "劳动年龄下限", "lowest age of labour")
RETIREMENT_AGE = _bound("check_retirement_age", 60, AGE, 20, "劳动年龄上限", "highest age of labour")
PRIMARY_FROM = _bound("check_primary_from", 6, AGE, 13, "小学最小年龄", "youngest in primary school")
PRIMARY_TO = _bound("check_primary_to", 14, AGE, 13, "小学最大年龄", "oldest in primary school")
COMPULSORY_TO = _bound("check_compulsory_to", 15, AGE, 13, "义务教育最大年龄", "oldest in compulsory education")
SENIOR_FROM = _bound("check_senior_from", 15, AGE, 13, "高中、中职最小年龄", "youngest in senior or vocational school")
SENIOR_TO = _bound("check_senior_to", 20, AGE, 13, "高中、中职最大年龄", "oldest in senior or vocational school")
OLDEST = _bound("check_oldest", 110, AGE, 12, "年龄高于此存疑", "age is suspect above")
PARENT_GAP = _bound("check_parent_gap", 14, AGE, 12, "父母与子女最小年龄差", "fewest years between parent and child")
FARMLAND_MOST = _bound(
    "check_farmland_most", Decimal("100.00"), Dimension.AREA, 12, "耕地面积高于此存疑", "farmland is suspect above"
)
WORK_MONTHS_MOST = _bound("check_work_months_most", 12, MONTHS, 12, "全年务工月数上限", "most months of work in a year")
RELOCATION_CLOSED = _bound(
    "check_relocation_closed", 2021, Dimension.YEAR, 18, "易地扶贫搬迁结束年份", "last year of the relocation programme"
)
ELIMINATION_MONTHS = _bound(
    "check_elimination_months",
    6,
    MONTHS,
    27,
    "识别至消除不足此月数存疑",
    "months from identification to elimination below which it is suspect",
)
