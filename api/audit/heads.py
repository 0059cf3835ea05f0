"""链头 The heads of the chains, to be kept outside: what an older backup or a rewritten history can't agree with."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from api.audit.findings import Fault, Finding
from api.database import Connection
from api.errors import Problem, code

BAD_HEADS = code(
    "BAD_HEADS",
    400,
    zh="链头文件第 {line} 行应为：链 序号 散列",
    en="line {line} of the file of heads: expected chain, position and hash",
    next_zh="使用 shouwang audit head 当时输出的原文",
    next_en="use what `shouwang audit head` printed, unchanged",
)
_HEADS = "select distinct on (province) province, position, hash from seal order by province, position desc"
_AT = "select hash from seal where province = $1 and position = $2"
_LAST = "select coalesce(max(position), 0) from seal where province = $1"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest seal of a chain."""

    chain: str
    position: int
    hash: bytes

    def line(self) -> str:
        """The printed form: chain, position, hash."""
        return f"{self.chain} {self.position} {self.hash.hex()}"


async def heads(connection: Connection) -> list[ChainHead]:
    """The head of every chain."""
    return [ChainHead(*row) for row in await connection.fetch(_HEADS)]


def read_heads(text: str) -> list[ChainHead]:
    """Heads as they were printed; lines that begin with # say nothing. BAD_HEADS."""
    return [_head(number, line) for number, line in enumerate(text.splitlines(), 1) if line and line[0] != "#"]


def _head(number: int, line: str) -> ChainHead:
    try:
        chain, position, digest = line.split()
        head = ChainHead(chain, int(position), bytes.fromhex(digest))
    except ValueError:
        raise Problem(BAD_HEADS, line=number) from None
    if head.position < 1 or len(head.hash) != 32:
        raise Problem(BAD_HEADS, line=number)
    return head


async def compare(connection: Connection, recorded: list[ChainHead]) -> AsyncIterator[Finding]:
    """Compare the ledger with heads kept elsewhere; yields the disagreements."""
    for head in recorded:
        hash_ = await connection.fetchval(_AT, head.chain, head.position)
        if hash_ is None:
            yield Finding(Fault.HEAD_BEHIND, head.chain, position=await connection.fetchval(_LAST, head.chain))
        elif hash_ != head.hash:
            yield Finding(Fault.HEAD_OTHER, head.chain, position=head.position)
