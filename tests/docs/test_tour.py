"""The tour and the guide to contributing name what exists, and the walks go down."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOUR = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
STATION = re.compile(r"^\d+\. `(api/[\w/.]+)` `([\w.]+)`", re.MULTILINE)
INTERFACE = "api/workflow/engine/"
"""The engine calls handlers through an abstract class, so what it calls may import it."""


def walks() -> dict[str, list[tuple[str, str]]]:
    parts = re.split(r"^## ", TOUR, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: STATION.findall(part) for part in parts if STATION.search(part)}


def names_in(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return set(re.findall(r"create function (\w+)", text))
    names: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{part.name}" for part in node.body if hasattr(part, "name")}
    return names


def imported_by(path: Path) -> set[str]:
    if path.suffix == ".sql":
        return set()
    nodes = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    modules = {f"{node.module}" for node in nodes}
    modules |= {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return {f"{module.replace('.', '/')}.py" for module in modules}


def test_there_is_a_walk_of_a_read_a_step_and_a_national_execution() -> None:
    assert [len(stations) >= 9 for stations in walks().values()] == [True, True, True]


@pytest.mark.parametrize("walk", walks())
def test_a_walk_names_functions_that_exist(walk: str) -> None:
    missing = [(file, name) for file, name in walks()[walk] if name not in names_in(ROOT / file)]
    assert missing == []


@pytest.mark.parametrize("walk", walks())
def test_a_walk_has_no_step_up(walk: str) -> None:
    """Each module is imported by one that stands above it, and imports none of those that import it."""
    files = [file for file, _ in walks()[walk]]
    ups = []
    for index, file in enumerate(files):
        above = [earlier for earlier in files[:index] if earlier != file]
        package = "api/database.py" if file.startswith("api/database/") else file  # it hands on what its modules hold
        callers = [
            earlier
            for earlier in above
            if {file, package} & imported_by(ROOT / earlier) or earlier.startswith(INTERFACE)
        ]
        callers += [earlier for earlier in above if file.endswith(".sql") and earlier.endswith(("nation.py", ".sql"))]
        if index and (not callers or any(caller in imported_by(ROOT / file) for caller in callers
                                         if not caller.startswith(INTERFACE))):  # fmt: skip
            ups.append(file)
    assert ups == []


def test_every_room_has_its_line() -> None:
    named = set(re.findall(r"`((?:api/)?[\w/]+/)`", TOUR))
    folders = {f"{path.parent.relative_to(ROOT).as_posix()}/" for path in (ROOT / "api").rglob("__init__.py")}
    parents = {"api/rules/limits/": "limits/", "api/rules/numbers/": "numbers/", "api/rules/privacy/": "privacy/",
               "api/rules/checks/": "checks/"}  # fmt: skip
    absent = {
        folder for folder in folders
        if folder not in named and parents.get(folder) not in named
        and not folder.startswith(("api/schema/entities/", "api/schema/rows/", "api/demo/"))
    }  # fmt: skip
    assert absent == set()


@pytest.mark.parametrize("text", [TOUR, GUIDE], ids=["tour", "contributing"])
def test_paths_and_tests_that_are_named_exist(text: str) -> None:
    paths = {path for path in re.findall(r"`((?:api|tests|policies|docs)/[\w/.-]+)`", text) if "NN" not in path}
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert {name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests} == set()
