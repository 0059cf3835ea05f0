"""帮扶措施目录 Chooses the measures for each risk, who delivers and pays for them, and their terms. Q18–Q22

measures.csv holds one measure per line; its last column names the risks that it answers, ABLE when it is a development
measure for whoever can work, DEPENDENT when it carries a safety-net mark.
"""

import csv
from pathlib import Path
from typing import NamedTuple

DEVELOPMENT = "DEVELOPMENT"
ABLE, DEPENDENT = "ABLE", "DEPENDENT"


class Help(NamedTuple):
    """One measure as it may be given; amounts in CNY, `months` its term (0: delivered at once)."""

    theme: str
    item: str
    title: str
    kind: str
    department: str
    funding: str
    use: str | None
    least: int
    most: int
    continuation: str
    months: int


def _read(path: Path) -> dict[str, tuple[Help, ...]]:
    answers: dict[str, tuple[Help, ...]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            words = row.pop("answers").split()
            numbers = {name: int(row.pop(name)) for name in ("least", "most", "months")}
            answer = Help(**numbers, use=row.pop("use") or None, **row)  # type: ignore[arg-type]
            for word in words:
                answers[word] = (*answers.get(word, ()), answer)
    return answers


ANSWERS = _read(Path(__file__).with_name("measures.csv"))
"""Measures by the kind of risk they answer, and those under ABLE and DEPENDENT. Q20, Q29"""
