"""`ogdkg import`: a table becomes files of a layer, twice the same; what does not fit is told by its row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import Run
from tests.projects import configuration

from ogdkg.cli.main import main
from ogdkg.importing.values import number
from ogdkg.rdf.terms import DCTERMS, SKOS, XSD

PROJECT = configuration(
    {
        "own": {"files": ["own.ttl"]},
        "elsewhere": {"files": ["elsewhere/*.ttl"], "graph": "http://example.org/graph/{stem}"},
        "about": {"files": ["elsewhere/about/*.ttl"], "graph": "http://example.org/graph/about"},
    },
    {
        "ex": "http://example.org/",
        "graph": "http://example.org/graph/",
        "dcterms": DCTERMS,
        "skos": SKOS,
        "xsd": XSD,
    },
    project={"name": "parks", "things": "http://example.org/"},
)
OWN = """
PREFIX ex: <http://example.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
ex:oak a ex:Park ; skos:prefLabel "Oak Park"@en ; skos:altLabel "The Oaks"@en .
ex:elm a ex:Park ; skos:prefLabel "Elm Park"@en .
ex:twin1 a ex:Park ; skos:prefLabel "Twin"@en .
ex:twin2 a ex:Park ; skos:prefLabel "Twin"@en .
"""
MAPPING = """
[table]
type = "kind"
subjects = ["park"]

[types]
day = "date"
body = "agency"
words = "text"

[output]
layer = "elsewhere"
stem = "{title}-{url:hash}"
about = "about/sources.ttl"
describe = '''
{graph} dcterms:source <{url}>
{graph} dcterms:title "{title}"@en
'''

[things.park]
classes = ["ex:Park"]

[things.agency]
classes = ["ex:Agency"]
iri = "ex:{name}"
make = '''
{thing} a ex:Agency
{thing} skos:prefLabel "{name}"@en
'''
new = ["Forest Service", "Café Board"]

[codes.colour]
"green" = "ex:green"

[template.fact]
make = "{subject} {predicate} {value}"

[template.count]
value = "number"
node = "ex:{subject:slug}-{unit}-{value}"
defaults = { how = "exactly" }
make = '''
{node} ex:about {subject}
{node} ex:number {value}
{node} ex:how "{how}"
{node} ex:on {day:date}
{node} ex:row "{row}"
'''
read = [
  { from = "note", pattern = "^more than", set = { how = "more than" } },
  { from = "note", pattern = "in (?P<day>[A-Z][a-z]+ [0-9]{4})" },
]

[property]
"opened" = { use = "fact", predicate = "ex:opened" }
"run by" = { use = "fact", predicate = "ex:runBy" }
"colour" = { use = "fact", predicate = "ex:colour", value = "colour" }
"ror" = { use = "fact", predicate = "skos:exactMatch", value = "ror" }
"isni" = { use = "fact", predicate = "skos:notation", value = "isni" }
"page" = { use = "fact", predicate = "ex:page", value = "iri" }
"trees" = { use = "count", unit = "trees" }
"run by @ Elm Park" = { use = "fact", predicate = "ex:keptBy" }

