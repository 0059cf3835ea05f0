"""会话 Session: who is signed in, as the database can check it. RULES §2 (ours)"""

from piccolo.columns import BigInt, Bytea, Timestamptz

from api.schema.declare import Entity, hidden


class Session(Entity, tablename="session"):
    """会话 A verified token in one post, by the digest of its proof; only functions of the database read it."""

    digest = hidden(Bytea(default=None, null=False, unique=True), "摘要", "SHA-256 of the proof.")
    account = hidden(BigInt(default=None, null=True), "账号", "Who is signed in; none: a command of the installation.")
    person = hidden(BigInt(default=None, null=True), "人员", "The person of the account.")
    post = hidden(BigInt(default=None, null=True), "岗位", "The post the token acts in.")
    issued_at = hidden(Timestamptz(default=None, null=False), "签发时间", "Moment the token was issued.")
    expires_at = hidden(Timestamptz(default=None, null=False), "失效时间", "Moment the token ends.")
