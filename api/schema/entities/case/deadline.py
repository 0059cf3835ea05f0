"""时限 Deadline: a time limit as data: kind, anchor, due day, done day, reason for lateness. Q23–24, Q34, Q36"""

from api.rules.words.judging import DeadlineKind, Dimension, Effect, Limit
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Placed, day, text, to_one, whole, word
from api.schema.entities.case.clue import Clue
from api.schema.entities.case.monitoring_case import MonitoringCase
from api.schema.entities.case.proceeding import Proceeding
from api.schema.entities.household.household import Household
from api.schema.filters import Among, Open, Order, Overdue, Region, Until


class Deadline(Entity, Placed, tablename="deadline", kind=Kind.PROCEEDING, anchor="household"):
    """时限 One time limit of one household, worked out when it was written. RULES §0"""

    household = to_one(Household, "农户", "The household.", 34, required=True)
    clue = to_one(Clue, "风险线索", "The clue it runs from.", 34)
    proceeding = to_one(Proceeding, "程序", "The proceeding it is about.", 34)
    monitoring_case = to_one(MonitoringCase, "监测对象", "The case it is about.", 23, 24, 36)
    kind = word(DeadlineKind, "种类", "Kind.", Group.STRUCTURE, 34, required=True)
    nature = word(Limit, "性质", "A last day or a first day.", Group.STRUCTURE, 34, required=True)
    effect = word(Effect, "后果", "What follows when it passes.", Group.STRUCTURE, 34, required=True)
    length = whole(
        "长度", "Its length, in the kind's dimension or the one beside it.", Group.STRUCTURE, 34, required=True
    )
    dimension = word(Dimension, "长度单位", "Where a place counts in another than the Guide.", Group.STRUCTURE, 1, 34)
    runs_from = day("起算日期", "Day it runs from.", Group.STRUCTURE, 34, required=True)
    due_on = day("到期日期", "Last day allowed, or the first.", Group.STRUCTURE, 34, required=True)
    done_on = day("完成日期", "Day it was met; null while open.", Group.STRUCTURE, 34)
    reason = text("逾期理由", "Why it was late.", Group.BASIC, 34)

    filters = (
        Region("region", "区域", "Responsible unit: this unit or any below it, by code."),
        Among("kind", "kind"),
        Open("open", "未办结", "Whether nothing has met it yet.", "done_on"),
        Until("dueUntil", "due_on"),
        Overdue("overdueOn", "due_on", "done_on", ("nature", Limit.AT_LATEST.name)),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("DUE_ON", "到期日期", "By due day.", "due_on"),
    )
