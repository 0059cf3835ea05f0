"""农户 Household: the unit of identification. Q2, Q7, Q12, Q14–Q16"""

from piccolo.columns import Text

from api.rules.words.vocabulary import CaseState, Category, Group, HouseholdKind, Jurisdiction, Kind
from api.schema.declare import (
    Connection,
    Entity,
    Many,
    Placed,
    Steps,
    coded,
    day,
    flag,
    hidden,
    line,
    moment,
    quantity,
    sealed,
    text,
    to_one,
    whole,
    word,
)
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, Order, Prefix, Region, Through


def _cooperating(zh: str) -> Text:
    return hidden(Text(default=None, null=True), f"配合单位{zh}级代码", "Code of the cooperating unit at this tier.")


class Household(Entity, Placed, tablename="household", kind=Kind.HOUSEHOLD):
    """农户 People who live together and share one budget. Q7, Q15, Q16"""

    number = line("户编号", "National household number.", Group.BASIC, unique=True)
    kind_of_household = word(HouseholdKind, "户类型", "Lifted or general.", Group.PUBLIC, 2, 3, required=True)
    head_name = line("户主姓名", "Name of the head of household.", Group.PUBLIC, 38, required=True)
    people = whole("家庭人口数", "Number of members counted.", Group.PUBLIC, 15, required=True)
    unit = to_one(Unit, "责任单位", "The responsible unit, a village.", 16, required=True)
    hukou_unit = to_one(Unit, "户籍地", "Hukou place.", 16)
    residence_unit = to_one(Unit, "常住地", "Actual residence.", 16)
    move_in_unit = to_one(Unit, "迁入地", "Move-in place of a relocated household; has the main responsibility.", 16)
    move_out_unit = to_one(Unit, "迁出地", "Move-out place of a relocated household; cooperates.", 16)
    jurisdiction = word(Jurisdiction, "管辖依据", "Why this unit is responsible.", Group.BASIC, 16, required=True)
    jurisdiction_reason = text("管辖理由", "Why the hukou place can't be responsible.", Group.BASIC, 16)
    monitoring_state = word(CaseState, "监测状态", "State of its newest case.", Group.STRUCTURE, 2)
    category = word(Category, "监测对象类别", "Category of its newest case.", Group.PUBLIC, 2, 3)
    safety_net = flag("整户无劳动能力兜底保障户", "Marked as safety-net household.", Group.BASIC, 28, 29, required=True)
    relocated = flag("易地搬迁户", "Relocated for poverty alleviation.", Group.BASIC, 14, 16, required=True)
    address = text("家庭住址", "Address.", Group.CONTACT, 12)
    phone = sealed("联系电话", "Telephone.", Group.CONTACT, 38)
    bank_name = text("开户银行", "Bank.", Group.BANK, 12)
    bank_account = sealed("银行账号", "Bank account.", Group.BANK, 38)
    housing_grade = coded("HOUSING_GRADE", "住房安全等级", "Safety grade of the house.", Group.BASIC, 7)
    housing_area = quantity("住房面积", "Housing area in square metres.", Group.BASIC, 12)
    safe_water = flag("饮水安全", "Has safe drinking water.", Group.BASIC, 7)
    sanitary_toilet = flag("卫生厕所", "Has a sanitary toilet.", Group.BASIC)
    electricity = flag("生活用电", "Has electricity.", Group.BASIC)
    broadcast = flag("广播电视", "Receives radio and television.", Group.BASIC)
    fuel = coded("FUEL", "主要燃料类型", "Main fuel.", Group.BASIC)
    road = coded("ROAD", "入户路类型", "Kind of road to the house.", Group.BASIC)
    road_distance = quantity("与村主干路距离", "Distance to the village's main road in kilometres.", Group.BASIC)
    farmland = quantity("耕地面积", "Farmland in mu.", Group.BASIC)
    woodland = quantity("林地面积", "Woodland in mu.", Group.BASIC)
    orchard = quantity("林果面积", "Orchard in mu.", Group.BASIC)
    pasture = quantity("牧草地面积", "Pasture in mu.", Group.BASIC)
    pond = quantity("水面面积", "Water surface in mu.", Group.BASIC)
    cooperative = flag("加入合作组织", "Member of a cooperative.", Group.BASIC)
    martyr_family = flag("军烈属", "Family of a soldier or martyr.", Group.BASIC)
    registered_on = day("建档日期", "Day it was registered.", Group.STRUCTURE, required=True)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)
    updated_at = moment("更新时间", "Moment of the last change.", Group.STRUCTURE, required=True)

    cooperating_province = _cooperating("省")
    cooperating_city = _cooperating("市")
    cooperating_county = _cooperating("县")
    cooperating_township = _cooperating("乡")
    cooperating_village = _cooperating("村")

    members = Many("Member.household", "家庭成员", "Members.", (15,), expect=4)
    cases = Many(
        "MonitoringCase.household",
        "监测对象",
        "Its spells as monitoring object.",
        (31,),
        expect=1,
        absent="monitoring_state",
    )
    proceedings = Many("Proceeding.household", "程序", "Proceedings.", (33,), expect=2)
    acts = Connection("Act.household", "办理记录", "Its whole history, step by step.", (33,))
    deadlines = Connection("Deadline.household", "时限", "Its time limits.", (34,))
    clues = Connection("Clue.household", "风险线索", "Clues.", (34,))
    transfers = Connection("Transfer.household", "管辖移交", "Its changes of jurisdiction.", (16,))
    notes = Connection("Note.household", "配合备注", "Notes of cooperating places.", (16,))
    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (33,))
    request_items = Many("RequestItem.household", "报国家同意备案申请事项", "What was asked for it.", (40,), expect=1)
    decisions = Many("NationalDecision.household", "国家决定", "What the nation decided on it.", (40,), expect=1)
    surveys = Connection("Survey.household", "信息采集表", "Surveys, every revision.", (12,))

    filters = (
        Region("region", "区域", "Responsible unit: this unit or any below it, by code."),
        Among("kindOfHousehold", "kind_of_household"),
        Among("monitoringState", "monitoring_state"),
        Among("category", "category"),
        Among("safetyNet", "safety_net"),
        Among("relocated", "relocated"),
        Prefix("headNamePrefix", "head_name"),
        Through("risk", "MonitoringCase.household", "Risk.monitoring_case", "kind"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("HEAD_NAME", "户主姓名", "By name of the head.", "head_name"),
        Order("UPDATED_AT", "更新时间", "By last change.", "updated_at"),
    )
