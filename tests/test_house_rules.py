"""家规 The house rules, executed over the product's own source: a rule nobody runs is a wish.

Each test gathers every violation, as `file:line`, and expects none.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
API = ROOT / "api"
DECISIONS = ROOT / "docs" / "decisions"
MODULES = sorted(API.rglob("*.py"))
PUBLISHED = sorted(
    path
    for pattern in ("*.md", "*.toml", "*.txt", "Makefile", ".ci/*", "docs/**/*.md", "docs/*.graphql", "policies/**/*")
    for path in ROOT.glob(pattern)
    if path.is_file()
)

TESTED = sorted(
    path
    for path in (ROOT / "tests").rglob("*.py")
    if not any(part == "node_modules" or part.startswith(".") for part in path.relative_to(ROOT).parts)
)
MIGRATIONS = sorted((ROOT / "migrations").rglob("*.py"))
WRITTEN = [*MODULES, *TESTED, *MIGRATIONS]
MOST_MODULES = 25
NUMBERED = {"guide", "journeys", "migrations"}  # one file a question, a story, a number
VAGUE = {"one", "found", "each", "asked", "given", "told", "known", "said", "made", "shown", "kept", "thing"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_LINE, LONGEST_DECISION = 300, 40, 120, 44
# a first sentence that opens with one of these is a clause or a phrase about something it does not name
CLAUSE = re.compile(
    "what|how|where|who|whom|whose|which|why|when|whatever|whoever|whether|as|if|because|since|until|while|once|so|but"
    "|and|or|than|then|to|into|in|on|onto|of|off|from|by|for|at|with|within|without|about|above|below|after|before"
    "|between|over|under|beyond|its?|they|he|she|we|you|this|that|these|those|there|something|somebody|everything"
    "|everybody|may|not|only|both"
)
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "service", "services", "core"}
CHINESE = re.compile("[\u4e00-\u9fff]")
DRIVER = re.compile(r"(^|[._])(connection|pool|statement)s?$")
STATEMENT = re.compile(
    r"\b(select\b.*\bfrom|insert\s+into|delete\s+from|update\s+\w+\s+(\w+\s+)?set|create\s+table)\b",
    re.IGNORECASE | re.DOTALL,
)
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
RULES = r"[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|[a-z, -]+\]"
SILENCED = re.compile(rf"#\s*(?P<kind>noqa|type:\s*ignore)(?::\s*|\[)?(?P<rules>{RULES})?(?P<reason>.*)")
MACHINE_PATH = re.compile(r"(?<![\w.:/…])/(?:home|root|work|Users|tmp)/\w")
HOST = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host")
PARTS = ("## Context", "## Decision", "## What follows", "## Rejected")

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def at(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def test_there_is_something_to_look_at():
    assert len(MODULES) > 150
    assert {"README.md", "CHANGELOG.md", "pyproject.toml"} <= {path.name for path in PUBLISHED}


def test_a_file_holds_one_concept_under_its_own_name():
    long = [at(path, count) for path in MODULES if (count := len(list(lines_of(path)))) > LONGEST_FILE]
    nameless = [at(path) for path in MODULES if EMPTY_NAMES & {path.stem, path.parent.name}]
    assert long + nameless == []


def test_a_room_holds_a_few_modules():
    folders = Counter(path.parent for path in [*MODULES, *TESTED] if path.stem != "__init__")
    assert {
        at(folder): count for folder, count in folders.items() if count > MOST_MODULES and folder.name not in NUMBERED
    } == {}


def test_tests_take_what_they_share_from_support():
    borrowed = []
    for path in TESTED:
        for node in ast.walk(tree_of(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(part.startswith("test_") or part == "conftest" for name in names for part in name.split(".")):
                borrowed.append(at(path, node.lineno))
    assert borrowed == []


def bound_names(node: ast.AST) -> Iterator[str]:
    """The names that a node binds: variables, parameters, fields, functions, classes, aliases."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.alias):
        yield node.asname or ""
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield node.name or ""


def test_names_name_something():
    assert [at(path) for path in WRITTEN if path.stem.removeprefix("test_") in VAGUE] == []
    assert [
        f"{at(path, getattr(node, 'lineno', 1))} {name}"
        for path in WRITTEN
        for node in ast.walk(tree_of(path))
        for name in bound_names(node)
        if name.strip("_").lower() in VAGUE
    ] == []


def words_of_sql(text: str) -> list[str]:
    """The words of SQL text but for comments, literals and the two that the language itself uses."""
    text = re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", text)
    text = re.sub(r"\bfor\s+each\b|\b(?:if|elsif)\s+(?:not\s+)?found\b", " ", text, flags=re.IGNORECASE)
    return re.findall(r"[a-z_]+", text.lower())


def sql_in(path: Path) -> Iterator[tuple[int, str]]:
    """The SQL of a Python file: its strings that are no docstrings and query or change a table."""
    tree = tree_of(path)
    documentation = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in documentation else None
        if isinstance(text, str) and STATEMENT.search(text) and not CHINESE.search(text):
            yield node.lineno, text


