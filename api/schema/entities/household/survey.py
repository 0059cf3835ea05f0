"""信息采集表 Survey: income, claims, expense and guarantees of one year; revisions are never overwritten. Q12"""

from api.rules.words.vocabulary import Group, Kind
from api.schema.bounds import COUNTED, YEAR
from api.schema.declare import Computed, Entity, day, flag, money, to_one, whole
from api.schema.entities.household.household import Household
from api.schema.filters import Order, Since, Until

_INCOME = "({t}.wages + {t}.business + {t}.transfers + {t}.property - {t}.business_expense)"


class Survey(Entity, tablename="survey", kind=Kind.HOUSEHOLD, anchor="household"):
    """信息采集表 One revision of a year's survey. Q12"""

    household = to_one(Household, "农户", "The household.", 12, required=True)
    year = whole("年度", "Year surveyed.", Group.STRUCTURE, 12, required=True, bound=YEAR)
    revision = whole("修订号", "Revision, from 1.", Group.STRUCTURE, 12, required=True)
    surveyed_on = day("采集日期", "Day of the survey.", Group.STRUCTURE, 12, required=True)
    counted = whole("计入人口数", "Members counted.", Group.BASIC, 12, 15, required=True, bound=COUNTED)
    wages = money("工资性收入", "Wages.", Group.INCOME, 12, required=True)
    business = money("生产经营性收入", "Business income.", Group.INCOME, 12, required=True)
    transfers = money("转移性收入", "Transfers, pension and support included.", Group.INCOME, 12, required=True)
    property = money("财产性收入", "Property income.", Group.INCOME, 12, required=True)
    business_expense = money("生产经营性支出", "Business expense.", Group.INCOME, 12, required=True)
    commercial_claims = money("商业保险理赔", "Commercial insurance claims.", Group.INCOME, 12, required=True)
    third_party_claims = money("第三方赔偿", "Third-party compensation.", Group.INCOME, 12, required=True)
    medical_expense = money("医疗自付支出", "Medical expense after reimbursement.", Group.INCOME, 12, required=True)
    education_expense = money("教育刚性支出", "Tuition and boarding.", Group.INCOME, 12, required=True)
    disaster_expense = money("灾害事故支出", "Unavoidable disaster or accident cost.", Group.INCOME, 12, required=True)
    education_gap = flag("义务教育未保障", "Compulsory education gap.", Group.BASIC, 7, required=True)
    medical_gap = flag("基本医疗未保障", "Basic medical gap.", Group.BASIC, 7, required=True)
    housing_gap = flag("住房安全未保障", "Safe housing gap.", Group.BASIC, 7, required=True)
    water_gap = flag("饮水安全未保障", "Safe water gap.", Group.BASIC, 7, required=True)

    net_income = Computed(_INCOME, "money", "家庭纯收入", "Net income of the household.", Group.INCOME, (12,))
    per_capita_net_income = Computed(
        f"round({_INCOME} / nullif({{t}}.counted, 0), 2)",
        "money",
        "人均纯收入",
        "Per-capita net income.",
        Group.INCOME,
        (12,),
    )
    out_of_pocket = Computed(
        "({t}.medical_expense + {t}.education_expense + {t}.disaster_expense)",
        "money",
        "合规自付支出",
        "Compliant out-of-pocket expense.",
        Group.INCOME,
        (12,),
    )

    filters = (Since("surveyedSince", "surveyed_on"), Until("surveyedUntil", "surveyed_on"))
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("SURVEYED_ON", "采集日期", "By day of the survey.", "surveyed_on"),
    )
