"""Rows of a CSV or XLSX file, whatever its encoding and separator, with true line numbers."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

from network.incidents.imports.workbook import check_workbook, list_sheets, read_sheet
from network.kernel.errors import Refused
from network.kernel.locale import lazy_text as _l
from network.kernel.locale import text as _

MOST_ROWS = 500_000
MOST_COLUMNS = 500
ENCODINGS = {
    "utf-8": _l("UTF-8"), "utf-8-sig": _l("UTF-8 with a byte order mark"), "utf-16": _l("UTF-16"),
    "cp1252": _l("Windows-1252 (Western Europe)"), "cp1250": _l("Windows-1250 (Central Europe)"),
    "cp1251": _l("Windows-1251 (Cyrillic)"), "cp1253": _l("Windows-1253 (Greek)"),
    "cp1254": _l("Windows-1254 (Turkish)"),
}  # fmt: skip
SEPARATORS = {",": _l("Comma"), ";": _l("Semicolon"), "\t": _l("Tab"), "|": _l("Vertical bar")}


@dataclass(frozen=True)
class Layout:
    """How a file is read. What is empty is found out by ``look_at``, which also says what it is
    not sure of. ``encoding`` and ``separator`` are for text, ``sheet`` for workbooks."""

    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    is_workbook: bool = False
    sheets: tuple[str, ...] = ()
    is_encoding_sure: bool = True
    is_separator_sure: bool = True


def look_at(file: IO[bytes], wanted: Layout | None = None) -> Layout:
    """How to read a file, of which ``wanted`` says what is known already.

    Refused in one sentence for what is no table: another kind of file, an empty or a binary one.
    """
    wanted = wanted or Layout()
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if not start:
        raise Refused(_("The file is empty."))
    if start.startswith(b"PK"):
        check_workbook(file)
        sheets = tuple(list_sheets(file))
        return Layout(sheet=wanted.sheet if wanted.sheet in sheets else sheets[0], is_workbook=True, sheets=sheets)
    _refuse_other_kinds(start)
    layout = replace(wanted, is_workbook=False, sheet="")
    if layout.encoding not in ENCODINGS:
        encoding, is_sure = _find_encoding(file)
        layout = replace(layout, encoding=encoding, is_encoding_sure=is_sure)
    if layout.separator not in SEPARATORS:
        separator, is_sure = _find_separator(file, layout.encoding)
        layout = replace(layout, separator=separator, is_separator_sure=is_sure)
    return layout


def _refuse_other_kinds(start: bytes) -> None:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(_("This is an old or a password-protected spreadsheet. Save it as .xlsx without a password."))
    kinds = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"{\\rtf": "RTF",
             b"<?xml": "XML", b"<!DOC": "HTML", b"<html": "HTML", b"\x1f\x8b": "gzip"}  # fmt: skip
    for magic, kind in kinds.items():
        if start.startswith(magic):
            raise Refused(_("This is a %(kind)s file, not a table: save the table as CSV or XLSX.", kind=kind))


def _find_encoding(file: IO[bytes]) -> tuple[str, bool]:
    """The encoding, and whether the bytes leave no doubt; Refused for what is no text."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", True
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", True
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    while chunk := file.read(1 << 20):
        if b"\x00" in chunk:
            raise Refused(_("This file is not text."))
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
    file.seek(0)
    # What is not UTF-8 may be any of the one-byte encodings; the most common one is a guess.
    return ("utf-8", True) if is_utf8 else ("cp1252", False)


def _find_separator(file: IO[bytes], encoding: str) -> tuple[str, bool]:
    """The separator that parts the first lines into the same number of cells."""
    file.seek(0)
    sample = file.read(1 << 18).decode(encoding, errors="replace")
    file.seek(0)
    counts: dict[str, tuple[int, int]] = {}
    for separator in SEPARATORS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        try:
            widths = [len(row) for _n, row in zip(range(30), rows, strict=False) if row]
        except csv.Error:
            continue
        # The last line of a sample may be cut off.
        whole = widths[:-1] if len(widths) > 2 else widths
        if whole and whole[0] > 1:
            counts[separator] = (sum(width == whole[0] for width in whole), whole[0])
    if not counts:
        return ",", False
    best = max(counts, key=lambda separator: counts[separator])
    return best, sum(found == counts[best] for found in counts.values()) == 1


def read_rows(file: IO[bytes], layout: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, the header excluded; blank lines are left out.

    Refused in one sentence for what is no table: empty, too many rows, doubled columns.
    """
    header: list[str] | None = None
    count = 0
    for line, cells in _lines(file, layout):
        if not any(cells):
            continue
        if header is None:
            header = _name_columns(cells)
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(_("A file may hold at most %(count)s rows.", count=MOST_ROWS))
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise Refused(_("Line %(line)s has more cells than the header. Is a quotation mark missing, or is the separator another one?", line=line))
        cells += [""] * (len(header) - len(cells))
        yield line, dict(zip(header, cells, strict=False))
    if header is None:
        raise Refused(_("The file is empty."))


def read_header(file: IO[bytes], layout: Layout) -> list[str]:
    """The column names of a file."""
    for _line, cells in _lines(file, layout):
        if any(cells):
            return _name_columns(cells)
    raise Refused(_("The file is empty."))


def _name_columns(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Refused(_("A file may have at most %(count)s columns.", count=MOST_COLUMNS))
    if any(len(cell) > 200 for cell in cells):
        raise Refused(_("A column has a name of more than 200 characters. Is the first line the names of the columns?"))
    header = [cell or f"#{number}" for number, cell in enumerate(cells, start=1)]
    if doubled := next((cell for cell in header if header.count(cell) > 1), None):
        raise Refused(_("Two columns have the same name: %(name)s.", name=doubled[:100]))
    return header


def _lines(file: IO[bytes], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    file.seek(0)
    found = read_sheet(file, layout.sheet, most_columns=MOST_COLUMNS + 1) if layout.is_workbook else _read_csv(file, layout)
    for line, cells in found:
        # PostgreSQL stores every character but this one.
        yield line, [cell.replace("\x00", "").strip() for cell in cells]


def _read_csv(file: IO[bytes], layout: Layout) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(file, encoding=layout.encoding, newline="")
    reader = csv.reader(text, delimiter=layout.separator, strict=True)
    line = 0
    try:
        for cells in reader:
            yield line + 1, cells
            line = reader.line_num
    except csv.Error as error:
        raise Refused(_explain(str(error), line + 1)) from None
    except UnicodeError:
        raise Refused(
            _("After line %(line)s there are bytes that are not %(encoding)s: choose another encoding.",
              line=line, encoding=ENCODINGS[layout.encoding])
        ) from None  # fmt: skip
    finally:
        text.detach()


def _explain(error: str, line: int) -> str:
    if "field larger" in error:
        return str(_("A cell in or after line %(line)s is too long. Is a quotation mark missing?", line=line))
    if "unexpected end" in error:
        return str(_("A quotation mark that opens in line %(line)s is never closed.", line=line))
    return str(_("Line %(line)s can't be read as CSV: a quotation mark stands in the wrong place.", line=line))
