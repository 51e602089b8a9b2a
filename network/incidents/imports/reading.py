"""Rows of a CSV or XLSX file, whatever its encoding and separator, with true line numbers."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from typing import IO

from openpyxl import load_workbook

from network.kernel.errors import Refused
from network.kernel.locale import text as _

MOST_ROWS = 500_000
MOST_UNPACKED = 400 * 1024 * 1024


def read_rows(file: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, the header excluded; blank lines are left out.

    Refused in one sentence for what is no table: empty, binary, too many rows, doubled columns.
    """
    rows = _read_xlsx(file) if name.lower().endswith(".xlsx") else _read_csv(file)
    header: list[str] | None = None
    count = 0
    for line, cells in rows:
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if header is None:
            header = cells
            if len(set(header)) != len(header):
                raise Refused(_("Two columns have the same name."))
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(_("A file may hold at most %(count)s rows.", count=MOST_ROWS))
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise Refused(_("Line %(line)s has more cells than the header.", line=line))
        cells += [""] * (len(header) - len(cells))
        yield line, dict(zip(header, cells, strict=False))
    if header is None:
        raise Refused(_("The file is empty."))


def read_header(file: IO[bytes], name: str) -> list[str]:
    """The column names of a file."""
    rows = _read_xlsx(file) if name.lower().endswith(".xlsx") else _read_csv(file)
    for _line, cells in rows:
        if any(cell.strip() for cell in cells):
            return [cell.strip() for cell in cells]
    raise Refused(_("The file is empty."))


def _read_csv(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline(100_000)
        separator = max(",;\t|", key=first.count)
        text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise Refused(_("The file can't be read as CSV: %(reason)s.", reason=str(error))) from None
    finally:
        text.detach()


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 if every byte agrees, else Windows-1252; Refused for what is no text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    start = file.read(4)
    file.seek(0)
    if start[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Refused(_("This is a spreadsheet: its name must end in .xlsx."))
    while chunk := file.read(1 << 20):
        if b"\x00" in chunk:
            raise Refused(_("This file is not text."))
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
    file.seek(0)
    if is_utf8:
        return "utf-8-sig"
    return "cp1252"


def _read_xlsx(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise Refused(_("The spreadsheet is too large when unpacked."))
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except Refused:
        raise
    except Exception:  # openpyxl raises whatever its XML or ZIP parts do
        raise Refused(_("The spreadsheet can't be read.")) from None
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, ["" if cell is None else _cell(cell) for cell in row]


def _cell(value: object) -> str:
    text = str(value)
    return text.removesuffix(" 00:00:00")
