"""矩阵 Every fault of the matrix is tried by a test."""

import re
from pathlib import Path

from tests.support.faults.breaking import FAULTS
from tests.support.faults.matrix import MATRIX, SHORT

REPORTED = re.compile(r'report\(\s*"(\w+)"')


def test_every_fault_is_tried() -> None:
    tests = Path(__file__).parents[1]
    reported = {
        name for file in tests.rglob("test_*.py") for name in REPORTED.findall(file.read_text(encoding="utf-8"))
    }
    reported |= set(REPORTED.findall((tests / "faults" / "conftest.py").read_text(encoding="utf-8")))
    assert reported | FAULTS.keys() == MATRIX.keys()
    assert set(SHORT) <= MATRIX.keys()
