"""佐证材料 Evidence: a document that supports a request item, readable inside the request's reach alone. Q40"""

from piccolo.columns import BigInt, Bytea

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, hidden, moment, text, to_one, whole
from api.schema.entities.household.household import Household
from api.schema.entities.national.request_item import RequestItem


class Evidence(Entity, tablename="evidence", kind=Kind.REQUEST, anchor="household"):
    """佐证材料 One document of an item; its bytes are never a GraphQL field. Q40"""

    household = to_one(Household, "农户", "The household.", 40, required=True)
    item = to_one(RequestItem, "申请事项", "The item it supports.", 40, required=True)
    name = text("文件名", "Name of the file.", Group.BASIC, 40, required=True)
    media_type = text("类型", "Media type, found by looking at the bytes.", Group.STRUCTURE, 40, required=True)
    size = whole("大小", "Number of bytes.", Group.STRUCTURE, 40, required=True)
    sha256 = text("散列", "SHA-256 of the bytes, hexadecimal.", Group.STRUCTURE, 40, required=True)
    recorded_at = moment("登记时间", "Moment it was attached.", Group.STRUCTURE, 40, required=True)
    content = hidden(Bytea(default=None, null=False), "内容", "The bytes.")
    account = hidden(BigInt(default=None, null=False), "账号", "Account that attached it.")
    person = hidden(BigInt(default=None, null=False), "人员", "Person that attached it.")
    post = hidden(BigInt(default=None, null=False), "岗位", "Post it was attached in.")
