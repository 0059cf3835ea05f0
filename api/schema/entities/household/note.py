"""配合备注 Note: what a cooperating place adds to a household it does not lead. Q16 (the extent is ours)"""

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, day, text, to_one
from api.schema.entities.household.household import Household
from api.schema.entities.reference.unit import Unit


class Note(Entity, tablename="note", kind=Kind.PROCEEDING, anchor="household"):
    """配合备注 One note; it is never changed. Q16"""

    household = to_one(Household, "农户", "The household.", 16, required=True)
    unit = to_one(Unit, "备注单位", "The unit of the post that wrote it.", 16, required=True)
    noted_on = day("备注日期", "Day it was written.", Group.STRUCTURE, 16, required=True)
    content = text("内容", "What it says; scanned for numbers of persons.", Group.BASIC, 16, 38, required=True)
