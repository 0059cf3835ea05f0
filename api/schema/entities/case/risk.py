"""风险 Risk of a case; each is answered by a measure and eliminated stably or naturally. Q20, Q25"""

from api.rules.words.vocabulary import Group, Kind, RiskState
from api.schema.declare import Entity, coded, day, to_one, word
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.household.household import Household


class Risk(Entity, tablename="risk", kind=Kind.CASE, anchor="household"):
    """风险 One risk of a case. Its kind may reveal health, so it is read as health. Q38"""

    household = to_one(Household, "农户", "The household.", 25, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case.", 25, required=True)
    kind = coded("RISK", "风险类型", "Kind of risk.", Group.HEALTH, 20, 38, required=True)
    disaster = coded("DISASTER", "自然灾害类型", "Kind of natural disaster.", Group.BASIC, 24)
    state = word(RiskState, "状态", "State.", Group.STRUCTURE, 25, required=True)
    found_on = day("发现日期", "Day it was found.", Group.STRUCTURE, 34, required=True)
    eliminated_on = day("消除日期", "Day it was eliminated.", Group.STRUCTURE, 25)