[leave-out]
"r99" = "the name of a person"
"""
HEADER = ("row", "subject", "property", "value", "kind", "url", "title", "note")
Import = Callable[..., tuple[int, str, str]]
ROW = {
    "row": "r1",
    "subject": "Oak Park",
    "property": "opened",
    "value": "1901-05",
    "kind": "day",
    "url": "http://example.com/a",
    "title": "A Tale",
    "note": "",
}


def row(**cells: str) -> dict[str, str]:
    return {**ROW, **cells}


def table(*rows: dict[str, str]) -> str:
    lines = [HEADER, *(tuple(each[name] for name in HEADER) for each in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Import:
    """Import rows into a project of its own; the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ogdkg.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "own.ttl").write_text(OWN, encoding="utf-8")

    def run(
        *rows: dict[str, str], options: tuple[str, ...] = (), mapping: str = MAPPING
    ) -> tuple[int, str, str]:
        (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
        (tmp_path / "facts.tsv").write_text(table(*rows), encoding="utf-8")
        code = main(["import", "facts.tsv", "--mapping", "mapping.toml", *options])
        return code, *capsys.readouterr()

    return run


def said(folder: Path) -> set[str]:
    return {str(quad.triple) for path in folder.glob("**/*.ttl") for quad in ox.parse(path=str(path))}


EX = "http://example.org/"


def test_rows_become_a_file_for_each_source(take: Import, tmp_path: Path) -> None:
    code, _out, err = take(
        row(),
        row(row="r2", subject="The Oaks", property="run by", value="Café Board", kind="body"),
        row(row="r3", property="trees", value="1,200", kind="words", note="more than; in May 1999",
            url="http://example.com/b", title="B"),
    )  # fmt: skip
    assert code == 0, err
    files = sorted(
        path.relative_to(tmp_path / "elsewhere").as_posix() for path in tmp_path.rglob("elsewhere/**/*.ttl")
    )
    assert len(files) == 3
    assert files[0].startswith("a-tale-") and files[1] == "about/sources.ttl" and files[2].startswith("b-")
    month = '"1901-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    assert said(tmp_path / "elsewhere") >= {
        f"<{EX}oak> <{EX}opened> {month}",
        f"<{EX}oak> <{EX}runBy> <{EX}cafe-board>",
        f'<{EX}cafe-board> <http://www.w3.org/2004/02/skos/core#prefLabel> "Café Board"@en',
        f"<{EX}oak-trees-1-200> <{EX}number> 1200".replace(
            "1200", '"1200"^^<http://www.w3.org/2001/XMLSchema#integer>'
        ),
        f'<{EX}oak-trees-1-200> <{EX}how> "more than"',
        f'<{EX}oak-trees-1-200> <{EX}on> "1999-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>',
        f'<{EX}oak-trees-1-200> <{EX}row> "r3"',
    }
    assert "3 rows, 3 files, 3 of them changed." in err


