"""核验 Findings of `shouwang audit verify`: the first bad record of the ledger, and unsealed events. RULES §4

Every digest is worked out again from its row, every hash from the one before it, in one pass over one snapshot: what
was changed, taken away, moved or put in behind the product's back no longer fits. What is cut off at the end fits:
that only shows against heads that were kept elsewhere (`heads`).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from api.audit.chain import FIRST, seal_hash
from api.audit.ledger import digest_of
from api.database import Connection, Row, fetch_only

# a cursor reads so many seals a trip; the ledger never stands in memory
BATCH = 2000


class Fault(Enum):
    """The kinds of fault in a record."""

    SEAL_MISSING = "总序号 {number} 的封印已不在", "the seal of number {number} is gone"
    DELETED = "事件 {event} 已被删除", "event {event} was deleted"
    EDITED = "事件 {event} 已被改动：与其摘要不符", "event {event} was edited: it does not fit its digest"
    LINK_BROKEN = (
        "与前一封印不相连：其前的记录被移走或调换",
        "it does not follow the seal before it: one was taken or moved",
    )
    REWRITTEN = (
        "事件 {event} 或其封印已被改写或调换：与封印的散列不符",
        "event {event} or its seal was rewritten or moved: the hash does not follow from them",
    )
    UNSEALED_BEHIND = (
        "事件 {event} 未经封印而混入已封印的事件之中：不是由系统写入",
        "event {event} stands among sealed events and never was: the product did not write it",
    )
    HEAD_BEHIND = (
        "链只到 {position}，早于留存的链头：恢复了旧备份，或末尾被截去",
        "the chain ends at {position}, before the head that was kept: an older backup, or its end was cut off",
    )
    HEAD_OTHER = "与留存的链头不同：历史被改写", "it is not the head that was kept: history was rewritten"


@dataclass(frozen=True, slots=True)
class Finding:
    """A bad record: what is wrong, in which chain, where in it, and which event it is about."""

    fault: Fault
    chain: str
    number: int | None = None
    position: int | None = None
    event: int | None = None

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`, without the place."""
        sentence = self.fault.value[0 if language == "zh" else 1]
        return sentence.format(number=self.number, position=self.position, event=self.event)


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a verification: seals read, the first bad record, an inserted one, and the unsealed tail."""

    seals: int
    first: Finding | None
    slipped_in: Finding | None
    waiting: int
    oldest: datetime | None

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.first is None and self.slipped_in is None


_ROWS = """
select s.id as seal_event, s.province as chain, s.position, s.number, s.previous, s.hash, s.sealed_at,
  e.id as event_id, e.action, e.object_type, e.object_id, e.account, e.person, e.post, e.role, e.policy_version,
  e.facts::text as facts, e.at, e.digest, e.trace, e.province, e.city, e.county, e.township, e.village
from seal s left join event e on e.id = s.id where $1::text is null or s.province = $1 order by s.number"""
_UNSEALED = """
select count(*) filter (where waits) as waiting, min(at) filter (where waits) as oldest,
  min(id) filter (where not waits) as slipped_in
from (
  select e.id, e.at, e.id > k.high or k.missing @> e.id as waits from event e cross join sealing k
  where not exists (select from seal s where s.id = e.id) and ($1::text is null or coalesce(e.province, '0') = $1)) u"""


async def verify(connection: Connection, chain: str | None = None) -> Report:
    """Verify the ledger, or one chain of it, in the caller's transaction: one snapshot, read only, streamed."""
    seals, first = 0, None
    async for first in _judged(connection, chain):
        if first is not None:
            break
        seals += 1
    unsealed = await fetch_only(connection, _UNSEALED, chain)
    slipped_in = unsealed["slipped_in"]
    return Report(
        seals,
        first,
        Finding(Fault.UNSEALED_BEHIND, chain or "*", event=slipped_in) if slipped_in is not None else None,
        unsealed["waiting"],
        unsealed["oldest"],
    )


async def _judged(connection: Connection, chain: str | None) -> AsyncIterator[Finding | None]:
    heads: dict[str, tuple[int, bytes]] = {}
    number = 0
    async for row in connection.cursor(_ROWS, chain, prefetch=BATCH):
        if chain is None and row["number"] != number + 1:
            yield Finding(Fault.SEAL_MISSING, row["chain"], number + 1)
        number = row["number"]
        position, head = heads.get(row["chain"], (0, FIRST))
        fault = _fault(row, position, head)
        yield Finding(fault, row["chain"], number, row["position"], row["seal_event"]) if fault else None
        heads[row["chain"]] = (row["position"], row["hash"])


def _fault(row: Row, position: int, head: bytes) -> Fault | None:
    if row["position"] != position + 1 or row["previous"] != head:
        return Fault.LINK_BROKEN
    if row["event_id"] is None:
        return Fault.DELETED
    if digest_of(row) != row["digest"]:
        return Fault.EDITED
    place = (row["seal_event"], row["number"], row["position"], row["chain"], row["sealed_at"])
    return None if seal_hash(head, row["digest"], *place) == row["hash"] else Fault.REWRITTEN
