"""主进程 The server's process: is it alive, does it answer, which settings it runs with. DESIGN §7"""

import os
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from api.embedded.account import Account

PORT = 5432  # only names the socket file: nothing listens on TCP
SOCKET_LIMIT = 103  # bytes of a socket's path that every system takes
NOBODY = 2**31 - 1  # a process id that no process has
MEGABYTE = 1_000_000
ENDING = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 2.0))
"""How the server is asked to stop, one after the other, and the seconds that each has: fast, immediate, kill."""
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


def is_alive(data: Path) -> int | None:
    """The process id of a living server of exactly this folder, or None."""
    pid = _recorded(data)
    return pid if pid and _runs(pid, data) else None


def forget_stale(data: Path, folder: Path) -> None:
    """Make lock files that block the start harmless, keeping what PostgreSQL itself still checks in them.

    A dead process is PostgreSQL's own business. A number reused by another program, a zombie, or a file cut short,
    it takes for a running server for ever.
    """
    (folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    file = data / "postmaster.pid"
    pid = _recorded(data)
    if not file.exists() or (pid and not _exists(pid)):
        return
    lines = file.read_text(errors="replace").splitlines()
    if pid and len(lines) > 1:
        file.write_text("\n".join([str(NOBODY), *lines[1:]]) + "\n")  # keeps the shared memory's key
    else:
        file.unlink()


def answers(folder: Path, user: str) -> bool:
    """Whether the server asks a client for its password: it does so only once it accepts connections."""
    body = f"user\0{user}\0database\0postgres\0\0".encode()
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(folder / f".s.PGSQL.{PORT}"))
            client.sendall(struct.pack("!II", 8 + len(body), 196608) + body)
            return client.recv(1) == b"R"
        except OSError:
            return False


def socket_folder(state: Path, account: Account) -> Path:
    """A folder only the account may enter, with a path short enough for a socket."""
    folder = state / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT:
        return account.own(folder)
    note = state / "run.path"
    if note.exists() and _is_private(Path(note.read_text()), account):
        return Path(note.read_text())
    folder = account.own(Path(tempfile.mkdtemp(prefix="shouwang-", dir="/tmp")))
    note.write_text(str(folder))
    return folder


def stop(data: Path) -> None:
    """Ask the server to end its sessions and stop; one that hangs is ended without a word. What is committed stays."""
    pid = is_alive(data)
    for number, seconds in ENDING:
        if pid is None:
            return
        os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while (pid := is_alive(data)) and (data / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.02)


def settings(folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """The server's settings: right for a laptop, enough for the benchmark, no personal value in a log."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = min(max(memory // 8, 128 * MEGABYTE), 1000 * MEGABYTE)
    return {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(folder).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "password_encryption": "scram-sha-256",
        "max_connections": "200",
        "shared_buffers": f"{buffers // 8192}",
        "effective_cache_size": f"{memory // 2 // 8192}",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # DETAIL lines, statements and parameters hold personal values: none of them is logged. Q38
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
        **extra,
    }


def _recorded(data: Path) -> int | None:
    try:
        pid = int((data / "postmaster.pid").read_text(errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid > 0 else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _runs(pid: int, data: Path) -> bool:
    # by command line, not by number: numbers are reused, and a zombie has no command line
    if Path("/proc/self").exists():
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(data) in arguments
    listed = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)  # noqa: S603 - our own words
    return os.fsencode(data) in listed.stdout


def _is_private(folder: Path, account: Account) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return status.st_uid == account.uid and status.st_mode & 0o170077 == 0o040000
