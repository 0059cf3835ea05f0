"""A home that the server's account can reach, and a child process that uses a server until it is told to leave."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.embedded import postmaster
from tests.support.embedded.servers import Child, start


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    folder.chmod(0o711)
    home = folder / "a home, with \"quotes' and 中文"
    yield home
    for file in folder.rglob("postmaster.pid"):  # a failing test must not leave a server behind
        postmaster.stop(file.parent)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """A home whose data folder exists: copying it is quicker than initdb."""
    folder = Path(tempfile.mkdtemp(prefix="shouwang-test-"))
    folder.chmod(0o711)
    with start(folder / "home"):
        pass
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def ready(initialised: Path, home: Path) -> Path:
    """A home of this test's own whose server ran once."""
    subprocess.run(["cp", "-a", initialised, home], check=True)
    return home


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    children: list[Child] = []

    def spawn(home: Path, environment: dict[str, str] | None = None) -> Child:
        children.append(Child(home, environment))
        return children[-1]

    yield spawn
    for process in children:
        if process.process.poll() is None:
            process.kill()
