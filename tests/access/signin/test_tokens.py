"""令牌 Good tokens are quick; wrong, expired, unsigned, foreign and forged ones are 401, each with its own code."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from api.access.signin.accounts import Accounts
from api.access.signin.errors import challenge
from api.access.signin.local_issuer import LocalIssuer
from api.access.signin.tokens import Tokens
from api.access.subject import Subject
from api.clock import SetClock
from api.errors import Problem
from tests.support.signin.account_table import Table

NOW = 1795406400


def claims(**changes: Any) -> dict[str, Any]:
    good = {"iss": "shouwang:local", "aud": "shouwang", "sub": "1", "post": 3, "iat": NOW, "nbf": NOW, "exp": NOW + 600}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(key: Any, issuer: LocalIssuer, algorithm: str = "EdDSA", kid: Any = "", **changes: Any) -> str:
    headers = {} if kid is None else {"kid": kid or issuer.jwks()["keys"][0]["kid"]}
    return "Bearer " + jwt.encode(claims(**changes), key, algorithm, headers=headers)


def by_hand(header: dict[str, Any], payload: Any, signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(payload).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def refusal(tokens: Tokens, header: str | None) -> Problem:
    with pytest.raises(Problem) as caught:
        await tokens.authenticate(header)
    assert caught.value.__cause__ is None
    return caught.value


async def test_a_good_token_acts_in_its_post(tokens: Tokens, issuer: LocalIssuer) -> None:
    subject = await tokens.authenticate("Bearer " + issuer.issue(1, 3, 600))
    assert isinstance(subject, Subject)
    assert (subject.account, subject.person, subject.post, subject.role) == (1, 101, 3, "county:health:handler")
    assert (subject.path, subject.home, subject.column) == (("0", "50", "500110"), "500110", "county")
    assert subject.token_expires == NOW + 600


async def test_a_known_token_costs_microseconds(tokens: Tokens, issuer: LocalIssuer, table: Any) -> None:
    header = "Bearer " + issuer.issue(1, 3, 600)
    first = await tokens.authenticate(header)
    queries, begun = table.queries, time.perf_counter()
    for _ in range(2000):
        assert await tokens.authenticate(header) is first
    assert (time.perf_counter() - begun) / 2000 < 100e-6
    assert table.queries == queries == 1


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "bearer\t"])
async def test_missing(tokens: Tokens, header: str | None) -> None:
    problem = await refusal(tokens, header)
    assert (problem.code.name, problem.code.status) == ("TOKEN_MISSING", 401)
    assert challenge(problem) == 'Bearer realm="shouwang"'


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b",
        "a.b.c",
        "..",
        "a.b.c.d",
        "é.é.é",
        "A" * 9000 + "..",
        by_hand({"alg": "EdDSA"}, "text", b"x"),
        by_hand({"alg": "EdDSA"}, [1], b"x"),
        "W10.e30.",
        base64.urlsafe_b64encode(b"[" * 3000).decode().rstrip("=") + ".e30.e30",
    ],
)
async def test_malformed(tokens: Tokens, token: str) -> None:
    problem = await refusal(tokens, f"Bearer {token}")
    assert problem.code.name == "TOKEN_MALFORMED"
    assert challenge(problem) == ('Bearer realm="shouwang", error="invalid_token", error_description="TOKEN_MALFORMED"')


@pytest.mark.parametrize("missing", ["exp", "sub"])
async def test_claims_that_must_be_there(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey, missing: str
) -> None:
    problem = await refusal(tokens, signed(private_key, issuer, **{missing: None}))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_MALFORMED", missing)


@pytest.mark.parametrize(
    "changes",
    [
        *({"exp": wrong} for wrong in (float("nan"), float("inf"), "soon", True)),
        *({"nbf": [1]}, {"iat": "x"}),
        *({"post": wrong} for wrong in ("x", True, 1.5, "9" * 30, {"$gt": 0})),
    ],
)
async def test_claims_of_the_wrong_kind(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey, changes: dict[str, Any]
) -> None:
    problem = await refusal(tokens, signed(private_key, issuer, **changes))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_MALFORMED", next(iter(changes)))


@pytest.mark.parametrize("none", ["none", "None", "NONE", "nOnE", "", None])
async def test_unsigned(tokens: Tokens, issuer: LocalIssuer, none: str | None) -> None:
    kid = issuer.jwks()["keys"][0]["kid"]
    problem = await refusal(tokens, "Bearer " + by_hand({"alg": none, "typ": "JWT", "kid": kid}, claims()))
    assert problem.code.name in ("TOKEN_FOREIGN", "TOKEN_MALFORMED")
    assert problem.code.status == 401


async def test_a_public_key_used_as_a_shared_secret(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey
) -> None:
    kid = issuer.jwks()["keys"][0]["kid"]
    public = private_key.public_key()
    secrets = [
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        issuer.jwks()["keys"][0]["x"].encode(),
    ]
    for secret in secrets:
        unsigned = by_hand({"alg": "HS256", "typ": "JWT", "kid": kid}, claims()).rstrip(".")
        mac = hmac.digest(secret, unsigned.encode(), hashlib.sha256)
        token = f"{unsigned}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
        problem = await refusal(tokens, f"Bearer {token}")
        assert (problem.code.name, problem.facts["part"]) == ("TOKEN_FOREIGN", "alg")


@pytest.mark.parametrize(
    ("part", "changes"),
    [("iss", {"iss": "https://elsewhere.example"}), ("aud", {"aud": "other"}), ("aud", {"aud": ["other"]})],
)
async def test_foreign(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey, part: str, changes: dict[str, Any]
) -> None:
    problem = await refusal(tokens, signed(private_key, issuer, **changes))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_FOREIGN", part)


async def test_somebody_elses_key(tokens: Tokens, issuer: LocalIssuer) -> None:
    other = Ed25519PrivateKey.generate()
    problem = await refusal(tokens, signed(other, issuer))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_FOREIGN", "signature")
    problem = await refusal(tokens, signed(other, issuer, kid="another"))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_FOREIGN", "kid")


async def test_every_changed_character_counts(tokens: Tokens, issuer: LocalIssuer) -> None:
    good = issuer.issue(1, 3, 600)
    await tokens.authenticate(f"Bearer {good}")
    for position in range(0, len(good) - 1, 5):
        changed = good[:position] + ("A" if good[position] != "A" else "B") + good[position + 1 :]
        assert (await refusal(tokens, f"Bearer {changed}")).code.status == 401


async def test_a_token_that_demands_what_we_do_not_know(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey
) -> None:
    headers = {"kid": issuer.jwks()["keys"][0]["kid"], "crit": ["urn:not-known"], "urn:not-known": 1}
    token = jwt.encode(claims(), private_key, "EdDSA", headers=headers)
    assert (await refusal(tokens, f"Bearer {token}")).code.status == 401


@pytest.mark.parametrize("cached", [False, True])
async def test_expiry_with_sixty_seconds_of_skew(
    tokens: Tokens, issuer: LocalIssuer, clock: SetClock, cached: bool
) -> None:
    start, header = clock.moment, "Bearer " + issuer.issue(1, 3, 300)
    if cached:
        await tokens.authenticate(header)
    clock.moment = start + timedelta(seconds=359, microseconds=999_000)
    assert (await tokens.authenticate(header)).post == 3
    clock.moment = start + timedelta(seconds=360)
    assert (await refusal(tokens, header)).code.name == "TOKEN_EXPIRED"


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_beginning_with_sixty_seconds_of_skew(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey, claim: str
) -> None:
    await tokens.authenticate(signed(private_key, issuer, **{claim: NOW + 60}))
    problem = await refusal(tokens, signed(private_key, issuer, **{claim: NOW + 61}))
    assert problem.code.name == "TOKEN_NOT_YET_VALID"


@pytest.mark.parametrize("subject", ["", "x", "-1", "1.0", "１", "9" * 40, "1 OR 1=1"])
async def test_a_subject_that_is_nobodys(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey, subject: str
) -> None:
    problem = await refusal(tokens, signed(private_key, issuer, sub=subject))
    assert problem.code.name == "ACCOUNT_UNKNOWN"


async def test_roles_are_never_taken_from_claims(
    tokens: Tokens, issuer: LocalIssuer, private_key: Ed25519PrivateKey
) -> None:
    grand = {"role": "national:rural_revitalization:operator", "roles": ["admin"], "tier": "NATIONAL", "path": ["0"]}
    subject = await tokens.authenticate(signed(private_key, issuer, **grand))
    assert (subject.role, subject.path) == ("county:health:handler", ("0", "50", "500110"))


async def test_a_disabled_account_ends_its_known_tokens(
    tokens: Tokens, issuer: LocalIssuer, accounts: Accounts, table: Any, clock: SetClock
) -> None:
    header = "Bearer " + issuer.issue(1, 3, 600)
    await tokens.authenticate(header)
    table.held[0]["state"] = "DISABLED"
    assert (await tokens.authenticate(header)).post == 3  # nobody told yet
    accounts.invalidate(1)
    assert (await refusal(tokens, header)).code.name == "ACCOUNT_DISABLED"
    table.held[0]["state"] = "ACTIVE"
    assert (await tokens.authenticate(header)).post == 3
    table.held[0]["state"] = "DISABLED"
    clock.moment += timedelta(seconds=30)  # without any notification
    assert (await refusal(tokens, header)).code.name == "ACCOUNT_DISABLED"


async def test_a_moved_official_is_seen_at_its_new_place(
    tokens: Tokens, issuer: LocalIssuer, accounts: Accounts, table: Any
) -> None:
    headers = ["Bearer " + issuer.issue(1, 3, seconds) for seconds in (600, 700)]
    for header in headers:
        await tokens.authenticate(header)
    table.held[0].update(county="500111")
    accounts.invalidate()
    for header, seconds in zip(headers, (600, 700), strict=True):
        subject = await tokens.authenticate(header)
        assert (subject.home, subject.token_expires) == ("500111", NOW + seconds)
    assert table.queries == 2


async def test_a_key_taken_back_ends_known_tokens(
    tokens: Tokens, issuer: LocalIssuer, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "Bearer " + issuer.issue(1, 3, 7200)
    await tokens.authenticate(header)

    async def none(kid: str | None, algorithm: str) -> None:
        return None

    monkeypatch.setattr(issuer, "key", none)
    clock.moment += timedelta(seconds=599)
    await tokens.authenticate(header)
    clock.moment += timedelta(seconds=1)
    assert (await refusal(tokens, header)).facts["part"] == "kid"


async def test_memory_of_tokens_is_bounded(
    issuer: LocalIssuer, accounts: Accounts, clock: SetClock, table: Any
) -> None:
    tokens = Tokens([issuer], accounts, clock, size=10)
    for _ in range(40):
        await tokens.authenticate("Bearer " + issuer.issue(1, 3, 600))
    assert len(tokens._admitted) == 10


ANY_TEXT = st.text(max_size=300)


@given(ANY_TEXT | ANY_TEXT.map(lambda text: f"Bearer {text}") | ANY_TEXT.map(lambda text: f"Bearer {text}.e30.{text}"))
async def test_no_header_harms(header: str) -> None:
    clock = SetClock(datetime(2026, 11, 23, tzinfo=UTC))
    tokens = Tokens([], Accounts(Table(), clock), clock)
    with pytest.raises(Problem) as caught:
        await tokens.authenticate(header)
    assert caught.value.code.status == 401


async def test_refusals_do_not_repeat_the_token(tokens: Tokens, issuer: LocalIssuer, private_key: Any) -> None:
    for changes in ({"aud": "canary-7391"}, {"iss": "canary-7391"}, {"sub": "canary-7391"}, {"post": "canary-7391"}):
        header = signed(private_key, issuer, **changes)
        problem = await refusal(tokens, header)
        text = f"{problem!r} {problem.extensions()} {challenge(problem)}"
        assert "canary-7391" not in text
        assert header[7:40] not in text
