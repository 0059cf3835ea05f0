"""帮扶计划 Assistance plan: declared by the village, in principle within 10 days of identification. Q23"""

from api.rules.words.vocabulary import Group, Kind, PlanState
from api.schema.declare import Entity, Many, day, text, to_one, whole, word
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.household.household import Household


class Plan(Entity, tablename="plan", kind=Kind.PLAN, anchor="household"):
    """帮扶计划 The assistance planned for a case. Q20, Q23"""

    household = to_one(Household, "农户", "The household.", 23, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case; none while drafted during identification.", 23, 34)
    state = word(PlanState, "状态", "State.", Group.STRUCTURE, 23, required=True)
    summary = text("计划内容", "What will be done: free text that names measures.", Group.HEALTH, 20, 38)
    drafted_on = day("拟定日期", "Day it was drafted.", Group.STRUCTURE, 34)
    declared_on = day("申报日期", "Day it was declared.", Group.STRUCTURE, 23)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    measures = Many("Measure.plan", "帮扶措施", "Measures of this plan.", (18,), expect=2)
