"""在用 Policy in force: each layer's published version, the whole they make together, the workers that apply it. Q1"""

from piccolo.columns import BigInt, ForeignKey, Text, Timestamptz
from piccolo.columns.base import OnDelete

from api.schema.declare import Entity, hidden
from api.schema.entities.policy.policy_version import PolicyVersion


class PolicyHead(Entity, tablename="policy_head"):
    """在用版本 The published version of one layer. `seq` grows with every publication of any layer."""

    layer = hidden(Text(default=None, null=False, unique=True), "层级", "Code of the unit whose layer it is.")
    policy_version = hidden(
        ForeignKey(references=PolicyVersion, on_delete=OnDelete.restrict, default=None, null=False),
        "策略版本",
        "The version in force.",
    )
    seq = hidden(BigInt(default=None, null=False), "发布序号", "Number of the publication, nationwide.")
    at = hidden(Timestamptz(default=None, null=False), "时间", "Moment of the publication.")


class PolicyWhole(Entity, tablename="policy_whole"):
    """合成策略 The whole policy in force at once, by digest, so that any past decision can be explained."""

    digest = hidden(Text(default=None, null=False, unique=True), "摘要", "The version that events carry.")
    model = hidden(Text(default=None, null=False), "模型", "The matcher of the release.")
    content = hidden(Text(default=None, null=False), "内容", "All rows, each under the name of its layer.")
    at = hidden(Timestamptz(default=None, null=False), "时间", "Moment it was first in force.")


class PolicyAck(Entity, tablename="policy_ack"):
    """生效确认 The publication that a worker applies, and the moment it was last seen alive."""

    worker = hidden(Text(default=None, null=False, unique=True), "进程", "Name of the worker.")
    seq = hidden(BigInt(default=None, null=False), "发布序号", "The newest publication it obeys.")
    refused = hidden(BigInt(default=None, null=True), "拒载序号", "The newest publication it could not load.")
    error = hidden(Text(default=None, null=True), "原因", "Why not.")
    at = hidden(Timestamptz(default=None, null=False), "确认时间", "Moment it began to obey.")
    seen_at = hidden(Timestamptz(default=None, null=False), "在线时间", "Moment it was last seen.")
