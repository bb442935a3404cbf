"""Files asked without a project, canonical form, RDF 1.2, and what is said of queries that do not parse."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT, TREES, examples

from ogdkg.cli.main import main
from ogdkg.errors import InputError
from ogdkg.exchange.canon import canon
from ogdkg.rdf.formats import NQUADS

NEWER = {
    "a triple term": "e:a e:p <<( e:s e:p e:o )>> .",
    "a reified triple": "<< e:s e:p e:o >> e:p 1 .",
    "an annotation": "e:a e:p e:o {| e:q 1 |} .",
    "a reifier": "e:a e:p e:o ~ e:r .",
    "a base direction": 'e:a e:p "x"@ar--rtl .',
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.trig").write_text("<http://g/g> { <x:a> <x:p> 01 } <x:a> <x:p> 2 .")
    (tmp_path / "b.nt").write_text('<x:b> <x:p> "b" .\n')
    (tmp_path / "shapes.ttl").write_text("@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape .")
    return tmp_path


def _rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["sparql", *arguments, "-f", "csv"]) == 0
    return sorted(capsys.readouterr().out.split()[1:])


def test_loose_files_are_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = "SELECT ?o { ?s ?p ?o }"
    assert _rows(capsys, "--data", "a.trig", "--data", "b.nt", ask) == ["1", "2", "b"]
    assert _rows(capsys, "--data", "a.trig", "--no-union", ask) == ["2"]
    assert _rows(capsys, "--data", "a.trig", "--no-union", "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == ["1"]
    assert _rows(capsys, "--data", "a.trig", "--engine", "rdflib", "--no-union", ask) == ["2"]
    assert _rows(capsys, "--data", "b.nt", "--base", "x:", "SELECT ?o { <x:b> ?p ?o }") == ["b"]
    for wrong in (["--layer", "x"], ["--cite"]):
        assert main(["sparql", "--data", "b.nt", *wrong, ask]) == 2
    assert main(["sparql", "--data", "none.nt", ask]) == 2


def test_files_follow_the_query(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = "SELECT ?o { ?s ?p ?o }"
    assert _rows(capsys, ask, "a.trig", "b.nt") == ["1", "2", "b"]
    assert _rows(capsys, ask, "a.trig", "--data", "b.nt") == ["1", "2", "b"]
    assert _rows(capsys, ask, "a.trig", "--default-graph", "unnamed") == ["2"]
    assert _rows(capsys, ask, "a.trig", "--default-graph", "union") == ["1", "2"]
    (folder / "q.rq").write_text(ask)
    assert _rows(capsys, "-i", "q.rq", "a.trig", "b.nt") == ["1", "2", "b"]
    for name, text in (("j.jsonld", '{"@id": "x:j", "x:p": "j"}'), ("n.txt", '<x:n> <x:p> "n" .')):
        (folder / name).write_text(text)
    assert _rows(capsys, ask, "j.jsonld", "n.txt", "--from", "ntriples") == ["j", "n"]
    assert main(["sparql", ask, "n.txt"]) == 3
    said = "n.txt: The extension is not that of an RDF format.\n  Name the format with --from"
    assert said in capsys.readouterr().err
    for form, text in (("trig", '<x:g> { <x:s> <x:p> "in" }'), ("jsonld", '{"@id": "x:s", "x:p": "in"}')):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert _rows(capsys, ask, "-", "b.nt", "--from", form) == ["b", "in"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"<x:s> <x:p>\n  1")))
    assert main(["sparql", ask, "-"]) == 3
    assert "Error: <stdin>:2:4: The document ends" in capsys.readouterr().err
    assert main(["sparql", "-i", "-", "-"]) == 2
    assert main(["sparql", "--default-graph", "unnamed", "ASK {}"]) == 2


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_relative_iris_of_files_and_queries(
    folder: Path, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    """RFC 3986, 5.1: a base in the text, else the one that is given, else the file's own IRI."""
    (folder / "r.ttl").write_text("<a> <#p> <../o> .\n@base <http://b/c/> .\n<a> <x:p> <b> .")
    (folder / "q.rq").write_text("SELECT ?o { <a> ?p ?o }")
    (folder / "b.rq").write_text("BASE <http://b/c/d> SELECT ?o { <a> ?p ?o }")
    own = folder.resolve().as_uri()
    options = ("--engine", engine)
    parent = own.rpartition("/")[0]
    assert _rows(capsys, "-i", "q.rq", "r.ttl", *options) == [f"{parent}/o"]
    assert _rows(capsys, "-i", "b.rq", "r.ttl", *options) == ["http://b/c/b"]
    assert _rows(capsys, "SELECT ?p { <a> ?p <http://v/o> }", "r.ttl", "--base", "http://v/w/", *options) == [
        "http://v/w/#p"
    ]


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("query", ["SELECT ?o { ?s <p> ?o }", "ASK { ?s ?p ?o FILTER(?o IN (1, <p>)) }"])
def test_without_any_base_a_relative_iri_is_a_fault_of_the_query(
    folder: Path, capsys: pytest.CaptureFixture[str], engine: str, query: str
) -> None:
    assert main(["sparql", query, "b.nt", "--engine", engine]) == 3
    said = capsys.readouterr().err
    assert f"query:1:{query.index('<p>') + 1}: <p> is a relative IRI, and the query has no base." in said


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT (f:g(1) AS ?x) {}",
        "SELECT ?s { ?s ?p ?o FILTER(f:g(?o)) }",
        "SELECT ?s { ?s ?p ?o } ORDER BY f:g(?o)",
        "CONSTRUCT { ?s ?p ?x } { ?s ?p ?o BIND(f:g(?o) AS ?x) }",
        "ASK { ?s ?p ?o FILTER(!f:g(?o)) }",
    ],
)
def test_an_unknown_function_is_a_fault_of_the_query(
    folder: Path, capsys: pytest.CaptureFixture[str], engine: str, query: str
) -> None:
    """SPARQL 1.1, 17.6: a name that is no function; no engine may take it for an error of each row."""
    text = f"PREFIX f: <http://f/>\n{query}"
    assert main(["sparql", text, "b.nt", "--engine", engine]) == 3
    place = f"query:2:{query.index('f:g') + 1}: "
    assert f"{place}There is no function <http://f/g>." in capsys.readouterr().err


