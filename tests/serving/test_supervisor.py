"""监管 Workers are replaced whatever they die of, end whatever they hang on, and none outlives its supervisor."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SUPERVISOR = """
import socket, subprocess, sys
from api.serving import supervisor, worker_process
supervisor.SILENT, supervisor.GRACE, supervisor.PAUSES = 3.0, 2.0, (0.05, 0.1)
def start(listening, pipe):
    command = [sys.executable, "-c", open(sys.argv[2]).read(), str(listening), str(pipe), str(supervisor.os.getpid())]
    return subprocess.Popen(command, pass_fds=(listening, pipe))
listening = socket.socket(fileno=int(sys.argv[1]))
sys.exit(supervisor.Supervisor(listening, 2, start).run())
"""
WORKER = """
import os, pathlib, signal, sys, time
from api.serving.worker_process import beat, end_with
folder = pathlib.Path(os.environ["FOLDER"])
end_with(int(sys.argv[3]))
if (folder / "fails").exists():
    sys.exit(int((folder / "fails").read_text()))
if (folder / "deaf").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
(folder / f"{os.getpid()}.up").touch()
while True:
    if not (folder / f"{os.getpid()}.silent").exists():
        beat(int(sys.argv[2]), b".")
    time.sleep(0.05)
"""


class Run:
    """A supervisor with two workers that do nothing but beat."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listening = socket.create_server(("127.0.0.1", 0))
        (folder / "worker.py").write_text(WORKER)
        number = self.listening.fileno()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(number), str(folder / "worker.py")],
            pass_fds=(number,),
            env={**os.environ, "FOLDER": str(folder)},
        )

    def workers(self) -> set[int]:
        """Those that came up and run."""
        up = {int(path.stem) for path in self.folder.glob("*.up")}
        return {pid for pid in up if Path(f"/proc/{pid}/stat").exists() and self._runs(pid)}

    @staticmethod
    def _runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except (FileNotFoundError, ProcessLookupError):
            return False

    def close(self) -> None:
        """End what is left."""
        for pid in self.workers():
            os.kill(pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.listening.close()


def eventually(condition: Callable[[], object], seconds: float = 60) -> float:
    """Wait until it holds; after how many seconds it did."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it did not come to that"
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    try:
        eventually(lambda: len(run.workers()) == 2)
        yield run
    finally:
        run.close()


def test_a_killed_worker_is_replaced(run: Run) -> None:
    killed, other = run.workers()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: killed not in run.workers() and len(run.workers()) == 2)
    assert other in run.workers()


def test_workers_that_fail_to_start_again_are_tried_until_they_do(run: Run) -> None:
    (run.folder / "fails").write_text("3")  # as when a start finds no database
    for pid in run.workers():
        os.kill(pid, signal.SIGKILL)
    time.sleep(1)
    assert run.process.poll() is None
    (run.folder / "fails").unlink()
    eventually(lambda: len(run.workers()) == 2)


def test_a_silent_worker_is_killed_and_replaced(run: Run) -> None:
    silent, _ = run.workers()
    (run.folder / f"{silent}.silent").touch()
    assert eventually(lambda: silent not in run.workers() and len(run.workers()) == 2) >= 0.5


def test_sigterm_ends_all_within_grace_also_the_deaf(run: Run) -> None:
    (run.folder / "deaf").touch()
    os.kill(next(iter(run.workers())), signal.SIGKILL)
    eventually(lambda: len(list(run.folder.glob("*.up"))) == 3 and len(run.workers()) == 2)
    run.process.terminate()
    begun = time.monotonic()
    assert run.process.wait(10) == 0
    assert 1 < time.monotonic() - begun < 6
    assert run.workers() == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the closed pipe tells, which is tried below")
def test_a_killed_supervisor_leaves_no_orphans(run: Run) -> None:
    run.process.kill()
    assert eventually(lambda: run.workers() == set()) < 3


def test_sighup_replaces_every_worker_and_the_new_ones_are_up_first(run: Run) -> None:
    before = run.workers()
    run.process.send_signal(signal.SIGHUP)
    eventually(lambda: run.workers().isdisjoint(before) and len(run.workers()) == 2)
    assert run.process.poll() is None


def test_a_start_that_can_t_succeed_ends_with_its_status(tmp_path: Path) -> None:
    (tmp_path / "fails").write_text("3")
    run = Run(tmp_path)
    try:
        assert run.process.wait(20) == 3
    finally:
        run.close()


def test_a_closed_pipe_says_that_the_supervisor_is_gone() -> None:
    from api.serving.worker_process import ALIVE, beat

    read, write = os.pipe()
    assert beat(write, ALIVE)
    os.close(read)
    handler = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    assert not beat(write, ALIVE)
    signal.signal(signal.SIGPIPE, handler)
    os.close(write)
