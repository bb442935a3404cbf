"""`ogdkg template` and `import`: a sheet is edited in another program, and what was edited is taken over."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.conftest import ROOT, Run

FIXTURES = ROOT / "tests" / "fixtures"
SHEET = "sheet.xlsx"
COLUMNS = {"id": 1, "name": 2, "ward": 3, "maker": 4, "risk": 5, "checked": 6}  # of devices
LAMP, PUMP = 2, 3  # rows


@pytest.fixture
def devices(tmp_path: Path, ogdkg: Run) -> Path:
    folder = Path(shutil.copytree(FIXTURES / "devices", tmp_path / "devices"))
    assert ogdkg("template", "device", "-o", SHEET, cwd=folder).returncode == 0
    return folder


def edit(folder: Path, *cells: tuple[int, str, Any], book: Callable[[Any], None] | None = None) -> None:
    opened = load_workbook(folder / SHEET)
    for row, column, value in cells:
        cell = opened.worksheets[0].cell(row, COLUMNS[column])
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    if book:
        book(opened)
    opened.save(folder / SHEET)


def text(folder: Path) -> str:
    return (folder / "data" / "devices.ttl").read_text()


def test_a_sheet_says_what_to_write_and_offers_what_to_choose(devices: Path) -> None:
    book = load_workbook(devices / SHEET)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "Identifier", "Name", "Ward", "Made by", "Risk class", "Last checked",
    ]  # fmt: skip
    assert "Each thing must have it." in sheet["B1"].comment.text
    assert "such as 2014-06-30" in sheet["F1"].comment.text
    lists = {str(each.sqref).partition("2:")[0]: each for each in sheet.data_validations.dataValidation}
    assert set(lists) == {"C", "D", "E"} and lists["E"].showErrorMessage and not lists["C"].showErrorMessage
    assert [cell.value for cell in book["ogdkg-lists"]["E"]] == ["I", "II", "III"]
    assert {each.title: each.sheet_state for each in book.worksheets[1:]} == {
        "ogdkg": "hidden", "ogdkg-lists": "hidden",
    }  # fmt: skip


def test_what_was_edited_changes_and_all_else_stays(ogdkg: Run, devices: Path) -> None:
    before = text(devices)
    edit(
        devices,
        (LAMP, "checked", date(2031, 5, 6)),
        (LAMP, "ward", "East ward | West ward"),
        (PUMP, "maker", None),
        (PUMP, "risk", "III"),
    )
    dry = ogdkg("import", SHEET, "--dry-run", cwd=devices)
    assert (dry.returncode, text(devices)) == (0, before)
    assert "Infusion pump 1: risk class changed from II to III" in dry.stdout.replace('"', "")
    assert "Values: 1 changed, 2 added, 1 removed. New things: 0. Files: 1 would change." in dry.stderr
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, done.stdout) == (0, dry.stdout)
    expected = before.replace(
        '  reg:standsIn ward:east ;\n  reg:risk "I" .',
        '  reg:standsIn ward:east, ward:west ;\n  reg:risk "I" ;\n  reg:checked "2031-05-06"^^xsd:date .',
    ).replace(
        'reg:madeBy maker:aster ;\n  reg:checked "2031-02-03"^^xsd:date ;\n  reg:risk "II" .',
        'reg:checked "2031-02-03"^^xsd:date ;\n  reg:risk "III" .',
        1,
    )
    assert text(devices) == expected
    again = ogdkg("import", SHEET, cwd=devices)
    assert "Files: 0 changed" in again.stderr, again.stderr + again.stdout


def test_something_new_gets_an_iri_and_deleted_rows_stay(ogdkg: Run, devices: Path) -> None:
    edit(
        devices,
        (5, "name", "X-ray: C arm"),
        (5, "ward", "West ward"),
        (5, "risk", "II"),
        book=lambda book: book.worksheets[0].delete_rows(LAMP),
    )
    edit(devices, (4, "id", None))
    done = ogdkg("import", SHEET, cwd=devices)
    assert done.returncode == 0, done.stderr
    assert "Not in the sheet, and left as they are: 1 thing." in done.stderr
    assert "New things: 1." in done.stderr and "Examination lamp" in text(devices)
    assert (
        'device:x_ray_c_arm a reg:Device ;\n  rdfs:label "X-ray: C arm" ;\n  reg:standsIn ward:west ;\n'
        '  reg:risk "II" .' in text(devices)
    )


FAULTY = {
    (LAMP, "risk", "IV"): "Device!E2: 'IV' is none of the list",
    (LAMP, "ward", "Est ward"): "Device!C2: Nothing here is named 'Est ward' yet",
    (LAMP, "checked", "6.5.2031"): "Device!F2: '6.5.2031' does not fit",
    (LAMP, "name", 12345678901234567890): "Device!B2: This number has more digits",
    (PUMP, "risk", "I | II"): "Device!E3: There may be 1, and 2 stand here",
    (PUMP, "ward", None): "Device!C3: Each thing must have 'ward'",
    (PUMP, "checked", "=TODAY()"): "Device!F3: It holds a formula, and not what it comes to",
    (4, "checked", "#REF!"): "Device!F4: It holds the error #REF!",
    (4, "risk", 2): "Device!E4: '2' is none of the list",
    (5, "name", "Infusion pump 2"): "Device!A5: There is 'Infusion pump 2' already",
    (6, "risk", "I"): "Device!B6: Something new needs a name",
    (7, "name", "New"): "Device!A7: Something new needs 'ward'",
    (8, "id", "nothing"): "Device!A8: 'nothing' is no identifier",
    (9, "id", "ward:east"): "Device!A9: ward:east is something else",
    (10, "id", "device:pump_one"): "Device!A10: device:pump_one stands in Device!A3 too",
    (11, "name", "New"): "Device!A11: 'New' is new in another row too",
}


def test_all_cells_that_do_not_fit_are_named_and_nothing_is_written(ogdkg: Run, devices: Path) -> None:
    before = text(devices)
    edit(devices, *FAULTY)
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices)) == (3, before)
    assert [said for said in FAULTY.values() if said not in done.stderr] == [], done.stderr
    assert "Did you mean West ward, East ward?" in done.stderr


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((1, "risk", "Name"), "'Name' stands here again"),
        ((1, "id", "Key"), "no column of ident"),
    ],
)
def test_headings_stay(ogdkg: Run, devices: Path, cell: tuple[int, str, Any], said: str) -> None:
    edit(devices, cell)
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, said in done.stderr) == (3, True), done.stderr


def test_merged_cells_take_no_values_away(ogdkg: Run, devices: Path) -> None:
    before = text(devices)
    edit(devices, book=lambda book: book.worksheets[0].merge_cells("F3:F4"))
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices)) == (3, before)
    assert "Device!F4: It is merged with others, as F3:F4.\n" in done.stderr
    assert done.stderr.count("\n  Unmerge the cells") == 1
    assert ogdkg("template", "device", "-o", SHEET, cwd=devices).returncode == 0
    edit(devices, book=lambda book: book.worksheets[0].merge_cells("E1:F1"))
    assert "Device!E1: It is merged with others" in ogdkg("import", SHEET, cwd=devices).stderr


def test_the_sheet_is_found_among_others(ogdkg: Run, devices: Path) -> None:
    def add(book: Any) -> None:
        book.create_sheet("Notes", 0)["A1"] = "Ask the west ward."
        book.create_sheet("Empty", 0)

    edit(devices, (LAMP, "risk", "III"))
    opened = load_workbook(devices / SHEET)
    add(opened)
    opened.save(devices / SHEET)
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, 'reg:risk "III"' in text(devices)) == (0, True), done.stderr
    assert "The sheet Notes is none of those" in done.stderr and "Empty" not in done.stderr
    opened.copy_worksheet(opened["Device"])
    opened.save(devices / SHEET)
    done = ogdkg("import", SHEET, cwd=devices)
    assert done.returncode == 3
    assert "Several sheets have the column 'Identifier': Device, Device Copy." in done.stderr


def test_a_changed_identifier_makes_no_second_thing(ogdkg: Run, devices: Path) -> None:
    before = text(devices)
    edit(devices, (LAMP, "id", "device:lamp_won"))
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices)) == (3, before)
    assert "Device!A2: 'Examination lamp' is device:lamp_one, which no row is of." in done.stderr
    edit(devices, (LAMP, "id", "device:lamp_one"), (5, "id", "device:lamp_two"))
    edit(devices, (5, "name", "Examination lamp"), (5, "ward", "East ward"))
    done = ogdkg("import", SHEET, cwd=devices)  # which is another one, since the first is there too
    assert (done.returncode, "New things: 1" in done.stderr) == (0, True), done.stderr


def test_white_space_is_no_value(ogdkg: Run, devices: Path) -> None:
    before = text(devices)
    edit(devices, (LAMP, "name", " Examination lamp\u00a0"), (7, "checked", " "), (9, "name", "\u00a0"))
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices)) == (0, before), done.stderr


def test_a_value_of_a_list_goes_by_all_its_names(ogdkg: Run, devices: Path) -> None:
    shapes = devices / "ontology" / "shapes" / "devices.ttl"
    shapes.write_text(shapes.read_text().replace('( "I" "II" "III" )', "( ward:east ward:west )"))
    shapes.write_text("PREFIX ward: <https://devices.example/ward/>\n" + shapes.read_text())
    register = devices / "data" / "devices.ttl"
    west = 'rdfs:label "West ward", "Sala oeste"@es'
    register.write_text(
        re.sub(r' ;\n  reg:risk "I+"', "", text(devices)).replace('rdfs:label "West ward"', west)
    )
    assert ogdkg("template", "device", "-o", SHEET, cwd=devices).returncode == 0
    lists = load_workbook(devices / SHEET)["ogdkg-lists"]
    columns = [[cell.value for cell in column if cell.value] for column in lists.iter_cols()]
    assert ["East ward", "West ward"] in columns, columns
    found = [cell.value for cell in load_workbook(devices / SHEET).worksheets[0][1]].index("Risk class") + 1
    opened = load_workbook(devices / SHEET)
    for row, name in enumerate(("Sala Oeste", "ward:west", "West ward (ward:west)"), 2):
        opened.worksheets[0].cell(row, found).value = name
    opened.save(devices / SHEET)
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices).count("reg:risk ward:west")) == (0, 3), done.stderr
    cart = ("new", "device", "Cart", "--set", "ward=East ward", "--set")
    for name in ("sala oeste", "East ward", "east", "ward:west"):
        assert ogdkg(*cart, f"risk class={name}", "--dry-run", cwd=devices).returncode == 0, name
    refused = ogdkg(*cart, "risk class=North ward", cwd=devices)
    assert "is none of the list: East ward, West ward." in refused.stderr


def test_what_somebody_else_has_changed_meanwhile_is_not_lost(ogdkg: Run, devices: Path) -> None:
    path = devices / "data" / "devices.ttl"
    path.write_text(text(devices).replace('"Examination lamp"', '"Lamp, old"'))
    edit(devices, (LAMP, "risk", "II"))
    assert ogdkg("import", SHEET, cwd=devices).returncode == 0
    assert '"Lamp, old" ;' in text(devices) and text(devices).count('reg:risk "II"') == 3
    edit(devices, (LAMP, "name", "Lamp, new"))
    done = ogdkg("import", SHEET, cwd=devices)
    assert done.returncode == 3
    assert "Device!B2: It has changed in the graph meanwhile, and is 'Lamp, old'" in done.stderr


@pytest.mark.parametrize("epoch", [datetime(1899, 12, 30), datetime(1904, 1, 1)])
def test_dates_count_from_the_year_that_the_file_names(ogdkg: Run, devices: Path, epoch: datetime) -> None:
    def set_epoch(book: Any) -> None:
        book.epoch = epoch

    edit(devices, (LAMP, "checked", date(2031, 5, 6)), book=set_epoch)
    assert ogdkg("import", SHEET, cwd=devices).returncode == 0
    assert text(devices).count('"2031-05-06"^^xsd:date') == 1


def test_texts_stay_texts_and_numbers_keep_their_digits(ogdkg: Run, devices: Path) -> None:
    edit(devices, (LAMP, "name", "0042"), (PUMP, "name", 7.0), (4, "name", "two\r\nlines | \\| one"))
    shapes = devices / "ontology" / "shapes" / "devices.ttl"
    shapes.write_text(
        shapes.read_text().replace("sh:maxCount 1 ;\n    sh:datatype xsd:string", "sh:maxCount 2")
    )
    assert ogdkg("import", SHEET, cwd=devices).returncode == 0
    assert '"0042"' in text(devices) and '"7"' in text(devices)
    assert 'rdfs:label "two\\nlines", "| one"' in text(devices)


def test_no_cell_is_a_formula(ogdkg: Run, devices: Path) -> None:
    path = devices / "data" / "devices.ttl"
    path.write_text(text(devices).replace('"Infusion pump 1"', '"=HYPERLINK(\\"http://x\\")"'))
    assert ogdkg("template", "device", "-o", SHEET, cwd=devices).returncode == 0
    book = load_workbook(devices / SHEET)
    assert not [c for sheet in book for row in sheet for c in row if c.data_type == "f"]
    assert ogdkg("template", "device", "-o", "sheet.csv", cwd=devices).returncode == 0
    assert ",\"'=HYPERLINK(" in (devices / "sheet.csv").read_text()
    for name in (SHEET, "sheet.csv"):
        assert "Files: 0 changed" in ogdkg("import", name, cwd=devices).stderr


def test_csv_says_by_its_headings_what_it_is(ogdkg: Run, devices: Path) -> None:
    assert ogdkg("template", "device", "-o", "sheet.csv", cwd=devices).returncode == 0
    path = devices / "sheet.csv"
    path.write_text(path.read_text().replace(",I,", ",IV,"))
    done = ogdkg("import", "sheet.csv", cwd=devices)
    assert (done.returncode, "E2: 'IV' is none of the list" in done.stderr) == (3, True)
    path.write_text(path.read_text().replace(",IV,", ",III,"))
    assert ogdkg("import", "sheet.csv", cwd=devices).returncode == 0
    assert 'reg:risk "III"' in text(devices)
    whole = path.read_text()
    for changed, said in (
        (whole.replace("Aster & Sons", "Aster, Sons"), "sheet.csv:3: The row has 7 cells, the header 6."),
        (whole.replace(",III,\n", "\n", 1), "sheet.csv:2: The row has 4 cells, the header 6."),
        (whole.replace(",", "\t"), "sheet.csv is read with tabs between its cells, not commas."),
        (whole.replace(",", ";"), "Files: 0 changed"),
        (whole + "<<<<<<< HEAD\n", "sheet.csv:5:1: A conflict of a merge is left here."),
    ):
        path.write_text(changed)
        assert said in ogdkg("import", "sheet.csv", cwd=devices).stderr, changed
    path.write_text("a,b\n1,2\n")
    assert "needs --mapping" in ogdkg("import", "sheet.csv", cwd=devices).stderr


def test_what_would_break_a_shape_is_not_written(ogdkg: Run, devices: Path) -> None:
    shapes = devices / "ontology" / "shapes" / "devices.ttl"
    shapes.write_text(
        shapes.read_text() + "reg:Other a sh:NodeShape ; sh:targetClass reg:Device ; sh:property [ sh:path "
        'rdfs:label ; sh:pattern "^[A-Z]" ; sh:message "A name begins with a capital." ] .\n'
    )
    edit(devices, (LAMP, "name", "lamp"))
    before = text(devices)
    done = ogdkg("import", SHEET, cwd=devices)
    assert (done.returncode, text(devices)) == (1, before)
    assert 'lamp — rdfs:label → "lamp": A name begins with a capital.' in done.stdout


def test_a_foreign_workbook_is_no_sheet_of_ours(ogdkg: Run, devices: Path) -> None:
    Workbook().save(devices / "other.xlsx")
    done = ogdkg("import", "other.xlsx", cwd=devices)
    assert done.returncode == 3 and "not a sheet of ogdkg" in done.stderr
    for arguments in (["template", "device", "-o", "x.ods"], ["template", "no such class", "-o", "x.csv"],
                      ["import", SHEET, "--prune"]):  # fmt: skip
        assert ogdkg(*arguments, cwd=devices).returncode == 2


def test_without_the_library_a_sentence_says_what_to_install(
    devices: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from ogdkg.cli.main import main

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    asked = ["query", "in-ward", "--ward", "East ward", "-o", str(devices / "b.xlsx")]
    made = ["template", "device", "-o", str(devices / "a.xlsx")]
    for arguments in (made, ["import", str(devices / SHEET)], asked):
        assert main(["-C", str(devices), *arguments]) == 2
        assert "pip install 'ogdkg[sheets]'" in capsys.readouterr().err


def test_answers_and_exports_are_spreadsheets_of_names(ogdkg: Run, devices: Path) -> None:
    assert ogdkg("query", "in-ward", "--ward", "East ward", "-o", "a.xlsx", cwd=devices).returncode == 0
    assert ogdkg("export", "-f", "xlsx", "-o", "b.xlsx", cwd=devices).returncode == 0
    sheets = load_workbook(devices / "b.xlsx")
    rows = [[cell.value for cell in row] for row in sheets["reg-Device"]]
    assert rows[0][0] == "id" and "East ward" in rows[1] + rows[2] and len(sheets.sheetnames) == 4
    assert ogdkg("export", "-f", "xlsx", "--iris", "-o", "c.xlsx", cwd=devices).returncode == 0
    rows = [[cell.value for cell in row] for row in load_workbook(devices / "c.xlsx")["reg-Device"]]
    assert "https://devices.example/ward/east" in rows[1] + rows[2]
    csv = ogdkg("query", "in-ward", "--ward", "East ward", "-f", "csv", cwd=devices).stdout
    assert csv.splitlines()[1] == "https://devices.example/device/lamp_one"  # as the W3C has it


def test_many_languages_and_what_a_sheet_does_not_hold(ogdkg: Run, tmp_path: Path) -> None:
    tags = ("ar", "de", "en", "es", "fr", "hi", "it", "pt", "ru", "zh")
    names = ", ".join(f'"{tag.upper()}"@{tag}' for tag in tags)
    data = tmp_path / "data" / "towns.ttl"
    data.parent.mkdir()
    data.write_text(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nPREFIX t: <https://t.example/>\n\n"
        f"t:a a t:Town ;\n  rdfs:label {names} ;\n  t:area [ t:km 3 ] .\n"
    )
    (tmp_path / "ogdkg.toml").write_text('[project]\nname = "t"\n')
    made = ogdkg("template", "Town", "-o", "towns.csv", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "Not in the sheet, and left as it is: 1 part without a name of area." in made.stderr
    sheet = tmp_path / "towns.csv"
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8-sig").splitlines()))
    assert [tag for tag in tags if not any(f"@{tag}]" in heading for heading in rows[0])] == []
    sheet.write_text(sheet.read_text(encoding="utf-8-sig").replace("ZH", "Zhen"), encoding="utf-8")
    before = data.read_text()
    assert ogdkg("import", "towns.csv", cwd=tmp_path).returncode == 0
    assert data.read_text() == before.replace("ZH", "Zhen")


def test_a_class_that_has_no_thing_yet_has_a_sheet_by_its_shape(ogdkg: Run, tmp_path: Path) -> None:
    assert ogdkg("init", "events", "--thing", "event", "--yes", cwd=tmp_path).returncode == 0
    folder = tmp_path / "events"
    (folder / "data" / "event.ttl").unlink()
    assert ogdkg("template", "event", "-o", "sheet.csv", cwd=folder).returncode == 0
    heading = (folder / "sheet.csv").read_text().strip()
    assert heading == "Identifier [ns:Event],Name (en) [rdfs:label@en],Year [ns:year]"
    (folder / "sheet.csv").write_text(f"{heading}\n,Open Data Day,2014\n")
    assert ogdkg("import", "sheet.csv", cwd=folder).returncode == 0
    assert 'rdfs:label "Open Data Day"@en' in (folder / "data" / "event.ttl").read_text()
    unknown = ogdkg("template", "evnt", "-o", "sheet.csv", cwd=folder)
    assert (unknown.returncode, "no class 'evnt'" in unknown.stderr) == (2, True)


def test_a_table_without_the_column_of_its_class_is_told_what_to_write(ogdkg: Run, devices: Path) -> None:
    (devices / "t.csv").write_text("Name [rdfs:label],Ward [reg:standsIn]\nLamp 9,East ward\n")
    refused = ogdkg("import", "t.csv", cwd=devices)
    assert refused.returncode == 3
    assert "The first heading with square brackets names the class." in refused.stderr
    assert "Identifier [ns:Event]" in refused.stderr


def test_a_cell_that_does_not_fit_is_told_once(ogdkg: Run, devices: Path) -> None:
    """A new thing needs a ward; one that is not known is not missing as well."""
    assert ogdkg("template", "device", "-o", "t.csv", "--empty", cwd=devices).returncode == 0
    heading = (devices / "t.csv").read_text().strip()
    row = {"Name": "Lamp 9", "Ward": "Nowhere"}
    cells = (row.get(each.partition(" [")[0], "") for each in heading.split(","))
    (devices / "t.csv").write_text(f"{heading}\n{','.join(cells)}\n")
    refused = ogdkg("import", "t.csv", cwd=devices)
    assert "Nothing here is named 'Nowhere' yet." in refused.stderr
    assert "needs 'ward'" not in refused.stderr


def test_what_is_not_shown_is_shown_by_an_option_that_there_is(ogdkg: Run, devices: Path) -> None:
    assert ogdkg("template", "device", "-o", "t.csv", "--empty", cwd=devices).returncode == 0
    heading = (devices / "t.csv").read_text().strip()
    row = [{"Name": "Lamp {}", "Ward": "East ward"}.get(e.partition(" [")[0], "") for e in heading.split(",")]
    rows = "".join(",".join(row).format(n) + "\n" for n in range(101))
    (devices / "t.csv").write_text(f"{heading}\n{rows}")
    said = ogdkg("import", "t.csv", "--dry-run", cwd=devices)
    assert "-v shows them" in said.stdout and "--all" not in said.stdout
