"""签发方 Issuer: who makes tokens, under which keys, and whom its `sub` speaks of; ours and OIDC look the same."""

from collections.abc import Mapping
from typing import Any, Protocol

from jwt import PyJWK
from jwt.exceptions import PyJWKError, PyJWTError

from api.access.signin.accounts import Holder

SIGNING_ALGORITHMS = (
    "EdDSA",
    "ES256",
    "ES384",
    "ES512",
    "PS256",
    "PS384",
    "PS512",
    "RS256",
    "RS384",
    "RS512",
)
"""Public-key algorithms only: a shared secret, or none, proves nothing about an issuer."""

_FAMILY = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("EdDSA",)}


class Issuer(Protocol):
    """The facts about an issuer that `Tokens` needs."""

    @property
    def name(self) -> str:
        """The exact text of the claim `iss`."""
        ...

    @property
    def audience(self) -> str:
        """The value that the claim `aud` must contain."""
        ...

    async def key(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The public key of that id, fit for that algorithm; None when the issuer has none."""
        ...

    def holder(self, subject: str) -> Holder | None:
        """The account that the claim `sub` names; None when it names none."""
        ...


class KeySet:
    """The public signing keys of one JWKS document, each under its id."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        keys = document.get("keys")
        self._keys = [key for key in keys if _signs(key)] if isinstance(keys, list) else []
        self._ready: dict[tuple[str | None, str], PyJWK] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The key of that id, if it may sign by that algorithm. A token without an id needs the only such key."""
        ready = self._ready.get((kid, algorithm))
        if ready is not None:
            return ready
        fit = [key for key in self._keys if (kid is None or key.get("kid") == kid) and _fits(key, algorithm)]
        if len(fit) != 1:
            return None
        try:
            jwk = PyJWK.from_dict(fit[0], algorithm)
        except (PyJWKError, PyJWTError, ValueError):
            return None
        self._ready[kid, algorithm] = jwk
        return jwk


def _signs(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") in _FAMILY and key.get("use", "sig") == "sig" and "d" not in key


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    return key.get("alg", algorithm) == algorithm and algorithm.startswith(_FAMILY[key["kty"]])
