"""密钥环 Keyring: versions of the data key and the one index key, in a file outside the database. DESIGN §2

    {"algorithm": "AES-256-GCM",
     "newest": 2,
     "data": {"1": {"key": "<base64, 32 bytes>", "replaced": "2026-11-23T10:00:00+00:00"},
              "2": {"key": "…", "replaced": null}},
     "index": "<base64, 32 bytes>"}

Writes use the newest data key, reads whichever key the first byte of a value names. The index key has no versions:
another one makes every blind index another, which is a migration and not a rotation. Whoever holds the index key
can try all ID numbers of a county in minutes, so the file belongs on no database host and in no backup of one.
Lost keys are lost values: keep a copy as carefully as the file.
"""

import base64
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from api.errors import Problem, Term, code
from api.sealing.secret_file import read_or_make, read_secret, replace_secret

KEYS_UNUSABLE = code(
    "KEYS_UNUSABLE",
    500,
    zh="密钥文件 {path} 不可用：{found}",
    en="the key file {path} can't be used: {found}",
    next_zh="用 SHOUWANG_KEYS_FILE 指明密钥文件，其权限须为 0600；丢失的密钥只能从备份恢复，切勿新建",
    next_en="name it by SHOUWANG_KEYS_FILE, with mode 0600; lost keys come from a backup, never make new ones",
)
KEYS_EXHAUSTED = code(
    "KEYS_EXHAUSTED",
    409,
    zh="密钥编号已用完（共 {most} 个）",
    en="all {most} key ids are in use",
    next_zh="完成重新加密并删除旧密钥后再轮换",
    next_en="finish re-encryption, remove old keys, then rotate",
)

ALGORITHM = "AES-256-GCM"
KEY_BYTES = 32
LOOK_AGAIN = 1.0
"""Seconds after which a running worker looks whether the file was replaced."""
FIRST_ID, LAST_ID = 1, 127
"""Ids of AES-256-GCM keys. 128 to 254 are kept for SM4; 0 and 255 are never used, so blank bytes name no key."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """One data key; `replaced` is the moment a newer one took over, None for the newest. Never printed."""

    key: bytes = field(repr=False)
    replaced: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys in memory; never printed."""

    newest: int
    data: Mapping[int, DataKey] = field(repr=False)
    index: bytes = field(repr=False)

    def rotated(self, now: datetime) -> "Keyring":
        """A keyring with one more data key, which becomes the newest. KEYS_EXHAUSTED."""
        ids = [number for number in _ids_after(self.newest) if number not in self.data]
        if not ids:
            raise Problem(KEYS_EXHAUSTED, most=LAST_ID)
        replaced = replace(self.data[self.newest], replaced=now)
        data = {**self.data, self.newest: replaced, ids[0]: DataKey(secrets.token_bytes(KEY_BYTES))}
        return replace(self, newest=ids[0], data=MappingProxyType(data))

    def without(self, ids: Collection[int]) -> "Keyring":
        """A keyring without those data keys; the newest always stays."""
        data = {number: key for number, key in self.data.items() if number == self.newest or number not in ids}
        return replace(self, data=MappingProxyType(data))

    def continues(self, earlier: "Keyring") -> bool:
        """Whether this may be the earlier keyring after rotations: another database's has another index key."""
        common = self.data.keys() & earlier.data.keys()
        return self.index == earlier.index and all(self.data[key].key == earlier.data[key].key for key in common)


def _ids_after(newest: int) -> list[int]:
    return [*range(newest + 1, LAST_ID + 1), *range(FIRST_ID, newest)]


def new_keyring() -> Keyring:
    """Fresh random keys, data key 1."""
    data = MappingProxyType({FIRST_ID: DataKey(secrets.token_bytes(KEY_BYTES))})
    return Keyring(FIRST_ID, data, secrets.token_bytes(KEY_BYTES))


class KeyringFile:
    """The keyring of `keys_file`, which must exist, else of HOME/keys.json, made on first start. KEYS_UNUSABLE.

    The file may be replaced while workers run: `newer` notices within a second.
    """

    def __init__(self, home: Path, keys_file: Path | None = None) -> None:
        self.path = keys_file or home / "keys.json"
        if keys_file is None:
            read_or_make(self.path, lambda: _written(new_keyring()), KEYS_UNUSABLE)
        self._seen: tuple[int, ...] | None = None
        self._looked = 0.0

    def read(self) -> Keyring:
        """The keyring as it is now. KEYS_UNUSABLE says which permission or part is wrong, never a key."""
        self._looked, self._seen = time.monotonic(), self._stamp()
        return _parsed(read_secret(self.path, KEYS_UNUSABLE), self.path)

    def newer(self, *, at_once: bool = False) -> Keyring | None:
        """The keyring if the file was replaced since; looks once a second at most, unless `at_once`.

        A file that can't be read meanwhile changes nothing: the keys in memory go on serving.
        """
        if not at_once and time.monotonic() - self._looked < LOOK_AGAIN:
            return None
        self._looked = time.monotonic()
        if self._stamp() == self._seen:
            return None
        try:
            return self.read()
        except Problem:
            return None

    def save(self, keyring: Keyring) -> None:
        """Replace the file by this keyring, all at once. KEYS_UNUSABLE."""
        replace_secret(self.path, _written(keyring), KEYS_UNUSABLE)

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def _written(keyring: Keyring) -> bytes:
    data = {str(number): _plain(key) for number, key in sorted(keyring.data.items())}
    document = {"algorithm": ALGORITHM, "newest": keyring.newest, "data": data, "index": _base64(keyring.index)}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _plain(key: DataKey) -> dict[str, str | None]:
    return {"key": _base64(key.key), "replaced": key.replaced.isoformat() if key.replaced else None}


def _base64(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _parsed(content: bytes, path: Path) -> Keyring:
    try:
        document = orjson.loads(content)
        keyring = Keyring(document["newest"], _data(document), _key(document["index"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        # nothing of the content may be repeated, an exception's text included
        raise Problem(
            KEYS_UNUSABLE, path=str(path), found=Term("form", "不是本版本的密钥环", "not a keyring of this version")
        ) from None
    if keyring.newest not in keyring.data:
        raise Problem(
            KEYS_UNUSABLE, path=str(path), found=Term("newest", "缺少最新的数据密钥", "the newest data key is missing")
        )
    if keyring.index in {key.key for key in keyring.data.values()}:
        raise Problem(
            KEYS_UNUSABLE,
            path=str(path),
            found=Term("index", "索引密钥同时是数据密钥", "the index key is also a data key"),
        )
    return keyring


def _data(document: Any) -> Mapping[int, DataKey]:
    if document["algorithm"] != ALGORITHM:
        raise ValueError("algorithm")
    return MappingProxyType({_id(number): _data_key(entry) for number, entry in document["data"].items()})


def _data_key(entry: Any) -> DataKey:
    replaced = entry["replaced"]
    return DataKey(_key(entry["key"]), datetime.fromisoformat(replaced) if replaced else None)


def _id(text: Any) -> int:
    number = int(text)
    if not FIRST_ID <= number <= LAST_ID:
        raise ValueError("key id")
    return number


def _key(text: Any) -> bytes:
    key = base64.b64decode(text, validate=True)  # its error is a ValueError
    if len(key) != KEY_BYTES:
        raise ValueError("key length")
    return key