def test_the_files_are_canonical_and_the_same_again(take: Import, ogdkg: Run, tmp_path: Path) -> None:
    take(row(), row(row="r2", value="1902", url="http://example.com/b"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("elsewhere/**/*.ttl")}
    assert ogdkg("fmt", "--check", "elsewhere", cwd=tmp_path).returncode == 0
    code, out, _err = take(row(row="r2", value="1902", url="http://example.com/b"), row())
    assert (code, out) == (0, "")
    assert {path: path.read_bytes() for path in tmp_path.rglob("elsewhere/**/*.ttl")} == before


def test_a_dry_run_tells_what_would_change_and_writes_nothing(take: Import, tmp_path: Path) -> None:
    take(row(), row(row="r2", url="http://example.com/b", title="B"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.ttl")}
    changed = (row(value="1903"), row(row="r3", url="http://example.com/c", title="C"))
    code, out, _err = take(*changed, options=("--dry-run", "-v"))
    assert code == 0
    assert [line.split()[0] for line in out.splitlines() if not line.startswith(" ")] == [
        "changed", "changed", "new", "gone"
    ] or sorted(line.split()[0] for line in out.splitlines() if not line.startswith(" ")) == [
        "changed", "changed", "gone", "new"
    ]  # fmt: skip
    assert '  + ex:oak ex:opened "1903"^^xsd:gYear .' in out
    assert '  - ex:oak ex:opened "1901-05"^^xsd:gYearMonth .' in out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.ttl")} == before


def test_what_the_table_no_longer_names_stays_until_it_is_pruned(take: Import, tmp_path: Path) -> None:
    take(row(), row(row="r2", url="http://example.com/b", title="B"))
    own = tmp_path / "elsewhere" / "by-hand.ttl"
    own.write_text("<http://example.org/oak> <http://example.org/p> 1 .\n", encoding="utf-8")
    names = {path.name[:2] for path in (tmp_path / "elsewhere").glob("*.ttl")}
    take(row())
    assert {path.name[:2] for path in (tmp_path / "elsewhere").glob("*.ttl")} == names
    take(row(), options=("--prune",))
    assert {path.name[:2] for path in (tmp_path / "elsewhere").glob("*.ttl")} == names - {"b-"}
    assert own.exists()


def test_a_rule_for_one_subject_goes_before_that_of_the_property(take: Import, tmp_path: Path) -> None:
    take(row(subject="Elm Park", property="run by", value="Forest Service", kind="body"))
    assert f"<{EX}elm> <{EX}keptBy> <{EX}forest-service>" in said(tmp_path / "elsewhere")


OF_A_PART = (
    MAPPING.replace('new = ["Forest', 'new = ["Pond Board", "Forest')
    .replace('subjects = ["park"]', 'subjects = ["park", "agency"]')
    .replace(
        'make = "{subject} {predicate} {value}"',
        'make = """\n{subject} {predicate} {value}\n{subject} ex:partOf {whole}"""',
    )
)


@pytest.mark.parametrize(
    ("part", "holder", "is_part"),
    [("Pond Board", "pond-board", True), ("Elm Park", "elm", False), ("", "oak", False)],
)
def test_a_property_may_hold_of_a_part_of_its_subject(
    take: Import, tmp_path: Path, part: str, holder: str, *, is_part: bool
) -> None:
    """Of what the graph knows already, nothing is said of how it hangs together with the subject."""
    of = f'predicate = "ex:opened", of = "{part}"'
    assert take(row(), mapping=OF_A_PART.replace('predicate = "ex:opened"', of))[0] == 0
    made = said(tmp_path / "elsewhere")
    assert [each.split()[0] for each in made if f"<{EX}opened>" in each] == [f"<{EX}{holder}>"]
    assert {each for each in made if f"<{EX}partOf>" in each} == (
        {f"<{EX}{holder}> <{EX}partOf> <{EX}oak>"} if is_part else set()
    )


def test_a_part_that_is_unknown_is_told(take: Import) -> None:
    of = 'predicate = "ex:opened", of = "Old Pond"'
    code, _, errors = take(row(), mapping=OF_A_PART.replace('predicate = "ex:opened"', of))
    assert code == 3
    assert "facts.tsv:2: r1: 'Old Pond' is no park or agency of the graph" in errors


def test_a_row_left_out_is_named_with_its_reason(take: Import, tmp_path: Path) -> None:
    code, _out, err = take(row(), row(row="r99", subject="Nobody's Park"))
    assert code == 0
    assert "Left out r99: the name of a person" in err


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"subject": "Ok Park"}, "'Ok Park' is no park of the graph"),
        ({"subject": "Twin"}, "'Twin' is ambiguous"),
        ({"property": "run by", "value": "Forrest Service", "kind": "body"}, "mean 'Forest Service'?\n"),
        ({"property": "height"}, "'height' has no rule. Add it under [property] of the mapping."),
        ({"property": "run bi"}, "'run bi' has no rule. Did you mean 'run by'?\n"),
        ({"value": "1901-13"}, "'1901-13' is not a date"),
        ({"value": "1901-W10-4"}, "'1901-W10-4' is not a date"),
        ({"value": "31 Juno 1901"}, "'31 Juno 1901' is not a date"),
        ({"value": "30 February 1901"}, "is not a date"),
        ({"property": "trees", "value": "many"}, "'many' is not a number"),
        ({"property": "trees", "value": "2,5"}, "'2,5' has a decimal comma; write 2.5"),
        ({"property": "trees", "value": "1,2345"}, "'1,2345' is not a number"),
        ({"property": "trees", "value": "9" * 5000}, f"'{'9' * 100}…' is not a number"),
        ({"property": "trees", "value": "1_000"}, "'1_000' is not a number"),
        ({"property": "trees", "value": "\u0661\u0667"}, "'\u0661\u0667' is not a number"),
        ({"property": "trees", "value": "1e999999999999999999999"}, "is not a number"),
        ({"property": "colour", "value": "red"}, "'red' is no colour; add it under [codes.colour]"),
        ({"property": "page", "value": "example.org"}, "'example.org' is not an absolute IRI"),
        ({"property": "ror", "value": "https://ror.org/037s24f06"}, "its check digits are wrong"),
        ({"property": "ror", "value": "037s24f05"}, "is not a ROR"),
        ({"property": "isni", "value": "0000 0001 0665 0281"}, "its check digit is wrong"),
        ({"property": "isni", "value": "0000"}, "is not an ISNI"),
    ],
)  # fmt: skip
def test_a_row_that_does_not_fit_is_told_with_its_line(
    take: Import, tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    code, _out, err = take(row(), row(row="r2", **cells))
    assert code == 3
    assert err.startswith("Error: facts.tsv:3: r2: ") and message in err, err
    assert not (tmp_path / "elsewhere").exists()


def test_every_row_that_does_not_fit_is_told(take: Import) -> None:
    _code, _out, err = take(row(value="x"), row(row="r2", value="y"), row(row="r3", value="z"))
    assert [f"facts.tsv:{line}: r{line - 1}: " in err for line in (2, 3, 4)] == [True] * 3


def test_a_table_of_semicolons_is_read_and_told(take: Import, ogdkg: Run, tmp_path: Path) -> None:
    """As European spreadsheet programs write CSV; a comma in a number is then not guessed at."""
    take(row())
    facts = tmp_path / "facts.csv"

    def taken(text: str) -> tuple[int, str]:
        facts.write_text(text, encoding="utf-8-sig")
        done = ogdkg("import", "facts.csv", "--mapping", "mapping.toml", cwd=tmp_path)
        return done.returncode, done.stderr

    semicolons = table(row(), row(row="r2", property="trees", value="1200", note="fine, old")).replace(
        "\t", ";"
    )
    code, err = taken(semicolons)
    notice = "facts.csv is read with semicolons between its cells, not commas."
    assert (code, err.splitlines()[0]) == (0, notice)
    code, err = taken(semicolons.replace("1200", "1,200"))
    message = "which may stand before decimals or separate thousands; write 1.200 or 1200."
    assert (code, f"facts.csv:3: r2: '1,200' has a comma, {message}" in err) == (3, True)
    code, err = taken(semicolons.replace("fine", '"one; two').replace("old", 'old"'))
    assert code == 0, err
    code, err = taken(semicolons + "r3;Oak Park\n")
    assert (code, "Write a semicolon for every cell, for an empty one too." in err) == (3, True)
    code, err = taken(table(row()))
    assert (code, "facts.csv is read with tabs between its cells, not commas." in err) == (0, True)
    code, err = taken(semicolons.replace("row;", "row,"))
    assert (code, "The table has no column 'subject'." in err) == (3, True)
    facts = tmp_path / "facts.tsv"
    facts.write_text(semicolons, encoding="utf-8")
    done = ogdkg("import", "facts.tsv", "--mapping", "mapping.toml", cwd=tmp_path)
    hint = "Its cells seem to be separated by semicolons: save it as CSV with commas, or TSV with tabs."
    assert (done.returncode, hint in done.stderr) == (3, True)


def test_check_digits_that_fit_are_taken(take: Import) -> None:
    code, _out, err = take(
        row(property="ror", value="https://ror.org/037s24f05"),
        row(row="r2", property="isni", value="0000 0001 0665 0280"),
        row(row="r3", property="isni", value="0000 0001 2281 955X"),
    )
    assert code == 0, err


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234,567", "1234567"), ("12,34,567.5", "1234567.5"), ("+.5", "0.5"), ("1.", "1"), ("2e3", "2000")],
)
def test_numbers_are_taken_as_people_write_them(text: str, value: str) -> None:
    assert number(text).value == value