def test_names_in_sql_name_something():
    """Parameters, variables, aliases and columns: any word of a statement is a name or a keyword."""
    files = [(path, 1, path.read_text(encoding="utf-8")) for path in sorted((API / "database" / "sql").rglob("*.sql"))]
    assert len(files) > 30
    inside = [(path, line, text) for path in WRITTEN for line, text in sql_in(path)]
    assert len(inside) > 200
    assert [
        f"{at(path, line)} {word}"
        for path, line, text in (*files, *inside)
        for word in words_of_sql(text)
        if word in VAGUE
    ] == []


def test_functions_are_short():
    assert [
        f"{at(path, node.lineno)} {node.name}"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ] == []


def test_a_module_says_what_it_is_in_chinese_and_english():
    silent = []
    for path in MODULES:
        first = (ast.get_docstring(tree_of(path)) or "").partition("\n")[0]
        if not CHINESE.search(first) or not re.search("[A-Za-z]{3}", first) or len(first) > LONGEST_LINE:
            silent.append(at(path))
    assert silent == []


def test_every_public_name_is_documented():
    assert [
        f"{at(path, node.lineno)} {name}"
        for path in MODULES
        for name, node in public(tree_of(path), "")
        if not ast.get_docstring(node)
    ] == []


def public(node: ast.AST, inside: str) -> Iterator[tuple[str, Documented]]:
    """Public classes, functions and methods; what stands inside a function is its own business."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Documented) and not child.name.startswith("_"):
            if not any(ast.unparse(mark).endswith(("override", "overload")) for mark in child.decorator_list):
                yield f"{inside}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{child.name}.")


def first_words(docstring: str) -> str:
    """The English part of a docstring's first paragraph."""
    return " ".join(word for word in docstring.partition("\n\n")[0].split() if not CHINESE.search(word))


def test_a_docstring_begins_with_what_it_names_or_does():
    """A noun phrase or a verb first; `Whether` is left to what returns a bool, where it is the whole answer."""
    vague = []
    for path in MODULES:
        tree = tree_of(path)
        for node in ast.walk(tree):
            docstring = ast.get_docstring(node) if isinstance(node, ast.Module | Documented) else None
            if docstring is None:
                continue
            opening = first_words(docstring).partition(" ")[0].strip("`.,:;").lower()
            answers = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "bool" in ast.unparse(
                node.returns or ast.Constant("")
            )
            if CLAUSE.fullmatch(opening) and not (opening == "whether" and answers):
                vague.append(f"{at(path, getattr(node, 'lineno', 1))} {first_words(docstring)[:60]}")
    assert vague == []


def test_nothing_is_left_open():
    assert [at(path, number) for path in MODULES for number, line in lines_of(path) if LEFT_OPEN.search(line)] == []


def test_nothing_is_silenced_without_a_reason():
    assert [place for path in MODULES for place in silenced(path)] == []


def silenced(path: Path) -> Iterator[str]:
    """Lines that silence a tool without naming what, or ruff without a word why: one word a file is enough."""
    matches = [(number, match) for number, line in lines_of(path) if (match := SILENCED.search(line))]
    explained = {rule for _, match in matches if match["reason"].strip(" -") for rule in named(match)}
    for number, match in matches:
        if not named(match) or (match["kind"] == "noqa" and not named(match) <= explained):
            yield at(path, number)


def named(match: re.Match[str]) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9-]+", match["rules"] or ""))


def test_connections_are_typed():
    """A connection, pool or row of the driver has the type that api.database gives it, never Any."""
    untyped = []
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            named = getattr(node, "arg", None) or ast.unparse(getattr(node, "target", ast.Constant(""))) or ""
            annotation = getattr(node, "annotation", None)
            if annotation is not None and DRIVER.search(named) and re.search(r"\bAny\b", ast.unparse(annotation)):
                untyped.append(at(path, node.lineno))
    assert untyped == []


def test_imports_are_honest():
    dishonest = []
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
            roots = {module.partition(".")[0] for module in modules}
            if "TYPE_CHECKING" in names or roots & {"tests", "pytest", "hypothesis"}:
                dishonest.append(at(path, node.lineno))
    assert dishonest == []


def test_imports_point_down():
    program = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stdout


def test_what_is_published_names_no_machine():
    assert [
        at(path, number)
        for path in (*MODULES, *PUBLISHED)
        for number, line in lines_of(path)
        if MACHINE_PATH.search(line) or str(ROOT) in line
    ] == []


def test_lock_files_name_no_host_and_hash_everything():
    locks = sorted(ROOT.glob("requirements*.txt"))
    assert locks
    for path in locks:
        assert [at(path, number) for number, line in lines_of(path) if HOST.search(line)] == []
        text = path.read_text(encoding="utf-8").replace("\\\n", " ")
        pinned = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9_.\[\]-]+==", line)]
        assert pinned
        assert [line.split()[0] for line in pinned if "--hash=sha256:" not in line] == []


def test_a_decision_is_short_and_says_what_was_rejected():
    decisions = sorted(DECISIONS.glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+", path.stem), path.name
        assert len(text.splitlines()) <= LONGEST_DECISION, path.name
        assert [part for part in PARTS if part not in text] == [], path.name


def test_the_licence_is_the_one_that_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
