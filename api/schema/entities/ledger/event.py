"""审计事件 Event: what happened, append-only, in the transaction of the change it records. RULES §4"""

from piccolo.columns import JSONB, BigInt, Bytea, Text, Timestamptz

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Placed, field, hidden, text


class Event(Entity, Placed, tablename="event", kind=Kind.EVENT):
    """审计事件 One event of the audit ledger. It holds no personal value."""

    action = text("动作", "What was done.", Group.STRUCTURE, required=True)
    object_type = text("对象类型", "Type of the object.", Group.STRUCTURE, required=True)
    object_id = hidden(BigInt(default=None, null=True), "对象标识", "Identifier of the object.")
    account = hidden(BigInt(default=None, null=True), "账号", "Account that acted.")
    person = hidden(BigInt(default=None, null=True), "人员", "Person that acted.")
    post = hidden(BigInt(default=None, null=True), "岗位", "Post it acted in.")
    role = text("角色", "Role it acted in.", Group.STRUCTURE, required=True)
    policy_version = text("策略版本", "Policy version the decision was made under.", Group.STRUCTURE, required=True)
    facts = hidden(JSONB(default=None, null=False), "事实", "Facts of the event; no personal value.")
    at = field(Timestamptz(default=None, null=False), "时间", "Moment it was recorded.", Group.STRUCTURE)
    digest = hidden(Bytea(default=None, null=False), "摘要", "SHA-256 over the event's canonical form.")
    trace = hidden(Text(default=None, null=True), "追踪", "Trace identifier of the request.")
