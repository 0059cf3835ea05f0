"""部门参与 Involvement: the departments with a comparison or measure of theirs on a household; their reach. Q1"""

from piccolo.columns import BigInt

from api.rules.words.vocabulary import Department, Group
from api.schema.declare import Entity, Placed, hidden, word


class Involvement(Entity, Placed, tablename="involvement"):
    """部门参与 A department's standing reason to read a household; kept by the database with what it rests on. Q1"""

    household = hidden(BigInt(default=None, null=False), "农户", "The household.")
    department = word(Department, "部门", "The department.", Group.STRUCTURE, 1, required=True)
