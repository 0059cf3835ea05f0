"""任免 Appointment: a post given or ended by two persons from above; the only way to a post. Q1, RULES §2"""

from piccolo.columns import BigInt, Boolean, Bytea, Text

from api.rules.themes.appointment import AppointmentChange, AppointmentState
from api.rules.words.vocabulary import Department, Duty, Group, Kind, Tier
from api.schema.declare import Entity, Placed, day, flag, hidden, moment, text, to_one, whole, word
from api.schema.entities.posts.account import Account
from api.schema.entities.posts.post import Post
from api.schema.entities.reference.unit import Unit
from api.schema.filters import Among, Order, Region


class Appointment(Entity, Placed, tablename="appointment", kind=Kind.OFFICIAL):
    """任免 A proposal to give or end a post, what another person answered, and the post it made. RULES §2"""

    change = word(AppointmentChange, "种类", "What it does.", Group.STRUCTURE, 1, required=True)
    state = word(AppointmentState, "状态", "State.", Group.STRUCTURE, 1, required=True)
    unit = to_one(Unit, "责任单位", "The unit of the post.", 1, required=True)
    tier = word(Tier, "层级", "Tier of that unit.", Group.STRUCTURE, 1, required=True)
    department = word(Department, "部门", "Department of the post.", Group.STRUCTURE, 1, required=True)
    duty = word(Duty, "职责", "Duty of the post.", Group.STRUCTURE, 1, required=True)
    since = day("任职日期", "First day in the post.", Group.STRUCTURE)
    until = day("离任日期", "Last day in the post.", Group.STRUCTURE)
    post = to_one(Post, "岗位", "The post it made, ends, or is restored with its account.")
    account = to_one(Account, "账号", "Whose post it is; null for a new person until approved.")
    person_name = text("姓名", "Name of a new person.", Group.BASIC)
    account_name = text("账号名", "Sign-in name of a new account.", Group.BASIC)
    person_key = hidden(Bytea(default=None, null=True), "人员索引", "Blind index of a new person's ID number.")
    oidc_subject = hidden(Text(default=None, null=True), "外部标识", "Subject of a new account at the OIDC issuer.")
    delegated = flag("授权批准", "Whether the county's leading group delegates its approval.", Group.STRUCTURE, 33)
    document = text("授权文件", "The written authorization that delegates.", Group.BASIC, 33)
    reason = text("事由", "Why it is proposed.", Group.BASIC, required=True)
    proposer = to_one(Post, "提出岗位", "The post it was proposed in.", required=True)
    proposed_at = moment("提出时间", "Moment it was proposed.", Group.STRUCTURE, required=True)
    decider = to_one(Post, "答复岗位", "The post it was approved, rejected or withdrawn in.")
    decided_at = moment("答复时间", "Moment of the answer.", Group.STRUCTURE)
    answer = text("答复", "Why it was answered so.", Group.BASIC)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)
    proposed_person = hidden(BigInt(default=None, null=False), "提出人员", "Person that proposed it.")
    proposed_account = hidden(BigInt(default=None, null=False), "提出账号", "Account that proposed it.")
    decided_person = hidden(BigInt(default=None, null=True), "答复人员", "Person that answered.")
    decided_account = hidden(BigInt(default=None, null=True), "答复账号", "Account that answered.")
    carried = hidden(Boolean(default=False, null=False), "已生效", "Whether it was carried out: never twice.")

    filters = (
        Region("region", "区域", "Unit of the post: this unit or any below it, by code."),
        Among("state", "state"),
        Among("change", "change"),
        Among("department", "department"),
        Among("duty", "duty"),
    )
    orders = (Order("ID", "标识", "In the order they were proposed."),)
