"""岗位 Post: tier, unit, department, duty, from–until. What an official may do follows from it. Q1, RULES §2"""

from api.rules.words.vocabulary import Department, Duty, Group, Kind, Tier
from api.schema.declare import Entity, Many, Placed, day, to_one, word
from api.schema.entities.posts.account import Account
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, InForce, Order, Region


class Post(Entity, Placed, tablename="post", kind=Kind.OFFICIAL):
    """岗位 One post of an account; a token acts in exactly one. RULES §2"""

    account = to_one(Account, "账号", "The account that holds it.", required=True)
    unit = to_one(Unit, "责任单位", "The unit it belongs to.", 1, required=True)
    tier = word(Tier, "层级", "Tier of its unit.", Group.STRUCTURE, 1, required=True)
    department = word(Department, "部门", "Department.", Group.STRUCTURE, 1, required=True)
    duty = word(Duty, "职责", "Duty.", Group.STRUCTURE, required=True)
    since = day("任职日期", "First day in the post.", Group.STRUCTURE, required=True)
    until = day("离任日期", "Last day in the post.", Group.STRUCTURE)

    appointments = Many("Appointment.post", "任免", "What gave it, ended it or restored its account.", (1,), expect=1)

    filters = (
        Region("region", "区域", "Unit of the post: this unit or any below it, by code."),
        InForce("asOf", "since", "until"),
        Among("tier", "tier"),
        Among("department", "department"),
        Among("duty", "duty"),
    )
    orders = (Order("ID", "标识", "By identifier."),)
