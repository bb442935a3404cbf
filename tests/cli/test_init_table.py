"""`ogdkg init --from` a table: a project that passes its own checks, and imports what changes in it."""

from __future__ import annotations

import csv
import io
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.cli.test_init import checked, files_below
from tests.conftest import Run
from tests.terminals import conversation

EVENTS = """title,date,place,organiser,page
Open Data Day,2014-02-22,Kathmandu,Open Nepal,https://www.example.org/open-data-day
Budget Hackathon,2013-11-30,Nairobi,World Bank; iHub,https://www.example.org/budget
Data Bootcamp,2013-05-12,La Paz,World Bank,
"""
# Tables by what is odd in them, with the options to give, and what the first column is in the graph.
ODD: dict[str, tuple[str, tuple[str, ...]]] = {
    "usual": (EVENTS, ()),
    "classes": (EVENTS, ("--class", "organiser", "--separator", ";", "--class", "place", "--thing", "event")),
    "languages": (EVENTS, ("--lang", "es-419", "--lang", "en", "--thing", "evento", "--class", "organiser")),
    "headings": (
        'a,a,,"a 2",row,value,"{subject}","it\'s ""x"" \'\'\' \\ # @ y",subject\n1,2,3,4,5,6,7,8,9\n',
        ("--class", "row", "--label", "a 2"),
    ),
    "scripts": (
        "नाम,اسم,国家,Größe,Ναός,страна\nनेपाल,نيبال,尼泊尔,1,Άλφα,Непал\nकेन्या,كينيا,肯尼亚,2,Βήτα,Кения\n",
        ("--class", "国家", "--class", "страна"),
    ),
    "one name in two kinds": ("city,capital\nParis,Paris\nLyon,Paris\n", ("--class", "capital")),
    "names alike": ("name\nA+\nA\na\nÁ\n東京\n+\n++\n", ()),
    "numbers": ("id,name\n1,x\n2,y\n10,z\n", ()),
    "numbers alone": ("id,n\n1,2\n2,3\n", ("--class", "n")),
    "URN": (EVENTS, ("--namespace", "urn:example:b:", "--class", "organiser")),
    "hash": (EVENTS, ("--namespace", "https://b.example/a'b#", "--class", "place")),
    "long": (f"name,text\n{'x ' * 500}1,{'y ' * 500}\n{'x ' * 500}2,z\n", ()),
    "empty columns": ("name,,b,\nx,,,\ny,,,\n", ()),
    # What a query calls its parameters after: words, options of its own, and the columns beside them.
    "parameters": (
        "Name,Legal Form,Format,2nd owner,Type label,Type,type-label,A-1,A1\n"
        "a,b,c,d,e,f,g,h,i\nj,b,c,d,e,f,g,h,i\n",
        tuple(
            option
            for heading in (
                "Legal Form",
                "Format",
                "2nd owner",
                "Type label",
                "Type",
                "type-label",
                "A-1",
                "A1",
            )
            for option in ("--class", heading)
        ),
    ),
}


