"""Workbooks as the tests send them, made of what stands in their cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | bool | date | datetime | time | None
"""A text that begins with # is an error of the spreadsheet's."""

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="170" '
    'formatCode="[$-809]dd/mm/yyyy hh:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="20"/></cellXfs></styleSheet>'
)


def xlsx(
    *rows: Sequence[Cell],
    before: Sequence[tuple[str, Sequence[Sequence[Cell]]]] = (),
    sheet: str = "Sheet1",
    from_1904: bool = False,
    hidden: Sequence[int] = (),
    unseen: Sequence[str] = (),
) -> bytes:
    """A workbook with a sheet of these rows, and the sheets `before` it; `unseen` sheets are hidden."""
    sheets = [*before, (sheet, rows)]
    texts: dict[str, int] = {}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets)))
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        named = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}" '
            f'state="{"veryHidden" if name in unseen else "visible"}"/>'
            for at, (name, _) in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><workbookPr date1904="{int(from_1904)}"/>'
            f"<sheets>{named}</sheets></workbook>",
        )
        to_sheets = "".join(
            f'<Relationship Id="rId{at}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{to_sheets}'
            f'<Relationship Id="rIdT" Type="{_DOCUMENT}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
            f'<Relationship Id="rIdS" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
        )
        for at, (name, content) in enumerate(sheets, 1):
            lines = ""
            for number, row in enumerate(content, 1):
                is_hidden = ' hidden="1"' if name == sheet and number in hidden else ""
                cells = (_cell(cell, column, number, texts, from_1904) for column, cell in enumerate(row))
                lines += f'<row r="{number}"{is_hidden}>{"".join(cells)}</row>'
            body = f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/sheet{at}.xml", body)
        shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{shared}</sst>')
        archive.writestr("xl/styles.xml", _STYLES)
    return held.getvalue()


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = [("workbook", "sheet.main"), ("sharedStrings", "sharedStrings"), ("styles", "styles")]
    parts += [(f"worksheets/sheet{at}", "worksheet") for at in range(1, sheets + 1)]
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{kind}{type_}+xml"/>' for part, type_ in parts
    )
    return (
        f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _cell(cell: Cell, column: int, row: int, texts: dict[str, int], from_1904: bool) -> str:
    first, last = divmod(column, 26)
    place = f"{chr(64 + first) if first else ''}{chr(65 + last)}{row}"
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    if isinstance(cell, time):
        return f'<c r="{place}" s="3"><v>{(cell.hour * 60 + cell.minute) / 1440}</v></c>'
    if isinstance(cell, date):
        style = 2 if isinstance(cell, datetime) else 1
        return f'<c r="{place}" s="{style}"><v>{_serial(cell, from_1904)}</v></c>'
    if cell.startswith("#"):
        return f'<c r="{place}" t="e"><v>{cell}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'


def _serial(day: date, from_1904: bool) -> float:
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    days = (date(day.year, day.month, day.day) - first).days
    return days + (day.hour * 60 + day.minute) / 1440 if isinstance(day, datetime) else days


def ods(*rows: Sequence[Cell], sheet: str = "Sheet1", filler: bool = True) -> bytes:
    """The same as LibreOffice keeps it, with its filler of a million empty rows."""
    lines = "".join("<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows)
    if filler:
        lines += (
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row>'
        )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>{lines}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return held.getvalue()


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        said, attributes = str(cell).upper(), f'"boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, int | float):
        said, attributes = "###", f'"float" office:value="{cell}"'
    elif isinstance(cell, time):
        said, attributes = "a time", f'"time" office:time-value="PT{cell:%HH%MM%SS}"'
    elif isinstance(cell, date):
        said, attributes = "a day", f'"date" office:date-value="{cell.isoformat()}"'
    elif cell.startswith("#"):
        said, attributes = cell, '"string" office:string-value="" calcext:value-type="error"'
    else:
        said, attributes = escape(cell), '"string"'
    return (
        f"<table:table-cell office:value-type={attributes}><office:annotation><text:p>a note</text:p>"
        f"</office:annotation><text:p>{said}</text:p></table:table-cell>"
    )
