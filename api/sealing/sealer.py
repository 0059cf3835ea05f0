"""密封 Seal and open personal identifiers: AES-256-GCM bound to table, row and column; keyed index; masked form. Q38

    sealed  = key id (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16)      opens only as that table:row:column
    index   = HMAC-SHA256(index key, class ‖ 0x00 ‖ index text)         equal for equal identifiers, for exact search
    masked  = 1****************X                                        what the read path shows; it never decrypts

The row key is the row's own id, taken from the table's sequence before the INSERT (`row_ids`). The blind index would
be known beforehand too, but then ciphertext, index and mask copied together to another row would still open there;
the id is what makes such a copy fail. Ids never change, and a household keeps its own when it moves.
"""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.errors import Problem, code
from api.sealing.identifiers import Identifier
from api.sealing.keyring import Keyring, KeyringFile

SEALED_VALUE_BROKEN = code(
    "SEALED_VALUE_BROKEN",
    500,
    zh="一项密封信息不能打开：内容被改动、被复制自他处或已损坏",
    en="{column} of row {row} of {table} can't be opened: changed, copied from elsewhere or damaged",
    next_zh="通知运维人员核查该行的审计记录，并从备份恢复",
    next_en="tell the operators: look up the row in the audit ledger and restore it from a backup",
    question="Q38",
)
SEALING_KEY_ABSENT = code(
    "SEALING_KEY_ABSENT",
    500,
    zh="密钥环中没有编号为 {key} 的数据密钥",
    en="the keyring holds no data key {key}",
    next_zh="请运维人员从备份恢复密钥文件；重新加密完成之前不得删除旧密钥",
    next_en="restore the key file from its backup; an old key may go only after re-encryption",
)

log = logging.getLogger("shouwang.sealing")

NONCE, BLOCK = 12, 64
SHORTEST = 1 + NONCE + 16


@dataclass(frozen=True, slots=True)
class SealedValue:
    """The three stored columns of one identifier."""

    sealed: bytes
    index: bytes
    masked: str


class _Keys:
    """A keyring made ready, swapped by one reference when the file changes."""

    def __init__(self, keyring: Keyring) -> None:
        self.ciphers = {number: AESGCM(key.key) for number, key in keyring.data.items()}
        self.newest, self.keyring = keyring.newest, keyring
        self.inner, self.outer = _pads(keyring.index)


class Sealer:
    """Seals with the newest data key, opens with any of the keyring. Share one.

    It follows the file it came from, unless another database's was put in its place.
    """

    def __init__(self, keyring: Keyring, file: KeyringFile | None = None) -> None:
        self._keys, self._file = _Keys(keyring), file

    @classmethod
    def of(cls, home: Path, keys_file: Path | None = None) -> "Sealer":
        """The sealer of an installation (settings.home, settings.keys_file). KEYS_UNUSABLE."""
        file = KeyringFile(home, keys_file)
        return cls(file.read(), file)

    @property
    def newest(self) -> int:
        """Id of the data key that seals."""
        return self._current().newest

    @property
    def keyring(self) -> Keyring:
        """The keys in use, to seal in another process of ours with."""
        return self._current().keyring

    def seal(self, table: str, column: str, row: int, value: str) -> SealedValue:
        """Seal a value for that place; UNREADABLE_IDENTIFIER when it is none of its class. `column` names the class."""
        identifier = Identifier(column)
        text = identifier.normalised(value)
        return SealedValue(
            self._encrypt(table, column, row, text), self._mac(identifier, text), identifier.masked(text)
        )

    def open(self, table: str, column: str, row: int, sealed: bytes) -> str:
        """The value sealed for that place. SEALED_VALUE_BROKEN, SEALING_KEY_ABSENT."""
        if len(sealed) < SHORTEST:
            raise Problem(SEALED_VALUE_BROKEN, table=table, row=row, column=column)
        cipher = self._keys.ciphers.get(sealed[0]) or self._current(at_once=True).ciphers.get(sealed[0])
        if cipher is None:
            raise Problem(SEALING_KEY_ABSENT, key=sealed[0])
        try:
            nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
            return cipher.decrypt(nonce, rest, _place(table, column, row, sealed[0])).decode()
        except InvalidTag:
            raise Problem(SEALED_VALUE_BROKEN, table=table, row=row, column=column) from None

    def reseal(self, table: str, column: str, row: int, sealed: bytes) -> bytes:
        """The same value under the newest data key; index and mask stay. The Problems of `open`."""
        return self._encrypt(table, column, row, self.open(table, column, row, sealed))

    def index(self, identifier: Identifier, value: str) -> bytes:
        """The blind index by which an equal identifier is found. UNREADABLE_IDENTIFIER."""
        return self._mac(identifier, identifier.normalised(value))

    def _current(self, *, at_once: bool = False) -> _Keys:
        newer = self._file.newer(at_once=at_once) if self._file else None
        if newer is not None and newer.continues(self._keys.keyring):
            self._keys = _Keys(newer)
        elif newer is not None:
            log.error("the key file was replaced by another database's; it is not used")
        return self._keys

    def _encrypt(self, table: str, column: str, row: int, text: str) -> bytes:
        keys, nonce = self._current(), os.urandom(NONCE)
        place = _place(table, column, row, keys.newest)
        return bytes((keys.newest,)) + nonce + keys.ciphers[keys.newest].encrypt(nonce, text.encode(), place)

    def _mac(self, identifier: Identifier, text: str) -> bytes:
        keys = self._keys
        inner, outer = keys.inner.copy(), keys.outer.copy()
        inner.update(f"{identifier.name}\0{identifier.index_text(text)}".encode())
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest


def _pads(key: bytes) -> tuple[Any, Any]:
    """The two hashes of HMAC-SHA256, begun (RFC 2104): copying them costs a fifth of hmac.digest."""
    block = key.ljust(BLOCK, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))


def _place(table: str, column: str, row: int, key: int) -> bytes:
    return f"{key}:{table}:{row}:{column}".encode()
