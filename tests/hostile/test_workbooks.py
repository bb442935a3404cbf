"""A stranger's `.xlsx`: what it unpacks to, and what reading it costs, is bounded before it is read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from ogdkg.errors import InputError, LimitError, OgdkgError
from ogdkg.importing import workbook
from ogdkg.importing.workbook import read_workbook
from ogdkg.sheets.reading import read_sheet
from ogdkg.sheets.writing import HIDDEN, MARK

SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"
Change = Callable[[bytes], bytes]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["a", 1])
    book.save(tmp_path / "small.xlsx")
    return tmp_path / "small.xlsx"


def remade(small: Path, changes: Mapping[str, Change], more: Mapping[str, bytes] | None = None) -> Path:
    made = small.with_name("made.xlsx")
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return made


def rows(text: bytes) -> Change:
    return lambda data: re.sub(
        rb"<sheetData>.*</sheetData>", lambda _: b"<sheetData>" + text + b"</sheetData>", data, flags=re.S
    )


def many_sheets(number: int) -> tuple[dict[str, Change], dict[str, bytes]]:
    """The same sheet many times, each with its one cell in the last row."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    space = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    typed, linked, named = b"", b"", b""
    for each in range(number):
        at = b"z%d" % each
        typed += b'<Override PartName="/xl/%s.xml" ContentType="%s"/>' % (at, kind)
        linked += b'<Relationship Id="%s" Type="%s/worksheet" Target="/xl/%s.xml"/>' % (at, space, at)
        named += b'<sheet xmlns:o="%s" name="%s" sheetId="%d" o:id="%s"/>' % (space, at, each + 9, at)
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="9000"><c r="A9000"><v>1</v></c></row></sheetData></worksheet>'
    )
    changes: dict[str, Change] = {
        TYPES: lambda data: data.replace(b"</Types>", typed + b"</Types>"),
        "xl/_rels/workbook.xml.rels": lambda data: data.replace(
            b"</Relationships>", linked + b"</Relationships>"
        ),
        "xl/workbook.xml": lambda data: data.replace(b"</sheets>", named + b"</sheets>"),
    }
    return changes, {f"xl/z{each}.xml": sheet for each in range(number)}


def test_a_plain_workbook_is_read(small: Path) -> None:
    assert [[cell.value for cell in row] for row in read_workbook(small)[0].rows] == [["a", 1]]


def test_formats_without_end_are_not_read(small: Path) -> None:
    """A file of 4 kB, whose formats took minutes and gigabytes."""
    formats = {"xl/styles.xml": lambda data: data.replace(b"</cellXfs>", b"<xf/>" * 400_000 + b"</cellXfs>")}
    with pytest.raises(LimitError, match="too many elements"):
        read_workbook(remade(small, formats))
    called = b'<Override PartName="/xl/styles.xml" ContentType="a/worksheet+xml"/></Types>'
    typed: dict[str, Change] = {**formats, TYPES: lambda data: data.replace(b"</Types>", called)}
    with pytest.raises(LimitError, match="too many elements"):
        read_workbook(remade(small, typed))


def test_a_part_without_end_that_claims_a_type_is_looked_at_once(small: Path) -> None:
    """Linear: without a `>`, no entry ends, and each name is looked at once."""
    names = {TYPES: lambda data: data.replace(b"</Types>", b"<x " + b'PartName="/a" ' * 300_000)}
    with pytest.raises(InputError):
        read_workbook(remade(small, names))


def test_empty_rows_of_all_sheets_are_counted(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ALL_ROWS", 20_000)
    with pytest.raises(LimitError, match="too many empty rows"):
        read_workbook(remade(small, *many_sheets(5)))


def test_cells_are_counted(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 3)
    cells = rows(b'<row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>1</v></c></row>')
    with pytest.raises(LimitError, match="cells"):
        read_workbook(remade(small, {SHEET: cells}))


def test_merged_cells_are_counted(small: Path) -> None:
    each = b'<mergeCell ref="A1:XFD1048576"/>'
    merged: dict[str, Change] = {SHEET: lambda data: data.replace(b"</sheetData>", b"</sheetData>" + each)}
    assert len(read_workbook(remade(small, merged))[0].rows[0]) == workbook.MOST_COLUMNS
    more = {SHEET: lambda data: data.replace(b"</sheetData>", b"</sheetData>" + each * 1_001)}
    with pytest.raises(LimitError, match="more than 1,000 merged cells"):
        read_workbook(remade(small, more))


@pytest.mark.parametrize("name", [SHEET, "xl/odd.dat"])
def test_no_part_declares_entities(small: Path, name: str) -> None:
    """Whatever its name: a relationship may lead to any part."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    made = remade(small, {SHEET: lambda _: bomb}) if name == SHEET else remade(small, {}, {name: bomb})
    with pytest.raises(InputError, match="XML entities"):
        read_workbook(made)


def test_a_picture_may_declare_its_type(small: Path) -> None:
    picture = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" ""><svg/>'
    assert read_workbook(remade(small, {}, {"xl/media/image1.svg": picture}))


def test_what_is_no_workbook_is_met_with_a_sentence(small: Path) -> None:
    made = small.with_name("made.xlsx")
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("a", "a")
    with pytest.raises(OgdkgError, match="not a spreadsheet that can be read"):
        read_workbook(made)


@pytest.mark.parametrize("first", [[MARK], [MARK, "", "x"]])
def test_a_sheet_whose_class_is_gone_was_changed(tmp_path: Path, first: list[str]) -> None:
    book = Workbook()
    book.active.append(["Identifier"])
    hidden = book.create_sheet(HIDDEN)
    for row in (first, ["Identifier"], ["id"]):
        hidden.append(row)
    book.save(tmp_path / "sheet.xlsx")
    with pytest.raises(InputError, match="was changed"):
        read_sheet(tmp_path / "sheet.xlsx")
