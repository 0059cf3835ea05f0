"""密钥环 The key file: made once, private, replaced whole, noticed while running, and told apart from rubbish."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from api.errors import Problem
from api.sealing import KeyringFile, Sealer
from api.sealing import keyring as keyring_module

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def refusal(home: Path, keys_file: Path | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        KeyringFile(home, keys_file).read()
    assert caught.value.code.name == "KEYS_UNUSABLE"
    return caught.value


def test_first_start_makes_private_keys_and_the_second_finds_them(tmp_path: Path) -> None:
    home = tmp_path / "a home" / "deeper"
    keyring = KeyringFile(home).read()
    assert (home / "keys.json").stat().st_mode & 0o777 == 0o600
    assert KeyringFile(home).read() == keyring
    assert [path.name for path in home.iterdir()] == ["keys.json"]


def test_workers_starting_together_agree(tmp_path: Path) -> None:
    keyrings = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        keyrings.append(KeyringFile(tmp_path).read().index)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keyrings) == 8
    assert len(set(keyrings)) == 1


def test_a_named_file_is_never_made(tmp_path: Path) -> None:
    problem = refusal(tmp_path, tmp_path / "lost.json")
    assert "lost.json" in str(problem)
    assert not (tmp_path / "lost.json").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_keys_open_to_others_are_refused(tmp_path: Path, mode: int) -> None:
    file = KeyringFile(tmp_path)
    file.path.chmod(mode)
    assert f"{mode:04o}" in str(refusal(tmp_path))


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir(mode=0o700)
    assert "keys.json" in str(refusal(tmp_path))


GOOD = {"key": "A" * 43 + "=", "replaced": None}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        {"algorithm": "ROT13", "newest": 1, "data": {"1": GOOD}, "index": "B" * 43 + "="},
        {"algorithm": "AES-256-GCM", "newest": 2, "data": {"1": GOOD}, "index": "BBBB" * 10 + "BBA="},
        {"algorithm": "AES-256-GCM", "newest": 1, "data": {"1": GOOD}, "index": "A" * 43 + "="},
        {"algorithm": "AES-256-GCM", "newest": 1, "data": {"1": GOOD}, "index": "c2hvcnQ="},
        {"algorithm": "AES-256-GCM", "newest": 1, "data": {"1": GOOD}, "index": "secret canary!"},
        {"algorithm": "AES-256-GCM", "newest": 0, "data": {"0": GOOD}, "index": "BBBB" * 10 + "BBA="},
        {"algorithm": "AES-256-GCM", "newest": 128, "data": {"128": GOOD}, "index": "BBBB" * 10 + "BBA="},
        {"algorithm": "AES-256-GCM", "newest": 1, "data": {"1": "A" * 43 + "="}, "index": "BBBB" * 10 + "BBA="},
        {"algorithm": "AES-256-GCM", "newest": 1, "data": [], "index": "BBBB" * 10 + "BBA="},
    ],
)
def test_rubbish_is_refused_and_not_repeated(tmp_path: Path, document: bytes | dict[str, object]) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_bytes(document if isinstance(document, bytes) else orjson.dumps(document))
    problem = refusal(tmp_path)
    assert "canary" not in f"{problem!r} {problem.extensions()}"
    assert problem.__cause__ is None
    assert path.read_bytes() == (document if isinstance(document, bytes) else orjson.dumps(document))


def test_a_running_sealer_follows_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_module, "LOOK_AGAIN", 0.0)
    running, elsewhere = Sealer.of(tmp_path), KeyringFile(tmp_path)
    old = running.seal("member", "phone", 7, "13800138000").sealed
    elsewhere.save(elsewhere.read().rotated(NOW))
    assert running.seal("member", "phone", 7, "13800138000").sealed[0] == 2
    elsewhere.save(elsewhere.read().without({1}))
    with pytest.raises(Problem) as caught:
        running.newest and running.open("member", "phone", 7, old)
    assert caught.value.code.name == "SEALING_KEY_ABSENT"


def test_an_unknown_key_is_looked_for_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_module, "LOOK_AGAIN", 3600.0)
    running, elsewhere = Sealer.of(tmp_path), KeyringFile(tmp_path)
    elsewhere.save(elsewhere.read().rotated(NOW))
    sealed = Sealer(elsewhere.read()).seal("member", "phone", 7, "13800138000").sealed
    assert running.open("member", "phone", 7, sealed) == "13800138000"


def test_a_file_gone_meanwhile_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_module, "LOOK_AGAIN", 0.0)
    running = Sealer.of(tmp_path)
    sealed = running.seal("member", "phone", 7, "13800138000").sealed
    (tmp_path / "keys.json").write_bytes(b"half")
    os.utime(tmp_path / "keys.json", ns=(1, 1))
    assert running.open("member", "phone", 7, sealed) == "13800138000"
    (tmp_path / "keys.json").unlink()
    assert running.seal("member", "phone", 7, "13800138000").sealed[0] == 1


def test_another_databases_file_is_never_adopted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_module, "LOOK_AGAIN", 0.0)
    running = Sealer.of(tmp_path / "mine")
    own, sealed = (tmp_path / "mine/keys.json").read_bytes(), running.seal("member", "phone", 7, "13800138000").sealed
    for number in (1, 2):  # also one that was rotated, whose key ids differ
        foreign = KeyringFile(tmp_path / "other")
        foreign.save(foreign.read() if number == 1 else foreign.read().rotated(NOW).without({1}))
        KeyringFile(tmp_path / "mine").save(foreign.read())
        assert running.open("member", "phone", 7, running.seal("member", "phone", 7, "13800138000").sealed)
        assert running.open("member", "phone", 7, sealed) == "13800138000"
        with pytest.raises(Problem):
            Sealer(foreign.read()).open("member", "phone", 7, running.seal("member", "phone", 7, "13800138000").sealed)
    (tmp_path / "mine/keys.json").write_bytes(own)
    file = KeyringFile(tmp_path / "mine")
    file.save(file.read().rotated(NOW))
    assert running.newest == 2
