"""Lists as files: CSV and XLSX, with nothing in them that a spreadsheet would run."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from flask import Response, send_file
from openpyxl import Workbook

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def harmless(value: object) -> str:
    """Text that a spreadsheet won't run as a formula; a number is none and stays what it is."""
    text = _text(value)
    if isinstance(value, (int, float, Decimal)):
        return text
    return f"'{text}" if text.startswith(_RUNS) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)


def download(kind: str, name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as an attachment ``name.csv`` (UTF-8 with byte order mark) or ``name.xlsx``.

    ``kind`` is "xlsx", anything else gives CSV. Numbers and dates stay what they are in XLSX.
    """
    if kind == "xlsx":
        return _xlsx(name, headers, rows)

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(header) for header in headers])
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _xlsx(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    sheet.append([str(header) for header in headers])
    for row in rows:
        sheet.append([_cell(cell) for cell in row])
    file = tempfile.TemporaryFile()  # closed with the response
    book.save(file)
    file.seek(0)
    return send_file(
        file, as_attachment=True, download_name=f"{name}.xlsx",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip


def _cell(value: object) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, (bool, int, float, date, time)):
        return value
    text = _CONTROL.sub("", _text(value))[:32767]
    # openpyxl writes a text that begins with "=" as a formula.
    return f"'{text}" if text.startswith("=") else text
