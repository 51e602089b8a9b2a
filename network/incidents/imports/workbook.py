"""Rows of a sheet of an XLSX workbook, read as a stream; what could harm is refused first."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from network.kernel.errors import Refused
from network.kernel.locale import text as _

MOST_UNPACKED = 400 * 1024 * 1024
MOST_TEXTS = 100 * 1024 * 1024
MOST_PARTS = 2_000
MOST_RATIO = 200
LAST_ROW = 1_048_576
NO_RESULT = "#FORMULA!"
"""Stands for a formula whose result was never computed."""
ERRORS = frozenset(ERROR_CODES) | {NO_RESULT}


def check_workbook(file: IO[bytes]) -> None:
    """Refused for what is no XLSX, holds macros, or grows beyond measure when unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as content:
                        if b"<!DOCTYPE" in content.read(2048):
                            raise Refused(_("The spreadsheet can't be read."))
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, zipfile.LargeZipFile):
        raise Refused(_("The spreadsheet can't be read.")) from None
    finally:
        file.seek(0)


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("This workbook holds macros. Save it as .xlsx without macros."))
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise Refused(_("This kind of spreadsheet is not read. Save it as .xlsx."))
    if "xl/workbook.xml" not in names:
        raise Refused(_("This is an archive or another kind of document, not a table: save the table as CSV or XLSX."))
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    texts = sum(p.file_size for p in parts if p.filename.endswith("sharedStrings.xml"))
    if (
        unpacked > MOST_UNPACKED or texts > MOST_TEXTS or len(parts) > MOST_PARTS
        or (unpacked > 20 * 1024 * 1024 and unpacked > MOST_RATIO * max(packed, 1))
    ):  # fmt: skip
        raise Refused(_("The spreadsheet is too large when unpacked. Save the table as CSV."))


def _open(file: IO[bytes]) -> Any:
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception:  # openpyxl raises whatever its XML or ZIP parts do
        raise Refused(_("The spreadsheet can't be read.")) from None
    if not book.worksheets:
        raise Refused(_("The spreadsheet has no sheet with cells."))
    return book


def list_sheets(file: IO[bytes]) -> list[str]:
    """The names of the sheets with cells, in their order."""
    try:
        return [str(sheet.title) for sheet in _open(file).worksheets]
    finally:
        file.seek(0)


class _Parser(WorkSheetParser):
    """Tells a formula without a result from a blank cell, which openpyxl does not."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["value"] = NO_RESULT
        return cell


def read_sheet(file: IO[bytes], name: str, *, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells as text; rows without cells are left out, as are columns beyond the most."""
    book = _open(file)
    sheet = next((s for s in book.worksheets if s.title == name), book.worksheets[0])
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, data_only=True, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        rows = parser.parse()
        while True:
            try:
                number, found = next(rows)
            except StopIteration:
                return
            except Exception:
                raise Refused(_("The spreadsheet can't be read.")) from None
            # Neither a row number nor a column that the file claims may cost memory.
            if number > LAST_ROW:
                return
            parser.row_dimensions.clear()
            cells: list[str] = []
            for cell in found:
                column = cell["column"]
                if cell["value"] is None or column > most_columns:
                    continue
                cells += [""] * (column - len(cells))
                cells[column - 1] = as_text(cell["value"])
            yield number, cells


def as_text(value: object) -> str:
    """A cell's value as it would stand in a CSV file; days and times in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        # A moment is a fraction of a day in the file: 13:30 may come as 13:29:59.9999.
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(value)