def test_a_table_without_rows_states_nothing(take: Import) -> None:
    code, _out, err = take(options=("--dry-run",))
    assert (code, err[:7]) == (0, "0 rows,")


def test_two_rows_that_make_one_node_are_told(take: Import) -> None:
    trees = row(property="trees", value="5", kind="words")
    code, _out, err = take(trees, {**trees, "row": "r2", "url": "http://example.com/b"})
    assert code == 3
    assert "r2: makes the same node as line 2" in err


def test_a_source_described_in_two_ways_is_told(take: Import) -> None:
    mapping = MAPPING.replace('stem = "{title}-{url:hash}"', 'stem = "{url:hash}"')
    code, _out, err = take(row(), row(row="r2", title="Another", value="1902"), mapping=mapping)
    assert code == 3
    assert "r2: describes its source differently from line 2" in err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("use = \"count\"", "use = \"cuont\""), "There is no template 'cuont'"),
        (('value = "colour"', 'value = "color"'), "There is no kind 'color'"),
        (("{value}\"", "{valeu}\""), "Nothing fills {valeu}"),
        (("{day:date}", "{day:dat}"), "unknown filter"),
        (("{node} ex:about {subject}", "{node} ex:about"), "not subject, predicate and object"),
        (('"^more than"', '"(more"'), "Invalid regular expression"),
        (('layer = "elsewhere"', 'layer = "elsewere"'), "elsewere"),
        (('layer = "elsewhere"', 'layer = "own"'), "has no named graph per file"),
        (('new = ["Forest', 'news = ["Forest'), "'news' is not a known key"),
        (('"r99" =', '"r99" ='), ""),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_told(take: Import, change: tuple[str, str], message: str) -> None:
    assert change[0] in MAPPING
    code, _out, err = take(row(), mapping=MAPPING.replace(*change))
    assert code == (0 if not message else code) and (code != 0) == bool(message), err
    assert message in err
    assert "Traceback" not in err


