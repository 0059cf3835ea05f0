"""错误代码 Every error has a test that meets it: none is declared, documented and never seen."""

import importlib
import re
from pathlib import Path

from api.errors import CODES
from api.projection.places import ROOT

DECLARED = re.compile(r'^(\w+)\s*=\s*code\(\s*"(\w+)"', re.MULTILINE)


def names() -> dict[str, set[str]]:
    """The name of every code, with the name that Python knows it by."""
    for file in (ROOT / "api").rglob("*.py"):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    by_code = {code: {code} for code in CODES}
    for file in (ROOT / "api").rglob("*.py"):
        for python, code in DECLARED.findall(file.read_text(encoding="utf-8")):
            by_code[code].add(python)
    return by_code


def words_of_tests() -> set[str]:
    files = [file for file in Path(__file__).parent.rglob("*.py") if file != Path(__file__)]
    return {word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8"))}


def test_every_code_is_met_by_a_test() -> None:
    words = words_of_tests()
    assert len(CODES) > 150
    assert sorted(code for code, spellings in names().items() if not spellings & words) == []
