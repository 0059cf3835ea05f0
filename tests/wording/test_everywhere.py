"""Chinese wherever it stands: in the code no Chinese text holds a code, and nowhere in the tree a wording we gave up.

A text of the code may be bilingual, Chinese first: looked at is what stands before its last Chinese character.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.wording.allowed import FOR_OPERATORS, NAMES, ROW_TYPES

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
MARKUP = re.compile(r"<[^>]*>|\{[a-z_]+\}|`[^`]*`")

GIVEN_UP = {
    "国家级申请": "报国家同意备案申请",
    "不得不识别": "不得作“不予识别”处理",
    "备案监测范围": "受理备案",
    "住房建设部门": "住房城乡建设部门",
    "应于[^，。；）]{0,14}前完成": "最迟应于 …（含当日）完成",
    "经办人(?!员)": "经办岗",
    "审核人(?!员)": "审核岗",
    "审批人(?!员)": "审批岗",
    "操作人(?!员)": "操作岗",
    "督查人(?!员)": "督查岗",
}
"""A wording an official would not use, as a pattern, and what stands in its place."""

IN_ITS_OWN_LETTERS = {
    "api/rules/privacy/digit_runs.py": "a description of one of its own patterns",
    "api/rules/privacy/named_accounts.py": "patterns of names of accounts",
    "api/access/review/matrix.py": "a page's heading, two languages on two lines",
    "api/workflow/policy/files.py": "how an operator names a version",
    "api/rules/limits/deadlines.py": "N days",
    "api/rules/themes/assessment.py": "k times",
}
"""Files whose Chinese texts may hold other Latin words, and why."""


def texts_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string of a module that holds Chinese and is no docstring."""
    tree = ast.parse(source)
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in bare):
        if isinstance(node.value, str) and CHINESE.search(node.value):
            yield node.lineno, node.value


def latin_in(text: str) -> set[str]:
    """Latin words before the last Chinese character, but for markup and facts."""
    last = max(match.end() for match in CHINESE.finditer(text))
    return set(LATIN.findall(MARKUP.sub("", text[:last])))


def for_operators(path: Path) -> bool:
    """Whether a module speaks to an operator at a terminal."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return any(name == room or name.startswith(f"{room}.") for room in FOR_OPERATORS)


MODULES = [
    path
    for path in sorted((ROOT / "api").rglob("*.py"))
    if not for_operators(path) and str(path.relative_to(ROOT)) not in IN_ITS_OWN_LETTERS
]


def test_no_chinese_text_of_the_code_holds_a_code() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{line}: {sorted(words)} in {text[:60]}"
        for path in MODULES
        for line, text in texts_of(path.read_text(encoding="utf-8"))
        if (words := latin_in(text) - NAMES - ROW_TYPES)
    ]
    assert places == []


def tracked() -> list[Path]:
    """Every text file of the tree but the tests of wording and the texts of others."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in names.split("\0") if name and not name.startswith("tests/wording/")]
    return [
        path for path in paths if path.suffix in {".py", ".sql", ".csv", ".md", ".graphql", ".json", ".conf", ".toml"}
    ]


@pytest.mark.parametrize("wording", GIVEN_UP)
def test_a_wording_that_was_given_up_stands_nowhere(wording: str) -> None:
    pattern = re.compile(wording)
    places = [
        f"{path.relative_to(ROOT)}: {match[0]}, write {GIVEN_UP[wording]}"
        for path in tracked()
        if path.exists() and (match := pattern.search(path.read_text(encoding="utf-8")))
    ]
    assert places == []


def test_the_tests_would_see_them() -> None:
    assert latin_in("状态为 MUST_IDENTIFY 时，{found} `x`") == {"MUST_IDENTIFY"}
    assert latin_in("登记线索 Record a clue.") == set()
    assert re.search("应于[^，。；）]{0,14}前完成", "应于 2026-03-31 前完成")
    assert not re.search("审核人(?!员)", "审核人员")
