"""进度签名 The progress of an execution is signed: any login of the database can send notifications. Q40 (ours)"""

import hashlib
import hmac

Stand = tuple[int, int, int]
"""Request, items done, items in all."""


def progress_key(*secrets: str) -> bytes:
    """The key that workers of one installation share, from the passwords of their logins."""
    return hashlib.sha256(b"shouwang progress " + "\0".join(secrets).encode()).digest()


def sign(key: bytes, stand: Stand) -> str:
    """The signature of a stand.

    >>> sign(b"key", (1, 2, 3)) == sign(b"key", (1, 23, 3))
    False
    """
    return hmac.digest(key, ":".join(map(str, stand)).encode(), "sha256").hex()


def is_signed(key: bytes, stand: Stand, signature: object) -> bool:
    """Whether the signature is that of the stand."""
    return isinstance(signature, str) and hmac.compare_digest(sign(key, stand).encode(), signature.encode())
