"""服务 Start the private server, or attach to it; the last process that uses it stops it. DESIGN §7"""

import atexit
import fcntl
import logging
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from api.embedded import binaries, datadir, passwords, postmaster
from api.embedded.account import Account
from api.errors import Problem, Term, code

LOCK_HELD = Term("held", "文件锁被另一进程占用", "another process holds its lock")
HOME_UNUSABLE = code(
    "HOME_UNUSABLE",
    500,
    zh="无法使用数据目录 {path}：{found}",
    en="cannot use the data folder {path}: {found}",
    next_zh="检查该目录的权限，或用 SHOUWANG_HOME 换一个目录",
    next_en="check the folder's permissions, or choose another by SHOUWANG_HOME",
)
SERVER_FAILED = code(
    "SERVER_FAILED",
    500,
    zh="内嵌 PostgreSQL 未能启动：{found}（日志 {path}）",
    en="the embedded PostgreSQL did not start: {found} (log {path})",
    next_zh="按日志处理后重新启动，或用 DATABASE_URL 指定已有数据库",
    next_en="mend what the log says and start again, or point DATABASE_URL to a database",
)
SECRETS_LOST = code(
    "SECRETS_LOST",
    500,
    zh="口令文件 {path} 丢失，而数据库仍在运行",
    en="the secrets file {path} is gone while the database still runs",
    next_zh="停止全部 shouwang 进程后重新启动，将生成新口令",
    next_en="stop every shouwang process and start again: new passwords will be made",
)
log = logging.getLogger("shouwang.embedded")

SUPERUSER = "postgres"
PATIENCE = 300.0  # seconds: a server that was killed under load replays its WAL first
LOOK = 0.5  # seconds between two looks whether the server still runs
ATTEMPTS = 15  # after kill -9 the old backends hold the shared memory for a moment


