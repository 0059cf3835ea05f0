"""报告 What became of each fault: a line of JSON in the file that FAULTS_REPORT names, and the table made of them."""

import json
import os
import sys
from pathlib import Path

from tests.support.faults.matrix import MATRIX

BEGIN, END = "<!-- faults: written by `make faults` -->", "<!-- end of faults -->"
PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
HEAD = "| Fault | Promise | What happened | Lost | Doubled | Recovery |\n|---|---|---|--:|--:|--:|\n"


def is_long() -> bool:
    """Whether every fault is tried, rather than those that CI has time for."""
    return "FAULTS_REPORT" in os.environ


def report(name: str, seen: str, recovery: float = 0, *, lost: int = 0, doubled: int = 0) -> None:
    """Add a row: what happened, acknowledged writes lost and doubled, seconds until all was well again."""
    assert name in MATRIX, name
    if not is_long():
        return
    row = {"name": name, "seen": seen, "lost": lost, "doubled": doubled, "recovery": round(recovery, 1)}
    with Path(os.environ["FAULTS_REPORT"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def table(lines: list[str]) -> str:
    """The rows in the order of the matrix, the last report of each."""
    rows = {row["name"]: row for row in map(json.loads, lines)}
    return HEAD + "".join(
        f"| {fault.what} | {fault.promise} | {rows[name]['seen']} | {rows[name]['lost']} | {rows[name]['doubled']}"
        f" | {rows[name]['recovery']} s |\n"
        for name, fault in MATRIX.items()
        if name in rows
    )


def main(file: Path) -> int:
    """Write the table into docs/operations.md when every fault was tried; else print what there is."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    text = table(lines)
    untried = MATRIX.keys() - {json.loads(line)["name"] for line in lines}
    sys.stdout.write(text)
    if untried:
        sys.stdout.write(f"not tried: {', '.join(sorted(untried))}; docs/operations.md is left as it is\n")
        return 1
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
