"""速率 Limits the cost an account may spend: one bucket an account, shared by all workers of a host.

A bucket fills with `rate` points a second up to `burst`; each read takes its cost before it runs. The buckets are a
table in a file that every worker maps: 65 536 slots of account, level and moment. A slot is locked by its bytes while
it changes, so two workers never spend the same points.
"""

import fcntl
import math
import mmap
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.errors import Problem, code

RATE_LIMITED = code(
    "RATE_LIMITED",
    429,
    zh="查询过于频繁：本次成本 {cost}，现余 {remaining}",
    en="too much at once: this costs {cost}, {remaining} is left",
    next_zh="{retry_after} 秒后重试，或缩小每页条数",
    next_en="try again in {retry_after} seconds, or ask for smaller pages",
)
SLOTS = 65_536
_SLOT = struct.Struct("<qdd")
_PROBES = 8
"""Slots an account may be in; when all are taken, the fullest bucket gives way."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The cost an account may still spend.

    limit       points it can save up
    remaining   points it has now
    reset       seconds until it has `limit` again
    """

    limit: int
    remaining: int
    reset: float


class Rate:
    """The buckets of this host. Close it to let go of the file."""

    def __init__(self, file: Path, rate: int, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(self._file).st_size != SLOTS * _SLOT.size:
            os.ftruncate(self._file, SLOTS * _SLOT.size)
        self._table = mmap.mmap(self._file, SLOTS * _SLOT.size)

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()
        os.close(self._file)

    def spend(self, account: int, cost: int) -> Allowance:
        """Take the cost from the account's bucket; RATE_LIMITED, with the seconds to wait, when it holds less."""
        start = (account * 0x9E3779B97F4A7C15 >> 40) % (SLOTS - _PROBES)
        # all workers of a host share the file: only the slots that the account may be in are locked
        fcntl.lockf(self._file, fcntl.LOCK_EX, _PROBES * _SLOT.size, start * _SLOT.size)
        try:
            now = self._now()
            offset, level = self._slot(start, account, now)
            # a cost above the burst is refused elsewhere (TOO_DEAR); here it waits for a full bucket
            if level < min(cost, self._burst):
                wait = (min(cost, self._burst) - level) / self._rate
                raise Problem(RATE_LIMITED, cost=cost, remaining=int(level), retry_after=max(1, math.ceil(wait)))
            level -= cost
            _SLOT.pack_into(self._table, offset, account, level, now)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _PROBES * _SLOT.size, start * _SLOT.size)
        return Allowance(self._burst, max(0, int(level)), round((self._burst - level) / self._rate, 1))

    def _slot(self, start: int, account: int, now: float) -> tuple[int, float]:
        """Find or choose the account's bucket, and its level now."""
        fullest, level = start * _SLOT.size, -1.0
        for slot in range(start, start + _PROBES):
            offset = slot * _SLOT.size
            holder, stored, moment = _SLOT.unpack_from(self._table, offset)
            filled = self._burst if holder == 0 else self._filled(stored, now - moment)
            if holder == account:
                return offset, filled
            if filled > level:
                fullest, level = offset, filled
        return fullest, float(self._burst)

    def _filled(self, level: float, seconds: float) -> float:
        # the clock starts anew when the machine does: what was written before counts as a full bucket
        return float(self._burst) if seconds < 0 else min(float(self._burst), level + seconds * self._rate)
