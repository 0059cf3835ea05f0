"""策略行 Policy row and policy case: what a version says, and the tests it brings with it. Q1"""

from api.rules.words.policy_states import PolicyRowType
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Entity, text, to_one, whole, word
from api.schema.entities.policy.policy_version import PolicyVersion
from api.schema.filters import Order

_POSITION = (Order("POSITION", "序号", "In the order they stand.", "position"), Order("ID", "标识", "By identifier."))


class PolicyRow(Entity, tablename="policy_row", kind=Kind.POLICY):
    """策略行 One row of a version; findings name it by its position, and its cells by their columns. Q1"""

    policy_version = to_one(PolicyVersion, "策略版本", "The version it belongs to.", 1, required=True)
    position = whole("序号", "Its place in the version, from 1.", Group.STRUCTURE, required=True)
    type = word(PolicyRowType, "类型", "Permission or role link.", Group.STRUCTURE, required=True)
    role = text("角色", "Who: roles or groups of roles; of a link, the member.", Group.PUBLIC, 1, required=True)
    group = text("角色组", "Of a link: the group the member belongs to.", Group.PUBLIC, 1)
    action = text("动作", "Does what.", Group.PUBLIC, 1)
    kind = text("对象", "To which kinds.", Group.PUBLIC, 1)
    reach = text("范围", "How far from its own unit.", Group.PUBLIC, 1)
    state = text("状态", "In which states of the object.", Group.PUBLIC, 1)
    unit = text("单位", "Under which unit only.", Group.PUBLIC, 1)
    effect = text("效力", "allow or deny.", Group.PUBLIC, 1)
    basis = text("依据", "The question it rests on.", Group.PUBLIC, 1)
    note = text("说明", "What it is for, in words.", Group.PUBLIC)

    orders = _POSITION


class PolicyCase(Entity, tablename="policy_case", kind=Kind.POLICY):
    """用例 One test case of a version: who asks what of which object, and what the answer must be. Q1"""

    policy_version = to_one(PolicyVersion, "策略版本", "The version it belongs to.", 1, required=True)
    position = whole("序号", "Its place in the version, from 1.", Group.STRUCTURE, required=True)
    file = text("文件", "Name of the file it stands in when exported.", Group.PUBLIC, 1, required=True)
    name = text("名称", "What it shows.", Group.PUBLIC, 1, required=True)
    role = text("角色", "Who asks: role patterns.", Group.PUBLIC, 1, required=True)
    home = text("本单位", "Code of the unit they ask from.", Group.PUBLIC, 1, required=True)
    place = text("所在", "Path of the object's unit.", Group.PUBLIC, 1, required=True)
    cooperating = text("配合单位", "Path of its cooperating unit.", Group.PUBLIC, 1, required=True)
    sectors = text("参与部门", "Departments involved with it.", Group.PUBLIC, 1, required=True)
    state = text("状态", "Its state.", Group.PUBLIC, 1, required=True)
    grant = text("申请进度", "How far its national request has come.", Group.PUBLIC, 1, required=True)
    action = text("动作", "What they ask to do.", Group.PUBLIC, 1, required=True)
    kind = text("对象", "To which kinds.", Group.PUBLIC, 1, required=True)
    then = text("应为", "allow, deny or only.", Group.PUBLIC, 1, required=True)
    basis = text("依据", "The question it rests on.", Group.PUBLIC, 1, required=True)
    note = text("说明", "Heading above it in its file.", Group.PUBLIC)

    orders = _POSITION
