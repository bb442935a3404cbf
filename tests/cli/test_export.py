"""What `ogdkg export` chooses and how it writes it: parts of the graph, passages, folders, bad targets."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import ROOT, TREES, Run
from tests.projects import our_graph

from ogdkg import open_graph
from ogdkg.cli.main import main
from ogdkg.exchange.cbd import DescriptionBuilder
from ogdkg.exchange.export import description_builder, export, export_lines, personal, withheld
from ogdkg.rdf.statements import to_nquads
from ogdkg.rdf.terms import Iri, Literal, Triple, TripleTerm
from ogdkg.store.base import Rows

PEOPLE = ("Ada Gray", "ada@trees.example", "keeper", "keeps the list")


def quads(text: str, form: ox.RdfFormat = ox.RdfFormat.TRIG) -> set[ox.Quad]:
    return set(ox.parse(text, form))


@pytest.fixture
def trees_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    monkeypatch.chdir(copy)
    monkeypatch.delenv("OGDKG_PROJECT", raising=False)
    return copy


def test_one_thing_comes_with_what_points_to_it_names_and_passages(ogdkg: Run) -> None:
    whole = quads(ogdkg("export").stdout)
    done = ogdkg("export", "--thing", "Oak")
    part = quads(done.stdout)
    oak = ox.NamedNode("https://trees.example/id/tree/oak")
    assert {quad for quad in whole if oak in (quad.subject, quad.object)} <= part < whole
    passages = {quad.graph_name for quad in part if "passage/" in str(quad.graph_name)}
    assert passages
    assert passages <= {quad.subject for quad in part}
    assert done.stderr == ""
    assert ogdkg("export", "--thing", "Oka").returncode == 2


def test_one_thing_comes_with_its_readings_and_their_passages(ogdkg: Run) -> None:
    part = quads(ogdkg("export", "--thing", "Open Parks Network", cwd=ROOT).stdout)
    derived = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
    position = ox.NamedNode("http://www.w3.org/ns/oa#hasSelector")
    readings = {quad.graph_name for quad in part if "/id/reading/" in str(quad.graph_name)}
    passages = {quad.subject: quad.object for quad in part if quad.predicate == derived}
    assert readings == set(passages)
    assert set(passages.values()) <= {quad.subject for quad in part if quad.predicate == position}


def test_one_thing_comes_with_what_belongs_to_it() -> None:
    """Its engagements, claims and participations in full, with their own parts and blank nodes."""
    lines = list(export_lines(our_graph()))
    around = description_builder(our_graph(), lines)
    whole = around.of("<https://w3id.org/ogdkg/id/initiative/company-registries>")
    for part in (
        "claim/registries-agencies",
        "engagement/company-registries-npl",
        "participation/company-registries-office-partner",
        "contact/opengovdata",
        "note/doubt-ocr",
    ):
        about = {line for line in lines if line.startswith(f"<https://w3id.org/ogdkg/id/{part}> ")}
        assert about
        assert about <= set(whole), part
    nepal = around.of("<https://w3id.org/ogdkg/id/country/npl>")
    initiative = {line for line in nepal if line.startswith("<https://w3id.org/ogdkg/id/initiative/")}
    assert not initiative  # what points to Nepal is an engagement; its initiative is another thing
    assert any("engagement/company-registries-npl> <https://w3id.org/ogdkg/ns#" in line for line in nepal)


def test_blank_nodes_and_what_nothing_else_points_to_belong_to_a_thing() -> None:
    lines = [
        "<urn:a> <urn:p> _:one .",
        "_:one <urn:p> <urn:own> .",
        "<urn:own> <urn:p> <urn:deeper> .",
        "<urn:deeper> <urn:p> <urn:shared> .",
        "<urn:shared> <urn:p> <urn:b> .",
        "<urn:b> <urn:p> <urn:shared> .",
        "<urn:deeper> <urn:p> <urn:a> .",
    ]
    assert set(DescriptionBuilder(lines, ()).of("<urn:a>")) == {*lines[:4], lines[6]}


def test_a_thing_alone_is_the_same_as_among_all(trees_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-q", "export", "--each", "-o", "each/"]) == 0
    files = list(Path("each").rglob("*.trig"))
    assert files
    for path in files:
        name = "https://trees.example/" + path.relative_to("each").with_suffix("").as_posix()
        assert main(["export", "--thing", name]) == 0
        assert capsys.readouterr().out == path.read_text()


def test_passages_as_statements_where_a_format_has_no_graphs(ogdkg: Run) -> None:
    whole = quads(ogdkg("export", "--layer", "source").stdout)
    done = ogdkg("export", "--layer", "source", "-f", "turtle")
    assert done.stderr.count("\n") == 1
    assert "--evidence reified" in done.stderr
    assert ogdkg("-q", "export", "-f", "turtle").stderr == ""
    text = ogdkg("export", "--layer", "source", "-f", "turtle", "--evidence", "reified").stdout
    store = ox.Store()
    store.load(text.encode(), ox.RdfFormat.TURTLE)
    rows = store.query(
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> SELECT ?s ?p ?o ?g { [] a rdf:Statement ; "
        "rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; <http://purl.org/dc/terms/source> ?g }"
    )
    loaded = ox.Store()
    loaded.extend(whole)
    stated = {tuple(quad) for quad in loaded if "/id/passage/" in str(quad.graph_name)}
    assert isinstance(rows, ox.QuerySolutions)
    assert {tuple(row) for row in rows} == stated
    assert ogdkg("export", "--layer", "source", "-f", "turtle", "--evidence", "reified").stdout == text


def test_a_construct_from_a_file_and_from_the_catalogue(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "CONSTRUCT { ?s <urn:is> ?n } WHERE { ?s skos:prefLabel ?n }"
    Path("made.rq").write_text(query)
    Path("queries/export/names.rq").write_text(
        f"#+ summary: Names.\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n{query}"
    )
    made = []
    for given in ("made.rq", "names"):
        assert main(["export", "--construct", given, "-f", "nt"]) == 0
        made.append(capsys.readouterr().out)
    assert made[0] == made[1] != ""
    assert "Ada Gray" in made[0]
    assert main(["export", "--construct", "names", "-f", "nt", "--without-personal"]) == 0
    assert "Ada Gray" not in capsys.readouterr().out
    assert main(["export", "--construct", "personal"]) == 2
    Path("described.rq").write_text('DESCRIBE ?s WHERE { ?s ?p "Ada Gray"@en }')
    assert main(["export", "--construct", "described.rq", "-f", "nt"]) == 0
    assert "Ada Gray" in capsys.readouterr().out
    assert main(["export", "--construct", "names", "--thing", "Oak"]) == 2


LEXICAL = """@prefix ex: <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:a ex:n 007, "1.50"^^xsd:decimal, "yes"^^xsd:boolean, "5"^^xsd:positiveInteger ;
  ex:when "2020-01-01T00:00:00+00:00"^^xsd:dateTime ; ex:in ex:b .
