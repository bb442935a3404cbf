"""A sheet that nobody edits changes nothing; random edits change just what was edited."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.conftest import ROOT, examples

from ogdkg.drafting.form import Kind
from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import XSD, Iri, Literal, Quad, in_language
from ogdkg.sheets.cells import joined, parts
from ogdkg.sheets.operation import take_over
from ogdkg.sheets.template import Sheets
from ogdkg.sheets.writing import as_csv, as_workbook
from ogdkg.syntax.reader import read

CLASSES = {
    "maps": ("ns:Map", "ns:Town", "ns:Surveyor", "ns:Letter"),
    "devices": ("reg:Device", "reg:Ward", "reg:Maker"),
    "trees": ("ns:Tree", "ns:Garden"),
}
FIXTURES = ROOT / "tests" / "fixtures"


def opened(folder: Path) -> Sheets:
    return Sheets(Graph(read_project(folder)))


def quads(folder: Path) -> set[Quad]:
    files = [path for path in sorted(folder.rglob("*.t*")) if path.suffix in (".ttl", ".trig")]
    return {each.quad for path in files for each in read(path, base="file:///")}


@pytest.mark.parametrize(("project", "of"), [(p, c) for p, those in CLASSES.items() for c in those])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_sheet_that_nobody_edits_changes_nothing(project: str, of: str, form: str, tmp_path: Path) -> None:
    sheets = opened(FIXTURES / project)
    table = sheets.table(sheets.class_of(of))
    path = tmp_path / f"sheet.{form}"
    if form == "csv":
        path.write_text(as_csv(table, sheets.short(table.of)), newline="")
    else:
        path.write_bytes(as_workbook(table, sheets.choices))
    plan = take_over(sheets.graph, path, is_judged=False)
    assert (plan.files, plan.changes.cells, dict(plan.changes.things), plan.changes.left) == ([], (), {}, 0)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and "\u0000" not in text
)


@given(st.lists(texts, max_size=4))
def test_several_texts_of_a_cell_are_parted_again(values: list[str]) -> None:
    assert parts(joined(values)) == values


@given(st.data())
@examples(40)
def test_random_edits_change_just_that(data: st.DataObject) -> None:
    """Cells get other values, more or none; files say just these, and all other lines stay."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        project = data.draw(st.sampled_from(["maps", "devices"]))
        folder = Path(shutil.copytree(FIXTURES / project, Path(name) / "p"))
        sheets = opened(folder)
        of = sheets.class_of(data.draw(st.sampled_from(CLASSES[project][:2])))
        table = sheets.table(of)
        path = Path(name) / "sheet.xlsx"
        path.write_bytes(as_workbook(table, sheets.choices))
        book = load_workbook(path)
        before, gone, new = quads(folder), set(), set()
        for row, thing in enumerate(table.rows, 2):
            for number, column in enumerate(table.columns[1:], 2):
                assert column.field
                if column.field.least or data.draw(st.integers(0, 2)) != 0:
                    continue
                values = data.draw(some(column, sheets), label=f"{thing} {column.key}")
                cell = book.worksheets[0].cell(row, number)
                cell.value = joined(sheets.text(column, each) for each in values) or None
                cell.data_type = "s" if cell.value else "n"
                held = set(sheets.held(column, sheets.said(of).values[thing]))
                gone |= {(thing, column.field.predicate, each) for each in held - set(values)}
                new |= {(thing, column.field.predicate, each) for each in set(values) - held}
        book.save(path)
        plan = take_over(sheets.graph, path, is_judged=False)
        for file in plan.files:
            file.path.write_bytes(file.after)
        triples = {quad.triple for quad in quads(folder)}
        assert triples == ({quad.triple for quad in before} - gone) | new
        again = take_over(Graph(read_project(folder)), path, is_judged=False)
        assert again.files == []


def some(column: Any, sheets: Sheets) -> st.SearchStrategy[list[Any]]:
    field = column.field
    if field.kind is Kind.TEXT or column.language:
        one: st.SearchStrategy[Any] = texts.map(lambda text: in_language(text, column.language))
    elif field.kind is Kind.LISTED:
        one = st.sampled_from(field.listed)
    elif field.kind is Kind.THING:
        one = st.sampled_from(sorted(field.things, key=str))
    elif field.datatypes == (XSD + "gYear",):
        one = st.integers(1000, 2100).map(lambda year: Literal(str(year), XSD + "gYear"))
    elif field.datatypes == (XSD + "date",):
        one = st.dates(min_value=date(1900, 3, 1)).map(lambda day: Literal(day.isoformat(), XSD + "date"))
    else:
        one = texts.map(Literal)
    return st.lists(one, max_size=1 if field.most == 1 or column.language else 3, unique=True)


def test_csv_is_read_back_from_a_program_that_quotes_all(tmp_path: Path) -> None:
    sheets = opened(FIXTURES / "devices")
    table = sheets.table(sheets.class_of("reg:Device"))
    rows = list(csv.reader(io.StringIO(as_csv(table, "reg:Device"))))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([rows[0], *reversed(rows[1:])])
    (tmp_path / "sheet.csv").write_text("\ufeff" + out.getvalue())
    assert take_over(sheets.graph, tmp_path / "sheet.csv", is_judged=False).files == []


def test_the_second_library_reads_what_is_written(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    sheets = opened(FIXTURES / "maps")
    table = sheets.table(sheets.class_of("ns:Map"))
    (tmp_path / "sheet.xlsx").write_bytes(as_workbook(table, sheets.choices))
    book = CalamineWorkbook.from_path(str(tmp_path / "sheet.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == [each.heading for each in table.columns]
    assert [tuple(row) for row in rows[1:]] == list(table.rows.values())
    assert Iri("https://maps.example/ns#Map") == table.of
