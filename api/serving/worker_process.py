"""工作进程 One worker: uvicorn's server on the supervisor's socket, with a heartbeat. Run by the supervisor alone.

    python -P -m api.serving.worker_process SOCKET PIPE WAITING SUPERVISOR

SOCKET, PIPE and WAITING are descriptors, SUPERVISOR is a process id. A byte goes into the pipe every second from inside
the event loop, so a blocked loop is silent; `-` says that this worker ends. A worker ends when its supervisor does:
Linux sends it SIGTERM, elsewhere the closed pipe tells. Whatever hangs, it is gone GRACE seconds after SIGTERM. Nothing
is opened in the database before the other end of WAITING is closed: until then it is not of this release.
"""

import ctypes
import os
import signal
import socket
import sys
import threading
from types import FrameType

import uvicorn

from api import safe_logging
from api.resolvers.http.protocol import LimitedProtocol
from api.resolvers.http.request import MOST_BYTES
from api.resolvers.socket.protocol import LimitedWebSocket

# whoever reuses connections has to be the first to close an idle one, or a request now and then meets one just closed
# here (a proxy answers 502): nginx keeps them 60 seconds, uvicorn by itself 5
KEEP_ALIVE = 75
ANSWERING, GRACE = 10, 12.0
"""Seconds after SIGTERM that running requests have to be answered, and that the process has to end."""
SWITCHING = 0.0005
"""Seconds that a thread keeps the interpreter while the event loop waits for it; Python's own is ten times as long."""
ALIVE, ENDING = b".", b"-"
TICKS = 10
"""Ticks of 0.1 seconds from one heartbeat to the next."""
START_FAILED = 3
"""Exit status of a worker that could not start, as uvicorn has it."""
_PR_SET_PDEATHSIG = 1


class BeatingServer(uvicorn.Server):
    """uvicorn's server, heard by a supervisor."""

    def __init__(self, config: uvicorn.Config, pipe: int) -> None:
        super().__init__(config)
        self._pipe = pipe

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second, in the event loop."""
        if counter % TICKS == 0 and not beat(self._pipe, ALIVE):
            self.handle_exit(signal.SIGTERM, None)
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to end: nothing that hangs may hold the process longer than GRACE."""
        if not self.should_exit:
            beat(self._pipe, ENDING)
            end_after(GRACE)
        super().handle_exit(sig, frame)


def beat(pipe: int, sign: bytes) -> bool:
    """Write a sign of life; False when nobody listens any more."""
    try:
        os.write(pipe, sign)
    except BlockingIOError:  # the supervisor is slow: what it has not read yet is enough
        return True
    except OSError:
        return False
    return True


def end_after(seconds: float) -> None:
    """End this process after so many seconds, whatever it is doing."""
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()


def end_with(supervisor: int) -> None:
    """Have this process sent SIGTERM when its supervisor ends (Linux); end at once when that has happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        sys.exit(0)


def config(waiting: int | None = None) -> uvicorn.Config:
    """The configuration with which every worker serves."""

    def create() -> object:
        from api import app  # takes a second: the worker has to hear of its supervisor's end before

        return app.create(waiting)

    return uvicorn.Config(
        create,
        factory=True,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=LimitedProtocol,
        access_log=False,
        ws=LimitedWebSocket,
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=ANSWERING,
    )


def main(listening: int, pipe: int, waiting: int, supervisor: int) -> None:
    """Serve until a signal, or until the supervisor is gone."""
    end_with(supervisor)
    sys.setswitchinterval(SWITCHING)
    safe_logging.begin()
    os.set_blocking(pipe, False)
    server = BeatingServer(config(waiting), pipe)
    server.run(sockets=[socket.socket(fileno=listening)])
    sys.exit(0 if server.started else START_FAILED)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:5]))
