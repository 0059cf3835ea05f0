"""处理器与内存 CPU seconds and memory of process trees, from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """Living children."""
    pids = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        pids += map(int, (task / "children").read_text().split())
    return pids


def _alive(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue  # it ended meanwhile
    return total / 1e9


def seconds(pid: int) -> float:
    """CPU seconds of a process and all below it, the dead ones included."""
    try:
        waited = _stat(pid)[13:15]
        return _alive(pid) + sum(map(int, waited)) / TICK + sum(seconds(child) for child in children(pid))
    except OSError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of a process tree: resident, and its proportional share of what is shared."""

    rss: float
    pss: float


def memory(pid: int) -> Memory:
    """Memory of a process and all below it."""
    rss = pss = 0
    waiting = [pid]
    while waiting:
        process = waiting.pop()
        waiting += children(process)
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "Rss":
                rss += int(rest.split()[0])
            elif name == "Pss":
                pss += int(rest.split()[0])
    return Memory(rss / 1024, pss / 1024)
