"""服务启停 How `shouwang serve` prepares its database, holds its port, and stops a server that hangs."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands.serve import _bound
from api.database import DATABASE_UNAVAILABLE
from api.embedded import Server, postmaster
from api.errors import Problem
from api.serving import preparation as module
from api.serving.preparation import Preparation, is_away
from api.settings import read
from tests.support.faults.ground import CHOSEN, folder
from tests.support.faults.serve import free_port, until


def test_a_server_that_does_not_stop_is_stopped(made_to_hang: Path) -> None:
    begun = time.monotonic()
    postmaster.stop(made_to_hang)
    assert time.monotonic() - begun < 5
    assert postmaster.is_alive(made_to_hang) is None


@pytest.fixture
def made_to_hang(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a server whose first process hangs."""
    quick = tuple((number, 0.3) for number, _ in postmaster.ENDING)
    monkeypatch.setattr(postmaster, "ENDING", (*quick[:-1], (signal.SIGKILL, 3.0)))
    with folder() as home:
        server = Server(home / "home", CHOSEN, durable=False).start()
        pid = postmaster.is_alive(server.data)
        assert pid
        os.kill(pid, signal.SIGSTOP)
        yield server.data
        server.stop()


def test_a_port_is_held_from_the_moment_it_is_bound() -> None:
    settings = read({"SHOUWANG_PORT": str(free_port())})
    with _bound(settings), pytest.raises(Problem, match="PORT_TAKEN"):
        _bound(settings)


class Failing:
    """A preparation that fails with each of the faults in turn, then succeeds."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.attempts = 0

    async def __call__(self) -> None:
        self.attempts += 1
        if self.faults:
            raise self.faults.pop(0)


def is_prepared(preparation: Preparation) -> bool:
    os.set_blocking(preparation.waiting, False)
    try:
        return os.read(preparation.waiting, 1) == b""
    except BlockingIOError:
        return False


def test_a_preparation_goes_on_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.05)
    away = Problem(DATABASE_UNAVAILABLE, retry=1)
    prepare = Failing(away, ConnectionRefusedError(), away)
    preparation = Preparation(prepare)
    preparation.begin()
    assert not is_prepared(preparation)
    until(lambda: is_prepared(preparation), 5)
    assert prepare.attempts == 4
    preparation.check()


def test_what_else_goes_wrong_ends_it_at_once_or_later(monkeypatch: pytest.MonkeyPatch) -> None:
    signals: list[int] = []
    monkeypatch.setattr(module, "PAUSE", 0.05)
    monkeypatch.setattr(module.os, "kill", lambda _, number: signals.append(number))
    with pytest.raises(ZeroDivisionError):
        Preparation(Failing(ZeroDivisionError())).begin()
    preparation = Preparation(Failing(Problem(DATABASE_UNAVAILABLE, retry=1), ZeroDivisionError()))
    preparation.begin()
    until(lambda: signals == [signal.SIGTERM], 5)
    assert not is_prepared(preparation)
    with pytest.raises(ZeroDivisionError):
        preparation.check()


@pytest.mark.parametrize(("fault", "away"), [(ConnectionRefusedError(), True), (ValueError(), False)])
def test_what_passes_by_itself(fault: Exception, away: bool) -> None:
    assert is_away(fault) is away
