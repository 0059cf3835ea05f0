"""密钥文件 A secret kept in a file: readable by its owner alone, made at most once, never half written."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from api.errors import Code, Problem, Term


def read_secret(path: Path, unusable: Code) -> bytes:
    """The bytes of the file; `unusable` (facts `path`, `found`) when missing, unreadable or open to others."""
    try:
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise Problem(unusable, path=str(path), found=Term("mode", f"权限为 {mode:04o}", f"mode {mode:04o}"))
        return path.read_bytes()
    except OSError as fault:
        raise Problem(unusable, path=str(path), found=fault.strerror) from None


def read_or_make(path: Path, make: Callable[[], bytes], unusable: Code) -> bytes:
    """The bytes of the file, made with mode 0600 when there is none; of several makers at once one wins."""
    if path.exists():
        return read_secret(path, unusable)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = _written(path, make())
        try:
            path.hardlink_to(fresh)  # unlike a rename it never replaces what another process made meanwhile
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    except OSError as fault:
        raise Problem(unusable, path=str(path), found=fault.strerror) from None
    return read_secret(path, unusable)


def replace_secret(path: Path, content: bytes, unusable: Code) -> None:
    """Put new content in place at once: a reader sees the old file or the new one, also after a power cut."""
    try:
        _written(path, content).replace(path)
        _sync_folder(path.parent)
    except OSError as fault:
        raise Problem(unusable, path=str(path), found=fault.strerror) from None


def _written(path: Path, content: bytes) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
