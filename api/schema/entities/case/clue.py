"""风险线索 Clue: a risk somebody declared, screened or was warned of; from its day the 15 days run. Q34, Q25"""

from api.rules.words.vocabulary import ClueSource, ClueState, Department, Group, Kind
from api.schema.declare import Entity, Placed, Steps, coded, day, to_one, whole, word
from api.schema.entities.household.household import Household
from api.schema.filters import Among, Order, Region, Until


class Clue(Entity, Placed, tablename="clue", kind=Kind.CLUE, anchor="household"):
    """风险线索 A risk clue. Q34"""

    household = to_one(Household, "农户", "The household.", 34, required=True)
    source = word(ClueSource, "来源", "How it was found.", Group.BASIC, 34, required=True)
    department = word(Department, "预警部门", "The department that warned.", Group.BASIC, 34)
    found_on = day("发现日期", "Day it was found; the 15 days run from here.", Group.STRUCTURE, 34, required=True)
    state = word(ClueState, "状态", "State.", Group.STRUCTURE, 25, required=True)
    outcome = coded("CLUE_OUTCOME", "处理结果", "What came of it.", Group.BASIC, 34)
    closed_on = day("处理日期", "Day it was closed.", Group.STRUCTURE, 34)
    due_on = day("办理期限", "Day its identification is due.", Group.STRUCTURE, 34)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)

    available_steps = Steps("可办环节", "Steps the caller's post may take on it in its state.", (33,))

    filters = (
        Region("region", "区域", "Responsible unit: this unit or any below it, by code."),
        Among("state", "state"),
        Among("source", "source"),
        Until("dueUntil", "due_on"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("FOUND_ON", "发现日期", "By the day it was found.", "found_on"),
        Order("DUE_ON", "办理期限", "By due day; none last.", "due_on", "'infinity'::date"),
    )
