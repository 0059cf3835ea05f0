"""台账 What `shouwang audit verify` costs over so many events: CPU of both sides, time, most memory.

The events are written by `append_all` and sealed by the database, as the product does both, in a database of their own
on the bench's server; it is kept, and only what is missing is written.
"""

import asyncio
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.audit.chain import seal_waiting
from api.audit.ledger import AuditEntry, append_all
from api.settings import Settings, read
from tests.bench import cpu
from tests.bench.data import HOME, cluster

AT_ONCE = 10_000
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
PROVINCES = ("50", "51", "52", "53", "61", "62", "66", None)
STEPS = ("clue.report", "identification.verify_at_home", "identification.approve", "assistance.start")
POSTMASTER = "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"


def main(events: int, report: Any) -> None:
    """Write what is missing, verify everything."""
    settings = read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": "ledger"})
    with cluster(settings) as database:
        postmaster = asyncio.run(_written(database, events, report))
        _verify(settings, postmaster, report)


async def _written(database: Any, events: int, report: Any) -> int:
    await database.prepare()
    admin = await database.admin.connect()
    app = await database.logins.app.connect()
    try:
        there = await app.fetchval("select count(*) from event")
        began = time.perf_counter()
        for first in range(there, events, AT_ONCE):
            last = min(first + AT_ONCE, events)
            async with app.transaction():
                await append_all(app, map(_happening, range(first, last)), None, _at(first), policy_version="1" * 64)
            await seal_waiting(app)
            report(f"{last} of {events} events written and sealed, {time.perf_counter() - began:.0f} s")
        return int(await admin.fetchval(POSTMASTER))
    finally:
        await app.close()
        await admin.close()


def _happening(number: int) -> AuditEntry:
    province = PROVINCES[number % len(PROVINCES)]
    place = {"province": province, "county": f"{province}0110", "village": f"{province}0110001201"} if province else {}
    facts = {"act": number, "on": "2026-03-01", "overridden": ""}
    return AuditEntry(STEPS[number % len(STEPS)], "proceeding", number, facts, place)


def _at(number: int) -> datetime:
    return BEGAN + timedelta(seconds=number)


def _verify(settings: Settings, postmaster: int, report: Any) -> None:
    environment = {**os.environ, "SHOUWANG_HOME": str(settings.home), "SHOUWANG_DATABASE": settings.database}
    before, began, most = (_spent(), cpu.seconds(postmaster)), time.perf_counter(), 0
    command = [str(Path(sys.executable).with_name("shouwang")), "audit", "verify"]
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None:
            most = max(most, _megabytes(process.pid))
            time.sleep(0.1)
    took, (own, database) = time.perf_counter() - began, (_spent() - before[0], cpu.seconds(postmaster) - before[1])
    report(
        f"{took:.1f} s, CPU {own:.1f} s and {database:.1f} s of PostgreSQL, at most {most} MB;"
        f" exit status {process.returncode}"
    )


def _spent() -> float:
    """CPU seconds of the processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _megabytes(pid: int) -> int:
    """The most memory a process has had; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)
