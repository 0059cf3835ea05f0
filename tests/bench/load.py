"""负载 Requests from so many connections for so long, by wrk where it is installed, else by `client`."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.bench import cpu
from tests.bench.rivals import Rival

CONNECTIONS = 16
_RESULT = re.compile(r"RESULT (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)")


@dataclass(frozen=True, slots=True)
class Measured:
    """One round: requests a second, milliseconds, CPU milliseconds per request; `bad` are wrong or missing answers."""

    rate: float
    p50: float
    p99: float
    server: float
    database: float
    bad: int
    requests: int


def measure(rival: Rival, postmaster: int, file: Path, shortest: int, seconds: int) -> Measured:
    """One round against a running server."""
    arguments = [str(file), str(shortest), *([rival.token] if rival.token else [])]
    if shutil.which("wrk"):
        script = str(Path(__file__).with_name("load.lua"))
        address = f"http://127.0.0.1:{rival.port}"
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--timeout",
            "60s",
            "-s",
            script,
            address,
            "--",
            *arguments,
        ]
    else:
        command = [
            sys.executable, "-m", "tests.bench.client", str(rival.port), str(CONNECTIONS), str(seconds), *arguments,
        ]  # fmt: skip
    before = cpu.seconds(rival.pid), cpu.seconds(postmaster)
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = cpu.seconds(rival.pid), cpu.seconds(postmaster)
    match = _RESULT.search(output)
    if match is None:
        raise SystemExit(f"the load generator said: {output}")
    requests, microseconds = int(match[1]), int(match[2])
    milliseconds = 1000 / max(requests, 1)
    return Measured(
        requests / microseconds * 1e6,
        float(match[3]),
        float(match[4]),
        (after[0] - before[0]) * milliseconds,
        (after[1] - before[1]) * milliseconds,
        int(match[5]),
        requests,
    )
