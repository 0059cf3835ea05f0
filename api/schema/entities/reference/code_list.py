"""代码表 Code list: an open vocabulary of the collection form; the national code values aren't public. Q12"""

from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, Many, day, flag, text, to_one, whole


class CodeList(Entity, tablename="code_list", kind=Kind.CODE_LIST):
    """代码表 One open vocabulary, under a name of ours. Q12"""

    name = text("名称", "Name of ours.", Group.STRUCTURE, 12, required=True, unique=True)
    zh = text("中文名称", "Chinese name.", Group.STRUCTURE, 12, required=True)
    en = text("英文名称", "English name.", Group.STRUCTURE, 12, required=True)
    source = text("来源", "Name of the national code table, where known.", Group.PUBLIC, 12)

    items = Many("CodeItem.code_list", "代码", "Codes of the list.", (12,), expect=30)


class CodeItem(Entity, tablename="code_item", kind=Kind.CODE_LIST):
    """代码 One value of a code list. Q12"""

    code_list = to_one(CodeList, "代码表", "The list.", 12, required=True)
    code = text("代码", "Code of ours, stored in rows.", Group.STRUCTURE, 12, required=True)
    zh = text("中文名称", "Chinese label, as the collection form has it.", Group.STRUCTURE, 12, required=True)
    en = text("英文名称", "English label.", Group.STRUCTURE, 12, required=True)
    external_code = text("外部代码", "Value in the national system, where known.", Group.PUBLIC, 12)
    position = whole("序号", "Order within the list.", Group.STRUCTURE, required=True)
    in_use = flag("在用", "Offered for new entries.", Group.STRUCTURE, required=True)
    valid_until = day("停用日期", "Last day it was offered.", Group.STRUCTURE)
