"""本机签发 The key pair is made once and private; what it signs carries its own id; its JWKS proves it."""

import threading
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from api.access.signin.issuer import KeySet
from api.access.signin.local_issuer import LocalIssuer
from api.clock import SetClock
from api.errors import Problem


async def test_restarts_keep_the_key(tmp_path: Path, clock: SetClock) -> None:
    first, second = (LocalIssuer.of(tmp_path / "home", clock) for _ in range(2))
    assert first.jwks() == second.jwks()
    assert (tmp_path / "home" / "signing.pem").stat().st_mode & 0o777 == 0o600
    (key,) = first.jwks()["keys"]
    assert "d" not in key
    read = jwt.decode(
        first.issue(1, None), jwt.PyJWK(key), ["EdDSA"], audience="shouwang", options={"verify_exp": False}
    )
    assert (read["sub"], "post" in read) == ("1", False)
    assert len({first.issue(1, 3) for _ in range(5)}) == 5


def test_workers_starting_together_agree(tmp_path: Path, clock: SetClock) -> None:
    issuers, barrier = [], threading.Barrier(6)

    def start() -> None:
        barrier.wait()
        issuers.append(LocalIssuer.of(tmp_path, clock).jwks()["keys"][0]["kid"])

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(issuers) == 6
    assert len(set(issuers)) == 1


@pytest.mark.parametrize(
    "content", [b"", b"canary", b"-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"]
)
def test_a_spoilt_key_is_refused(tmp_path: Path, clock: SetClock, content: bytes) -> None:
    path = tmp_path / "signing.pem"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        LocalIssuer.of(tmp_path, clock)
    assert caught.value.code.name == "SIGNING_KEY_UNUSABLE"
    assert "canary" not in f"{caught.value!r}"


def test_another_kind_of_key_and_an_open_file_are_refused(tmp_path: Path, clock: SetClock) -> None:
    path = tmp_path / "signing.pem"
    path.touch(mode=0o600)
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(Problem, match="Ed25519"):
        LocalIssuer.of(tmp_path, clock)
    path.chmod(0o644)
    with pytest.raises(Problem, match="0644"):
        LocalIssuer.of(tmp_path, clock)


def test_a_key_set_takes_public_signing_keys_only(private_key: object, issuer: LocalIssuer) -> None:
    (good,) = issuer.jwks()["keys"]
    for bad in (
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
        {**good, "use": "enc"},
        {**good, "d": good["x"]},
        "text",
        None,
    ):
        assert len(KeySet({"keys": [bad]})) == 0
    for document in ({}, {"keys": None}, {"keys": {"a": good}}):
        assert len(KeySet(document)) == 0
    assert KeySet({"keys": [{**good, "x": "!"}]}).find(good["kid"], "EdDSA") is None
    twice = KeySet({"keys": [good, {**good, "x": good["x"]}]})
    assert twice.find(good["kid"], "EdDSA") is None  # which of two would have been believed?
    assert KeySet({"keys": [good]}).find(None, "EdDSA") is not None
    assert KeySet({"keys": [good]}).find(good["kid"], "RS256") is None
