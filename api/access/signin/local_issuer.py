"""本机签发 The embedded default's own issuer: an Ed25519 key pair in the home folder, its JWKS served."""

import base64
import hashlib
import secrets
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from api.access.signin.issuer import KeySet
from api.clock import Clock
from api.errors import Problem, Term, code
from api.sealing.secret_file import read_or_make

SIGNING_KEY_UNUSABLE = code(
    "SIGNING_KEY_UNUSABLE",
    500,
    zh="签名密钥文件 {path} 不可用：{found}",
    en="the signing key file {path} can't be used: {found}",
    next_zh="改正文件权限（0600）；或删除该文件，重新启动时会生成新密钥，已发令牌随之失效",
    next_en="mend its permissions (0600); or remove it, and the next start makes a new key and ends all its tokens",
)

NAME = "shouwang:local"
AUDIENCE = "shouwang"
LIFETIME = 8 * 3600
"""Seconds a local token lives: a working day."""


class LocalIssuer:
    """Makes and proves tokens of local accounts; `sub` is the account's id, `post` the post's."""

    name = NAME
    audience = AUDIENCE

    def __init__(self, key: Ed25519PrivateKey, clock: Clock) -> None:
        self._key, self._clock = key, clock
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._kid = hashlib.sha256(public).hexdigest()[:16]
        self._jwk = {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "alg": "EdDSA",
            "kid": self._kid,
            "x": base64.urlsafe_b64encode(public).rstrip(b"=").decode(),
        }
        self._keys = KeySet(self.jwks())

    @classmethod
    def of(cls, home: Path, clock: Clock) -> "LocalIssuer":
        """The issuer of an installation; its key pair is HOME/signing.pem. SIGNING_KEY_UNUSABLE."""
        return cls(signing_key(home / "signing.pem"), clock)

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWKS document."""
        return {"keys": [dict(self._jwk)]}

    async def key(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """The public key, None for any other id or algorithm."""
        return self._keys.find(kid, algorithm)

    def holder(self, subject: str) -> int | None:
        """The account id in `sub`."""
        return int(subject) if subject.isascii() and subject.isdecimal() and len(subject) < 20 else None

    def issue(self, account: int, post: int | None, lifetime: int = LIFETIME) -> str:
        """A token for the account, acting in `post` (None: its only current one), for `lifetime` seconds."""
        now = int(self._clock.now().timestamp())
        claims: dict[str, Any] = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": str(account),
            "iat": now,
            "nbf": now,
            "exp": now + lifetime,
            "jti": secrets.token_hex(8),
        }
        if post is not None:
            claims["post"] = post
        return jwt.encode(claims, self._key, "EdDSA", headers={"kid": self._kid})


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key pair kept at `path`, made on first use with mode 0600. SIGNING_KEY_UNUSABLE."""
    content = read_or_make(path, _new_key, SIGNING_KEY_UNUSABLE)
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Problem(
            SIGNING_KEY_UNUSABLE, path=str(path), found=Term("pem", "不是 PEM 格式的私钥", "not a private key in PEM")
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Problem(
            SIGNING_KEY_UNUSABLE, path=str(path), found=Term("kind", "不是 Ed25519 密钥", "not an Ed25519 key")
        )
    return key


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