def test_a_new_name_that_is_not_new_is_told(take: Import) -> None:
    mapping = MAPPING.replace(
        '[things.park]\nclasses = ["ex:Park"]',
        '[things.park]\nclasses = ["ex:Park"]\niri = "ex:{name}"\nnew = ["The Oaks"]',
    )
    code, _out, err = take(row(), mapping=mapping)
    assert code == 3
    assert "'The Oaks' is not new" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The table is empty"),
        ("row\tsubject\n", "has no column 'property'"),
        (table(row()).replace("1901-05\t", ""), "The row has 7 cells, the header 8"),
        (table().replace("note", "row"), "more than one column 'row'"),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_told(
    take: Import, ogdkg: Run, tmp_path: Path, text: str, message: str
) -> None:
    take(row())
    (tmp_path / "facts.tsv").write_text(text, encoding="utf-8")
    done = ogdkg("import", "facts.tsv", "--mapping", "mapping.toml", cwd=tmp_path)
    assert done.returncode == 3
    assert message in done.stderr


def test_a_csv_does_as_well(take: Import, ogdkg: Run, tmp_path: Path) -> None:
    take(row(), options=("--dry-run",))
    cells = row(note='said "so", twice')
    quoted = ",".join('"' + cells[name].replace('"', '""') + '"' for name in HEADER)
    (tmp_path / "facts.csv").write_text(",".join(HEADER) + "\n" + quoted + "\n", encoding="utf-8")
    done = ogdkg("import", "facts.csv", "--mapping", "mapping.toml", "-o", "there", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "there").glob("*.ttl"))) == 1


def test_a_file_that_is_no_table_is_refused(take: Import, ogdkg: Run, tmp_path: Path) -> None:
    take(row())
    done = ogdkg("import", "own.ttl", "--mapping", "mapping.toml", cwd=tmp_path)
    assert (done.returncode, "own.ttl is not a table" in done.stderr) == (2, True)


def test_a_value_cannot_break_out_of_its_term(take: Import, tmp_path: Path) -> None:
    evil = '" . ex:oak ex:p ex:o . ex:x ex:y "'
    mapping = MAPPING.replace('{node} ex:row "{row}"', '{node} ex:row "{note}"')
    trees = row(property="trees", value="5", kind="words", note=evil)
    code, _out, err = take(trees, mapping=mapping)
    assert code == 0, err
    assert not [each for each in said(tmp_path / "elsewhere") if f"<{EX}p>" in each]
