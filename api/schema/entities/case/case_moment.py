"""监测对象历史 Case moment: a case as one step left it, with its risks, measures and proceedings at that moment. Q33

Read from the picture that the database keeps with every act; a field belongs to the group it belongs to on the case.
What a step did not change later can't have changed: between two moments a case stays as the earlier one says.
"""

from api.rules.words.vocabulary import (
    CaseState,
    Category,
    Group,
    Kind,
    MeasureState,
    ProceedingKind,
    ProceedingState,
    RiskState,
)
from api.schema.declare import Entity, Many, day, flag, moment, money, text, to_one, word
from api.schema.entities.case.measure import Measure
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.case.proceeding import Proceeding
from api.schema.entities.case.risk import Risk
from api.schema.entities.household.household import Household
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Order, Until


class CaseMoment(Entity, tablename="case_moment", kind=Kind.CASE, anchor="household", view=True):
    """监测对象历史 A case as one step left it. Q33"""

    household = to_one(Household, "农户", "The household.", 2, required=True)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case.", 33, required=True)
    step = text("环节", "The step that left it so, as workflow.step.", Group.STRUCTURE, 33, required=True)
    taken_on = day("办理日期", "Day the step was taken.", Group.STRUCTURE, 34, required=True)
    recorded_at = moment(
        "登记时间", "Moment the step was recorded: from then on it was so.", Group.STRUCTURE, 34, required=True
    )
    unit = to_one(Unit, "责任单位", "The unit then responsible.", 16)
    category = word(Category, "类别", "Category.", Group.PUBLIC, 2, 3)
    state = word(CaseState, "状态", "State.", Group.STRUCTURE, 25, 40, required=True)
    entered_on = day("录入绿色通道日期", "Day of entry in the green channel.", Group.STRUCTURE, 24)
    identified_on = day("识别日期", "Day of identification.", Group.STRUCTURE, 36)
    registered_on = day("系统录入日期", "Day it was entered in the system.", Group.STRUCTURE, 36)
    eliminated_on = day("风险消除日期", "Day of elimination.", Group.STRUCTURE, 25, 37)
    ended_on = day("终止日期", "Day it exited or was withdrawn.", Group.STRUCTURE, 24, 40)
    threshold_amount = money("监测范围金额", "The threshold frozen into the decision.", Group.INCOME, 10)
    safety_net = flag("兜底保障户", "Marked as safety-net household.", Group.BASIC, 28, 29, required=True)
    due_on = day("最近期限", "Earliest open deadline.", Group.STRUCTURE, 23, 24)

    risks = Many("RiskMoment.moment", "风险", "Its risks at that moment.", (20,), expect=2)
    measures = Many("MeasureMoment.moment", "帮扶措施", "Its measures at that moment.", (18,), expect=2)
    proceedings = Many("ProceedingMoment.moment", "程序", "Its proceedings at that moment.", (33,), expect=2)

    filters = (Until("takenUntil", "taken_on"),)
    orders = (Order("ID", "标识", "In the order the steps were recorded."),)


class RiskMoment(Entity, tablename="risk_moment", kind=Kind.CASE, anchor="household", view=True):
    """风险历史 A risk as a step left its case."""

    part = True

    household = to_one(Household, "农户", "The household.", 2, required=True)
    moment = to_one(CaseMoment, "时点", "The moment.", 33, required=True)
    risk = to_one(Risk, "风险", "The risk.", 20, required=True)
    state = word(RiskState, "状态", "State.", Group.STRUCTURE, 25, required=True)
    eliminated_on = day("消除日期", "Day it was eliminated.", Group.STRUCTURE, 25)


class MeasureMoment(Entity, tablename="measure_moment", kind=Kind.MEASURE, anchor="household", view=True):
    """措施历史 A measure as a step left its case."""

    part = True

    household = to_one(Household, "农户", "The household.", 18, required=True)
    moment = to_one(CaseMoment, "时点", "The moment.", 33, required=True)
    measure = to_one(Measure, "帮扶措施", "The measure.", 18, required=True)
    state = word(MeasureState, "状态", "State.", Group.STRUCTURE, 23, required=True)
    started_on = day("开始日期", "Day it started.", Group.STRUCTURE, 23)
    ends_on = day("到期日期", "Day its term ends.", Group.STRUCTURE, 19)
    completed_on = day("完成日期", "Day it was delivered.", Group.STRUCTURE, 23)


class ProceedingMoment(Entity, tablename="proceeding_moment", kind=Kind.PROCEEDING, anchor="household", view=True):
    """程序历史 A proceeding as a step left its case."""

    part = True

    household = to_one(Household, "农户", "The household.", 33, required=True)
    moment = to_one(CaseMoment, "时点", "The moment.", 33, required=True)
    proceeding = to_one(Proceeding, "程序", "The proceeding.", 33, required=True)
    kind = word(ProceedingKind, "种类", "Kind.", Group.STRUCTURE, 33, required=True)
    state = word(ProceedingState, "状态", "State.", Group.STRUCTURE, 33, required=True)
    ended_on = day("办结日期", "Day it was completed or ended.", Group.STRUCTURE, 33)
