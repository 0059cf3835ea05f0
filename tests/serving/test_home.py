"""主目录 A home folder that can't be used is called by its name, never a database that is away, never a traceback."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.database import problems
from api.embedded import check_home
from api.errors import Problem
from api.roles import Logins
from tests.support.command_line import shouwang
from tests.support.faults.proxy import Proxy
from tests.support.faults.serve import Serve
from tests.support.product import urls

NOBODY = 65534
COMMANDS = (("migrate",), ("keys", "status"), ("units", "load"))


@contextmanager
def unprivileged() -> Iterator[None]:
    """Root may read everything: not in this block, where nothing new can be imported either."""
    "localhost".encode("idna")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def closed(folder: Path) -> Path:
    folder.mkdir(mode=0o000)
    return folder


def a_file(place: Path) -> Path:
    place.write_text("")
    return place


def below_a_file(place: Path) -> Path:
    return a_file(place) / "home"


@pytest.mark.parametrize("broken", [a_file, below_a_file])
@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_says_that_its_home_is_unusable(
    database: Logins, tmp_path: Path, broken: Callable[[Path], Path], command: tuple[str, ...]
) -> None:
    home = broken(tmp_path / "home")
    result = await shouwang(database, home, *command)
    assert result.exit_code == 2, result.output
    assert "HOME_UNUSABLE" in result.stderr, result.output
    assert "Traceback" not in result.output


def test_a_home_that_may_not_be_read_or_written_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "read-only").mkdir(mode=0o555)
    for home in (closed(tmp_path / "closed"), tmp_path / "read-only", tmp_path / "closed" / "below"):
        with unprivileged(), pytest.raises(Problem, match="HOME_UNUSABLE"):
            check_home(home)
    check_home(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_serve_says_it_too(database: Logins, tmp_path: Path) -> None:
    serve = Serve(a_file(tmp_path / "home"), urls(database))
    try:
        assert serve.process.wait(60) == 2
        assert "HOME_UNUSABLE" in serve.log.read_text()
    finally:
        serve.close()


async def test_an_unreadable_home_of_the_driver_is_no_database_that_is_away(
    database: Logins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver looks for client certificates in $HOME/.postgresql whenever it may encrypt."""
    proxy = Proxy(database.app)
    await proxy.start()
    login = replace(database.app, host="127.0.0.1", port=proxy.port, sslmode="prefer")
    monkeypatch.setenv("HOME", str(closed(tmp_path / "closed")))
    try:
        with unprivileged(), pytest.raises(Problem) as caught, problems():
            await login.connect()
    finally:
        await proxy.stop()
    assert caught.value.code.name == "CLIENT_FILES_FORBIDDEN"
    assert ".postgresql" in caught.value.facts["path"]
