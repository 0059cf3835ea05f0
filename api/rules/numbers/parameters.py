"""参数 Every number of the Guide, once: value, unit, question, force, since when, and who may tighten it how. RULES §0

Not here: the amounts that provinces set each year (`threshold`) and the local bounds of the field checks
(`consistency_bounds`). No parameter holds a quota, of identification (Q9) or of elimination (Q26).
"""

from decimal import Decimal

from api.rules.numbers.parameter import DayOfYear, parameter
from api.rules.words.judging import Dimension, Direction, Force
from api.rules.words.vocabulary import Tier

PUBLICITY_DAYS = parameter(
    "publicity_days",
    5,
    Dimension.DAYS,
    34,
    Force.MUST,
    Direction.HIGHER,
    zh="村内公示不少于",
    en="publicity in the village lasts at least",
)
PUBLICITY_ROUNDS = parameter(
    "publicity_rounds",
    1,
    Dimension.COUNT,
    33,
    Force.SHOULD,
    Direction.FIXED,
    zh="公示原则上只在村内开展次数",
    en="rounds of publicity, in the village only",
)
IDENTIFICATION_DAYS = parameter(
    "identification_days",
    15,
    Dimension.DAYS,
    34,
    Force.SHOULD,
    Direction.LOWER,
    zh="从发现风险线索到完成识别认定一般不超过",
    en="from the clue to identification, in general at most",
)
PLAN_DAYS = parameter(
    "plan_days",
    10,
    Dimension.DAYS,
    23,
    Force.SHOULD,
    Direction.LOWER,
    zh="识别后完成帮扶计划制定和帮扶措施申报原则上在",
    en="from identification to the declared plan and measures, in principle within",
)
ENTRY_DAYS = parameter(
    "entry_days",
    10,
    Dimension.DAYS,
    36,
    Force.MUST,
    Direction.LOWER,
    zh="县级批准后完成系统录入在",
    en="from county approval to entry in the system, within",
)
GREEN_CHANNEL_MONTHS = parameter(
    "green_channel_months",
    1,
    Dimension.MONTHS,
    24,
    Force.SHOULD,
    Direction.LOWER,
    zh="录入绿色通道后完成核实原则上在",
    en="from green-channel entry to verification, in principle within",
)
STABLE_INCOME_MONTHS = parameter(
    "stable_income_months",
    6,
    Dimension.MONTHS,
    27,
    Force.SHOULD,
    Direction.HIGHER,
    zh="收入持续稳定原则上不少于",
    en="income is stable after, in principle at least",
)
THRESHOLD_FILING_DAY = parameter(
    "threshold_filing_day",
    DayOfYear(3, 31),
    Dimension.DAY_OF_YEAR,
    10,
    Force.MUST,
    Direction.LOWER,
    zh="年度监测范围完成并备案不晚于（“一季度前”读作一季度末）",
    en="the year's threshold is set and filed no later than (read as the end of the first quarter)",
    ours=True,
)
LARGE_SHARE = parameter(
    "large_share",
    Decimal("0.02"),
    Dimension.RATIO,
    32,
    Force.MUST,
    Direction.LOWER,
    zh="未消除风险监测对象占农村户籍人口比例超过即建立台账",
    en="a ledger is kept above this share of uneliminated persons in the rural hukou population",
)
LARGE_SHARE_WEST = parameter(
    "large_share_west",
    Decimal("0.03"),
    Dimension.RATIO,
    32,
    Force.MUST,
    Direction.LOWER,
    zh="西部地区：未消除风险监测对象占比超过即建立台账",
    en="the same share in western provinces",
)
DEVELOPMENT_MEASURES = parameter(
    "development_measures",
    1,
    Dimension.COUNT,
    20,
    Force.MUST,
    Direction.HIGHER,
    zh="有劳动能力、有意愿的监测户至少落实开发式帮扶措施",
    en="development measures of a household able and willing to work, at least",
)
HIGH_INCOME_FACTOR = parameter(
    "high_income_factor",
    Decimal("1.2"),
    Dimension.FACTOR,
    13,
    Force.MAY,
    Direction.HIGHER,
    zh="“收入较高”：扣除合规自付支出后人均达到县农村平均水平的",
    en="high income: per capita after compliant expense is at least this multiple of the county's rural average",
    ours=True,
)
COMPARISON_MONTHS = parameter(
    "comparison_months",
    3,
    Dimension.MONTHS,
    29,
    Force.MUST,
    Direction.LOWER,
    zh="与民政数据比对的周期（按季度）",
    en="period of the comparison with civil affairs (quarterly)",
)
YEARLY_UPDATE_DAY = parameter(
    "yearly_update_day",
    DayOfYear(12, 31),
    Dimension.DAY_OF_YEAR,
    39,
    Force.MUST,
    Direction.LOWER,
    zh="已消除风险监测对象年度基础信息更新不晚于",
    en="the year's update of eliminated cases is done no later than",
    ours=True,
)
TRANSITION_END = parameter(
    "transition_end",
    None,
    Dimension.DATE,
    39,
    Force.MUST,
    Direction.FIXED,
    zh="过渡期最后一天（《指南》未写明；未设定即未结束）",
    en="last day of the transition period (the Guide names none; unset means it has not ended)",
    tightened_by=Tier.NATIONAL,
    ours=True,
)
BACKDATING_DAYS = parameter(
    "backdating_days",
    10,
    Dimension.DAYS,
    34,
    Force.SHOULD,
    Direction.LOWER,
    zh="补录环节日期早于登记日须说明理由，超过",
    en="a step dated back by more than this owes a reason",
    ours=True,
)
POVERTY_ERA_STANDARD = parameter(
    "poverty_era_standard",
    Decimal("4000.00"),
    Dimension.CNY,
    41,
    Force.MUST,
    Direction.HIGHER,
    zh="脱贫攻坚期扶贫标准（2020 年现价，《指南》未写数额），人均纯收入低于此第一时间化解",
    en="poverty-era standard (2020 prices; the Guide gives no amount): below it comes first",
    ours=True,
)
RUSH_FACTOR = parameter(
    "rush_factor",
    Decimal(3),
    Dimension.FACTOR,
    41,
    Force.MAY,
    Direction.LOWER,
    zh="突击预警：一个月的识别或消除数超过本单位历史月均的",
    en="rush alert: a month's identifications or eliminations above this multiple of the unit's own mean",
    ours=True,
)
RUSH_MINIMUM = parameter(
    "rush_minimum",
    10,
    Dimension.COUNT,
    41,
    Force.MAY,
    Direction.LOWER,
    zh="突击预警：一个月至少达到的户数，少于此不预警",
    en="rush alert: fewer households than this in a month raise none",
    ours=True,
)
RUSH_HISTORY_MONTHS = parameter(
    "rush_history_months",
    12,
    Dimension.MONTHS,
    41,
    Force.MAY,
    Direction.FIXED,
    zh="突击预警：作为比较的历史月数",
    en="rush alert: months of the unit's own history compared with",
    ours=True,
)
