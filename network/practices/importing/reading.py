"""Reading files of practices: CSV, XLSX and JSON, with the columns of the library's own export.

A cell with a list holds one item in a line, or items with "; " between them; a source is
"title | publisher | year | address".
"""

import csv
import io
import json
import re
from typing import Any

from openpyxl import load_workbook

from network.kernel.errors import ValidationFailed
from network.kernel.locale import text as _
from network.practices.schemas import PracticeSchema

MOST_ROWS = 500
MOST_BYTES = 20 << 20
COLUMNS = ("slug", *PracticeSchema().declared_fields)
LISTS = ("partners", "target_groups", "themes", "prevention_levels", "steps", "languages", "sources")


def read_rows(content: bytes, name: str) -> list[dict[str, Any]]:
    """The rows of a file, each with "line", its number in the file; ValidationFailed if it can't be read."""
    if len(content) > MOST_BYTES:
        raise _wrong(_("A file may have at most %(count)s MB.", count=MOST_BYTES >> 20))
    try:
        if name.lower().endswith(".json"):
            rows = _json(content)
        elif name.lower().endswith(".xlsx"):
            rows = _xlsx(content)
        else:
            rows = _csv(content)
    except (ValueError, KeyError, OSError, csv.Error, RecursionError):
        raise _wrong(_("This file can't be read: bring CSV in UTF-8, XLSX or JSON.")) from None
    except Exception as error:  # openpyxl raises whatever its parser raised
        if isinstance(error, ValidationFailed):
            raise
        raise _wrong(_("This file can't be read: bring CSV in UTF-8, XLSX or JSON.")) from None
    if not rows:
        raise _wrong(_("There is no row in this file."))
    if len(rows) > MOST_ROWS:
        raise _wrong(_("A file may have at most %(count)s rows.", count=MOST_ROWS))
    return rows


def _wrong(message: str) -> ValidationFailed:
    return ValidationFailed({"file": [message]})


def _json(content: bytes) -> list[dict[str, Any]]:
    data = json.loads(content.decode("utf-8-sig"))
    items = data.get("practices") if isinstance(data, dict) else data
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ValueError
    rows = [{"line": number, **{k: item[k] for k in COLUMNS if k in item}} for number, item in enumerate(items, 1)]
    for row in rows:
        for source in row["sources"] if isinstance(row.get("sources"), list) else ():
            if isinstance(source, dict) and "is_checked" in source:  # as the export calls it
                source["checked"] = source.pop("is_checked")
    return rows


def _csv(content: bytes) -> list[dict[str, Any]]:
    text = content.decode("utf-8-sig")
    if "\x00" in text:
        raise ValueError
    dialect = csv.Sniffer().sniff(text.split("\n", 1)[0], delimiters=",;\t")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)
    return _table([(number, row) for number, row in enumerate(lines, 1)])


def _xlsx(content: bytes) -> list[dict[str, Any]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book.worksheets[0]
    rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=100)
    return _table([(number, ["" if c is None else str(c) for c in row]) for number, row in enumerate(rows, 1)])


def _table(lines: list[tuple[int, list[str]]]) -> list[dict[str, Any]]:
    if not lines:
        raise ValueError
    names = [re.sub(r"\W+", "_", cell.strip().lower()).strip("_") for cell in lines[0][1]]
    if "title" not in names:
        raise _wrong(_("The first line must name the columns, “title” among them."))
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        row: dict[str, Any] = {"line": number}
        for name, cell in zip(names, cells, strict=False):
            # What the export marked so that a spreadsheet would not run it.
            value = cell.strip().removeprefix("'") if cell.startswith(("'=", "'+", "'-", "'@")) else cell.strip()
            if name in COLUMNS and value:
                row[name] = _items(name, value) if name in LISTS else value
        rows.append(row)
    return rows


def _items(name: str, value: str) -> list[Any]:
    items = [item.strip() for item in re.split(r"\n|;\s", value + ";\n".strip()) if item.strip(" ;")]
    items = [item.rstrip(";").strip() for item in items]
    return [_source(item) for item in items] if name == "sources" else items


def _source(item: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    address = re.search(r"https?://\S+", item)
    if address:
        found["url"] = address[0].rstrip("|")
        item = item.replace(address[0], "")
    parts = [part.strip() for part in item.split("|") if part.strip()]
    for part in parts[:]:
        if re.fullmatch(r"\d{4}", part):
            found["year"] = int(part)
            parts.remove(part)
    found["title"] = parts[0] if parts else found.get("url", "")
    if len(parts) > 1:
        found["publisher"] = ", ".join(parts[1:])
    return found
