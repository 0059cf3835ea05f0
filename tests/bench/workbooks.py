"""工作簿 Spreadsheets as office programs write them, as a stream: texts shared, days as numbers under a style.

openpyxl, which makes our templates, writes every text into its cell; what comes back from Excel or WPS does not.
"""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_DAY = date(1899, 12, 30)
STYLES = (
    f'<styleSheet {MAIN}><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14"/></cellXfs>'
    "</styleSheet>"
)

Rows = Iterable[Sequence[Any]]


def write_workbook(path: Path, sheets: Mapping[str, tuple[int, Rows]], comment: str) -> None:
    """Write sheets, each with the number of its rows and these."""
    texts: dict[str, int] = {}
    names = {title: number for number, title in enumerate(sheets, 1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for title, (count, rows) in sheets.items():
            with archive.open(f"xl/worksheets/sheet{names[title]}.xml", "w", force_zip64=True) as part:
                part.write(f'<worksheet {MAIN}><dimension ref="A1:AZ{count}"/><sheetData>'.encode())
                for number, row in enumerate(rows, 1):
                    part.write(_row(number, row, texts).encode())
                part.write(b"</sheetData></worksheet>")
        shared = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst {MAIN} uniqueCount="{len(texts)}">{shared}</sst>')
        archive.comment = comment.encode()
        for name, content in _around(names).items():
            archive.writestr(name, content)


def _row(number: int, row: Sequence[Any], texts: dict[str, int]) -> str:
    cells = (_cell(f"{get_column_letter(column)}{number}", value, texts) for column, value in enumerate(row, 1))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Any, texts: dict[str, int]) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - FIRST_DAY).days}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def _around(names: Mapping[str, int]) -> dict[str, str]:
    """What a workbook has beside its sheets and texts."""
    parts = {f"xl/worksheets/sheet{number}.xml": "worksheet" for number in names.values()}
    parts |= {"xl/styles.xml": "styles", "xl/sharedStrings.xml": "sharedStrings"}
    kinds = {"xl/workbook.xml": "sheet.main", **parts}
    types = "".join(f'<Override PartName="/{name}" ContentType="{TYPES}.{kind}+xml"/>' for name, kind in kinds.items())
    book = "".join(f'<sheet name="{title}" sheetId="{name}" r:id="r{name}"/>' for title, name in names.items())
    links = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{name.removeprefix("xl/")}"/>'
        for number, (name, kind) in enumerate(parts.items(), 1)
    )
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": STYLES,
    }
