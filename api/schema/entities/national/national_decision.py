"""国家决定 National decision and filing: append-only, written by the nation's functions alone. Q29, Q40, RULES §4"""

from piccolo.columns import BigInt, Date, Text, Timestamptz

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, day, flag, hidden, moment, text, to_one
from api.schema.entities.household.household import Household
from api.schema.entities.national.national_request import NationalRequest
from api.schema.entities.national.request_item import RequestItem


class NationalDecision(Entity, tablename="national_decision", kind=Kind.REQUEST, anchor="household"):
    """国家决定 A national reviewer's decision on one item, over exactly the record of that digest. RULES §4"""

    household = to_one(Household, "农户", "The household.", 40, required=True)
    item = to_one(RequestItem, "申请事项", "The item decided on.", 40, required=True)
    request = to_one(NationalRequest, "报国家同意备案申请", "The request it was submitted in.", 40, required=True)
    approved = flag("同意", "Approved or rejected.", Group.STRUCTURE, 40, required=True)
    reason = text("理由", "Why.", Group.BASIC, 40, required=True)
    digest = text("摘要", "Digest of the record as decided on.", Group.STRUCTURE, 40, required=True)
    decided_on = day("决定日期", "Day of the decision.", Group.STRUCTURE, 40, required=True)
    recorded_at = moment("登记时间", "Moment it was recorded.", Group.STRUCTURE, 40, required=True)
    account = hidden(BigInt(default=None, null=False), "账号", "Account that decided.")
    person = hidden(BigInt(default=None, null=False), "人员", "Person that decided.")
    post = hidden(BigInt(default=None, null=False), "岗位", "Post it was decided in.")


class NationalFiling(Entity, tablename="national_filing"):
    """国家备案 A decided request consented to and filed, by its number. Q29, Q40"""

    request = hidden(BigInt(default=None, null=False), "报国家同意备案申请", "The request.")
    number = hidden(Text(default=None, null=False), "备案号", "Number it is filed under.")
    filed_on = hidden(Date(default=None, null=False), "备案日期", "Day it was filed.")
    recorded_at = hidden(Timestamptz(default=None, null=False), "登记时间", "Moment it was recorded.")
    account = hidden(BigInt(default=None, null=False), "账号", "Account that filed.")
    person = hidden(BigInt(default=None, null=False), "人员", "Person that filed.")
    post = hidden(BigInt(default=None, null=False), "岗位", "Post it was filed in.")
