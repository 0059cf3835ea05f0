"""Embedded servers in a home of their own, and a child process that uses one until it is told to leave."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg

from api.embedded import SUPERUSER, Server

CHOSEN = Path(os.environ["SHOUWANG_POSTGRES_BIN"]) if os.environ.get("SHOUWANG_POSTGRES_BIN") else None


ROOT = Path(__file__).parents[2]


CHILD = """
import json, sys
from pathlib import Path
from api.embedded import Server
chosen = Path(sys.argv[2]) if sys.argv[2] else None
with Server(Path(sys.argv[1]), chosen, durable=False) as server:
    print(json.dumps([server.host, server.passwords["postgres"], str(server.data)]), flush=True)
    sys.stdin.read()
"""


def start(home: Path, extra: dict[str, str] | None = None, *, durable: bool = False) -> Server:
    return Server(home, CHOSEN, durable=durable, extra=extra)


async def run(server: Server, sql: str, **different: Any) -> Any:
    login = {
        "host": server.host,
        "port": server.port,
        "user": SUPERUSER,
        "password": server.passwords[SUPERUSER],
        "database": "postgres",
        **different,
    }
    connection = await asyncpg.connect(**login)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


class Child:
    """Another process that uses the server of a home."""

    def __init__(self, home: Path, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, home, CHOSEN or ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        )

    def wait_until_ready(self) -> "Child":
        assert self.process.stdout
        self.host, self.password, data = json.loads(self.process.stdout.readline())
        self.data = Path(data)
        return self

    def leave(self) -> None:
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=30)


def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
