"""统一身份认证 Tokens of an OIDC issuer, its keys fetched over real HTTP: rotation, outages, and what it may not do."""

import asyncio
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from api.access.signin.accounts import Accounts
from api.access.signin.issuers import issuers, local_issuer
from api.access.signin.oidc import OidcIssuer
from api.access.signin.tokens import Tokens
from api.clock import SetClock
from api.errors import Problem
from api.settings import read
from tests.support.signin.account_table import Table
from tests.support.signin.key_server import SIGNING, KeyServer, public, serving

NOW = 1795406400


class Steady:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with serving() as server:
        yield server


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def remote(server: KeyServer, steady: Steady) -> OidcIssuer:
    return OidcIssuer(server.url, "shouwang", seconds=steady)


@pytest.fixture
def tokens(remote: OidcIssuer, accounts: Accounts, clock: SetClock) -> Tokens:
    return Tokens([remote], accounts, clock)


def signed(
    server: KeyServer, kid: str | None = "first", algorithm: str = "RS256", key: Any = None, **changes: Any
) -> str:
    claims = {"iss": server.url, "aud": ["shouwang", "other"], "sub": "subject-1", "exp": NOW + 600, **changes}
    headers = {} if kid is None else {"kid": kid}
    return "Bearer " + jwt.encode(claims, key or SIGNING[kid or "first"], algorithm, headers=headers)


async def refusal(tokens: Tokens, header: str) -> Problem:
    with pytest.raises(Problem) as caught:
        await tokens.authenticate(header)
    return caught.value


async def test_discovery_then_keys_then_memory(tokens: Tokens, server: KeyServer) -> None:
    for seconds in (600, 601, 602):
        assert (await tokens.authenticate(signed(server, exp=NOW + seconds))).account == 1
    assert server.paths == ["/.well-known/openid-configuration", "/keys"]


async def test_the_post_claim_chooses(tokens: Tokens, server: KeyServer, table: Table) -> None:
    table.add(1, 4, duty="REVIEWER")
    assert (await refusal(tokens, signed(server))).code.name == "POST_REQUIRED"
    assert (await tokens.authenticate(signed(server, post="4"))).role == "county:health:reviewer"
    assert (await refusal(tokens, signed(server, post=99))).code.name == "POST_UNKNOWN"
    assert (await refusal(tokens, signed(server, sub="stranger"))).code.name == "ACCOUNT_UNKNOWN"


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
async def test_a_key_that_names_no_algorithm_serves_its_family(
    tokens: Tokens, server: KeyServer, algorithm: str
) -> None:
    assert (await tokens.authenticate(signed(server, algorithm=algorithm))).account == 1


async def test_a_key_that_names_one_serves_that_one(tokens: Tokens, server: KeyServer) -> None:
    server.keys("first", alg="RS256")
    assert (await tokens.authenticate(signed(server))).account == 1
    problem = await refusal(tokens, signed(server, algorithm="PS256"))
    assert (problem.code.name, problem.facts["part"]) == ("TOKEN_FOREIGN", "kid")


async def test_a_token_without_a_key_id_needs_the_only_key(tokens: Tokens, server: KeyServer, steady: Steady) -> None:
    assert (await tokens.authenticate(signed(server, kid=None))).account == 1
    server.keys("first", "second")
    steady.seconds += 31
    await refusal(tokens, signed(server, kid="unknown", key=SIGNING["first"]))
    assert (await refusal(tokens, signed(server, kid=None, exp=NOW + 601))).facts["part"] == "kid"


async def test_rotation_is_noticed_by_an_unknown_kid(tokens: Tokens, server: KeyServer, steady: Steady) -> None:
    await tokens.authenticate(signed(server))
    server.keys("first", "second")
    steady.seconds += 31
    before = len(server.paths)
    assert (await tokens.authenticate(signed(server, "second"))).account == 1
    assert (await tokens.authenticate(signed(server, "first", exp=NOW + 601))).account == 1
    assert len(server.paths) == before + 2


async def test_unknown_kids_do_not_make_us_ask_and_ask(tokens: Tokens, server: KeyServer, steady: Steady) -> None:
    await tokens.authenticate(signed(server))
    steady.seconds += 31
    before = len(server.paths)
    headers = [signed(server, f"unknown-{number}", key=SIGNING["second"]) for number in range(20)]
    problems = await asyncio.gather(*(refusal(tokens, header) for header in headers))
    assert {problem.facts["part"] for problem in problems} == {"kid"}
    assert len(server.paths) == before + 2
    assert (await tokens.authenticate(signed(server, exp=NOW + 601))).account == 1


async def test_many_first_requests_fetch_once(tokens: Tokens, server: KeyServer) -> None:
    headers = [signed(server, exp=NOW + 600 + number) for number in range(20)]
    await asyncio.gather(*(tokens.authenticate(header) for header in headers))
    assert server.paths == ["/.well-known/openid-configuration", "/keys"]


