"""国家执行 National execution: who executed which items, with each case before and after; append-only. RULES §4"""

from piccolo.columns import JSONB, BigInt, Date, Integer, Text, Timestamptz

from api.schema.declare import Entity, hidden


class NationalExecution(Entity, tablename="national_execution"):
    """国家执行 One request executed, in one transaction: once and never again. RULES §4"""

    request = hidden(BigInt(default=None, null=False), "报国家同意备案申请", "The request.")
    items = hidden(Integer(default=None, null=False), "事项数", "Number of items executed: all that were approved.")
    executed_on = hidden(Date(default=None, null=False), "执行日期", "Day it was executed.")
    recorded_at = hidden(Timestamptz(default=None, null=False), "登记时间", "Moment it was recorded.")
    account = hidden(BigInt(default=None, null=False), "账号", "Account that executed.")
    person = hidden(BigInt(default=None, null=False), "人员", "Person that executed.")
    post = hidden(BigInt(default=None, null=False), "岗位", "Post it was executed in.")


class ExecutedItem(Entity, tablename="executed_item"):
    """已执行事项 One item of an execution: what allowed it, and the case's picture before and after. RULES §4"""

    execution = hidden(BigInt(default=None, null=False), "国家执行", "The execution.")
    item = hidden(BigInt(default=None, null=False), "申请事项", "The item; executed once.")
    decision = hidden(BigInt(default=None, null=False), "国家决定", "The decision that approved it.")
    household = hidden(BigInt(default=None, null=False), "农户", "The household.")
    monitoring_case = hidden(BigInt(default=None, null=False), "监测对象", "The case.")
    digest = hidden(Text(default=None, null=False), "摘要", "Digest of the record as decided on and as executed.")
    before = hidden(JSONB(default=None, null=False), "执行前", "The case's picture before; no personal value.")
    after = hidden(JSONB(default=None, null=False), "执行后", "What the case is to be: exactly this, nothing else.")
