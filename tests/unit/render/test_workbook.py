"""Workbooks for people: links where spreadsheet programs take them, and none too many."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from ogdkg.render import workbook
from ogdkg.render.workbook import Link, write_sheet
from ogdkg.web.questions import files


def test_a_thing_leads_to_its_address_where_programs_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_LINKS", 2)
    addresses = ["urn:a:b", "javascript:alert(1)", f"https://e.example/{'x' * 2_079}"]
    addresses += [f"https://e.example/{number}" for number in range(3)]
    data = write_sheet(["thing"], [[Link("=name", each)] for each in addresses])
    cells = [row[0] for row in list(load_workbook(io.BytesIO(data)).worksheets[0].iter_rows())[1:]]
    assert [cell.value for cell in cells] == ["=name"] * len(addresses)
    assert "f" not in {cell.data_type for cell in cells}
    assert [cell.hyperlink and cell.hyperlink.target for cell in cells] == [
        None, None, None, "https://e.example/0", "https://e.example/1", None,
    ]  # fmt: skip


def test_no_sheet_is_offered_where_none_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "xlsx" in files.fitting("SELECT") and "xlsx" not in files.fitting("ASK")
    monkeypatch.setattr(files, "is_available", lambda: False)
    assert "xlsx" not in files.fitting("SELECT") and "csv" in files.fitting("SELECT")