ex:b ex:m 010 . ex:c ex:m 10 . ex:d ex:m 00, 0 .
"""


def made_of(
    template: str, where: str, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[set[str], str]:
    """The triples of a CONSTRUCT over the document above, as Turtle has them, and what was said."""
    Path("lexical").mkdir(exist_ok=True)
    Path("lexical/ogdkg.toml").touch()
    Path("lexical/data").mkdir(exist_ok=True)
    Path("lexical/data/a.ttl").write_text(LEXICAL)
    Path("made.rq").write_text(f"PREFIX ex: <http://e/> CONSTRUCT {{ {template} }} WHERE {{ {where} }}")
    assert main(["-C", "lexical", "export", "--construct", "made.rq", "-f", "nt", *options]) == 0
    out, err = capsys.readouterr()
    found = out.replace("<http://www.w3.org/2001/XMLSchema#", "<").replace("<http://e/", "<").splitlines()
    return {line.removesuffix(" .") for line in found}, err


def test_what_a_construct_takes_from_the_data_stays_as_written(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken, said = made_of("?s ?p ?o", "?s ex:n|ex:when ?o . ?s ?p ?o FILTER(isLiteral(?o))", capsys)
    assert said == ""
    assert taken == {
        '<a> <n> "007"^^<integer>',
        '<a> <n> "1.50"^^<decimal>',
        '<a> <n> "yes"^^<boolean>',
        '<a> <n> "5"^^<positiveInteger>',
        '<a> <when> "2020-01-01T00:00:00+00:00"^^<dateTime>',
    }
    minted, said = made_of("[] ex:other ?o", "?s ex:n ?o FILTER(?o = 7)", capsys)
    assert ([line.partition(" ")[2] for line in minted], said) == (['<other> "007"^^<integer>'], "")


def test_what_a_construct_computes_is_not_taken_for_what_the_data_write(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, said = made_of("ex:x ex:sum ?o ; ex:own 7", "ex:c ex:m ?m BIND(?m - 3 AS ?o)", capsys)
    assert made == {'<x> <sum> "7"^^<integer>', '<x> <own> "7"^^<integer>'}
    assert said.startswith("2 literals have the engine's lexical form")


def test_several_spellings_of_one_value_are_told_apart_by_the_subject_or_told(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = {'<b> <m> "010"^^<integer>', '<c> <m> "10"^^<integer>'}
    assert made_of("?s ex:m ?o", "?s ex:m ?o FILTER(?o > 0)", capsys) == (both, "")
    made, said = made_of("?s ex:m ?o", "?s ex:m ?o FILTER(?o = 0)", capsys)
    assert made == {'<d> <m> "0"^^<integer>'}
    assert "--engine rdflib" in said
    kept, said = made_of("?s ex:m ?o", "?s ex:m ?o FILTER(?o = 0)", capsys, "--engine", "rdflib")
    assert (kept, said) == ({'<d> <m> "0"^^<integer>', '<d> <m> "00"^^<integer>'}, "")


def test_what_rules_take_from_the_data_stays_as_written(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data/own.trig").write_text("<http://e/a> <http://e/n> 007 .")
    rule = next(Path("queries/rules").glob("*.rq"))
    rule.write_text("CONSTRUCT { ?s <http://e/m> ?o } WHERE { ?s <http://e/n> ?o }")
    assert main(["-q", "export", "--layer", "derived", "-f", "nt"]) == 0
    assert '<http://e/m> "007"' in capsys.readouterr().out


@pytest.mark.parametrize("form", ["turtle", "trig", "nquads", "ntriples", "rdfxml", "jsonld"])
def test_a_file_a_thing(ogdkg: Run, tmp_path: Path, form: str) -> None:
    done = ogdkg("export", "--each", "-o", f"{tmp_path}/", "-f", form, "--without-personal")
    assert done.returncode == 0, done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    dropped = f"{form} has no named graphs, so sources are left out. Use --evidence reified to keep them.\n"
    said = "" if form in ("trig", "nquads", "jsonld") else dropped
    assert done.stderr == f"{said}{len(files)} files written.\n"
    assert "oak" in {path.stem for path in files}
    for path in files:
        text = path.read_text()
        assert not [word for word in PEOPLE if word in text or word in path.name]
    assert ogdkg("export", "--each").returncode == 2
    assert ogdkg("export", "-o", f"{tmp_path}/").returncode == 2
    assert ogdkg("export", "-o", f"{tmp_path}/new/").returncode == 2


def test_the_order_of_files_and_statements_does_not_matter(
    trees_copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trees_copy / "data" / "more.trig").write_text(
        "PREFIX ex: <http://e/>\nex:g { ex:a ex:p [ ex:q 1 ], [ ex:q 2 ] . }\nex:h { ex:b ex:p ( 1 2 ) . }"
    )
    forms = ("turtle", "trig", "nquads", "ntriples", "rdfxml", "jsonld")

    def written() -> list[str]:
        found = []
        for form in forms:
            assert main(["-q", "export", "-f", form]) == 0
            found.append(capsys.readouterr().out)
        return found

    before = written()
    assert written() == before
    for path in (trees_copy / "data").glob("*.trig"):
        parsed = ox.parse(path=path)
        quads = list(parsed)
        path.with_name(f"z{99 - len(path.name)}.trig").write_bytes(
            ox.serialize(quads[::-1], format=ox.RdfFormat.TRIG, prefixes=parsed.prefixes) or b""
        )
        path.unlink()
    assert written() == before


def test_packed_files_are_the_same_bytes_too(ogdkg: Run, tmp_path: Path) -> None:
    for name in ("a.nq.gz", "b.nq.gz"):
        assert ogdkg("export", "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "a.nq.gz").read_bytes() == (tmp_path / "b.nq.gz").read_bytes()
    text = gzip.decompress((tmp_path / "a.nq.gz").read_bytes()).decode()
    assert text == ogdkg("export", "-f", "nquads").stdout


def test_bad_targets_leave_what_was_there(trees_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (trees_copy / "data" / "trees.trig").read_bytes()
    assert main(["export", "-o", "data/trees.trig"]) == 2
    assert "both input and output" in capsys.readouterr().err
    assert (trees_copy / "data" / "trees.trig").read_bytes() == before
    assert main(["export", "-o", "none/graph.nq"]) == 3
    assert main(["export", "--each", "-o", "data/trees.trig"]) == 2
    Path("file").touch()
    assert main(["export", "--each", "-o", "file"]) == 3
    if Path("/dev/full").exists():
        assert main(["export", "-o", "/dev/full/x.nq"]) == 3


def test_what_xml_cannot_hold_is_an_error(trees_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.rdf").write_text("old")
    for statement in ('"\\u0001"', '"b" . <http://e/a> <http://e/1> "x"'):
        Path("data/odd.trig").write_text(f"<http://e/a> <http://e/p> {statement} .")
        assert main(["export", "-o", "old.rdf"]) == 3
        assert "RDF/XML cannot" in capsys.readouterr().err
        assert main(["-q", "export", "-f", "ntriples"]) == 0
    assert Path("old.rdf").read_text() == "old"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_breaks_off(
    trees_copy: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    Path("old.nq").write_text("old")

    def broken(*arguments: object) -> Iterator[str]:
        yield "some"
        raise failure

    monkeypatch.setattr("ogdkg.render.rdf.exporting.write_lines", broken)
    assert main(["export", "-o", "old.nq"]) == (130 if isinstance(failure, KeyboardInterrupt) else 3)
    assert Path("old.nq").read_text() == "old"
    assert not list(trees_copy.glob(".old*"))


@pytest.fixture(scope="module")
def personal_words() -> set[str]:
    """What the graph says of its personal nodes: names, mailboxes, fragments, and their own IRIs' ends."""
    graph = our_graph()
    rows = graph.query("personal")
    assert isinstance(rows, Rows)
    nodes = {row[0] for row in rows.rows if isinstance(row[0], Iri)}
    said = [quad.object for quad in export(graph) if quad.subject in nodes]
    ends = {node.value.rpartition("/id/")[2].removeprefix("mailto:") for node in nodes}
    return ends | {value.value for value in said if isinstance(value, Literal)}


