"""Tables to take along: as CSV, and as an OpenDocument spreadsheet (ISO/IEC 26300) that adds up and sorts by itself."""

import csv
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr

# Text, a number, euros or a day; None leaves the cell empty.
Cell: TypeAlias = str | int | Decimal | date | None

CSV_TYPE: Final = "text/csv; charset=utf-8"
ODS_TYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
# A spreadsheet reckons with what begins like this, also where somebody typed it as their name.
_RECKONED: Final = ("=", "+", "-", "@", "\t", "\r")
_THEN: Final = (2000, 1, 1, 0, 0, 0)  # the same table is the same file, byte for byte
_NAMESPACES: Final = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
)
_STYLES: Final = (
    "<office:automatic-styles>"
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="4cm"/></style:style>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<number:date-style style:name="day-form"><number:day number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:year number:style="long"/>'
    "</number:date-style>"
    '<number:number-style style:name="euro-form"><number:number number:decimal-places="2" '
    'number:min-decimal-places="2" number:min-integer-digits="1"/></number:number-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="day-form"/>'
    '<style:style style:name="euro" style:family="table-cell" style:data-style-name="euro-form"/>'
    "</office:automatic-styles>"
)
_MANIFEST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


@dataclass(frozen=True)
class Sheet:
    """A table with a name, one word or sentence over each column, and as many cells in each row."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has as many cells as there are columns")


def write_csv(sheet: Sheet) -> bytes:
    """The way Dutch spreadsheet programs open it at once: semicolons, decimal commas, and a mark that it is UTF-8."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def write_ods(sheets: Iterable[Sheet]) -> bytes:
    """One file of sheets, in which a day is a day and an amount a number."""
    tables = "".join(_table(sheet) for sheet in sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">{_STYLES}'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        # What it is stands first and unpacked, so that it can be told from its first bytes.
        file.writestr(zipfile.ZipInfo("mimetype", _THEN), ODS_TYPE, zipfile.ZIP_STORED)
        file.writestr(zipfile.ZipInfo("content.xml", _THEN), content, zipfile.ZIP_DEFLATED)
        file.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _THEN), _MANIFEST, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",")
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.startswith(_RECKONED) else cell


def _table(sheet: Sheet) -> str:
    head = "".join(_text_cell(words, "head") for words in sheet.columns)
    rows = "".join(f"<table:table-row>{_cells(row)}</table:table-row>" for row in sheet.rows)
    wide = f'<table:table-column table:style-name="wide" table:number-columns-repeated="{len(sheet.columns)}"/>'
    header = f"<table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>"
    return f"<table:table table:name={quoteattr(_printable(sheet.name))}>{wide}{header}{rows}</table:table>"


def _cells(row: Sequence[Cell]) -> str:
    return "".join(_cell(cell) for cell in row)


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return _text_cell(cell)
    if isinstance(cell, date):
        facts = f'table:style-name="day" office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, Decimal):
        facts = f'table:style-name="euro" office:value-type="float" office:value="{cell}"'
    else:
        facts = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {facts}><text:p>{_plain(cell)}</text:p></table:table-cell>"


def _text_cell(words: str, style: str = "") -> str:
    named = f' table:style-name="{style}"' if style else ""
    words = escape(_printable(words))
    return f'<table:table-cell{named} office:value-type="string"><text:p>{words}</text:p></table:table-cell>'


def _printable(words: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(sign for sign in words if sign.isprintable())
