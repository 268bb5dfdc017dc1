"""Workbooks for tests, written as a spreadsheet program writes them; the XML of a sheet is given, so that it can be wrong too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATE, TIME, HOURS = 1, 2, 3
"""Styles of cells: a day, a time of day, hours above 24."""
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_SPREADSHEET}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/>'
    + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (14, 20, 164))
    + "</cellXfs></styleSheet>"
)
Cell = str | float | bool | tuple[float, int] | None
"""A text, a number, a truth value, or a number with a style."""


def letters(number: int) -> str:
    """1 → A, 27 → AA."""
    return (letters((number - 1) // 26) if number > 26 else "") + chr(65 + (number - 1) % 26)


def cell(value: Cell, row: int, column: int) -> str:
    """The XML of a cell."""
    place = f'r="{letters(column)}{row}"'
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{value:d}</v></c>'
    number, style = value if isinstance(value, tuple) else (value, 0)
    return f'<c {place} s="{style}"><v>{number!r}</v></c>'


def sheet(body: str, after: str = "") -> str:
    """The XML of a sheet with these rows; `after` follows them."""
    return f'{_XML}<worksheet xmlns="{_SPREADSHEET}"><sheetData>{body}</sheetData>{after}</worksheet>'


def rows(lines: Sequence[Sequence[Cell]], first: int = 1) -> str:
    """The XML of rows."""
    found = []
    for number, line in enumerate(lines, first):
        cells = "".join(cell(value, number, column) for column, value in enumerate(line, 1))
        found.append(f'<row r="{number}">{cells}</row>')
    return "".join(found)


def workbook(
    sheets: Mapping[str, str], *, hidden: Sequence[str] = (), more: Mapping[str, bytes] | None = None
) -> bytes:
    """A workbook of sheets, each by its name with its XML; `more` parts by their path."""
    count = range(1, len(sheets) + 1)
    parts = {f"xl/worksheets/sheet{number}.xml": text for number, text in zip(count, sheets.values(), strict=True)}
    overrides = "".join(f'<Override PartName="/{path}" ContentType="{_MIME}.worksheet+xml"/>' for path in parts)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"{" state=" + chr(34) + "hidden" + chr(34) if name in hidden else ""}/>'
        for number, name in zip(count, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in count
    )
    texts = {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MIME}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_MIME}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
        **parts,
    }
    return archive({**{path: text.encode() for path, text in texts.items()}, **(more or {})})


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A compressed archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in parts.items():
            file.writestr(path, content)
    return data.getvalue()


def table(lines: Sequence[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet with these rows."""
    return workbook({"Projects": sheet(rows(lines))})
