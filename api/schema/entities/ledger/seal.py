"""封印 Seal: an event's place in its province's chain and in the whole ledger, and the hash that fixes it. RULES §4"""

from piccolo.columns import BigInt, Bytea, Text, Timestamptz

from api.schema.declare import Entity, hidden


class Seal(Entity, tablename="seal"):
    """封印 `id` is the event's. Written by the database's own `seal_events` alone; no role of the product may."""

    province = hidden(Text(default=None, null=False), "链", "Province whose chain it is in; 0 for the nation's own.")
    position = hidden(BigInt(default=None, null=False), "链内序号", "Position in that chain, from 1, without gaps.")
    number = hidden(BigInt(default=None, null=False), "总序号", "Number in the whole ledger, from 1, without gaps.")
    previous = hidden(Bytea(default=None, null=False), "前一封印", "Hash before it in the chain; zeros for the first.")
    hash = hidden(Bytea(default=None, null=False), "封印", "SHA-256 of previous, digest and place.")
    sealed_at = hidden(Timestamptz(default=None, null=False), "封印时间", "Moment, by the database's clock.")
