"""口令凭码 Password code: one half each from two persons lets an official choose a password. RULES §2 (ours)"""

from piccolo.columns import BigInt, Bytea, Text, Timestamptz

from api.schema.declare import Entity, hidden


class PasswordCode(Entity, tablename="password_code"):
    """口令凭码 One half of a one-time code, as a digest; only the app role reads it."""

    account = hidden(BigInt(default=None, null=False), "账号", "Whose password it lets choose.")
    half = hidden(Text(default=None, null=False), "半码", "FIRST from who may propose, SECOND from who may approve.")
    digest = hidden(Bytea(default=None, null=False), "摘要", "SHA-256 of the half.")
    person = hidden(BigInt(default=None, null=False), "发码人员", "Person it was given by.")
    expires_at = hidden(Timestamptz(default=None, null=False), "失效时间", "Moment from which it is worth nothing.")
