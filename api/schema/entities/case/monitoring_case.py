"""监测对象 Case: one spell of a household as monitoring object. Q2–3, Q31, Q36"""

from api.rules.words.vocabulary import CaseState, Category, Group, Kind
from api.schema.declare import Connection, Entity, Many, Placed, Steps, day, flag, itself, money, to_one, whole, word
from api.schema.entities.household.household import Household
from api.schema.entities.numbers.threshold import Threshold
from api.schema.filters import Among, Order, Region, Through, Until


class MonitoringCase(Entity, Placed, tablename="monitoring_case", kind=Kind.CASE, anchor="household"):
    """监测对象 One spell of a household as monitoring object; a new risk later is a new case. Q31"""

    household = to_one(Household, "农户", "The household.", 2, required=True)
    previous = itself("上一监测对象", "The case before, when risk came back.", 31)
    category = word(Category, "类别", "Category; computed, never typed.", Group.PUBLIC, 2, 3)
    state = word(CaseState, "状态", "State.", Group.STRUCTURE, 25, 40, required=True)
    entered_on = day("录入绿色通道日期", "Day of entry in the green channel.", Group.STRUCTURE, 24)
    identified_on = day("识别日期", "Day of identification; computed, never an input.", Group.STRUCTURE, 36)
    registered_on = day("系统录入日期", "Day it was entered in the system.", Group.STRUCTURE, 36)
    eliminated_on = day("风险消除日期", "Day of elimination; computed, never an input.", Group.STRUCTURE, 25, 37)
    ended_on = day("终止日期", "Day it exited or was withdrawn.", Group.STRUCTURE, 24, 40)
    threshold = to_one(Threshold, "监测范围", "The threshold frozen into the decision.", 10)
    threshold_amount = money("监测范围金额", "Its amount, frozen.", Group.INCOME, 10)
    safety_net = flag("兜底保障户", "Marked as safety-net household.", Group.BASIC, 28, 29, required=True)
    due_on = day("最近期限", "Earliest open deadline.", Group.STRUCTURE, 23, 24)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    risks = Many("Risk.monitoring_case", "风险", "Risks of this case.", (20,), expect=2)
    proceedings = Many("Proceeding.monitoring_case", "程序", "Proceedings of this case.", (33,), expect=2)
    plans = Many("Plan.monitoring_case", "帮扶计划", "Assistance plans.", (23,), expect=1)
    history = Connection("CaseMoment.monitoring_case", "历史", "The case as each step left it.", (33,))
    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (33,))
    request_items = Many(
        "RequestItem.monitoring_case", "报国家同意备案申请事项", "What was asked for it.", (40,), expect=1
    )
    measures = Many("Measure.monitoring_case", "帮扶措施", "Assistance measures.", (18,), expect=2)

    filters = (
        Region("region", "区域", "Responsible unit: this unit or any below it, by code."),
        Among("state", "state"),
        Among("category", "category"),
        Among("safetyNet", "safety_net"),
        Until("dueUntil", "due_on"),
        Through("risk", "Risk.monitoring_case", "", "kind"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order(
            "IDENTIFIED_ON",
            "识别日期",
            "By day of identification; none last.",
            "identified_on",
            "'infinity'::date",
        ),
        Order("DUE_ON", "最近期限", "By earliest open deadline; none last.", "due_on", "'infinity'::date"),
    )
