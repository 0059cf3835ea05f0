"""行政区划 The statistical divisions in one compressed file: made from published CSVs, read back checked. Q1

The file is xz over UTF-8 lines: `# vintage YYYY-MM-DD`, `code,name`, then a line per division, shorter codes
first, codes rising. Refused: a code that is not 2, 4, 6, 9 or 12 digits, a name with a comma, quote, backslash
or control character, codes out of order or twice.
"""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.errors import Problem, code

BAD_DIVISIONS = code(
    "BAD_DIVISIONS",
    400,
    zh="行政区划数据不合要求：{place}",
    en="divisions, {place}: expected {expected}, found {found}",
    next_zh="用 shouwang units build 从原始 CSV 重新生成该文件",
    next_en="make the file again from the published CSVs with `shouwang units build`",
    question="Q1",
)

DIVISIONS = Path(__file__).with_name("divisions.csv.xz")

PARENT_LENGTH = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}
"""Length of a division's code -> length of the code above it, which is its prefix."""

SHEETS = (
    ("provinces.csv", 2, None),
    ("cities.csv", 4, "provinceCode"),
    ("areas.csv", 6, "cityCode"),
    ("streets.csv", 9, "areaCode"),
    ("villages.csv", 12, "streetCode"),
)

_FORBIDDEN = (*(chr(n) for n in range(32) if n != 10), "\x7f", "\ufeff", '"', "\\", ",\n", ", ", " \n")
"""What no line may hold, so that a name needs no quoting anywhere and neither begins nor ends with a blank."""


@dataclass(frozen=True, slots=True)
class Divisions:
    """The divisions of one vintage, (code, name), shorter codes first."""

    vintage: date
    rows: list[tuple[str, str]]


def build(folder: Path, out: Path, vintage: date) -> int:
    """Write the divisions of china-division's CSVs in `folder` to `out`, the same bytes each time; their number."""
    rows = sorted(_published(folder), key=lambda row: (len(row[0]), row[0]))
    text = "".join(f"{code},{name}\n" for code, name in rows)
    packed = lzma.compress(f"# vintage {vintage}\ncode,name\n{text}".encode(), preset=6)
    read_bytes(packed)
    out.write_bytes(packed)
    return len(rows)


def read(path: Path = DIVISIONS) -> Divisions:
    """The divisions of a file made by `build`; BAD_DIVISIONS names the line that is not as it should be."""
    try:
        return read_bytes(path.read_bytes())
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise Problem(BAD_DIVISIONS, place=path.name, expected="xz over UTF-8", found=type(error).__name__) from error


def read_bytes(packed: bytes) -> Divisions:
    """The divisions of compressed bytes; BAD_DIVISIONS as in `read`."""
    text = lzma.decompress(packed).decode()
    lines = text.split("\n")
    if len(lines) < 3 or lines[1] != "code,name" or lines[-1]:
        raise _bad("line 2", "the heading code,name and whole lines", "something else")
    for forbidden in _FORBIDDEN:
        if forbidden in text:
            line = text.count("\n", 0, text.index(forbidden)) + 1
            raise _bad(f"line {line}", "a plain name", f"a name with {forbidden!r}")
    return Divisions(_vintage(lines[0]), list(_rows(lines)))


def _rows(lines: list[str]) -> Iterator[tuple[str, str]]:
    before, length = "", 0
    for number, line in enumerate(lines[2:-1], 3):
        code, _, name = line.partition(",")
        if len(code) not in PARENT_LENGTH or not (code.isdigit() and code.isascii()) or not name or "," in name:
            raise _bad(f"line {number}", "2, 4, 6, 9 or 12 digits, a comma, a name", repr(line[:40]))
        if code <= before if len(code) == length else len(code) < length:
            raise _bad(f"line {number}", f"a code after {before}", code)
        before, length = code, len(code)
        yield code, name


def _published(folder: Path) -> Iterator[tuple[str, str]]:
    for file, length, above in SHEETS:
        try:
            with (folder / file).open(encoding="utf-8-sig", newline="") as sheet:
                for row in csv.DictReader(sheet):
                    code = row["code"]
                    if len(code) != length or (above and row[above] != code[: PARENT_LENGTH[length]]):
                        raise _bad(file, f"{length} digits that begin with {above or 'nothing'}", repr(code[:20]))
                    yield code, row["name"].strip()
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise _bad(file, "a CSV of china-division", type(error).__name__) from error


def _vintage(line: str) -> date:
    try:
        return date.fromisoformat(line.removeprefix("# vintage "))
    except ValueError as error:
        raise _bad("line 1", "# vintage YYYY-MM-DD", repr(line[:40])) from error


def _bad(place: str, expected: str, actual: str) -> Problem:
    return Problem(BAD_DIVISIONS, place=place, expected=expected, found=actual)
