"""数据目录 The data folder: made by initdb aside and renamed, checked for its major version. DESIGN §7"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from api.embedded.account import Account
from api.embedded.binaries import Binaries
from api.errors import Problem, code

DISK_FULL = code(
    "DISK_FULL",
    507,
    zh="磁盘空间不足：{path} 所在磁盘只剩 {found}",
    en="the disk is full: {found} left on the disk of {path}",
    next_zh="清理磁盘，或用 SHOUWANG_HOME 换一个数据目录，然后重新启动",
    next_en="free some space, or choose another data folder by SHOUWANG_HOME, and start again",
)
INITDB_FAILED = code(
    "INITDB_FAILED",
    500,
    zh="无法建立数据目录 {path}：{found}",
    en="cannot make the data folder {path}: {found}",
    next_zh="按提示处理后重新启动，或用 DATABASE_URL 指定已有数据库",
    next_en="mend what it says and start again, or point DATABASE_URL to a database",
)
OTHER_MAJOR = code(
    "OTHER_MAJOR",
    500,
    zh="{path} 是 PostgreSQL {found} 的数据，当前程序是 {expected} 版",
    en="{path} holds data of PostgreSQL {found}, the binaries are {expected}",
    next_zh="用 SHOUWANG_POSTGRES_BIN 指定 {found} 版程序，用 pg_dump 导出，换新的 SHOUWANG_HOME 后导入",
    next_en="point SHOUWANG_POSTGRES_BIN to the binaries of {found}, dump by pg_dump, "
    "then restore into a new SHOUWANG_HOME",
)
NEEDED = 200_000_000  # bytes: an empty cluster is 40 MB, the first WAL and the binaries' copy come on top
NO_SPACE = "No space left on device"


def check_space(folder: Path, needed: int) -> None:
    """DISK_FULL unless the folder's disk has that many bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(DISK_FULL, path=str(folder), found=f"{free // 1_000_000} MB")


def ensure(
    state: Path, binaries: Binaries, account: Account, superuser: str, password: str, durable: bool = True
) -> Path:
    """The data folder of this major version under `state`, made when there is none. The caller holds the start lock."""
    data = state / f"pg{binaries.major}"
    if (data / "PG_VERSION").exists():
        return data
    for other in sorted(state.glob("pg[0-9]*/PG_VERSION")):
        raise Problem(OTHER_MAJOR, path=str(other.parent), found=other.read_text().strip(), expected=binaries.major)
    for half_made in state.glob("init-*"):
        shutil.rmtree(half_made, ignore_errors=True)
    check_space(state, NEEDED)
    aside = account.own(Path(tempfile.mkdtemp(prefix="init-", dir=state)))
    try:
        _initdb(aside, binaries, account, superuser, password, durable)
        (aside / "data").rename(data)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return data


def _initdb(aside: Path, binaries: Binaries, account: Account, superuser: str, password: str, durable: bool) -> None:
    password_file = aside / "password"  # inside a folder that nobody else may enter
    password_file.write_text(password + "\n")
    password_file.chmod(0o644)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.major >= 17 else ["--locale=C"]
    command: list[str | Path] = [
        binaries.folder / "initdb",
        f"--pgdata={aside / 'data'}",
        f"--username={superuser}",
        *locale,
    ]
    command += ["--encoding=UTF8", "--data-checksums", "--auth=scram-sha-256", f"--pwfile={password_file}"]
    command += [] if durable else ["--no-sync"]
    done = subprocess.run(  # noqa: S603 - the operator chose the folder
        command,
        capture_output=True,
        text=True,
        check=False,
        **account.spawn(),
    )
    if done.returncode == 0:
        return
    if NO_SPACE in done.stderr:
        raise Problem(DISK_FULL, path=str(aside.parent), found="0 MB")
    raise Problem(INITDB_FAILED, path=str(aside.parent), found=last_line(done.stderr))


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")