@pytest.mark.parametrize(
    "form", ["turtle", "trig", "nquads", "ntriples", "rdfxml", "jsonld", "compacted", "framed", "nanopub"]
)
def test_no_format_holds_a_person_of_ours(
    form: str, personal_words: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert {"Leif Jensen", "ljensen2@worldbank.org", "skumagai@worldbank.org"} <= personal_words
    choices: list[list[str]] = [[], ["--evidence", "reified"], ["--thing", "BOOST"]]
    for arguments in [["--class", "Initiative"]] if form == "framed" else choices:
        asked = ["-q", "-C", str(ROOT), "export", "-f", form, "--layer", "all", *arguments]
        assert main([*asked, "--without-personal"]) == 0
        text = capsys.readouterr().out
        assert not [word for word in personal_words if word in text]
        assert "contact:boost" not in text
        assert main(asked) == 0
        assert "Leif Jensen" in capsys.readouterr().out


def test_what_is_withheld_is_what_the_predicate_says() -> None:
    """It is looked up by its nodes, their parts, and triple terms, which says the same as to read all."""
    graph = open_graph(TREES)
    person = Iri("https://trees.example/id/person/keeper")
    about = TripleTerm(person, Iri("https://trees.example/ns#mail"), Literal("a"))
    for subject, obj in ((Iri(f"{person.value}#part"), Literal("b")), (Iri("urn:other"), about)):
        graph.writable_store.add(Triple(subject, Iri("urn:p"), obj), [Iri("urn:g")])
    is_personal = personal(graph)
    expected = {quad.triple for quad in graph.store.quads() if is_personal(to_nquads(quad))}
    found = withheld(graph)
    assert set(found) == expected
    assert len(found) == len(expected) > 14
