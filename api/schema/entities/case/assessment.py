"""研判 Assessment: what was judged of a household at home, frozen with the threshold it used. Q7, Q10–13"""

from piccolo.columns import BigInt

from api.rules.words.judging import Outcome
from api.rules.words.vocabulary import Category, Group, Kind
from api.schema.bounds import SIGNED
from api.schema.declare import Entity, day, flag, hidden, money, text, texts, to_one, whole, word
from api.schema.entities.case.proceeding import Proceeding
from api.schema.entities.household.household import Household
from api.schema.entities.household.survey import Survey
from api.schema.entities.numbers.threshold import Threshold


class Assessment(Entity, tablename="assessment", kind=Kind.PROCEEDING, anchor="household"):
    """研判 One assessment: outcome and category are computed, judgements are recorded with their reason. Q7"""

    household = to_one(Household, "农户", "The household.", 7, required=True)
    proceeding = to_one(Proceeding, "程序", "The proceeding it was made in.", 33, required=True)
    survey = to_one(Survey, "信息采集表", "The facts verified at home.", 12, required=True)
    threshold = to_one(Threshold, "监测范围", "The threshold it used, frozen.", 10)
    threshold_amount = money("监测范围金额", "Its amount, frozen.", Group.INCOME, 10)
    threshold_year = whole("监测范围年度", "Its year; an earlier one is said so.", Group.STRUCTURE, 10)
    per_capita = money(
        "人均纯收入", "Per-capita net income it was compared with.", Group.INCOME, 12, required=True, bound=SIGNED
    )
    after_expense = money("扣除自付后人均", "Per capita after compliant expense.", Group.INCOME, 12, 13, bound=SIGNED)
    rural_average = money(
        "县农村人均收入", "The county's average it was compared with, frozen; null: none known.", Group.INCOME, 13
    )
    rural_average_year = whole("平均收入年度", "Its year.", Group.STRUCTURE, 13)
    in_range = flag("在监测范围内", "Income within the threshold.", Group.INCOME, 11, required=True)
    gap = flag("存在突出问题", "A guarantee or water gap.", Group.BASIC, 7, required=True)
    hardship = flag("基本生活严重困难", "Serious hardship, or a shock.", Group.BASIC, 7, required=True)
    copes_alone = flag("能自主应对", "Can solve it alone: a judgement.", Group.BASIC, 7, required=True)
    income_stable = flag("收入稳定", "Income is stable: a judgement.", Group.BASIC, 11, required=True)
    at_risk = flag("存在返贫致贫风险", "At risk: a judgement.", Group.BASIC, 7, required=True)
    high_income = flag(
        "收入较高", "Clearly above the county's rural average; computed.", Group.INCOME, 13, required=True
    )
    judgement = text("研判意见", "Why it was judged so.", Group.BASIC, 7, required=True)
    outcome = word(Outcome, "结论", "Outcome, computed.", Group.BASIC, 7, 11, 13, required=True)
    category = word(Category, "类别", "Category, computed.", Group.PUBLIC, 2, 3)
    grounds = texts("依据", "Codes of its reasons, each with its question.", Group.BASIC, 7)
    assessed_on = day("研判日期", "Day of the assessment.", Group.STRUCTURE, 7, required=True)
    person = hidden(BigInt(default=None, null=False), "人员", "Person who judged.")
