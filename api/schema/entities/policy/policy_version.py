"""策略版本 Policy version: a version of one layer of the policy, the nation's or a province's. Q1, 附则"""

from piccolo.columns import Array, BigInt

from api.rules.words.policy_states import PolicyState
from api.rules.words.vocabulary import Group, Kind
from api.schema.declare import Connection, Entity, Placed, flag, hidden, itself, moment, text, whole, word
from api.schema.filters import Among, Order, Region


class PolicyVersion(Entity, Placed, tablename="policy_version", kind=Kind.POLICY):
    """策略版本 One version of one layer; its rows never change once it is submitted. Q1 (ours)"""

    layer = text("层级", "Code of the unit whose layer it is: 0, or a province's.", Group.STRUCTURE, 1, required=True)
    number = whole("版本号", "Counts the versions of the layer.", Group.STRUCTURE, required=True)
    parent = itself("起草依据", "The version in force it was drafted from.")
    reverts = itself("恢复自", "The earlier version it repeats, row by row.")
    state = word(PolicyState, "状态", "State.", Group.STRUCTURE, required=True)
    digest = text("摘要", "SHA-256 over its rows; the same rows in any order have the same.", Group.STRUCTURE)
    difference = text(
        "差异摘要", "SHA-256 over its difference to what was in force, as it was approved.", Group.STRUCTURE
    )
    released = flag("随版本发布", "Whether it is the baseline of a release.", Group.STRUCTURE, required=True)
    note = text("说明", "What it is for.", Group.PUBLIC)
    reason = text("理由", "Why it was rejected or taken back.", Group.PUBLIC)
    drafted_at = moment("起草时间", "Moment it was drafted.", Group.STRUCTURE, required=True)
    submitted_at = moment("送审时间", "Moment it was submitted.", Group.STRUCTURE)
    approved_at = moment("批准时间", "Moment it was approved.", Group.STRUCTURE)
    in_force_from = moment("生效时间", "Moment it came into force.", Group.STRUCTURE)
    in_force_until = moment("失效时间", "Moment another version took its place.", Group.STRUCTURE)
    version = whole("版本", "Grows with every change.", Group.STRUCTURE, required=True)
    editors = hidden(Array(BigInt(), default=None, null=False), "编辑人员", "Every person who edited it.")
    approver = hidden(BigInt(default=None, null=True), "批准人员", "Person who approved it: none of its editors.")
    publisher = hidden(BigInt(default=None, null=True), "发布人员", "Person who published it: none of its editors.")

    rows = Connection("PolicyRow.policy_version", "策略行", "Its rows, in order.", (1,))
    cases = Connection("PolicyCase.policy_version", "用例", "Its own test cases, in order.", (1,))

    filters = (
        Region("region", "区域", "Layers of this unit or any below it, by code."),
        Among("layer", "layer"),
        Among("state", "state"),
    )
    orders = (
        Order("ID", "标识", "By identifier."),
        Order("NUMBER", "版本号", "By number.", "number"),
    )
