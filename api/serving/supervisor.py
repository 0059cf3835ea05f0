"""监管进程 Keeps the workers of a host running: a dead or silent one is replaced, whatever the database does. DESIGN §7

The socket is bound once and every worker accepts from it. Workers are separate processes, not forks, and are started
from the main thread alone: Linux ends them when the thread that started them ends.

SIGTERM, SIGINT  every worker ends; after GRACE the ones that did not are killed
SIGHUP           each worker is replaced by a new one, which answers before the old one leaves
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from api.serving.worker_process import ENDING, START_FAILED
from api.serving.worker_process import GRACE as WORKER_GRACE

SILENT, STARTING = 10.0, 60.0
"""Seconds without a heartbeat after which a worker is killed; before its first."""
GRACE = WORKER_GRACE + 1.0
"""Seconds after SIGTERM in which a worker has to be gone."""
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds before a dead worker's place is filled again; the last one for every further attempt."""
LOOK = 0.1
COMMAND = (sys.executable, "-P", "-m", "api.serving.worker_process")

Start = Callable[[int, int], "subprocess.Popen[bytes]"]
"""Starts a worker with the descriptors of the socket and of its pipe."""


def start_worker(waiting: int, listening: int, pipe: int) -> "subprocess.Popen[bytes]":
    """Start one worker, which waits for the database until the other end of `waiting` is closed."""
    command = [*COMMAND, str(listening), str(pipe), str(waiting), str(os.getpid())]
    return subprocess.Popen(command, pass_fds=(listening, pipe, waiting))  # noqa: S603 - our own words


class WorkerProcess:
    """A process and the pipe that it beats into. `until` is when it is killed unless it is heard before."""

    def __init__(self, start: Start, listening: int) -> None:
        self.pipe, beaten = os.pipe()
        os.set_blocking(self.pipe, False)
        try:
            self.process = start(listening, beaten)
        finally:
            os.close(beaten)
        self.was_up = False
        self.until = time.monotonic() + STARTING

    def listen(self) -> None:
        """Read what it wrote: a worker that is ending says so, and has its grace."""
        try:
            signs = os.read(self.pipe, 4096)
        except BlockingIOError:
            return
        if signs:
            self.was_up = True
            self.until = time.monotonic() + (GRACE if ENDING in signs else SILENT)

    def is_gone(self) -> bool:
        """Whether it ended; one that was silent too long is killed here."""
        if self.process.poll() is not None:
            return True
        if time.monotonic() > self.until:
            self.process.kill()
        return False

    def end(self) -> None:
        """Ask it to end."""
        self.process.terminate()
        self.until = time.monotonic() + GRACE

    def close(self) -> None:
        """Let go of the pipe of a worker that is gone."""
        os.close(self.pipe)


@dataclass(slots=True)
class Place:
    """One of the workers to keep running."""

    worker: WorkerProcess | None = None
    successor: WorkerProcess | None = None
    """The worker that takes over once it answers."""
    failures: int = 0
    """Workers that ended one after the other without ever being up."""
    next_start: float = 0.0


class Supervisor:
    """Runs `count` workers on a bound socket."""

    def __init__(self, listening: socket.socket, count: int, start: Start) -> None:
        self._listening, self._start = listening, start
        self._places = [Place() for _ in range(count)]
        self._leaving: list[WorkerProcess] = []
        self._ending = self._renewing = self._was_up = False

    def run(self) -> int:
        """Supervise until a signal: 0. START_FAILED when a worker says that it can't start and none ever was up."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_end)
        signal.signal(signal.SIGHUP, self._on_renew)
        try:
            while not self._ending:
                if not self._keep_all():
                    return START_FAILED
                if self._renewing:
                    self._renew()
                self._listen(LOOK)
            return 0
        finally:
            self._end_all()

    def _on_end(self, _: int, __: FrameType | None) -> None:
        self._ending = True

    def _on_renew(self, _: int, __: FrameType | None) -> None:
        self._renewing = True

    def _new(self) -> WorkerProcess:
        return WorkerProcess(self._start, self._listening.fileno())

    def _workers(self) -> list[WorkerProcess]:
        places = [worker for place in self._places for worker in (place.worker, place.successor) if worker is not None]
        return places + self._leaving

    def _keep_all(self) -> bool:
        filled = [self._keep(place) for place in self._places]
        return all(filled)

    def _keep(self, place: Place) -> bool:
        """Fill the place when its worker is gone; False when there is no sense in another attempt."""
        worker = place.worker
        if worker is not None and worker.is_gone():
            worker.close()
            place.worker = None
            if worker.process.returncode == START_FAILED and not self._was_up:
                return False
            place.failures = 0 if worker.was_up else place.failures + 1
            place.next_start = time.monotonic() + PAUSES[min(place.failures, len(PAUSES) - 1)]
        if place.worker is None and time.monotonic() >= place.next_start:
            place.worker = self._new()
        self._hand_over(place)
        return True

    def _hand_over(self, place: Place) -> None:
        """Let the old worker go once its successor answers; a successor that never does leaves it in its place."""
        successor = place.successor
        if successor is None:
            return
        if successor.is_gone():
            successor.close()
            place.successor = None
        elif successor.was_up:
            if place.worker is not None:
                place.worker.end()
                self._leaving.append(place.worker)
            place.worker, place.successor = successor, None

    def _renew(self) -> None:
        self._renewing = False
        for place in self._places:
            place.successor = place.successor or self._new()

    def _listen(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            for worker in self._workers():
                selector.register(worker.pipe, selectors.EVENT_READ, worker)
            for key, _ in selector.select(seconds):
                key.data.listen()
        self._was_up = self._was_up or any(worker.was_up for worker in self._workers())
        for worker in [worker for worker in self._leaving if worker.is_gone()]:
            worker.close()
            self._leaving.remove(worker)

    def _end_all(self) -> None:
        for worker in self._workers():
            worker.end()
        waiting = self._workers()
        while waiting:
            time.sleep(LOOK / 2)
            waiting = [worker for worker in waiting if not worker.is_gone()]  # kills who is past its grace
