"""管辖移交 Transfer: a change of the responsible unit, proposed by one side and decided by the other. Q16"""

from piccolo.columns import Text

from api.rules.words.vocabulary import Group, Jurisdiction, Kind
from api.schema.declare import Entity, day, flag, hidden, text, to_one, word
from api.schema.entities.case.proceeding import Proceeding
from api.schema.entities.household.household import Household
from api.schema.entities.reference.unit import Unit


class Transfer(Entity, tablename="transfer", kind=Kind.PROCEEDING, anchor="household"):
    """管辖移交 The content of one transfer proceeding; both sides read it. Q16"""

    household = to_one(Household, "农户", "The household.", 16, required=True)
    proceeding = to_one(Proceeding, "程序", "The proceeding it is decided in.", 16, required=True)
    releasing_unit = to_one(Unit, "移出单位", "The village responsible when it was proposed.", 16, required=True)
    receiving_unit = to_one(Unit, "接收单位", "The village to become responsible.", 16, required=True)
    basis = word(
        Jurisdiction, "管辖依据", "Why the receiving unit is to be responsible.", Group.BASIC, 16, required=True
    )
    why = text("移交理由", "Why it is transferred.", Group.BASIC, 16, required=True)
    proposed_on = day("提出日期", "Day it was proposed.", Group.STRUCTURE, 16, required=True)
    decided_on = day("办结日期", "Day it was accepted, refused or withdrawn.", Group.STRUCTURE, 16)
    accepted = flag("已接收", "Whether it was accepted; null while open.", Group.STRUCTURE, 16)
    cooperated_before = hidden(
        Text(default=None, null=True),
        "原配合单位",
        "Code of the unit that cooperated before; it waits while this is open.",
    )