def test_casts_are_functions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cast = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT (xsd:integer('7') AS ?x) {}"
    for engine in ("oxigraph", "rdflib"):
        assert _rows(capsys, cast, "b.nt", "--engine", engine) == ["7"]


_VASE = """@prefix m: <http://m/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
m:letter { m:vase m:owner m:ada . }
m:letter rdfs:label "Letter of 1901" . m:vase a m:Vase ; rdfs:label "Blue Vase"@en .
m:ada rdfs:label "Ada" . m:owner rdfs:label "owner" . m:Vase rdfs:label "Vase" .
"""


def test_files_are_shown_searched_explained_and_counted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same option for each; nothing of the project around them is read."""
    (folder / "ogdkg.toml").write_text(
        "[search]\nfilters = { place = 'rdfs:label' }\n[prefixes]\nrdfs = 'x:'\n"
    )
    (folder / "vase.trig").write_text(_VASE)
    for thing in ("m:vase", "Blue Vase", "http://m/vase"):
        assert main(["show", thing, "--data", "vase.trig"]) == 0
        shown = capsys.readouterr().out
        assert "Ada  [1]" in shown
        assert "[1] Letter of 1901" in shown
    assert main(["search", "blue", "--data", "vase.trig", "--data", "b.nt"]) == 0
    assert "Blue Vase  Vase" in capsys.readouterr().out
    assert main(["why", "Blue Vase", "owner", "--data", "vase.trig"]) == 0
    assert "Letter of 1901" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(_VASE.encode())))
    assert main(["stats", "--data", "-"]) == 0
    assert "1  m:letter" in capsys.readouterr().out
    for wrong in (["--layer", "x"], ["--endpoint", "http://x/"], ["-C", "."]):
        assert main(["show", "m:vase", "--data", "vase.trig", *wrong]) == 2
    for alone in (["--base", "http://x/"], ["--from", "turtle"]):
        assert main(["stats", *alone]) == 2
    assert main(["show", "Blu Vase", "--data", "vase.trig"]) == 2
    assert "Blue Vase" in capsys.readouterr().err


@pytest.mark.parametrize("what", NEWER)
def test_what_is_new_in_rdf_1_2_is_converted_or_refused_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    (folder / "new.ttl").write_text(f"PREFIX e: <http://e/>\n{NEWER[what]}\n")
    (folder / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["new.ttl"]\n')
    for arguments in (
        ["validate", "--shapes", "shapes.ttl", "new.ttl"],
        ["canon", "new.ttl"],
        ["sparql", "--engine", "rdflib", "ASK { ?s ?p ?o }"],
    ):
        assert main(arguments) == 3, arguments
        said = capsys.readouterr()
        assert (said.out, "new.ttl" in said.err, "RDF 1.2" in said.err) == ("", True, True), arguments
        if arguments[0] != "canon":
            assert "new.ttl:2:" in said.err and what in said.err, arguments
    assert main(["convert", "new.ttl", "out.nt"]) == 0
    assert main(["convert", "out.nt", "-", "-f", "jsonld"]) == (0 if what == "a base direction" else 3)
    said = capsys.readouterr()
    assert said.out == "" or what == "a base direction"


@pytest.mark.parametrize(
    "text",
    [
        '<e:p rdf:version="1.2" rdf:parseType="Triple"><rdf:Description rdf:about="x:s">'
        '<e:p rdf:resource="x:o"/></rdf:Description></e:p>',
        '<e:p xmlns:its="http://www.w3.org/2005/11/its" rdf:version="1.2" xml:lang="ar" its:version="2.0"'
        ' its:dir="rtl">x</e:p>',
    ],
)
def test_rdf_1_2_in_rdfxml_is_refused_too(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
    (folder / "new.rdf").write_text(
        f'<rdf:RDF {rdf}><rdf:Description rdf:about="x:a">{text}</rdf:Description></rdf:RDF>'
    )
    for arguments in (
        ["validate", "--shapes", "shapes.ttl", "new.rdf"],
        ["sparql", "--engine", "rdflib", "--data", "new.rdf", "ASK { ?s ?p ?o }"],
    ):
        assert main(arguments) == 3, arguments
        assert "new.rdf" in capsys.readouterr().err, arguments


@pytest.mark.parametrize("what", NEWER)
def test_rdf_1_2_is_laid_out_and_compared(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    text = f"PREFIX e: <http://e/>\n\n{NEWER[what]}\n"
    (folder / "new.ttl").write_text(text)
    assert main(["fmt", "--check", "new.ttl"]) == 0
    assert main(["convert", "new.ttl", "same.nq"]) == 0
    assert main(["diff", "new.ttl", "same.nq"]) == 0
    assert capsys.readouterr().out == "No differences.\n"
    (folder / "other.ttl").write_text(text.replace("e:o", "e:other").replace("rtl", "ltr"))
    assert main(["diff", "new.ttl", "other.ttl"]) == 1
    said = capsys.readouterr().out
    assert "other" in said or '"x"@ar--rtl to "x"@ar--ltr' in said


_NEW = """PREFIX e: <http://e/>
e:a e:p <<( _:x e:p "x"@ar--rtl )>> ; e:q 01 ~ e:r {| e:sure 0.5 |} . _:x e:name "x" . [] e:of _:x .
"""


def _same(one: str, form: ox.RdfFormat, other: str) -> bool:
    found = [ox.Dataset(ox.parse(one, form)), ox.Dataset(ox.parse(other, ox.RdfFormat.TURTLE))]
    for dataset in found:
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found[0] == found[1]


@pytest.mark.parametrize("extension", ["ttl", "trig", "nt", "nq", "rdf"])
def test_rdf_1_2_of_a_project_is_exported(
    folder: Path, capsys: pytest.CaptureFixture[str], extension: str
) -> None:
    (folder / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["new.ttl"]\n')
    (folder / "new.ttl").write_text(_NEW)
    assert main(["export", "-o", f"out.{extension}"]) == 0
    written = (folder / f"out.{extension}").read_text()
    form = ox.RdfFormat.from_extension(extension)
    assert form is not None
    if extension == "rdf":
        assert main(["convert", "out.rdf", "out.nt"]) == 0
        written, form = (folder / "out.nt").read_text(), ox.RdfFormat.N_TRIPLES
    assert _same(written, form, _NEW)
    text = "PREFIX e: <http://e/> CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(!isTriple(?o) || ?p = e:p) }"
    (folder / "new.ttl").write_text(_NEW.replace("_:x", "_:other"))
    assert main(["export", "-o", f"again.{extension}"]) == 0
    assert (folder / f"again.{extension}").read_text() == (folder / f"out.{extension}").read_text()
    assert main(["sparql", text, "-f", "nquads"]) == 0
    assert "<<( _:" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["jsonld", "compacted", "csv"])
def test_what_json_ld_and_tables_cannot_hold_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    (folder / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["new.ttl"]\n')
    (folder / "new.ttl").write_text(_NEW)
    output = ["-o", "tables/"] if form == "csv" else []
    assert main(["export", "-f", form, *output]) == 3
    said = capsys.readouterr()
    assert (said.out, "triple terms (RDF 1.2)" in said.err) == ("", True)
    (folder / "new.ttl").write_text('<http://e/a> <http://e/p> "x"@ar--rtl .')
    if form != "csv":
        assert main(["export", "-f", form]) == 0
        assert '"@direction": "rtl", "@language": "ar"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("csv", '"<<( <http://e/b> <http://e/p> ""x""@ar--rtl )>>"'),
        ("tsv", '<<( <http://e/b> <http://e/p> "x"@ar--rtl )>>'),
        ("table", '<<( <http://e/b> <http://e/p> "x"@ar--rtl )>>'),
        ("json", '{"type": "triple", "value": {"subject": {"type": "uri", "value": "http://e/b"}, '
         '"predicate": {"type": "uri", "value": "http://e/p"}, "object": {"type": "literal", "value": "x", '
         '"xml:lang": "ar", "its:dir": "rtl"}}}'),
        ("xml", "<triple><subject><uri>http://e/b</uri></subject><predicate><uri>http://e/p</uri></predicate>"
         '<object><literal xml:lang="ar" xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" '
         'its:dir="rtl">x</literal></object></triple>'),
    ],
)  # fmt: skip
def test_triple_terms_in_answers(
    folder: Path, capsys: pytest.CaptureFixture[str], form: str, expected: str
) -> None:
    """SPARQL 1.2 Query Results JSON, 3.2.2, and XML, 2.3.1."""
    (folder / "new.ttl").write_text(
        '<http://e/a> <http://e/p> <<( <http://e/b> <http://e/p> "x"@ar--rtl )>> .'
    )
    query = "SELECT ?o { ?s ?p ?o FILTER(isTriple(?o)) }"
    assert main(["sparql", "--data", "new.ttl", query, "-f", form]) == 0
    assert expected in capsys.readouterr().out


def test_blank_nodes_in_triple_terms_have_no_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        'PREFIX e: <http://e/> e:a e:p <<( _:x e:p <<( _:y e:q 1 )>> )>> . _:x e:name "x" . _:y e:name "y" .'
    )
    (folder / "a.ttl").write_text(text)
    (folder / "b.ttl").write_text(text.replace("_:x", "_:z").replace("_:y", "_:x"))
    assert main(["diff", "a.ttl", "b.ttl"]) == 0
    (folder / "b.ttl").write_text(text.replace('"y"', '"w"'))
    assert main(["diff", "a.ttl", "b.ttl"]) == 1
    assert "<<( [ e:name" in capsys.readouterr().out.replace('"x" ]', "")


def test_convert_labels_blank_nodes_alike_on_every_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "blank.ttl").write_text("[] <x:p> _:x , [ <x:q> ( 1 ) ] . _:x <x:p> _:1 .")
    outputs = set()
    for _ in range(2):
        assert main(["convert", "blank.ttl", "-", "-f", "nt"]) == 0
        outputs.add(capsys.readouterr().out)
    (text,) = outputs
    assert set(ox.parse(text, ox.RdfFormat.N_TRIPLES))
    assert "_:b1 <x:p> _:b2 ." in text


@pytest.mark.parametrize("form", [ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG])
def test_convert_writes_brackets_as_export_does(
    folder: Path, capsys: pytest.CaptureFixture[str], form: ox.RdfFormat
) -> None:
    text = 'PREFIX e: <http://e/> e:a e:p [ e:q ( 1 [] ) ] , 007 , "x"@en , _:c . _:c e:p _:c .'
    (folder / "in.ttl").write_text(text)
    assert main(["convert", "in.ttl", "-", "-f", form.file_extension]) == 0
    written = capsys.readouterr().out
    assert "[ e:q ( 1 [] ) ]" in written
    canonical = []
    for document in (text, written):
        dataset = ox.Dataset(ox.parse(document, form))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        canonical.append(set(dataset))
    assert canonical[0] == canonical[1]


def test_an_error_leaves_nothing_on_stdout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "half.nt").write_text("<x:a> <x:p> <x:o> .\n" * 1000 + "<x:a> <x:p>\n")
    assert main(["convert", "half.nt", "-", "-f", "nt"]) == 3
    assert capsys.readouterr().out == ""


_CONFLICT = "@prefix e: <http://e/> .\n<<<<<<< HEAD\ne:a e:p 1 .\n=======\ne:a e:p 2 .\n>>>>>>> other\n"


def test_a_conflict_of_a_merge_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "c.ttl").write_text(_CONFLICT)
    (folder / "q.rq").write_text("SELECT * {\n<<<<<<< HEAD\n?s ?p 1\n=======\n?s ?p 2\n>>>>>>> other\n}")
    for arguments in (
        ["convert", "c.ttl", "-", "-f", "nt"],
        ["fmt", "--check", "c.ttl"],
        ["diff", "c.ttl", "b.nt"],
        ["sparql", "--data", "b.nt", "-i", "q.rq"],
    ):
        assert main(arguments) == 3
        assert ":2:1: A conflict of a merge" in capsys.readouterr().err, arguments


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("", "1:1", "empty"),
        ("# only a comment", "1:1", "empty"),
        ("DELETE WHERE { ?s ?p ?o }", "1:1", "it is an update"),
        ("PREFIX e: <x:>\nINSERT DATA { e:a e:b 1 }", "2:1", "it is an update"),
        ("SELECT * { <a> ?p ?o }", "1:12", "<a> is a relative IRI"),
        ("DESCRIBE <a>", "1:10", "<a> is a relative IRI"),
        ("SELECT * { ?x ?p ?o FILTER(?o IN (1, <x>)) }", "1:38", "<x> is a relative IRI"),
        ("SELECT * { ?s ?p <http://e/a b> }", "1:18", "holds a blank"),
        ("SELECT * { ?s ?p <http://e/{a}> }", "1:18", "the sign {"),
        ("SELECT * { ?s none:p ?o }", "1:15", "prefix none: is not declared"),
        ("PREFIX f: <http://f/> SELECT (f:g(1) AS ?x) {}", "1:31", "There is no function <http://f/g>"),
        ("SELECT * { ?s ?p 1", "1:19", "The { in line 1, column 10, is not closed"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], query: str, place: str, words: str
) -> None:
    assert main(["sparql", "--data", "b.nt", query]) == 3
    said = capsys.readouterr().err
    assert words in said.splitlines()[0]
    assert f"query:{place}" in said
    assert "[_]" not in said


def test_a_base_changes_no_column(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sparql", "--data", "b.nt", "--base", "http://v.example/", "ASK { <a> <b> none:c }"]) == 3
    assert "query:1:15: The prefix none:" in capsys.readouterr().err
    assert main(["sparql", "--data", "b.nt", "--base", "no base", "ASK {}"]) == 2


def test_one_bad_stored_query_hides_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["b.nt"]\n')
    (folder / "queries").mkdir()
    (folder / "queries" / "good.rq").write_text("#+ summary: Good.\nSELECT ?_ { ?_ ?__ ?o }")
    assert main(["query"]) == 0
    assert main(["test"]) == 0
    assert main(["query", "good", "-f", "csv"]) == 0
    assert capsys.readouterr().out.endswith("_\r\nx:b\r\n")
    (folder / "queries" / "bad.rq").write_text("#+ summary: Bad.\nSELECT * { ?s ?p")
    (folder / "queries" / "worse.rq").write_text("SELECT * { ?s ?p ?_x_none }")
    assert main(["query"]) == 3
    said = capsys.readouterr()
    assert "(does not parse) Bad." in said.out
    assert "Good." in said.out
    assert "worse.rq" in said.err
    assert main(["test"]) == 1
    assert "FAILED queries/bad.rq:2:17" in capsys.readouterr().out


def test_canonical_form_is_the_same_for_the_same_graph(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "c.ttl").write_text(
        '@prefix e: <http://e/> . [] e:p [ e:q "\\n\\u0001é" ] , 01 . e:z e:p e:y .'
    )
    assert main(["convert", "c.ttl", "c.jsonld"]) == 0
    outputs = []
    for name in ("c.ttl", "c.jsonld"):
        assert main(["canon", name]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert outputs[0] == "".join(sorted(outputs[0].splitlines(keepends=True)))
    assert "_:c14n0" in outputs[0]
    assert '"\\n\\u0001é"' in outputs[0]
    assert main(["canon", "c.ttl", "d.nq", "--hash", "sha384"]) == 0
    assert (folder / "d.nq").read_text() != outputs[0]


def test_canonical_form_is_not_written_over_a_file_of_another_format(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("c.ttl", "other.ttl"):
        (folder / name).write_text("<x:a> <x:b> <x:c> .")
    assert main(["canon", "c.ttl", "other.ttl"]) == 2
    assert "other.ttl is named as turtle" in capsys.readouterr().err
    assert (folder / "other.ttl").read_text() == "<x:a> <x:b> <x:c> ."


def test_an_option_for_files_says_what_it_lacks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sparql", "--no-union", "ASK {}"]) == 2
    assert "--no-union is for files.\n  Name them with --data FILE" in capsys.readouterr().err


def test_a_graph_made_to_take_for_ever_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = range(10)  # each linked with each: all orders would have to be tried
    lines = [f"_:n{one} <x:p> _:n{other} .\n" for one in nodes for other in nodes if one != other]
    (folder / "poison.nt").write_text("".join(lines))
    assert main(["canon", "poison.nt"]) == 3
    said = capsys.readouterr()
    assert (said.out, "cannot be told apart" in said.err) == ("", True)


@examples(30)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3), max_size=8), st.randoms(use_true_random=False))
def test_canonical_lines_do_not_depend_on_labels_and_order(
    triples: list[tuple[int, int, int]], chance: random.Random
) -> None:
    import io

    names = [f"n{chance.randrange(10**6)}x{number}" for number in range(4)]
    other = [f"_:{names[s]} <x:p{p}> _:{names[o]} .\n" for s, p, o in triples]
    chance.shuffle(other)
    plain = [f"_:{s} <x:p{p}> _:{o} .\n" for s, p, o in triples]
    texts = ["".join(lines).encode() for lines in (plain, other)]
    try:
        first, second = (canon(io.BytesIO(text), "f", NQUADS) for text in texts)
    except InputError:
        raise AssertionError("so few nodes are told apart at once") from None
    assert first == second


def test_no_thing_is_denied_that_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A thing without a label, by its IRI's last part; a thing of a layer that is not read."""
    (folder / "a.ttl").write_text(
        '@prefix e: <http://e/> . e:oak e:p 1 . e:fir <http://www.w3.org/2000/01/rdf-schema#label> "Fir" .'
    )
    (folder / "b.ttl").write_text('@prefix e: <http://e/> . e:elm <http://schema.org/> 1 ; e:n "x" .')
    (folder / "c.ttl").write_text(
        '<http://e/ash> <http://www.w3.org/2000/01/rdf-schema#label> "Ash tree" , "ash" .'
    )
    (folder / "ogdkg.toml").write_text(
        '[prefixes]\ne = "http://e/"\n[[layer]]\nname = "one"\nfiles = ["a.ttl"]\n'
        '[[layer]]\nname = "two"\nfiles = ["b.ttl", "c.ttl"]\n'
    )
    for thing in ("oak", "e:oak", "OAK"):
        assert main(["show", thing]) == 0
        assert "  p  1" in capsys.readouterr().out
    for thing in ("Ash tree", "e:elm"):
        assert main(["show", thing, "--layer", "one"]) == 2
        assert f"{thing!r} is known, but not in the layers that are read: one." in capsys.readouterr().err
    assert main(["show", "e:oka", "--layer", "one"]) == 2
    assert "There is no thing 'e:oka'.\n  Did you mean 'e:oak'?" in capsys.readouterr().err


