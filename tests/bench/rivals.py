"""对手 The servers, each a process of its own on a free port, started and stopped here."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.database import Dsn
from tests.bench.data import COUNTY, HOME, PROVINCE, World

POSTGRAPHILE = Path(__file__).parent / "rival_servers" / "postgraphile"
UVICORN = (
    "--host", "127.0.0.1", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
    "--no-server-header", "--no-date-header", "--no-proxy-headers", "--lifespan", "on",
    "--timeout-keep-alive", "75",
)  # fmt: skip
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Rival:
    """A running server; `token` goes with every request to it."""

    name: str
    pid: int
    port: int
    token: str | None = None


@contextmanager
def started(name: str, command: list[str], environment: Mapping[str, str], port: int) -> Iterator[Rival]:
    """A server process until the end of the block."""
    log = HOME / f"{name.replace(' ', '-')}.log"
    with log.open("wb") as log_file:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log_file, stderr=log_file, start_new_session=True
        )
    try:
        _wait(process, port, log)
        yield Rival(name, process.pid, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"{log} says why this server did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def python(name: str, target: str, environment: Mapping[str, str], *more: str) -> AbstractContextManager[Rival]:
    """An ASGI application by one uvicorn worker."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port), *UVICORN, *more]
    return started(name, command, environment, port)


def dsn(of: Dsn) -> str:
    """Where the database is, as a rival reads it."""
    return json.dumps(
        {"host": of.host, "port": of.port, "user": of.user, "password": of.password, "database": of.database}
    )


def ours(world: World, *, policy_rows: int = 0) -> AbstractContextManager[Rival]:
    """The product."""
    environment = {**world.environment, "BENCH_POLICY_ROWS": str(policy_rows), "SHOUWANG_RATE": "0"}
    port = free_port()
    return started("ours", [sys.executable, "-m", "tests.bench.traced", str(port)], environment, port)


def postgraphile(world: World, role: str, unit: str | None) -> AbstractContextManager[Rival]:
    """PostGraphile as one role; with row-level security when a unit is given."""
    port = free_port()
    node = POSTGRAPHILE / "node_modules/node/bin/node"
    environment = {
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "PORT": str(port),
        "BENCH_DSN": dsn(world.rivals[role]),
        **({"BENCH_UNIT": unit} if unit else {}),
    }
    command = [str(node.absolute()), str((POSTGRAPHILE / "server.mjs").absolute())]
    return started(f"postgraphile {role}", command, environment, port)


def install() -> bool:
    """Install PostGraphile and its Node; False where there is no npm."""
    if not shutil.which("npm"):
        return False
    if not (POSTGRAPHILE / "node_modules/node/bin/node").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=POSTGRAPHILE, check=True)
    return True


@contextmanager
def all_rivals(world: World, statements: Path, *, with_postgraphile: bool) -> Iterator[dict[str, Rival]]:
    """Every server on one database, by name."""
    reader = {"BENCH_DSN": dsn(world.cluster.logins.reader), "BENCH_COUNTY": COUNTY}
    with ExitStack() as stack:
        rivals = {
            "ours": stack.enter_context(ours(world)),
            "limit": stack.enter_context(
                python("limit", "tests.bench.rival_servers.limit:app", {**reader, "BENCH_STATEMENTS": str(statements)})
            ),
            "plain": stack.enter_context(python("plain", "tests.bench.rival_servers.plain:app", reader)),
        }
        if with_postgraphile:
            for name, role, unit in (
                ("postgraphile", "bench_all", None),
                ("rls county", "bench_county", COUNTY),
                ("rls province", "bench_province", PROVINCE),
            ):
                rivals[name] = stack.enter_context(postgraphile(world, role, unit))
        yield rivals
