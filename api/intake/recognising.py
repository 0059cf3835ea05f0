"""辨认文件 Files that are no workbook, by its first bytes and its parts: the true cause, not a parser's. Q12"""

import zipfile
import zlib
from typing import IO, NamedTuple

from api.errors import Problem
from api.intake.errors import NOT_A_WORKBOOK


class Cause(NamedTuple):
    """Reason that a file is no workbook, in Chinese and English."""

    zh: str
    en: str


DAMAGED = Cause("文件已损坏或不完整", "it is damaged or incomplete")
ENCRYPTED = Cause("文件加了密码", "it is protected by a password")
DOCUMENT_TYPE = Cause("文件含有文档类型声明", "a part declares a document type")
EMPTY = Cause("文件是空的", "it is empty")
OLD_EXCEL = Cause("这是旧版 Excel 文件（.xls）", "it is a file of the old Excel format, .xls")
STRICT = Cause(
    "这是“严格 Open XML 电子表格”，请改存为“Excel 工作簿（*.xlsx）”",
    "it is a Strict Open XML Spreadsheet; save it as Excel Workbook (*.xlsx) instead",
)
BINARY = Cause("这是二进制工作簿（.xlsb）", "it is a binary workbook, .xlsb")
OPEN_DOCUMENT = Cause("这是 ODF 表格（.ods）", "it is an OpenDocument spreadsheet, .ods")
WORD = Cause("这是 Word 文档", "it is a Word document")
SLIDES = Cause("这是演示文稿", "it is a presentation")
OTHER_ARCHIVE = Cause("这是压缩包，不是工作簿", "it is an archive, no workbook")
PDF = Cause("这是 PDF 文件", "it is a PDF file")
WEB_PAGE = Cause("这是另存为 .xls 的网页", "it is a web page saved as .xls")
XML = Cause("这是 XML 文件", "it is an XML file")
CSV = Cause("这是文本文件（如 CSV）", "it is a text file, such as CSV")
OTHER = Cause("无法辨认的文件类型", "its type is not known")

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOOKED_AT = 1 << 16
_STRICT_NAMESPACE = b"purl.oclc.org/ooxml"
_BY_PART = (
    ("xl/workbook.bin", BINARY),
    ("word/document.xml", WORD),
    ("ppt/presentation.xml", SLIDES),
    ("content.xml", OPEN_DOCUMENT),
)


def not_a_workbook(cause: Cause) -> Problem:
    """The problem of a file that is no workbook."""
    return Problem(NOT_A_WORKBOOK, cause=cause.zh, cause_en=cause.en)


def recognise(file: IO[bytes]) -> None:
    """INTAKE_NOT_A_WORKBOOK with its cause, unless the first bytes are those of an archive; leaves it at its start."""
    beginning = file.read(_LOOKED_AT)
    file.seek(0)
    if not beginning.startswith(b"PK"):
        raise not_a_workbook(_of_bytes(beginning))


def recognise_parts(file: IO[bytes]) -> None:
    """INTAKE_NOT_A_WORKBOOK with its cause, unless an archive is a transitional .xlsx; leaves it at its start."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            for name, cause in _BY_PART:
                if name in names and "xl/workbook.xml" not in names:
                    raise not_a_workbook(cause)
            if "xl/workbook.xml" not in names:
                raise not_a_workbook(OTHER_ARCHIVE)
            with archive.open("xl/workbook.xml") as part:
                if _STRICT_NAMESPACE in part.read(_LOOKED_AT):
                    raise not_a_workbook(STRICT)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        raise not_a_workbook(DAMAGED) from None
    file.seek(0)


def _of_bytes(beginning: bytes) -> Cause:
    if not beginning.strip():
        return EMPTY
    if beginning.startswith(_OLE[:4]):
        # a workbook with a password is wrapped in the old container
        return ENCRYPTED if "EncryptedPackage".encode("utf-16-le") in beginning else OLD_EXCEL
    if beginning.startswith(b"%PDF"):
        return PDF
    start = beginning[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")) or b"<html" in start:
        return WEB_PAGE
    if start.startswith(b"<?xml"):
        return XML
    return CSV if _is_text(beginning) else OTHER


def _is_text(beginning: bytes) -> bool:
    if b"\0" in beginning:
        return beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-8", "gb18030"):
        try:
            beginning[: len(beginning) - 4 if len(beginning) == _LOOKED_AT else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
