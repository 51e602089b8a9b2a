"""Reading files of every make, and the clear word about those that are none."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from network.incidents.imports import days
from network.incidents.imports.reading import Layout, look_at, read_header, read_rows
from network.kernel.errors import Refused


def read(content: bytes, **wanted: str) -> list[tuple[int, dict[str, str]]]:
    file = io.BytesIO(content)
    return list(read_rows(file, look_at(file, Layout(**wanted))))


def book(*rows: list[Any], more: Any = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if more:
        more(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def repack(content: bytes, change: Any) -> bytes:
    """The workbook with its parts changed by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        parts = {item.filename: source.read(item) for item in source.infolist()}
        change(parts)
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(encoding: str, separator: str, end: str) -> None:
    lines = [separator.join(["a", "b"]), separator.join(["é", '"two' + end + 'lines"']), "", separator.join(["x", "y"])]
    content = end.join(lines).encode(encoding)
    assert read(content) == [(2, {"a": "é", "b": f"two{end}lines"}), (5, {"a": "x", "b": "y"})]
    layout = look_at(io.BytesIO(content))
    assert layout.separator == separator and layout.is_separator_sure
    assert layout.is_encoding_sure is (encoding != "cp1252")


def test_another_encoding_can_be_chosen_and_a_wrong_one_is_named() -> None:
    polish = "a,b\nŁódź,1\n".encode("cp1250")
    assert read(polish, encoding="cp1250") == [(2, {"a": "Łódź", "b": "1"})]
    with pytest.raises(Refused, match="not UTF-8: choose another encoding"):
        read(polish, encoding="utf-8")


def test_one_column_leaves_the_separator_open() -> None:
    assert not look_at(io.BytesIO(b"only\n1\n2\n")).is_separator_sure


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty"), (b"\n\n  \n", "empty"), (b"%PDF-1.7 x", "PDF"), (b"\x89PNG\r\n", "PNG"), (b"a\x00b,c\n", "not text"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"), (b"PK\x03\x04broken", "can't be read"),
     (b"a,a\n1,2\n", "same name: a"), (b"a,b\n1,2,3\n", "Line 2 has more cells"),
     (b'a,b\n1,2\n3,"4\n', "opens in line 3 is never closed"), (b'a,b\n1,"2"x\n', "Line 2 can't be read"),
     (b"a,b\n1," + b"x" * 200_000 + b"\n", "too long"), (",".join(map(str, range(600))).encode() + b"\n", "at most 500 columns")],
)  # fmt: skip
def test_what_is_no_table_gets_one_clear_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        read(content)


def test_cells_of_a_workbook_keep_their_meaning() -> None:
    content = book(
        ["id", "day", "moment", "clock", "long", "number", "yes", "none", "text"],
        [123456789012345, date(2024, 2, 29), datetime(2024, 2, 29, 13, 30), time(7, 5), timedelta(hours=26), 2.5, True, None, "=1+1 said"],
        [None] * 9,
        ["x"],
    )  # fmt: skip
    first, second = read(content)
    assert first == (2, {"id": "123456789012345", "day": "2024-02-29", "moment": "2024-02-29 13:30:00", "clock": "07:05",
                         "long": "26:00", "number": "2.5", "yes": "TRUE", "none": "", "text": "#FORMULA!"})  # fmt: skip
    assert second[0] == 4 and second[1]["id"] == "x" and second[1]["text"] == ""


def test_a_formula_gives_its_result_and_one_without_is_told_apart() -> None:
    content = book(["a", "b"], ["=1+1", "x"], ["=2+2", "y"])

    def compute(parts: dict[str, bytes]) -> None:
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")  # fmt: skip

    assert [row["a"] for _line, row in read(repack(content, compute))] == ["2", "#FORMULA!"]


def test_another_sheet_can_be_chosen() -> None:
    content = book(["a"], ["1"], more=lambda b: list(map(b.create_sheet("Second").append, (["c"], ["2"]))))
    assert look_at(io.BytesIO(content)).sheets == ("Sheet", "Second")
    assert read(content, sheet="Second") == [(2, {"c": "2"})]


def test_macros_old_formats_and_bombs_are_refused() -> None:
    good = book(["a", "b"], ["1", "2"])
    bad = {
        "holds macros": lambda p: p.update({"xl/vbaProject.bin": b"x"}),
        "not read. Save it as .xlsx": lambda p: p.update({"xl/workbook.bin": b"x"}),
        "another kind of document": lambda p: p.pop("xl/workbook.xml"),
        "too large when unpacked": lambda p: p.update({"xl/worksheets/sheet2.xml": b" " * (60 << 20)}),
        "can't be read": lambda p: p.update({"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x/>'}),
    }
    for reason, change in bad.items():
        with pytest.raises(Refused, match=reason):
            read(repack(good, change))
    assert read(good) == [(2, {"a": "1", "b": "2"})]


def test_what_a_workbook_claims_costs_no_memory() -> None:
    def claim(parts: dict[str, bytes]) -> None:
        sheet = "xl/worksheets/sheet1.xml"
        text = parts[sheet].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"').replace(b'r="B2"', b'r="ZZZ2"')
        parts[sheet] = text.replace(b"</sheetData>", b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>')

    assert read(repack(book(["a", "b"], ["1", "2"]), claim)) == [(2, {"a": "1", "b": ""})]


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [("2024-3-5", "", ("2024-03-05", "")), ("2024-03-05 13:30:00", "", ("2024-03-05", "13:30")),
     ("05.03.2024", "", ("2024-03-05", "")), ("05/03/2024", "dmy", ("2024-03-05", "")), ("05/03/2024", "mdy", ("2024-05-03", "")),
     ("13/03/2024", "", ("2024-03-13", "")), ("03/13/2024 12:00:00 AM", "", ("2024-03-13", "")),
     ("03/13/2024 1:05 PM", "", ("2024-03-13", "13:05")), ("2024-03-05T23:30:00Z", "", ("2024-03-05", "23:30")),
     ("yesterday", "", ("yesterday", ""))],
)  # fmt: skip
def test_days_as_files_write_them(value: str, order: str, expected: tuple[str, str]) -> None:
    assert days.tidy_day(value, order=order, zone=ZoneInfo("UTC")) == expected


def test_the_order_of_a_date_is_found_or_asked_for() -> None:
    assert days.find_order(["01/02/2024", "13/02/2024"]) == "dmy"
    assert days.find_order(["01/02/2024", "02/13/2024"]) == "mdy"
    assert days.find_order(["2024-01-02", "03.04.2024", "05/05/2024"]) == ""
    assert days.find_order(["01/02/2024"]) is None
    with pytest.raises(days.Unclear):
        days.tidy_day("01/02/2024", order="", zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(("value", "expected"), [("754", "07:54"), ("0", "00:00"), ("7:54 PM", "19:54"), ("07:54:10", "07:54"), ("noon", "noon")])
def test_times_as_files_write_them(value: str, expected: str) -> None:
    assert days.tidy_time(value) == expected


def test_columns_without_a_name_get_their_number() -> None:
    file = io.BytesIO(b"a,,c,\n1,2,3\n")
    assert read_header(file, look_at(file)) == ["a", "#2", "c"]