def given(folder: Path, text: str, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ODD)
def test_a_project_around_a_table_passes_its_own_checks(ogdkg: Run, tmp_path: Path, kind: str) -> None:
    text, options = ODD[kind]
    table, folder = given(tmp_path, text), tmp_path / "made"
    made = ogdkg("init", folder, "--from", table, *options, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    checked(ogdkg, folder)
    told = ogdkg("validate", "--severity", "info", "--fail-on", "info", "--no-cache", cwd=folder)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    again = ogdkg("import", "tables/events.csv", "--mapping", "mapping.toml", cwd=folder)
    rows = len(text.splitlines()) - 1
    assert f"{rows} row{'s' * (rows != 1)}, 1 file, 0 of them changed." in again.stderr, again.stderr
    assert (folder / "tables" / "events.csv").read_text("utf-8") == table.read_text("utf-8") == text
    [whole] = {path.stem for path in folder.glob("queries/*/all-*.rq")} & {
        f"all-{path.name}" for path in (folder / "queries").iterdir() if "table say" in _first(path)
    }
    asked = ogdkg("query", whole, "-f", "csv", cwd=folder)
    assert asked.returncode == 0, asked.stderr
    cells = {cell for row in csv.reader(io.StringIO(asked.stdout)) for cell in row}
    classes = [each for option, each in pairwise(options) if option == "--class"]
    for row in csv.DictReader(io.StringIO(text)) if kind not in ("headings", "empty columns") else ():
        values = (value for heading, value in row.items() if value and heading not in classes)
        assert {" ".join(value.split()) for value in values} <= cells


def _first(folder: Path) -> str:
    return "".join(path.read_text("utf-8").partition("\n")[0] for path in folder.glob("all-*.rq"))


def test_a_table_says_what_its_cells_say(ogdkg: Run, tmp_path: Path) -> None:
    table = given(tmp_path, EVENTS)
    options = ("--class", "organiser", "--separator", ";", "--thing", "event", "--lang", "en")
    made = ogdkg("init", "events", "--from", table, *options, cwd=tmp_path)
    assert "title (text), date (date), place (text), organiser (things), page (iri)." in made.stderr
    data = (tmp_path / "events" / "data" / "events.ttl").read_text(encoding="utf-8")
    assert (
        """id:budget-hackathon a ns:Event ;
  rdfs:label "Budget Hackathon"@en ;
  ns:date "2013-11-30"^^xsd:date ;
  ns:organiser id:organiser-ihub, id:organiser-world-bank ;
  ns:page <https://www.example.org/budget> ;
  ns:place "Nairobi" ."""
        in data
    )
    rows = ogdkg(
        "query", "event-by-organiser", "--organiser", "World Bank", "-f", "csv", cwd=tmp_path / "events"
    )
    assert "Budget Hackathon" in rows.stdout and "Data Bootcamp" in rows.stdout, rows.stderr
    shown = ogdkg("show", "Data Bootcamp", cwd=tmp_path / "events")
    assert "World Bank" in shown.stdout and "2013-05-12" in shown.stdout
    found = ogdkg("site", tmp_path / "pages", cwd=tmp_path / "events")
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-20", "0"], "integer"), (["1", "2.5"], "decimal"), (["true", "false"], "boolean"),
        (["2014-02-22", ""], "date"), (["9 March 2017", "2014-02-22"], "date"),
        (["2014-02", "2014-11"], "date"), (["2014-02-22T10:00:00"], "datetime"),
        (["https://a.example/", "http://b.example/ü"], "iri"),
        # One cell that does not fit, or that may mean something else, and the column is text.
        (["1", "x"], "text"), (["007", "1"], "text"), (["+977", "1"], "text"), (["1,234"], "text"),
        (["1,5"], "text"), (["2014-02-22", "2014"], "text"), (["12/05/2013"], "text"), (["yes"], "text"),
        (["2013-02-30"], "text"), (["https://a.example/ b"], "text"), (["mailto:a@b.example"], "text"),
        (["", ""], "text"), (["1" * 40], "text"), (["١٢"], "text"),
    ],
)  # fmt: skip
def test_a_datatype_is_guessed_where_every_cell_fits(
    ogdkg: Run, tmp_path: Path, values: list[str], kind: str
) -> None:
    table = tmp_path / "t.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["name", "x"], *((f"n{at}", value) for at, value in enumerate(values))])
    made = ogdkg("init", "p", "--from", table, cwd=tmp_path)
    assert made.returncode == 0 and f" x ({kind})." in made.stderr, made.stderr
    checked(ogdkg, tmp_path / "p")


