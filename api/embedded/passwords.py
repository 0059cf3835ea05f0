"""口令 HOME/secrets.json: one generated password per login role, mode 0600, never trust. DESIGN §7"""

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

from api.errors import Problem, code

SECRETS_UNREADABLE = code(
    "SECRETS_UNREADABLE",
    500,
    zh="口令文件 {path} 不是有效的口令表",
    en="the secrets file {path} holds no valid table of passwords",
    next_zh="停止全部 shouwang 进程，移走该文件后重新启动，将生成新口令",
    next_en="stop every shouwang process, move the file away and start again: new passwords will be made",
)


def load(home: Path, names: Iterable[str]) -> dict[str, str]:
    """The passwords by name; missing ones are generated and kept, once however many processes ask."""
    path = home / "secrets.json"
    with (home / "secrets.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        passwords = _read(path)
        missing = [name for name in names if name not in passwords]
        if missing:
            passwords |= {name: secrets.token_urlsafe(24) for name in missing}
            _write(path, passwords)
    return passwords


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        passwords = json.loads(path.read_text())
    except ValueError as error:
        raise Problem(SECRETS_UNREADABLE, path=str(path)) from error
    if not isinstance(passwords, dict) or not all(isinstance(value, str) for value in passwords.values()):
        raise Problem(SECRETS_UNREADABLE, path=str(path))
    return passwords


def _write(path: Path, passwords: dict[str, str]) -> None:
    descriptor, aside = tempfile.mkstemp(prefix="secrets-", dir=path.parent)  # mkstemp makes it 0600
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    Path(aside).replace(path)
