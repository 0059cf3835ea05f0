"""行读取 Lines: a policy file's bytes to cells with their places; whatever Casbin's CSV reader would bend is refused.

Every rule here answers a trap that was run: a byte order mark ate the first row, a full-width comma dropped a row in
silence, brackets swallowed commas, quotes made an extra column.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.access.reading.finding import Finding, Source
from api.errors import Code, Term, code


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
    "含有不允许的字符：{name}",
    "a character that is not allowed: {name}",
    "只用小写和大写英文字母、数字、. _ : | * 和半角逗号",
    "use only letters, digits, . _ : | * and the ordinary comma",
)
POLICY_ROW_TYPE = _of_file(
    "POLICY_ROW_TYPE",
    "行类型应为 p 或 g",
    "expected a row type p or g",
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
    ",": Term("COMMA", "半角逗号", "a comma"),
    "#": Term("NUMBER_SIGN", "井号", "a number sign"),
    "\r": Term("LINE_END", "换行", "a line end"),
    "\n": Term("LINE_END", "换行", "a line end"),
    "，": Term("FULL_WIDTH_COMMA", "全角逗号", "a full-width comma"),
    "\ufeff": Term("BYTE_ORDER_MARK", "字节顺序标记", "a byte order mark"),
    '"': Term("QUOTATION_MARK", "引号", "a quotation mark"),
    "'": Term("QUOTATION_MARK", "引号", "a quotation mark"),
    "(": Term("BRACKET", "括号", "a bracket"),
    ")": Term("BRACKET", "括号", "a bracket"),
    "\t": Term("TAB", "制表符", "a tab"),
}
_BY_CATEGORY = {
    "L": Term("LETTER", "半角英文以外的文字", "a letter other than those of plain English"),
    "N": Term("DIGIT", "半角数字以外的数字", "a digit other than the plain ones"),
    "Z": Term("SPACE", "半角空格以外的空白", "a space other than the plain one"),
    "C": Term("CONTROL", "看不见的字符", "an invisible character"),
}
_OTHER = Term("OTHER", "其他符号", "another sign")


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


def character_term(character: str) -> Term:
    """The name of a character that is not allowed; the character itself stands in no error.

    >>> character_term("，").en, character_term("王").en
    ('a full-width comma', 'a letter other than those of plain English')
    """
    return _NAMES.get(character) or _BY_CATEGORY.get(unicodedata.category(character)[0], _OTHER)


def _line(file: str, number: int, content: str, findings: list[Finding]) -> Line | None:
    strange = [(at, character) for at, character in enumerate(content, start=1) if not _ALLOWED.match(character)]
    for at, character in strange:
        findings.append(Finding(POLICY_CHARACTER, Source(file, number, at), {"name": character_term(character)}))
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
        findings.append(Finding(POLICY_ROW_TYPE, places[0]))
        return None
    expected = FORMS[ptype].count(",") + 1
    if len(pieces) != expected:
        counted = {"expected": expected, "found": len(pieces), "form": FORMS[ptype]}
        findings.append(Finding(POLICY_COLUMN_COUNT, Source(file, number), counted))
        return None
    return Line(ptype, tuple(cells), tuple(places[1:]), Source(file, number))
