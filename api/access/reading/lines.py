"""行读取 Lines: a policy file's bytes to cells with their places; whatever Casbin's CSV reader would bend is refused.

Every rule here answers a trap that was run: a byte order mark ate the first row, a full-width comma dropped a row in
silence, brackets swallowed commas, quotes made an extra column.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.access.reading.finding import Finding, Source
from api.errors import Code, code


def _of_file(name: str, zh: str, en: str, next_zh: str, next_en: str) -> Code:
    return code(name, 500, zh=zh, en=en, next_zh=next_zh, next_en=next_en)


POLICY_FILE_UNREADABLE = _of_file(
    "POLICY_FILE_UNREADABLE",
    "文件缺失或不是 UTF-8",
    "the file is missing or not UTF-8",
    "恢复该文件，存为不带 BOM 的 UTF-8",
    "put the file back, saved as UTF-8 without a byte order mark",
)
POLICY_BYTE_ORDER_MARK = _of_file(
    "POLICY_BYTE_ORDER_MARK",
    "文件以字节顺序标记（BOM）开头，Casbin 会丢掉第一行",
    "the file begins with a byte order mark, for which Casbin drops the first row",
    "存为不带 BOM 的 UTF-8",
    "save it as UTF-8 without a byte order mark",
)
POLICY_CHARACTER = _of_file(
    "POLICY_CHARACTER",
    "不允许的字符 {character}（{name}）",
    "the character {character} ({name}) is not allowed",
    "只用小写和大写英文字母、数字、. _ : | * 和半角逗号",
    "use only letters, digits, . _ : | * and the ordinary comma",
)
POLICY_ROW_TYPE = _of_file(
    "POLICY_ROW_TYPE",
    "行类型应为 p 或 g，实为 {found}",
    "expected a row type p or g, found {found}",
    "以小写字母 p 或 g 开头",
    "begin the row with a small p or g",
)
POLICY_COLUMN_COUNT = _of_file(
    "POLICY_COLUMN_COUNT",
    "应为 {expected} 列，实为 {found} 列",
    "expected {expected} columns, found {found}",
    "写成：{form}",
    "write it as: {form}",
)

FORMS = {
    "p": "p, role, action, kind, reach, state, unit, effect, basis",
    "g": "g, role, group",
}
_ALLOWED = re.compile(r"[A-Za-z0-9_.:|* ,-]")
_NAMES = {
    "，": "full-width comma 全角逗号",
    "\ufeff": "byte order mark 字节顺序标记",
    '"': "quotation mark 引号",
    "'": "quotation mark 引号",
    "(": "bracket 括号",
    ")": "bracket 括号",
    "\t": "tab 制表符",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it stands: its type, its cells, and the place of each."""

    ptype: str
    cells: tuple[str, ...]
    places: tuple[Source, ...]
    source: Source


def read_lines(path: Path, findings: list[Finding]) -> Iterator[Line]:
    """Every well-formed row of a file; the others become findings. Blank lines and `#` comments are skipped."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        findings.append(Finding(POLICY_FILE_UNREADABLE, Source(path.name)))
        return
    yield from lines_of(path.name, text, findings)


def lines_of(file: str, text: str, findings: list[Finding]) -> Iterator[Line]:
    """The same of a text that is not in a file, or no longer."""
    if text.startswith("\ufeff"):
        findings.append(Finding(POLICY_BYTE_ORDER_MARK, Source(file, 1, 1)))
        text = text[1:]
    # Not splitlines(): it also breaks at characters that an editor shows inside a line.
    for number, content in enumerate(text.split("\n"), start=1):
        content = content.removesuffix("\r")
        if content.strip(" ") and not content.lstrip(" ").startswith("#"):
            line = _line(file, number, content, findings)
            if line is not None:
                yield line


def _line(file: str, number: int, content: str, findings: list[Finding]) -> Line | None:
    strange = [(at, character) for at, character in enumerate(content, start=1) if not _ALLOWED.match(character)]
    for at, character in strange:
        facts = {"character": repr(character), "name": _NAMES.get(character, f"U+{ord(character):04X}")}
        findings.append(Finding(POLICY_CHARACTER, Source(file, number, at), facts))
    if strange:
        return None
    pieces = content.split(",")
    starts = [1 + sum(len(piece) + 1 for piece in pieces[:index]) for index in range(len(pieces))]
    places = [
        Source(file, number, start + len(piece) - len(piece.lstrip(" ")))
        for start, piece in zip(starts, pieces, strict=True)
    ]
    ptype, *cells = (piece.strip(" ") for piece in pieces)
    if ptype not in FORMS:
        findings.append(Finding(POLICY_ROW_TYPE, places[0], {"found": repr(ptype)}))
        return None
    expected = FORMS[ptype].count(",") + 1
    if len(pieces) != expected:
        counted = {"expected": expected, "found": len(pieces), "form": FORMS[ptype]}
        findings.append(Finding(POLICY_COLUMN_COUNT, Source(file, number), counted))
        return None
    return Line(ptype, tuple(cells), tuple(places[1:]), Source(file, number))
