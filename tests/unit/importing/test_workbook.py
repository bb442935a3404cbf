"""Workbooks that strangers made: read within bounds, or refused in a sentence."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from ogdkg.errors import InputError
from ogdkg.importing import workbook
from ogdkg.importing.cell_values import text_of
from ogdkg.importing.table import read_table
from ogdkg.importing.workbook import read_workbook
from ogdkg.rdf.terms import XSD


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {each: file.read(each) for each in file.namelist()}
    return archive(parts | {name: change(parts[name])})


def entity(xml: bytes) -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook'
    return xml.replace(b"<workbook", declared, 1)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda data: b"not a spreadsheet", "not a spreadsheet that can be read"),
        (lambda data: data[:300], "not a spreadsheet that can be read"),
        (lambda data: archive({"xl/a.xml": b"0" * (3 << 20)}), "unpacks to more than"),
        (lambda data: archive({f"{n}.xml": b"" for n in range(3000)}), "unpacks to more than"),
        (lambda data: archive({"a.xml": b"x"}), "not a spreadsheet that can be read"),
        (lambda data: with_part(data, "xl/workbook.xml", entity), "declares XML entities"),
        (lambda data: with_part(data, SHEET, lambda xml: "<!DOCTYPE x>".encode("utf-16")), "declares XML"),
        (lambda data: with_part(data, SHEET, lambda xml: b"<worksheet"), "not a spreadsheet that can be"),
        (lambda data: with_part(data, SHEET, lambda xml: xml.replace(b'"A1"', b'"1A"')), "not a spreadsheet"),
    ],
)  # fmt: skip
def test_a_strangers_file_does_no_harm(
    make: Callable[[bytes], bytes], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 1 << 20)
    out, book = io.BytesIO(), Workbook()
    book.active["A1"] = 1
    book.save(out)
    (tmp_path / "a.xlsx").write_bytes(make(out.getvalue()))
    with pytest.raises(InputError, match=said):
        read_workbook(tmp_path / "a.xlsx")


def test_a_cell_below_no_name_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["row", "note"])
    book.active.append(["r1", "old", "tall"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="The row has 3 cells, the header 2") as raised:
        read_table(tmp_path / "a.xlsx", ["row"])
    assert raised.value.hint == "Give every column a name in the first row. If that is a title, take it out."


def test_cells_far_away_take_no_room_and_formulas_are_not_computed(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet["B2"], sheet["XFD3"], sheet["A5"] = "=1+1", "far", "x"
    book.save(tmp_path / "a.xlsx")
    [read] = read_workbook(tmp_path / "a.xlsx")
    assert [len(row) for row in read.rows] == [0, 2, 0, 0, 1]
    assert (read.rows[1][1].name, read.rows[1][1].value) == ("Sheet!B2", None)
    assert read.rows[1][1].fault == "holds a formula, and not what it comes to"


def test_what_a_program_has_computed_is_taken(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    data = (tmp_path / "a.xlsx").read_bytes()
    computed = with_part(data, SHEET, lambda xml: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", xml))
    (tmp_path / "a.xlsx").write_bytes(computed)
    [read] = read_workbook(tmp_path / "a.xlsx")
    assert (read.rows[0][0].value, read.rows[0][0].fault) == (2, "")


@pytest.mark.parametrize(
    ("value", "format_code", "text", "number"),
    [
        (7, "0000", "0007", "7"),
        (0, "000", "000", "0"),
        (12345, "00000", "12345", "12345"),
        (123456, "00000", "123456", "123456"),
        (7, "0", "7", "7"),
        (-7, "0000", "-7", "-7"),
        (7.5, "0000", "7.5", "7.5"),
        (0.5, "0%", "0.5", "0.5"),
    ],
)
def test_zeros_that_the_format_of_a_cell_puts_before_a_number_stay_in_texts(
    value: float, format_code: str, text: str, number: str, tmp_path: Path
) -> None:
    book = Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = format_code
    book.save(tmp_path / "a.xlsx")
    [read] = read_workbook(tmp_path / "a.xlsx")
    found = read.rows[0][0].value
    assert (text_of(found, (XSD + "string",)), text_of(found, (XSD + "integer",))) == (text, number)
    book.active.insert_rows(1)
    book.active["A1"] = "id"
    book.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx", ("id",)).lines[0].cells == {"id": text}


def test_a_table_of_facts_may_be_a_workbook(tmp_path: Path) -> None:
    book = Workbook()
    for row in (
        ["id", "value", "note"],
        ["007", 2.5, None],
        [None, None, None],
        ["8", date(2031, 5, 6), "x"],
    ):
        book.active.append(row)
    book.save(tmp_path / "facts.xlsx")
    rows = read_table(tmp_path / "facts.xlsx", ("id", "value")).lines
    assert [dict(row.cells) for row in rows] == [
        {"id": "007", "value": "2.5", "note": ""},
        {"id": "8", "value": "2031-05-06", "note": "x"},
    ]
    assert [row.place.line for row in rows] == [2, 4]
    book.active["B2"] = "=A1"
    book.save(tmp_path / "facts.xlsx")
    with pytest.raises(InputError, match="Sheet!B2 holds a formula"):
        read_table(tmp_path / "facts.xlsx", ("id",))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="not a regular file"):
        read_workbook(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "00:00:00"), (1, None), (59, None), (60, None), (61, "1900-03-01"), (-18260, "1850-01-01")],
)
def test_a_date_that_programs_count_differently_is_refused(
    tmp_path: Path, days: int, said: str | None
) -> None:
    """59 is 28 February 1900 to some, and the 27th to others; one alone has days before 1900."""
    book = Workbook()
    book.active.append(["id"])
    book.active.append([days])
    book.active["A2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "a.xlsx")
    (cell,) = read_workbook(tmp_path / "a.xlsx")[0].rows[1]
    assert (None if cell.fault else text_of(cell.value, ())) == said
    assert ("before March 1900" in cell.fault) == (said is None)


def test_what_the_library_warns_of_is_told_once(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    book = Workbook()
    book.active.append([1_000_000_000])
    book.active["A1"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "a.xlsx")
    (cell,) = read_workbook(tmp_path / "a.xlsx")[0].rows[0]
    assert cell.fault == "holds the error #VALUE!"
    assert not recwarn.list


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f"])
def test_a_control_character_is_no_text(tmp_path: Path, sign: str) -> None:
    (tmp_path / "a.csv").write_text(f"id,name\n1,a{sign}b\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"control character, U\\+{ord(sign):04X}") as told:
        read_table(tmp_path / "a.csv", ("id",))
    assert told.value.place and told.value.place[1:] == (2, 4)
