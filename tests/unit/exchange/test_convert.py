"""Any RDF format into any other, without loss, and without harm to a file that was there."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given

from ogdkg.cli.main import main
from ogdkg.exchange.convert import convert
from ogdkg.rdf import formats
from ogdkg.rdf.formats import FOR_RDF, Format
from ogdkg.store.codec import ox_format
from tests.conftest import examples
from tests.unit.syntax.documents import trig

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="u:">\n<rdf:Description rdf:about="u:s"\ne:q="a\nb">\n'
    "<e:p>one\ntwo</e:p></rdf:Description></rdf:RDF>\n"
).encode()
TURTLE = """@prefix ex: <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:s ex:p 007, "1.50"^^xsd:decimal, "5"^^xsd:positiveInteger, "yes"^^xsd:boolean, "1."^^xsd:double,
  "2020-01-01T00:00:00+00:00"^^xsd:dateTime, "a\\nb"@en, [ ex:q ( 1 "<&>" ) ], "\\u00e9\\U0001D4B3" .
"""


def dataset(data: bytes, form: Format) -> ox.Dataset:
    found = ox.Dataset(ox.parse(data, ox_format(form)))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def converted(data: bytes, source: Format, target: Format) -> bytes:
    out = io.BytesIO()
    convert(io.BytesIO(data), "a", (source, target), None, out)
    return out.getvalue()


@pytest.mark.parametrize("source", FOR_RDF, ids=lambda form: form.name)
@pytest.mark.parametrize("target", FOR_RDF, ids=lambda form: form.name)
def test_every_format_into_every_other(source: Format, target: Format) -> None:
    data = converted(TURTLE.encode(), formats.TURTLE, source)
    assert dataset(converted(data, source, target), target) == dataset(TURTLE.encode(), formats.TURTLE)


@examples(50)
@given(trig())
def test_graphs_go_along(text: str) -> None:
    whole = dataset(text.encode(), formats.TRIG)
    for target in (formats.NQUADS, formats.TRIG, formats.JSONLD):
        assert dataset(converted(text.encode(), formats.TRIG, target), target) == whole


def test_prefixes_go_along() -> None:
    assert b"ex:s ex:p" in converted(TURTLE.encode(), formats.TURTLE, formats.TURTLE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text(TURTLE)
    (tmp_path / "old.nt").write_text("old")
    return tmp_path


def test_files_packed_or_not(folder: Path) -> None:
    assert main(["convert", "a.ttl", "b.nt.gz"]) == 0
    first = (folder / "b.nt.gz").read_bytes()
    assert b'"007"' in gzip.decompress(first)
    assert main(["convert", "b.nt.gz", "c.ttl"]) == 0
    assert b"007" in (folder / "c.ttl").read_bytes()


@pytest.mark.parametrize("first", ["", "\ufeff", "# RDF 1.2\r\n \n"])
def test_a_version_of_n_quads_is_read(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], first: str
) -> None:
    """RDF 1.2 N-Triples, 2.5, which the engine does not know."""
    said = '<x:s> <x:p> "\\n" <x:g> .\n'
    (folder / "v.nq").write_text(f"{first} VERSION '1.2' # so\n{said}", encoding="utf-8", newline="")
    assert main(["convert", "v.nq", "-", "-f", "nquads"]) == 0
    assert capfdbinary.readouterr().out == said.encode()


def test_a_base(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (folder / "r.ttl").write_text("<s> <p> <../o> .")
    assert main(["convert", "r.ttl", "-f", "nt", "--base", "http://a/b/c/"]) == 0
    assert capfdbinary.readouterr().out == b"<http://a/b/c/s> <http://a/b/c/p> <http://a/b/o> .\n"


def test_lost_graphs_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "g.trig").write_text("<x:g> { <x:s> <x:p> 1 }")
    assert main(["convert", "g.trig", "g.ttl"]) == 0
    assert "no named graphs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "arguments", "code", "words"),
    [
        ("<s> <x:p> 1 .", [], 3, "in.ttl:1"),
        ("<x:s> <x:p> 1 .", ["--base", "nonsense"], 3, "not a base IRI"),
        ("<http://a/%zz> <x:p> 1 .", [], 3, "in.ttl:1"),
        ("<x:s> <x:p> '…' .", [], 3, "larger than 16 MiB"),
        ("<x:s> <http://e/> 1 .", ["--format", "rdfxml"], 3, "RDF/XML cannot name"),
        ("<x:s> <x:p> '\\u0001' .", ["--format", "rdfxml"], 3, "RDF/XML cannot represent"),
        (f"<x:s> <{RDF}li> 1 .", ["--format", "rdfxml"], 3, "RDF/XML cannot name the property rdf:li"),
        (f"<x:s> <{RDF}about> 1 .", ["--format", "rdfxml"], 3, "RDF/XML cannot name the property rdf:about"),
        ("<x:s> <x:p> 1 .", ["--format", "nonsense"], 2, "no format"),
        ("<x:s> <x:p> '\\uD800' .", [], 3, "in.ttl:1"),
    ],
)
def test_bad_input_leaves_the_old_file(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, arguments: list[str], code: int, words: str
) -> None:
    (folder / "in.ttl").write_text(text.replace("…", "a" * 17_000_000))
    assert main(["convert", "in.ttl", "old.nt", *arguments]) == code
    assert words in capsys.readouterr().err
    assert (folder / "old.nt").read_text() == "old"
    assert sorted(path.name for path in folder.iterdir()) == ["a.ttl", "in.ttl", "old.nt"]


def test_rdfxml_that_every_reader_reads(folder: Path) -> None:
    """Labels that are no NCName, prefixes of XML, and carriage returns (XML 1.0, 2.11; Namespaces, 3)."""
    (folder / "in.ttl").write_text(
        "PREFIX xml: <u:x:> PREFIX xmlns: <u:y:> _:1 xml:p _:a , 'a\\r\\nb' . _:a xmlns:q _:1 ."
    )
    assert main(["convert", "in.ttl", "out.rdf"]) == 0
    text = (folder / "out.rdf").read_bytes().decode()
    assert "&#xD;" in text and "\r" not in text and 'nodeID="1"' not in text and "xmlns:xml" not in text
    assert main(["convert", "out.rdf", "again.ttl"]) == 0
    assert main(["diff", "in.ttl", "again.ttl"]) == 0


def test_line_ends_make_no_difference(folder: Path) -> None:
    (folder / "lf.rdf").write_bytes(XML)
    (folder / "crlf.rdf").write_bytes(XML.replace(b"\n", b"\r\n"))
    assert main(["diff", "lf.rdf", "crlf.rdf"]) == 0


def test_a_character_that_xml_lacks_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "n.ttl").write_text('<x:s> <http://e/p> "\\u0000" .')
    assert main(["convert", "n.ttl", "n.rdf"]) == 3
    assert "the character U+0000 in" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--base", "http://b.example/"]])
def test_a_relative_iri_in_n_triples(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    (folder / "r.nt").write_text("<x:s> <x:p> <x:o> .\n<s> <x:p> <x:o> .\n")
    assert main(["convert", "r.nt", "r.ttl", *more]) == 3
    said = capsys.readouterr().err
    assert said == "Error: r.nt:2:1: This IRI is relative, which none in this format is.\n  Write it whole.\n"


def test_surrogates_in_json(folder: Path) -> None:
    (folder / "a.jsonld").write_text('[{"@id": "http://e/a", "http://e/p": "\\ud800"}]')
    assert main(["convert", "a.jsonld", "old.nt"]) == 3
    assert (folder / "old.nt").read_text() == "old"


@pytest.mark.parametrize(
    ("name", "data", "words", "hint"),
    [
        (
            "b.nt.gz",
            gzip.compress(b"<x:s> <x:p> <x:o> .\n" * 50, mtime=0)[:-12],
            "it ends too early",
            "Download it again",
        ),
        ("b.nt.gz", b"", "it ends too early", "Download it again"),
        ("b.nt.bz2", b"", "it ends too early", "Download it again"),
        ("b.nt.xz", lzma.compress(b"<x:s> <x:p> <x:o> .\n")[:-5], "it ends too early", "Download it again"),
        (
            "b.nt.gz",
            gzip.compress(b"x", mtime=0)[:-8] + bytes(8),
            "its packed data are damaged",
            "Download it again",
        ),
        ("b.nt.gz", b"<x:s> <x:p> <x:o> .", "not packed with gzip, as its name says", "Take .gz off"),
        ("b.nt.gz", bz2.compress(b""), "packed with bzip2, not packed with gzip as", "Add .bz2"),
        ("b.nt.bz2", gzip.compress(b"", mtime=0), "packed with gzip, not packed with bzip2 as", "Add .gz"),
        ("b.nt.xz", b"PK\3\4...", "a ZIP archive, not packed with xz", "Unpack it first"),
        ("b.nt", gzip.compress(b"x", mtime=0), "This is packed with gzip.", "Add .gz to its name."),
        ("b.ttl", b"PK\3\4\xff...", "This is a ZIP archive.", "Unpack it first."),
        ("b.jsonld", lzma.compress(b"x"), "This is packed with xz.", "Add .xz to its name."),
        ("b.rdf", gzip.compress(b"x", mtime=0), "This is packed with gzip.", "Add .gz to its name."),
        ("b.ttl", bz2.compress(b"x"), "This is packed with bzip2.", "Add .bz2 to its name."),
        ("b.ttl", b"$HDT\1<http://purl.org/HDT/hdt#HDTv1>\0\xff", "This is in HDT.", "Make N-Triples of it"),
        ("b.ttl", "<x:a> <x:b> 1 .".encode("utf-16"), "in UTF-16", "Save it in UTF-8"),
        ("b.jsonld", "{}".encode("utf-16"), "in UTF-16", "Save it in UTF-8"),
    ],
)
def test_a_broken_archive(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, words: str, hint: str
) -> None:
    (folder / name).write_bytes(data)
    assert main(["convert", name, "old.nt"]) == 3
    told = capsys.readouterr().err
    assert told.startswith(f"Error: {name}:")
    assert words in told
    assert hint in told
    assert (folder / "old.nt").read_text() == "old"


@pytest.mark.parametrize("form", ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"])
def test_terms_of_a_context_that_are_no_prefixes(folder: Path, form: str) -> None:
    names = ["@vocab", "@base", "a b", "1a", "xml", "xmlns", "_", "a.", "ok", "é", "-", "a:b"]
    context = {name: f"http://e.example/{number}/" for number, name in enumerate(names) if name != "a:b"}
    document = {"@context": context, "@id": "s", "p": {"@id": "ok:o"}, "ok:q": 1, "http://e.example/12/r": 2}
    (folder / "c.jsonld").write_text(json.dumps(document))
    name = "c2." + {"turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf"}.get(form, form)
    assert main(["convert", "c.jsonld", name]) == 0
    assert main(["diff", "c.jsonld", name]) == 0


def test_a_file_is_not_written_over_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "link.ttl").symlink_to("a.ttl")
    assert main(["convert", "a.ttl", "link.ttl"]) == 2
    assert "both input and output" in capsys.readouterr().err


def test_paths_that_cannot_be_read_or_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "none.ttl", "b.nt"]) == 3
    assert main(["convert", "a.ttl", "none/b.nt"]) == 3
    assert "none/b.nt cannot be written" in capsys.readouterr().err
    assert main(["convert", "a.ttl", "b.unknown"]) == 2


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_breaks_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise failure

    monkeypatch.setattr("ogdkg.store.stream.ox.serialize", broken)
    assert main(["convert", "a.ttl", "old.nt"]) == (130 if isinstance(failure, KeyboardInterrupt) else 3)
    assert (folder / "old.nt").read_text() == "old"
    assert sorted(path.name for path in folder.iterdir()) == ["a.ttl", "old.nt"]
