"""变更对照 Request effect: one field that an item would change, before and after, consequences included. Q40"""

from piccolo.columns import BigInt

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, hidden, text, to_one
from api.schema.entities.household.household import Household
from api.schema.entities.national.request_item import RequestItem


class RequestEffect(Entity, tablename="request_effect", kind=Kind.REQUEST, anchor="household"):
    """变更对照 Worked out by the database when the item is proposed, and again at every look at it. (ours)

    Of the case, its risks, measures that stop or run again, proceedings that end, deadlines that lapse, and the
    numbers of monitored households and persons of its village, township and county.
    """

    household = to_one(Household, "农户", "The household.", 40, required=True)
    item = to_one(RequestItem, "申请事项", "The item.", 40, required=True)
    object_type = text("对象类型", "Type of the object that changes.", Group.STRUCTURE, 40, required=True)
    object_id = hidden(BigInt(default=None, null=False), "对象标识", "Identifier of that object.")
    field = text("字段", "The field that changes, by its GraphQL name.", Group.STRUCTURE, 40, required=True)
    before = text("变更前", "Its value now; none when empty.", Group.BASIC, 40)
    after = text("变更后", "Its value afterwards; none when empty.", Group.BASIC, 40)
