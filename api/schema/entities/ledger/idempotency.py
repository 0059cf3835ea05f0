"""幂等键与待发消息 Idempotency: one effect and one answer per key. Outbox: messages that leave after the commit."""

from piccolo.columns import JSONB, BigInt, Bytea, Integer, Text, Timestamptz

from api.schema.declare import Entity, hidden


class IdempotencyKey(Entity, tablename="idempotency"):
    """幂等键 The answer of a mutation under a key of one account: the same request again is given the same answer."""

    account = hidden(BigInt(default=None, null=False), "账号", "Account that sent the request.")
    key = hidden(Text(default=None, null=False), "幂等键", "Key the client chose.")
    digest = hidden(Bytea(default=None, null=False), "请求摘要", "Digest of the request.")
    reply = hidden(JSONB(default=None, null=True), "回答", "The answer: types and numbers, no value.")
    at = hidden(Timestamptz(default=None, null=False), "时间", "Moment.")


class Message(Entity, tablename="message"):
    """待发消息 A message to a household or to whoever acts next; at least once, in order per household. Q24"""

    household = hidden(BigInt(default=None, null=False), "农户", "The household it is about.")
    topic = hidden(Text(default=None, null=False), "主题", "What it tells, as workflow.step.")
    recipient = hidden(Text(default=None, null=False), "接收者", "household, or the unit and role that act next.")
    content = hidden(JSONB(default=None, null=False), "内容", "Facts to tell; no personal value.")
    at = hidden(Timestamptz(default=None, null=False), "时间", "Moment it was written.")
    delivered_at = hidden(Timestamptz(default=None, null=True), "送达时间", "Moment it was delivered.")
    tried_at = hidden(Timestamptz(default=None, null=True), "最近尝试", "Moment delivery was last tried.")
    attempts = hidden(Integer(default=0, null=False), "尝试次数", "How often delivery was tried.")
