"""运行攻击 `make abuse`: each attack against one worker, another official's query beside it, memory afterwards."""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import uvloop

from api.settings import read
from tests.abuse.attacks import ATTACKS, ORDINARY
from tests.abuse.traffic import HOST, Line, asking
from tests.bench.paired import HERE, Product, serving

PAGE = Path("docs/benchmarks-abuse.md")
QUERY = "{ households(first: 20) { nodes { id headName people members { name } } } }"
EVERY, LIVE_EVERY = 0.05, 0.05
"""Seconds between two questions of the other official, and between two looks at /livez."""
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """What is held, in bytes.

    worker    by the worker
    database  by PostgreSQL's processes, without what they share
    """

    worker: int
    database: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One attack.

    name       of the attack
    p99        milliseconds of the other official's query, 99 of 100
    ratio      of that to the same beside an ordinary load
    wrong      answers to him that were not 200
    silence    longest milliseconds without an answer of /livez
    statuses   answers to the attacker by status; 0: a connection that ended
    first      memory after the attack
    second     memory after the same attack once more
    """

    name: str
    p99: float
    ratio: float
    wrong: int
    silence: float
    statuses: dict[str, int]
    first: Memory
    second: Memory


def memory_of(worker: int, postmaster: int) -> Memory:
    """The memory of the worker and of the server's processes."""
    return Memory(_own(worker), sum(_own(child) for child in _children(postmaster)))


def _own(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    match = re.search(r"RssAnon:\s+(\d+) kB", text)
    return int(match[1]) * 1024 if match else 0


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(child) for child in listed.split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


async def beside(port: int, token: str, until: float) -> tuple[list[float], int, float]:
    """The other official's times in milliseconds, his wrong answers, and the longest silence of /livez."""
    times: list[float] = []
    wrong, silence = 0, 0.0

    async def ask() -> None:
        nonlocal wrong
        line, request = Line(port), asking(token, QUERY)
        while time.monotonic() < until:
            begun = time.perf_counter()
            wrong += await line.ask(request) != 200
            times.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(EVERY)
        line.close()

    async def look() -> None:
        nonlocal silence
        line, request = Line(port), f"GET /livez HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode()
        while time.monotonic() < until:
            begun = time.perf_counter()
            await line.ask(request)
            silence = max(silence, (time.perf_counter() - begun) * 1000)
            await asyncio.sleep(LIVE_EVERY)
        line.close()

    await asyncio.gather(ask(), look())
    return times, wrong, silence


def attack(product: Product, name: str, seconds: float) -> tuple[list[float], int, float, dict[str, int]]:
    """One run of an attack: what `beside` saw, and the statuses."""
    command = [sys.executable, "-m", "tests.abuse.attacks", name, str(product.port), product.county, str(seconds + 1)]
    attacker = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)  # until its requests are made
    seen = uvloop.run(beside(product.port, product.township, time.monotonic() + seconds))
    output, _ = attacker.communicate(timeout=seconds + 90)
    return *seen, json.loads(output or "{}")


def measure(product: Product, name: str, pids: tuple[int, int], seconds: float, usual: float) -> Measured:
    """An attack, twice; the times are of the first."""
    times, wrong, silence, statuses = attack(product, name, seconds)
    first = memory_of(*pids)
    attack(product, name, seconds)
    p99 = percentile(times)
    return Measured(name, p99, p99 / (usual or p99), wrong, silence, statuses, first, memory_of(*pids))


def percentile(times: Sequence[float]) -> float:
    """99 of 100 are no longer."""
    return statistics.quantiles(times, n=100)[98] if len(times) > 1 else (times or [float("nan")])[0]


def row(measured: Measured) -> str:
    """A line of the table."""
    added = measured.second.worker - measured.first.worker, measured.second.database - measured.first.database
    statuses = ", ".join(f"{status}: {number}" for status, number in sorted(measured.statuses.items()))
    cells = (
        measured.name,
        f"{measured.p99:.0f}",
        f"{measured.ratio:.1f}",
        f"{measured.wrong}",
        f"{measured.silence:.0f}",
        f"{measured.first.worker / MEGABYTE:.0f} / {measured.first.database / MEGABYTE:.0f}",
        " / ".join(f"{part / MEGABYTE:+.0f}" for part in added),
        statuses,
    )
    return f"| {' | '.join(cells)} |"


HEAD = """# 滥用基准 Abuse

Written by `make abuse`. One worker, {seconds} s an attack, {households} households, load {load} at the start. An
attacker with one account uses the worker as hard as it can; beside it another official asks for a page of 20 households
every 0.05 s. *p99* is his, in milliseconds; *ratio* is to the same beside an ordinary load of 16 connections (first
line); *wrong* are his answers that were not 200; *silence* is the longest time `/livez` took. Memory is the worker's
and that of all of PostgreSQL's processes, in MB, after the first attack, and what the same attack added once more.
Statuses are the attacker's; 0 is a connection that ended, 1 a connection or burst of frames that was sent.

| attack | p99 | ratio | wrong | silence | memory | added | statuses |
|---|--:|--:|--:|--:|--:|--:|---|
"""


@click.command()
@click.option("--seconds", default=60, show_default=True, help="每次攻击秒数 Seconds of an attack.")
@click.option("--households", default=5_000, show_default=True, help="户数 Households of the demo province.")
@click.option("--only", multiple=True, type=click.Choice(list(ATTACKS)), help="攻击 Attacks; all when none is given.")
@click.option("--write/--no-write", default=True, help=f"写入 Write {PAGE}.")
@click.option("--home", type=click.Path(path_type=Path), help="数据 Where the database is kept; a new folder if unset.")
def main(seconds: int, households: int, only: Sequence[str], home: Path | None, *, write: bool) -> None:
    """运行攻击 Attack one worker, and measure what another official notices."""
    folder = (home or Path(tempfile.mkdtemp(prefix="abuse-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    load = Path("/proc/loadavg").read_text().split()[0]
    rows = []
    with serving("abuse", HERE, folder / "abuse", households, rate=read({}).rate) as product:
        (worker,) = (pid for pid in _children(product.server) if "worker_process" in _command(pid))
        pids, usual = (worker, product.database), 0.0
        for name in (ORDINARY, *(name for name in only or ATTACKS if name != ORDINARY)):
            measured = measure(product, name, pids, seconds, usual)
            usual = usual or measured.p99
            rows.append(row(measured))
            click.echo(rows[-1])
    if write:
        PAGE.write_text(HEAD.format(seconds=seconds, households=households, load=load) + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
