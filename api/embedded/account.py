"""账户 Chooses the account of the server. PostgreSQL refuses root, so root lends it an existing unprivileged one.

No account is made, no folder above ours is opened up. Where that account cannot reach the project (/root, say),
the data and a copy of the binaries live under `ROOT_STATE` instead.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.errors import Problem, code

NO_ACCOUNT = code(
    "NO_ACCOUNT",
    500,
    zh="以 root 运行时需要已有的 postgres 或 nobody 账户",
    en="running as root needs an existing account postgres or nobody",
    next_zh="改用普通用户运行，或用 DATABASE_URL 指定已有数据库",
    next_en="run as an ordinary user, or point DATABASE_URL to a database",
)
ROOT_STATE = Path("/var/lib/shouwang")


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server's processes; `lent` when it is not our own."""

    uid: int
    gid: int
    lent: bool

    @classmethod
    def choose(cls) -> "Account":
        """Ourselves, or for root the account `postgres`, else `nobody`; NO_ACCOUNT without either."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), lent=False)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, lent=True)
        raise Problem(NO_ACCOUNT)

    def spawn(self) -> dict[str, Any]:
        """Arguments for subprocess that run a program as this account, without our environment's locale or PG*."""
        options = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LC_", "PG")) and name not in ("LANG", "LANGUAGE")
        }
        environment = {"env": options | {"LC_ALL": "C", "TZ": "UTC"}, "stdin": subprocess.DEVNULL}
        if not self.lent:
            return environment
        return environment | {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter the folder, or run the program."""
        if not self.lent:
            return os.access(path, os.X_OK)
        return subprocess.run(["/usr/bin/test", "-x", path], check=False, **self.spawn()).returncode == 0  # noqa: S603 - our own words

    def own(self, folder: Path) -> Path:
        """Make a folder that only the account (and root) may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.lent:
            os.chown(folder, self.uid, self.gid)
        return folder

    def state(self, home: Path) -> Path:
        """The folder for data: the home itself, or one under ROOT_STATE when the account cannot reach the home."""
        home.mkdir(mode=0o711 if self.lent else 0o700, parents=True, exist_ok=True)
        if self.reaches(home):
            return home
        state = ROOT_STATE / hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        _passable(ROOT_STATE)
        return _passable(state)

    def reachable_copy(self, folder: Path) -> Path:
        """The binaries' folder, or a copy of their installation where the account can run it."""
        program = folder / "postgres"
        if self.reaches(program):
            return folder
        key = hashlib.sha256(os.fsencode(f"{program}{program.stat().st_mtime_ns}")).hexdigest()[:16]
        copy = ROOT_STATE / "binaries" / key
        if not copy.exists():
            _passable(ROOT_STATE)
            _publish(copy, lambda aside: _copy_installation(folder.parent, aside))
        return copy / folder.parent.relative_to(folder.parents[2]) / folder.name


def _passable(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # whatever the umask is: the account passes through, nobody else lists it
    return folder


def _publish(target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder aside and rename it, so that a half-made copy is never used."""
    _passable(target.parent)
    aside = _passable(target.with_name(f"{target.name}.{os.getpid()}"))
    fill(aside)
    try:
        aside.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(aside)


def _copy_installation(installation: Path, aside: Path) -> None:
    package = installation.parent
    shutil.copytree(installation, aside / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # a wheel's own libraries, found by a relative path
    if libraries.exists():
        shutil.copytree(libraries, aside / libraries.name, symlinks=True)
    for path in (aside, *aside.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