async def test_a_key_taken_back_is_forgotten_in_time(
    tokens: Tokens, remote: OidcIssuer, server: KeyServer, steady: Steady
) -> None:
    await tokens.authenticate(signed(server))
    server.keys("second")
    steady.seconds += 600
    await tokens.authenticate(signed(server, exp=NOW + 601))  # answered at once; keys are fetched beside it
    assert remote._refresh is not None
    await remote._refresh
    assert (await refusal(tokens, signed(server, exp=NOW + 602))).facts["part"] == "kid"


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b""),
        (302, {"Location": "/elsewhere"}, b""),
        (200, {}, b"not json"),
        (200, {}, b"[]"),
        (200, {}, b'{"keys": []}'),
        (200, {}, b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}]}'),
        (200, {}, b'{"keys": [' + b" " * 300_000 + b"]}"),
        (200, {"Content-Length": "999999"}, b'{"keys": '),
        (200, {}, b'{"a":' * 5000),
    ],
)
async def test_an_outage_keeps_the_keys_in_memory(
    tokens: Tokens,
    remote: OidcIssuer,
    server: KeyServer,
    steady: Steady,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, dict[str, str], bytes],
) -> None:
    await tokens.authenticate(signed(server))
    server.answers["/keys"] = answer
    steady.seconds += 700
    await tokens.authenticate(signed(server, exp=NOW + 601))
    assert remote._refresh is not None
    await remote._refresh
    assert "keys of the issuer not fetched" in caplog.text
    steady.seconds += 700
    assert (await tokens.authenticate(signed(server, exp=NOW + 602))).account == 1
    await remote._refresh


async def test_no_keys_at_all_is_no_answer_and_recovers(tokens: Tokens, server: KeyServer, steady: Steady) -> None:
    good = server.answers.pop("/keys")
    problem = await refusal(tokens, signed(server))
    assert (problem.code.name, problem.code.status) == ("ISSUER_UNAVAILABLE", 503)
    requests = len(server.paths)
    assert (await refusal(tokens, signed(server))).code.status == 503
    assert len(server.paths) == requests
    server.answers["/keys"] = good
    steady.seconds += 2
    assert (await tokens.authenticate(signed(server))).account == 1


async def test_nobody_listening(accounts: Accounts, clock: SetClock, server: KeyServer) -> None:
    with serving() as gone:
        url = gone.url
    tokens = Tokens([OidcIssuer(server.url, "shouwang", f"{url}/keys")], accounts, clock)
    assert (await refusal(tokens, signed(server))).code.name == "ISSUER_UNAVAILABLE"


@pytest.mark.parametrize("change", [{"issuer": "https://elsewhere.example"}, {"jwks_uri": "http://elsewhere.example/"}])
async def test_discovery_of_another_issuer_is_not_believed(
    tokens: Tokens, server: KeyServer, change: dict[str, str]
) -> None:
    document = {"issuer": server.url, "jwks_uri": f"{server.url}/keys", **change}
    server.put("/.well-known/openid-configuration", document)
    assert (await refusal(tokens, signed(server))).code.name == "ISSUER_UNAVAILABLE"
    assert server.paths == ["/.well-known/openid-configuration"]


async def test_forged_and_weak_keys(tokens: Tokens, server: KeyServer) -> None:
    forged = rsa.generate_private_key(65537, 2048)
    assert (await refusal(tokens, signed(server, key=forged))).facts["part"] == "signature"
    secret = public("first")["n"].encode()
    shared = jwt.api_jws.PyJWS(algorithms=["HS256"]).encode(
        b'{"iss": "%s", "sub": "subject-1"}' % server.url.encode(), secret, "HS256", headers={"kid": "first"}
    )
    assert (await refusal(tokens, f"Bearer {shared}")).facts["part"] == "alg"


@pytest.mark.parametrize(
    "url", ["http://id.example", "ftp://127.0.0.1", "id.example", "https://", "http://127.0.0.1.evil.example"]
)
def test_keys_come_over_tls_or_from_this_machine(url: str) -> None:
    for name in ("SHOUWANG_OIDC_ISSUER", "SHOUWANG_OIDC_JWKS_URL"):
        with pytest.raises(Problem) as caught:
            read({name: url})
        assert caught.value.code.name == "BAD_SETTING"
        assert caught.value.facts["name"] == name


def test_an_oidc_issuer_switches_the_local_one_off(tmp_path: Any, clock: SetClock) -> None:
    home = {"SHOUWANG_HOME": str(tmp_path)}
    (local,) = issuers(read(home), clock)
    assert local.name == "shouwang:local"
    remote = read({**home, "SHOUWANG_OIDC_ISSUER": "https://id.example", "SHOUWANG_OIDC_AUDIENCE": "households"})
    (trusted,) = issuers(remote, clock)
    assert (trusted.name, trusted.audience) == ("https://id.example", "households")
    with pytest.raises(Problem) as caught:
        local_issuer(remote, clock)
    assert caught.value.code.name == "LOCAL_SIGN_IN_OFF"