def test_a_stored_query_is_asked_of_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The query, its prefixes and its columns are the project's; what it finds is in the files alone."""
    (tmp_path / "mine.trig").write_text(
        "@prefix ns: <https://trees.example/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "<http://e/elm> skos:prefLabel 'Elm'@en . <http://e/park> skos:prefLabel 'Park'@en .\n"
        "<http://e/g> { <http://e/elm> ns:standsIn <http://e/park> }"
    )
    ask = ["query", "-C", str(TREES), "trees", "--data", str(tmp_path / "mine.trig")]
    assert main([*ask, "-f", "csv"]) == 0
    rows = capsys.readouterr().out.split()
    assert len(rows) == 2 and rows[1].startswith("http://e/elm,Elm")
    assert main([*ask, "--cite"]) == 0
    assert "mine.trig" in capsys.readouterr().out
    for wrong in (["--layer", "source"], ["--endpoint", "http://localhost:1/"]):
        assert main([*ask, *wrong]) == 2
    assert main([*ask[:-2], "--from", "turtle"]) == 2
    own = ["query", "-C", str(ROOT), "connections", "--from", "OLPP", "--to", "OPN"]
    assert main([*own, "-f", "csv"]) == 0  # a parameter of the query goes before an option of that name
    assert "Clemson" in capsys.readouterr().out
    assert main([*own, "--data", str(tmp_path / "mine.trig")]) == 2  # which has no OLPP


def test_a_thing_of_a_file_is_cited(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "d.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "<http://e/ds> a dcat:Dataset ; dcterms:title 'Trees of the town' ; dcterms:creator 'Ada Byron' .\n"
        "<http://e/oak> <http://www.w3.org/2000/01/rdf-schema#label> 'Oak' ; <http://e/height> 12 ."
    )
    assert main(["cite", "--data", "d.ttl"]) == 0
    assert capsys.readouterr().out == "Ada Byron. Trees of the town. http://e/ds.\n"
    assert main(["cite", "Oak", "height", "--data", "d.ttl"]) == 0
    said = capsys.readouterr().out
    assert "“Oak: height: 12”" in said and said.endswith("Stated in d.ttl.\n")
