"""令牌 Tokens: one way of verifying, whoever issued it; the answer is the Subject that acts. DESIGN §8

    Authorization → known already?  yes → Subject (microseconds)
                                    no  → bearer → issuer → key → signature → times → account → Subject

Nothing a token claims grants anything: `sub` finds the account, `post` chooses among its posts, the database says
the rest.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jwt

from api.access.signin.accounts import Accounts, Holder
from api.access.signin.cache import Cache
from api.access.signin.errors import (
    ACCOUNT_UNKNOWN,
    TOKEN_EXPIRED,
    TOKEN_FOREIGN,
    TOKEN_MALFORMED,
    TOKEN_MISSING,
    TOKEN_NOT_YET_VALID,
    TOKEN_RECALLED,
)
from api.access.signin.issuer import SIGNING_ALGORITHMS, Issuer
from api.access.signin.sessions import SKEW, session_proof
from api.access.subject import Subject
from api.clock import Clock
from api.errors import Problem

VERIFY_AGAIN = 600.0
"""Seconds after which even a known token is verified again, so that a key its issuer took back ends with it."""

LONGEST = 8192
"""Characters of the longest token that is looked at."""

REQUIRED = ("iss", "aud", "sub", "exp")


@dataclass(frozen=True, slots=True)
class Verified:
    """The content of a valid token: holder, post (None: the only one), issued at (0: not stated), expiry.

    `session` proves the token to the database, and is no token.
    """

    holder: Holder
    post: int | None
    expires: float
    issued: float
    session: str


@dataclass(slots=True)
class _Admitted:
    verified: Verified
    base: Subject
    subject: Subject


class Tokens:
    """Verifies bearer tokens of the given issuers. One per worker; remembers at most `size` tokens, by digest."""

    def __init__(self, issuers: Sequence[Issuer], accounts: Accounts, clock: Clock, *, size: int = 20_000) -> None:
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._accounts, self._clock = accounts, clock
        self._admitted: Cache[bytes, _Admitted] = Cache(size)
        self._reader = jwt.PyJWT({"enforce_minimum_key_length": True})

    async def authenticate(self, header: str | None) -> Subject:
        """The Subject of the request with this Authorization header.

        401 TOKEN_MISSING, TOKEN_MALFORMED, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_FOREIGN, TOKEN_RECALLED,
        ACCOUNT_UNKNOWN;
        403 ACCOUNT_DISABLED, POST_…; 503 ISSUER_UNAVAILABLE.
        """
        now = self._clock.now().timestamp()
        digest = hashlib.sha256((header or "").encode(errors="surrogatepass")).digest()
        admitted = self._admitted.get(digest, now)
        if admitted is None:
            verified = await self.verify(bearer(header), now)
            return await self._admit(digest, verified, min(verified.expires + SKEW, now + VERIFY_AGAIN))
        base = self._accounts.cached(admitted.verified.holder, admitted.verified.post, now)
        # by identity: the accounts' cache gives a new object when the account changed, so nothing has to be compared
        if base is not admitted.base:
            base = await self._accounts.subject(admitted.verified.holder, admitted.verified.post)
            admitted.subject = _acting(base, admitted.verified)
            admitted.base = base
        return admitted.subject

    async def verify(self, token: str, now: float) -> Verified:
        """Check signature, issuer, audience and times, the account not. The 401 and 503 of `authenticate`."""
        header, claims = _unverified(token)
        issuer = self._issuers.get(str(claims.get("iss")))
        if issuer is None:
            raise Problem(TOKEN_FOREIGN, part="iss")
        if header.get("alg") not in SIGNING_ALGORITHMS:
            raise Problem(TOKEN_FOREIGN, part="alg")
        kid = header.get("kid")
        if not isinstance(kid, str | None):
            raise Problem(TOKEN_MALFORMED, part="kid")
        key = await issuer.key(kid, header["alg"])
        if key is None:
            raise Problem(TOKEN_FOREIGN, part="kid")
        return _read(self._signed(token, key, issuer), issuer, now, session_proof(token))

    async def _admit(self, digest: bytes, verified: Verified, until: float) -> Subject:
        base = await self._accounts.subject(verified.holder, verified.post)
        admitted = _Admitted(verified, base, _acting(base, verified))
        self._admitted.put(digest, admitted, until)
        return admitted.subject

    def _signed(self, token: str, key: jwt.PyJWK, issuer: Issuer) -> Mapping[str, Any]:
        # the times are ours to check: the product's clock is injected, PyJWT asks the machine's
        checks: Any = {"require": list(REQUIRED), "verify_exp": False, "verify_nbf": False, "verify_iat": False}
        try:
            return self._reader.decode(
                token, key, [key.algorithm_name], options=checks, audience=issuer.audience, issuer=issuer.name
            )
        except jwt.InvalidAudienceError:
            raise Problem(TOKEN_FOREIGN, part="aud") from None
        except jwt.InvalidIssuerError:
            raise Problem(TOKEN_FOREIGN, part="iss") from None
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError):
            raise Problem(TOKEN_FOREIGN, part="signature") from None
        except jwt.MissingRequiredClaimError as missing:
            raise Problem(TOKEN_MALFORMED, part=str(missing.claim)) from None
        except jwt.PyJWTError:
            raise Problem(TOKEN_MALFORMED, part="claims") from None


def _acting(base: Subject, verified: Verified) -> Subject:
    """The Subject of this token; TOKEN_RECALLED when it was issued before the account's tokens were taken back."""
    if verified.issued < base.tokens_from:
        raise Problem(TOKEN_RECALLED)
    return replace(
        base,
        token_expires=int(verified.expires),
        token_issued=verified.issued,
        session=verified.session,
    )


def bearer(header: str | None) -> str:
    """The token of an Authorization header; TOKEN_MISSING, or TOKEN_MALFORMED when it can't be one."""
    if not header:
        raise Problem(TOKEN_MISSING)
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Problem(TOKEN_MISSING)
    if len(token) > LONGEST or not token.isascii() or token.count(".") != 2:
        raise Problem(TOKEN_MALFORMED, part="form")
    return token


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as written, only to find the issuer and the key that will prove them."""
    try:
        read = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError):
        raise Problem(TOKEN_MALFORMED, part="form") from None
    return read["header"], read["payload"]


def _read(claims: Mapping[str, Any], issuer: Issuer, now: float, session: str) -> Verified:
    expires, begins = _moment(claims, "exp"), max(_moment(claims, "nbf"), _moment(claims, "iat"))
    if now >= expires + SKEW:
        raise Problem(TOKEN_EXPIRED)
    if begins > now + SKEW:
        raise Problem(TOKEN_NOT_YET_VALID)
    holder = issuer.holder(claims["sub"])
    if holder is None:
        raise Problem(ACCOUNT_UNKNOWN)
    return Verified(holder, _post(claims.get("post")), expires, _moment(claims, "iat"), session)


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name, 0)
    # a NaN would compare as never expired
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Problem(TOKEN_MALFORMED, part=name)
    return float(value)


def _post(claim: Any) -> int | None:
    if claim is None or (isinstance(claim, int) and not isinstance(claim, bool)):
        return claim
    if isinstance(claim, str) and claim.isascii() and claim.isdecimal() and len(claim) < 20:
        return int(claim)
    raise Problem(TOKEN_MALFORMED, part="post")
