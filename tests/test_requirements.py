"""依赖 The lock files: every package pinned and hashed, no host named, everything declared is there."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(ROOT.glob("requirements*.txt"))
LOCKS = [*FILES, *ROOT.glob("tests/**/package-lock.json")]


def pinned(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z0-9,-]+\])?==(\S+)", file.read_text(), re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[ =<>;\[]", text, maxsplit=1)[0] for text in requirements}


def test_there_is_one_for_running_one_for_testing_and_one_for_building() -> None:
    assert [file.name for file in FILES] == ["requirements-build.txt", "requirements-dev.txt", "requirements.txt"]


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: file.name)
def test_no_host_is_named(file: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links", file.read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_package_is_pinned_and_hashed(file: Path) -> None:
    entries = re.split(r"\n(?=\S)", file.read_text().strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==\S+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_is_declared_is_locked_and_both_locks_agree() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run, dev = pinned(ROOT / "requirements.txt"), pinned(ROOT / "requirements-dev.txt")
    assert names(declared["project"]["dependencies"]) <= run.keys()
    assert names(declared["dependency-groups"]["dev"]) <= dev.keys()
    assert run.items() <= dev.items()
    assert names(declared["build-system"]["requires"]) == pinned(ROOT / "requirements-build.txt").keys()


def test_an_extra_that_a_package_asks_for_is_locked_with_it() -> None:
    # else an older pip looks for the newest release with that extra, and finds one without a hash
    wanted = {
        match[0]
        for distribution in importlib.metadata.distributions()
        for requirement in distribution.requires or []
        if (match := re.match(r"[\w.-]+\[[\w,-]+\]", requirement)) and "extra ==" not in requirement
    }
    assert wanted
    for file in ("requirements.txt", "requirements-dev.txt"):
        locked = (ROOT / file).read_text()
        assert not [name for name in wanted if f"\n{name}==" not in locked], file
