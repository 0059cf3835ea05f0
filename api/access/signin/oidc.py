"""统一身份认证 An OpenID Connect issuer: its public keys are fetched, kept, and fetched again when they changed.

    discovery   ISSUER/.well-known/openid-configuration → jwks_uri, unless SHOUWANG_OIDC_JWKS_URL names it
    unknown kid the issuer may have rotated: one fetch, and no other for ASK_AGAIN seconds
    old keys    fetched anew in the background after KEEP seconds, so a key that was taken back is forgotten
    failure     the keys in memory go on serving; with none there is ISSUER_UNAVAILABLE (503), never a guess

`sub` is looked up among the accounts; the rights of an account come from its posts, never from claims.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx
import orjson
from jwt import PyJWK

from api.access.signin.errors import ISSUER_UNAVAILABLE
from api.access.signin.issuer import KeySet
from api.errors import Problem
from api.setting_types import is_secure

KEEP = 600.0
ASK_AGAIN = 30.0
FIRST_AGAIN = 2.0
"""Seconds between two tries while there is no key at all."""
TIMEOUT = 5.0
LARGEST = 256 * 1024
"""Bytes of the largest document that an issuer is believed."""

log = logging.getLogger("shouwang.oidc")


class OidcIssuer:
    """Keys of one issuer, whose addresses the settings have found secure.

    `seconds` is a steady clock, passed so that tests need not wait.
    """

    def __init__(
        self,
        name: str,
        audience: str,
        jwks_url: str | None = None,
        *,
        seconds: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name, self.audience = name, audience
        self._jwks_url, self._seconds = jwks_url, seconds
        self._tls = tls or httpx.create_ssl_context()  # once: reading the certificates would block every request
        self._keys: KeySet | None = None
        self._fetched = self._last_request = -KEEP
        self._asking = asyncio.Lock()
        self._refresh: asyncio.Task[None] | None = None

    def holder(self, subject: str) -> str | None:
        """The subject itself: accounts name it in `oidc_subject`."""
        return subject if 0 < len(subject) <= 255 and "\0" not in subject else None

    async def key(self, kid: str | None, algorithm: str) -> PyJWK | None:
        """The public key of that id; asks the issuer at most once in ASK_AGAIN seconds. ISSUER_UNAVAILABLE."""
        key = self._keys.find(kid, algorithm) if self._keys else None
        if key is None:
            await self._ask()
            if self._keys is None:
                raise Problem(ISSUER_UNAVAILABLE)
            return self._keys.find(kid, algorithm)
        if self._seconds() - self._fetched >= KEEP and (self._refresh is None or self._refresh.done()):
            self._refresh = asyncio.create_task(self._ask())
        return key

    async def _ask(self) -> None:
        async with self._asking:
            if self._seconds() - self._last_request < (ASK_AGAIN if self._keys else FIRST_AGAIN):
                return
            self._last_request = self._seconds()
            try:
                async with httpx.AsyncClient(timeout=TIMEOUT, verify=self._tls) as client:
                    keys = KeySet(await _document(client, await self._address(client)))
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError) as fault:
                log.warning("keys of the issuer not fetched: %s", type(fault).__name__)
                return
            if len(keys):
                self._keys, self._fetched = keys, self._last_request
            else:
                log.warning("keys of the issuer not fetched: no signing key in the document")

    async def _address(self, client: httpx.AsyncClient) -> str:
        if self._jwks_url is not None:
            return self._jwks_url
        document = await _document(client, f"{self.name.rstrip('/')}/.well-known/openid-configuration")
        address = document.get("jwks_uri")
        if document.get("issuer") != self.name or not isinstance(address, str) or not is_secure(address):
            raise ValueError("discovery document of another issuer")
        return address


async def _document(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    content = bytearray()
    async with asyncio.timeout(TIMEOUT), client.stream("GET", url) as response:
        response.raise_for_status()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > LARGEST:
                raise ValueError("document too large")
    document = orjson.loads(content)
    if not isinstance(document, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of fault: the answer is unusable
    return document