def test_tabs_and_spreadsheets_are_tables_too(ogdkg: Run, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["name", "day", "n"], ["x", date(2014, 2, 22), 1.5], ["y", None, 2]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    given(tmp_path, "name\tday\tn\nx\t2014-02-22\t1.5\ny\t\t2\n", "t.tsv")
    said = []
    for name in ("t.xlsx", "t.tsv"):
        assert ogdkg("init", name[2:], "--from", name, "--name", "p", cwd=tmp_path).returncode == 0
        files = files_below(tmp_path / name[2:])
        said.append(files["data/t.ttl"])
        checked(ogdkg, tmp_path / name[2:])
        again = ogdkg("import", f"tables/{name}", "--mapping", "mapping.toml", cwd=tmp_path / name[2:])
        assert "2 rows, 1 file, 0 of them changed." in again.stderr
    assert said[0] == said[1] and b'"2014-02-22"^^xsd:date' in said[0]


@pytest.mark.parametrize(
    ("text", "options", "code", "said"),
    [
        ("", (), 3, "t.csv: The table is empty."),
        ("a,b\n", (), 3, "t.csv:1: The table has headings and no row."),
        (
            "a\nx\nx\n",
            (),
            3,
            "t.csv:3: No column has another value in each row. a: 'x' stands",
        ),
        ("a,b\nx,\ny,1\nx,2\n", (), 3, "t.csv:4: No column has another value in each row."),
        ("a,b\nx\n", (), 3, "t.csv:2: The row has 1 cells, the header 2."),
        ('a\n"x\n', (), 3, "t.csv:2: A cell that begins with a quotation mark here is not closed."),
        ("a,b\nx,1\n", ("--label", "c"), 2, "The table has no column 'c'."),
        ("a,b\nx,1\ny,\n", ("--label", "b"), 3, "t.csv:3: b: this row has no name."),
        ("a,b\nx,1\n", ("--class", "bb"), 2, "Did you mean 'b'?"),
        ("a,b\nx,1\n", ("--class", "a"), 2, "Leave it out of --class."),
        (
            "List,,\n\na,b,c\nx,1,2\n",
            (),
            3,
            "t.csv:1: The first row has one cell, 'List', and the next has 3.",
        ),
        ("List\na,b,c\nx,1,2\n", (), 3, "If it is a title, take it out: the first row names the columns."),
        ("a\nx\n", ("--from", "t.csv"), 2, "A project is made around one table."),
        ("a\nx\n", ("--passages",), 2, "--passages and --thing are for a project without data."),
    ],
)
def test_a_table_that_cannot_be_is_met_with_a_sentence(
    ogdkg: Run, tmp_path: Path, text: str, options: tuple[str, ...], code: int, said: str
) -> None:
    given(tmp_path, text, "t.csv")
    done = ogdkg("init", "p", "--from", "t.csv", *options, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "p").exists()


def test_a_table_may_have_semicolons(ogdkg: Run, tmp_path: Path) -> None:
    given(tmp_path, "name;place\na;Nepal, Asia\nb;Kenya\n", "t.csv")
    done = ogdkg("init", "p", "--from", "t.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "t.csv is read with semicolons between its cells, not commas." in done.stderr


def test_what_is_for_tables_needs_one(ogdkg: Run, tmp_path: Path) -> None:
    given(tmp_path, "<urn:a> a <urn:b> .", "d.ttl")
    done = ogdkg("init", "p", "--from", "d.ttl", "--class", "x", cwd=tmp_path)
    assert (done.returncode, "--class is for a table." in done.stderr) == (2, True)


def test_values_are_things_only_where_somebody_says_so(ogdkg: Run, tmp_path: Path) -> None:
    given(tmp_path, "name,place\na,Nepal\nb,Nepal\nc,Kenya\nd,Kenya\n", "t.csv")
    silent = ogdkg("init", "silent", "--from", "t.csv", cwd=tmp_path)
    assert "Few values, often repeated: place; --class makes each a thing." in silent.stderr
    assert "ns:Place" not in (tmp_path / "silent" / "ontology" / "silent.ttl").read_text()
    told, code = conversation(
        "init", "asked", "--from", "t.csv",
        answers=[("]: ", "\n"), ("]: ", "\n"), ("]: ", "\n"), ("[en]: ", "\n"),
                 ("place' has 2 different values. Is each a thing? [y/N]: ", "y\n")],
        cwd=tmp_path,
    )  # fmt: skip
    assert code == 0, told
    assert "ns:Place a owl:Class" in (tmp_path / "asked" / "ontology" / "asked.ttl").read_text()
    checked(ogdkg, tmp_path / "asked")


def test_a_code_tells_apart_and_a_word_names(ogdkg: Run, tmp_path: Path) -> None:
    given(tmp_path, "no.,name,mun\n0001,Alpha,007\n0002,Alpha,008\n1987/3,7-Eleven,007\n", "t.csv")
    made = ogdkg("init", "p", "--from", "t.csv", cwd=tmp_path)
    assert "Names: name. Told apart by: no.\n" in made.stderr
    assert "Stay text" not in made.stderr
    checked(ogdkg, tmp_path / "p")


def test_numbers_and_dates_of_other_countries_are_told(ogdkg: Run, tmp_path: Path) -> None:
    text = "name;height;value;day;code\na;62,5;1.200,00;03.05.1987;007\nb;10;;3/5/1987;1\n"
    made = ogdkg("init", "p", "--from", given(tmp_path, text, "t.csv"), cwd=tmp_path)
    assert (
        "Stay text: height ('62,5'), value ('1.200,00'), day ('03.05.1987'); if they are numbers or dates, "
        "write 62.5 and 2014-06-30."
    ) in made.stderr


def test_several_values_in_a_cell_are_told(ogdkg: Run, tmp_path: Path) -> None:
    text = "title,authors,remark\nx,Okoro; Li,a; b\ny,Li,c\nz,Okoro,\n"
    made = ogdkg("init", "p", "--from", given(tmp_path, text, "t.csv"), cwd=tmp_path)
    assert "Several in a cell: authors; --class, with --separator ';', makes each a thing.\n" in made.stderr
    options = ("--class", "authors", "--separator", ";")
    assert "Several" not in ogdkg("init", "q", "--from", "t.csv", *options, cwd=tmp_path).stderr


def test_a_title_above_the_headings_of_a_spreadsheet_is_told(ogdkg: Run, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Schools"], [], ["name", "type", "pupils"], ["x", "y", 1]):
        book.active.append(row)
    for name, merges in (("merged.xlsx", True), ("plain.xlsx", False)):
        (book.active.merge_cells if merges else book.active.unmerge_cells)("A1:C1")
        book.save(tmp_path / name)
        made = ogdkg("init", "p", "--from", name, cwd=tmp_path)
        assert made.returncode == 3
        assert "If it is a title, take it out: the first row names the columns." in made.stderr
    assert "plain.xlsx:1: The first row has one cell, 'Schools', and the next has 3." in made.stderr


def test_what_changes_in_the_table_is_imported(ogdkg: Run, tmp_path: Path) -> None:
    table = given(tmp_path, EVENTS)
    ogdkg("init", "p", "--from", table, "--class", "organiser", "--separator", ";", cwd=tmp_path)
    folder = tmp_path / "p"
    copy = folder / "tables" / "events.csv"

    def imported(row: str) -> tuple[int, str]:
        copy.write_text(EVENTS + row, encoding="utf-8")
        done = ogdkg("import", copy, "--mapping", "mapping.toml", cwd=folder)
        return done.returncode, done.stderr

    for row, message in (
        ("Forum,12/05/2013,,,\n", "events.csv:5: Forum, date: '12/05/2013' is not a date"),
        ("Forum,,,iHob,\n", "events.csv:5: Forum, organiser: 'iHob' is no organiser of the graph"),
        ("Open Data Day,,,,\n", "events.csv:5: title: 'Open Data Day' stands in line 2 already."),
        ("open data day,,,,\n", "events.csv:5: 'open data day' makes the IRI of 'Open Data Day'"),
        (",2014-01-01,,,\n", "events.csv:5: title: this row has no value to tell its thing by."),
    ):
        code, said = imported(row)
        assert code == 3 and message in said, said
    code, said = imported("Forum,2015-01-02,Lima,iHub;World Bank,\n")
    assert (code, "4 rows, 1 file, 1 of them changed." in said) == (0, True), said
    assert "2015-01-02" in ogdkg("show", "Forum", cwd=folder).stdout
    head, *rows = EVENTS.splitlines()
    for heading, hint in (
        ("budget", "Add one like those of the other columns"),
        ("pages", "Is 'page' a mis"),
    ):
        lines = [head.replace("page", heading) if heading == "pages" else f"{head},{heading}", *rows]
        wide = "\n".join(line if heading == "pages" else f"{line},1" for line in lines[1:])
        copy.write_text(f"{lines[0]}\n{wide}\n", encoding="utf-8")
        told = ogdkg("import", copy, "--mapping", "mapping.toml", cwd=folder)
        assert told.returncode == 3 and len(told.stderr.splitlines()) == 2, told.stderr
        assert (
            f"events.csv:1: No line under [property] of the mapping is for the column '{heading}'."
            in told.stderr
        )
        assert hint in told.stderr
    mapping = folder / "mapping.toml"
    text = mapping.read_text("utf-8")
    assert tomllib.loads(text)["table"]["identifier"] == "title"
    mapping.write_text(text.replace("subjects =", 'row = "title"\nsubjects ='), "utf-8")
    assert "A table with a thing a row has no 'row'." in imported("")[1]
    mapping.write_text(text.replace('"title"', '"titel"'), "utf-8")
    assert "events.csv:1: The table has no column 'titel'.\n  Is 'title' a misspelling" in imported("")[1]