class Server:
    """A PostgreSQL server in a folder, for as long as somebody uses it.

    `host` (the socket's folder), `port` and `passwords` hold once it runs. Several processes may use one home:
    each holds a shared lock that the kernel releases even on kill -9, and whoever gets it alone stops the server.
    `durable=False` waits for no disk: for tests, whose data may be lost with the machine's power.
    """

    port = postmaster.PORT

    def __init__(
        self,
        home: Path,
        chosen: Path | None = None,
        *,
        roles: Iterable[str] = (),
        durable: bool = True,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home.expanduser().absolute()
        self.passwords: dict[str, str] = {}
        self.host = ""
        self._chosen, self._roles, self._durable = chosen, (SUPERUSER, *roles), durable
        self._extra = {**({} if durable else postmaster.FORGETFUL), **(extra or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._uses: IO[str] | None = None
        self._pid = 0

    def start(self) -> Self:
        """Start or attach.

        Problems: NO_BINARIES, NO_ACCOUNT, HOME_UNUSABLE, DISK_FULL, INITDB_FAILED, OTHER_MAJOR, SECRETS_LOST,
        SERVER_FAILED.
        """
        try:
            self._find()
            with locked(self._state / "start.lock"):
                self._prepare()
                self._launch()
                self._use()
        except OSError as error:
            raise self._unusable(error) from error
        atexit.register(self.stop)
        return self

    def _use(self) -> None:
        self._uses = (self._state / "use.lock").open("w")
        fcntl.flock(self._uses, fcntl.LOCK_SH)
        self._pid = os.getpid()

    def stop(self) -> None:
        """Leave; stop the server when nobody else uses it. Doing it twice changes nothing."""
        if self._uses is None or self._pid != os.getpid():  # a fork's exit is not ours
            return
        atexit.unregister(self.stop)
        with locked(self._state / "start.lock"), self._uses as uses:
            self._uses = None
            try:
                fcntl.flock(uses, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._process:
                    self._process.returncode = 0  # it outlives us: tell Popen not to wait for it
                return
            postmaster.stop(self.data)
            if self._process:
                self._process.wait(60)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Use the server that another process of this home runs, whether or not it answers now.

        Problems: NO_BINARIES, NO_ACCOUNT, HOME_UNUSABLE.
        """
        try:
            self._find()
            self.passwords = passwords.load(self.home, self._roles)
            self.host = str(postmaster.socket_folder(self._state, self._account))
            self.data = self._state / f"pg{self._binaries.major}"
            self._use()
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            self.stop()

    @contextmanager
    def kept_running(self) -> Iterator[None]:
        """Start the server again whenever it ends while the block runs, however often that fails."""
        ending = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(ending,), name="embedded server", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            ending.set()
            keeper.join()

    def _keep(self, ending: threading.Event) -> None:
        while not ending.wait(LOOK):
            if postmaster.is_alive(self.data):
                continue
            log.warning("the embedded PostgreSQL ended: it is started again")
            try:
                with locked(self._state / "start.lock"):
                    self._launch(ending)
            except (Problem, OSError) as fault:
                log.error("the embedded PostgreSQL does not start: %s", fault)  # noqa: TRY400 - the sentence says it

    def _find(self) -> None:
        self._account = Account.choose()
        self._state = self._account.state(self.home)
        self._binaries = binaries.find(self._chosen, self._account)

    def _unusable(self, error: OSError) -> Problem:
        return Problem(HOME_UNUSABLE, path=str(self.home), found=error.strerror or type(error).__name__)

    def _prepare(self) -> None:
        secrets, marker = self.home / "secrets.json", self._state / f"pg{self._binaries.major}"
        lost = marker.exists() and not secrets.exists()
        if lost and postmaster.is_alive(marker):
            raise Problem(SECRETS_LOST, path=str(secrets))
        self.passwords = passwords.load(self.home, self._roles)
        self.data = datadir.ensure(self._state, self._binaries, self._account, SUPERUSER, self.passwords[SUPERUSER])
        self._folder = postmaster.socket_folder(self._state, self._account)
        self.host = str(self._folder)
        self._log = self._state / "postgres.log"
        if lost:
            self._reset_password(secrets)

    def _launch(self, ending: threading.Event | None = None) -> None:
        deadline = time.monotonic() + PATIENCE
        attempts = 0
        while not postmaster.answers(self._folder, SUPERUSER):
            if ending is not None and ending.is_set():
                return
            if time.monotonic() > deadline:
                raise self._failure()
            if self._process is not None and self._process.poll() is not None:
                self._process, attempts = None, attempts + 1
                if attempts == ATTEMPTS:
                    raise self._failure()
                time.sleep(0.2)
            if self._process is None and not postmaster.is_alive(self.data):
                postmaster.forget_stale(self.data, self._folder)
                self._process = self._spawn()
            time.sleep(0.01)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        options = postmaster.settings(self._folder, self._extra)
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - the operator chose the folder
                [
                    *(self._binaries.folder / "postgres", "-D", self.data),
                    *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before it reaches us
                **self._account.spawn(),
            )

    def _reset_password(self, secrets: Path) -> None:
        # whoever may write the data folder may set the password again
        sentence = f"ALTER ROLE {SUPERUSER} PASSWORD '{self.passwords[SUPERUSER]}';\n"
        postmaster.forget_stale(self.data, self._folder)
        done = subprocess.run(  # noqa: S603 - the operator chose the folder
            [self._binaries.folder / "postgres", "--single", "-D", self.data, "postgres"],
            input=sentence,
            capture_output=True,
            text=True,
            check=False,
            **{name: value for name, value in self._account.spawn().items() if name != "stdin"},
        )
        if done.returncode or "ERROR" in done.stderr:
            secrets.unlink()  # so that the next start tries again
            raise Problem(SERVER_FAILED, found=datadir.last_line(done.stderr), path=str(self._log))

    def _failure(self) -> Problem:
        output = self._log.read_text(errors="replace")[-4000:]
        if datadir.NO_SPACE in output.rsplit("starting PostgreSQL", 1)[-1]:
            return Problem(datadir.DISK_FULL, path=str(self._state), found="0 MB")
        return Problem(SERVER_FAILED, found=datadir.last_line(output), path=str(self._log))


def check_home(home: Path) -> None:
    """Make the folder when it is missing; HOME_UNUSABLE unless we may read it and write into it."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.scandir(home), tempfile.TemporaryFile(dir=home):
            return
    except OSError as error:
        raise Problem(HOME_UNUSABLE, path=str(home), found=error.strerror or type(error).__name__) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock; HOME_UNUSABLE when another process does for longer than it may take to start."""
    deadline = time.monotonic() + PATIENCE
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Problem(HOME_UNUSABLE, path=str(path), found=LOCK_HELD) from None
                time.sleep(0.05)
            else:
                break
        yield
