"""服务进程 `shouwang serve` in a process of its own, with real workers, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
MAIN = "from api.cli import main; main()"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def until(condition: Callable[[], object], seconds: float = 120) -> float:
    """Wait until it holds; after how many seconds it did."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not come to that"
        time.sleep(0.02)
    return time.monotonic() - begun


class Serve:
    """A running `shouwang serve`; its output is in `log`."""

    def __init__(
        self, home: Path, environment: Mapping[str, str], *, workers: int = 2, port: int | None = None
    ) -> None:
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = home.parent / f"serve-{self.port}.log"
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("SHOUWANG_", "DATABASE_"))
        }
        mine = {
            "SHOUWANG_HOME": str(home), "SHOUWANG_PORT": str(self.port), "SHOUWANG_WORKERS": str(workers),
            "SHOUWANG_RATE": "0", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", MAIN, "serve", "--demo", "0"],
                env={**inherited, **mine, **environment}, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def workers(self) -> set[int]:
        """The process ids of its workers, the ending ones included."""
        return {int(pid) for pid in self._children().split() if b"worker_process" in _command(int(pid))}

    def _children(self) -> str:
        try:
            return Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except FileNotFoundError:
            return ""

    def status(self, path: str = "/readyz", seconds: float = 15) -> int:
        """The status of an answer; 0 when there is none."""
        try:
            return httpx.get(f"{self.address}{path}", timeout=seconds).status_code
        except httpx.HTTPError:
            return 0

    def wait_until_ready(self, seconds: float = 300) -> float:
        """Until it answers 200 and every worker is up; the seconds that took."""
        begun = time.monotonic()
        while self.status() != 200:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() - begun < seconds, self.log.read_text()[-2000:]
            time.sleep(0.05)
        return time.monotonic() - begun

    def end(self, *signals: signal.Signals, seconds: float = 60) -> float:
        """Send the signals and wait; the seconds it took."""
        begun = time.monotonic()
        for number in signals:
            self.process.send_signal(number)
        self.process.wait(seconds)
        return time.monotonic() - begun

    def close(self) -> None:
        """End it whatever it does, and what is left of it."""
        workers = self.workers()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in workers:
            if b"worker_process" in _command(pid):
                os.kill(pid, signal.SIGKILL)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def is_running(pid: int) -> bool:
    """Whether a worker of that number runs."""
    return b"worker_process" in _command(pid)


def memory_of(pid: int) -> int:
    """Bytes of address space that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
