"""帮扶措施 Assistance measure: who helps how, paid by what, how long. Q18–Q23

A measure that reveals illness or disability is health, and so is whatever would tell it from another; its free texts
are health on every row. Everybody else reads its public theme and wording. Q38
"""

from api.rules.privacy.revealing import PUBLIC_THEME_SQL, PUBLIC_WORDING_SQL, REVEALING_SQL
from api.rules.words.vocabulary import Continuation, Department, Funding, Group, Kind, MeasureKind, MeasureState
from api.schema.declare import Computed, Entity, coded, day, money, text, to_one, veiled, whole, word
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.case.plan import Plan
from api.schema.entities.case.risk import Risk
from api.schema.entities.household.household import Household
from api.schema.entities.household.member import Member


class Measure(Entity, tablename="measure", kind=Kind.MEASURE, anchor="household"):
    """帮扶措施 One measure for a household or a member. Q18"""

    household = to_one(Household, "农户", "The household helped.", 18, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case; none means help off the books.", 17, 18)
    plan = to_one(Plan, "帮扶计划", "The plan it belongs to.", 23)
    risk = to_one(Risk, "风险", "The risk it answers.", 20)
    member = to_one(Member, "家庭成员", "The member helped; none means the whole household.", 20)
    theme = veiled(
        coded("MEASURE_THEME", "帮扶类别", "One of the fourteen groups of measures.", Group.BASIC, 18, required=True)
    )
    item = veiled(coded("MEASURE_ITEM", "帮扶项目", "Item within its group.", Group.BASIC, 18))
    kind = veiled(
        word(MeasureKind, "帮扶方式", "Development, safety net or other.", Group.BASIC, 20, 21, required=True)
    )
    title = text("措施名称", "What is done.", Group.HEALTH, 18, 38, required=True)
    department = veiled(word(Department, "实施部门", "Department that delivers it.", Group.BASIC, 1, 22))
    funding = veiled(word(Funding, "资金来源", "What pays for it.", Group.BASIC, 22))
    funding_use = veiled(coded("FUNDING_USE", "资金用途", "Use of bridging funds.", Group.BASIC, 22))
    amount = veiled(money("金额", "Amount.", Group.INCOME, 22))
    state = word(MeasureState, "状态", "State.", Group.STRUCTURE, 23, required=True)
    declared_on = day("申报日期", "Day it was declared.", Group.STRUCTURE, 23)
    started_on = day("开始日期", "Day it started.", Group.STRUCTURE, 23)
    ends_on = day("到期日期", "Day its term ends.", Group.STRUCTURE, 19)
    continuation = veiled(
        word(Continuation, "延续", "How long it runs after elimination.", Group.BASIC, 19, required=True)
    )
    completed_on = day("完成日期", "Day it was delivered.", Group.STRUCTURE, 23)
    stopped_reason = text("中止原因", "Why it was stopped.", Group.HEALTH, 24, 38)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    public_theme = Computed(
        PUBLIC_THEME_SQL,
        "text",
        "公开类别",
        "Its theme; LIVELIHOOD for every measure of the health group.",
        Group.BASIC,
        (18, 38),
    )
    public_wording = Computed(
        PUBLIC_WORDING_SQL, "text", "公开名称", "What it is called where health is hidden.", Group.BASIC, (18, 38)
    )
    veil = REVEALING_SQL
