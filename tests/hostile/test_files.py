"""Documents made to take all memory, all time or the process: each ends in a sentence, or is read."""

from __future__ import annotations

import ast
import gzip
import io
import os
import random
import threading
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from ogdkg.errors import InputError, LimitError
from ogdkg.files import packed
from ogdkg.files.packed import opened, unpacked
from ogdkg.importing import values
from ogdkg.rdf import formats
from ogdkg.rdf.bounds.door import watched
from ogdkg.store.lines import read_lines
from ogdkg.store.stream import Document
from ogdkg.syntax.rdfxml import xml
from tests.conftest import ROOT, Run
from tests.hostile.nesting import CONSTRUCTS, run

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
S = "<http://e/s> <http://e/p>"
TURTLE, JSONLD, RDFXML, NTRIPLES = (
    form.media_type for form in (formats.TURTLE, formats.JSONLD, formats.RDFXML, formats.NTRIPLES)
)


def _xml(body: str, doctype: str = "", more: str = "") -> str:
    return f"{doctype}<rdf:RDF {RDF} {more}>{body}</rdf:RDF>"


def _entities(*declared: tuple[str, str]) -> str:
    return "<!DOCTYPE r [" + "".join(f'<!ENTITY {name} "{text}">\n' for name, text in declared) + "]>\n"


def _laughs(levels: int, width: int, ampersand: str = "&") -> str:
    names = ["a", *(f"a{level}" for level in range(1, levels + 1))]
    steps = [(name, f"{ampersand}{below};" * width) for below, name in pairwise(names)]
    doctype = _entities(("a", "0123456789"), *steps)
    return _xml(f"<rdf:Description><e:p>&{names[-1]};</e:p></rdf:Description>", doctype)


_LONG = "x" * 3_000
_ELEMENT = "<rdf:Description><e:p>{}</e:p></rdf:Description>"
# (media type, document, a word of the message, its line)
BOMBS = {
    "entities, 7 levels of 10": (RDFXML, _laughs(7, 10), "MiB", None),
    "entities, 8 levels of 20": (RDFXML, _laughs(8, 20), "MiB", None),
    "entities, spelled as a code": (RDFXML, _laughs(9, 10, "&#38;"), "MiB", None),
    "an entity, quadratic": (
        RDFXML,
        _xml(_ELEMENT.format("&a;" * 20_000), _entities(("a", "x" * 20_000))),
        "MiB",
        None,
    ),
    "an entity in itself": (RDFXML, _xml("&a;", _entities(("a", "&b;"), ("b", "&a;"))), "holds itself", None),
    "an entity in attributes": (
        RDFXML,
        _xml('<rdf:Description e:p="&a;"/>\n' * 20_000, _entities(("a", "x" * 20_000))),
        "MiB",
        None,
    ),
    "an entity as a namespace": (RDFXML, _xml("", _entities(("a", _LONG)), 'xmlns:f="&a;"'), "namespace", 3),
    "a base of many entities": (
        RDFXML,
        _xml("", _entities(("a", "http://e/" + "x" * 90)), f'xml:base="{"&a;" * 30}"'),
        "base",
        3,
    ),
    "a long language": (RDFXML, _xml("", more=f'xml:lang="x-{"a-" * 2_000}a"'), "language", 1),
    "a DOCTYPE in the midst": (
        RDFXML,
        _xml("\n" + _entities(("a", "b")) + "<rdf:Description/>"),
        "A declaration stands before the first element",
        2,
    ),
    "a DOCTYPE that hides elements": (
        RDFXML,
        "<!DOCTYPE r [<!-- > ]>" + _xml("<e:a>" * 5_000 + "</e:a>" * 5_000) + "-->",
        "The file has no element",
        1,
    ),
    "an external entity": (
        RDFXML,
        _xml(_ELEMENT.format("&a;"), '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "another file",
        1,
    ),
    "an external entity in an attribute": (
        RDFXML,
        _xml('<rdf:Description e:p="&a;"/>', '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        "another file",
        1,
    ),
    "an external parameter entity": (
        RDFXML,
        _xml("", '<!DOCTYPE r [\n<!ENTITY % a SYSTEM "http://127.0.0.1/a">\n%a;]>'),
        "another file",
        3,
    ),
    "an entity of an external DTD": (
        RDFXML,
        _xml(_ELEMENT.format("&a;"), '<!DOCTYPE r SYSTEM "http://127.0.0.1/a">\n'),
        "&a; is not declared in this file",
        2,
    ),
    "an entity of an external DTD in an attribute": (
        RDFXML,
        _xml('\n<!-- &b; --><rdf:Description e:p="&a;"/>', '<!DOCTYPE r SYSTEM "http://127.0.0.1/a">\n'),
        "&a; is not declared in this file",
        3,
    ),
    "an entity of an external DTD in an entity": (
        RDFXML,
        _xml('<e:T e:p="&a;"/>', '<!DOCTYPE r SYSTEM "x" [<!ENTITY a "&b;">]>'),
        "&b; is not declared in this file",
        1,
    ),
    "attributes by default": (
        RDFXML,
        _xml(
            "<e:T/>" * 12_000,
            "<!DOCTYPE r [" + "".join(f'<!ATTLIST e:T e:a{i} CDATA "{"x" * 500}">' for i in range(10)) + "]>",
        ),
        "MiB",
        None,
    ),
    "a long attribute by default": (
        RDFXML,
        _xml("<e:T/>", f'<!DOCTYPE r [<!ATTLIST e:T e:a CDATA "{_LONG}">]>'),
        "2,000 characters",
        1,
    ),
    "bases that grow": (
        RDFXML,
        _xml(f'<e:T xml:base="{"x" * 100}/"><e:p>' * 50, more='xml:base="http://e/"'),
        "base is longer",
        1,
    ),
    "elements": (RDFXML, _xml("\n<e:a>" * 1_001 + "</e:a>" * 1_001), "1,000 deep", 1_001),
    "elements behind signs in quotes": (
        RDFXML,
        _xml("\n<e:a e:b=\"/>\" e:c='&lt;/e:a>'>\n<e:p>" * 501),
        "1,000 deep",
        1_001,
    ),
    "elements behind a comment": (
        RDFXML,
        _xml("\n<e:a><!-- </e:a> --><![CDATA[ ]]><?x </e:a>?>" * 1_001),
        "1,000 deep",
        1_001,
    ),
    "attributes": (
        RDFXML,
        _xml("\n<e:a " + " ".join(f'e:a{i}="x"' for i in range(20_000)) + "/>"),
        "10,000 attributes",
        2,
    ),
    "namespaces": (
        RDFXML,
        _xml("<rdf:Description/>", more=" ".join(f'xmlns:n{i}="http://e/{i}"' for i in range(10_100))),
        "10,000 attributes",
        1,
    ),
    "a namespace in a literal": (
        RDFXML,
        _xml(
            _ELEMENT.replace("<e:p", '<e:p rdf:parseType="Literal"').format("<n:a/>" * 40_000),
            more=f'xmlns:n="http://e/{"n" * 1_900}"',
        ),
        "MiB",
        None,
    ),
    "objects": (JSONLD, '{\n"http://e/p":' * 501 + "1" + "}" * 501, "500 deep", 501),
    "arrays that end nowhere": (JSONLD, "[\n" * 600, "500 deep", 501),
    "arrays behind quotes": (JSONLD, '["\\"]","\\\\",\n' * 501, "500 deep", 501),
    "contexts": (
        JSONLD,
        '{"@context":{},\n"http://e/p":' * 20 + "1" + "}" * 20,
        "context stands 17 deep",
        17,
    ),
    "contexts, spelled as codes": (
        JSONLD,
        '{"\\u0040c\\u006Fntext":{},\n"http://e/p":' * 20 + "1" + "}" * 20,
        "context",
        17,
    ),
    "contexts in contexts": (JSONLD, '{"@context":{"p":' * 200 + "{}" + "}}" * 200, "context", 1),
    "triple terms": (TURTLE, f"{S} " + f"<<(\n{S} " * 101 + "1" + ")>>" * 101 + " .", "100 deep", 101),
    "triple terms, lines": (NTRIPLES, f"{S} " + f"<<( {S} " * 200 + "<x:y>" + ")>>" * 200, "100 deep", 1),
    "triple terms, signs in IRIs": (TURTLE, f"{S} " + "<<(\n<http://e/')> <x:#)>" * 101, "100 deep", 101),
    "triple terms, comments": (
        TURTLE,
        f"{S} " + "<<( # \" ' )>> <<\n<http://e/a#b> e:\\,c " * 200,
        "100 deep",
        None,
    ),
    "a long namespace": (TURTLE, f"# a\n@prefix p: <http://e/{_LONG}> .\np:a p:b p:c .", "namespace", 2),
    "a long base": (TURTLE, f"\n\nbAsE <http://e/{_LONG}/> <a> <b> <c> .", "namespace", 3),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_told_before_an_engine_sees_it(name: str) -> None:
    """Whole and in pieces; with the line."""
    media_type, text, word, line = BOMBS[name]
    with pytest.raises(InputError, match=word) as found:
        _read(io.BytesIO(text.encode()), media_type)
    assert found.value.hint
    assert found.value.place is None or found.value.place.file == "bomb"
    assert line is None or (found.value.place and found.value.place.line == line)
    for size in (1, 3, 4_096) if len(text) < 5_000 else (4_096,):
        with pytest.raises(InputError, match=word):
            _in_pieces(text.encode(), media_type, size)


def _read(source: io.BytesIO, media_type: str) -> int:
    """Let what bounds a document look at it: the door, and for RDF/XML its reader."""
    if media_type == RDFXML:
        return sum(1 for _ in Document(source, formats.RDFXML, "bomb", "http://b/"))
    return len(watched(source, media_type, "bomb").read())


def _in_pieces(data: bytes, media_type: str, size: int) -> int:
    source = io.BytesIO(data)
    take = source.read
    source.read1 = lambda _: take(size)  # type: ignore[method-assign,assignment]
    if media_type == RDFXML:
        source.read = lambda _=-1: take(size)  # type: ignore[method-assign,assignment]
    return _read(source, media_type)


GOOD = {
    "an ontology's entities": (
        RDFXML,
        _xml(
            '<rdf:Description rdf:about="&owl;x"><rdf:type rdf:resource="&owl;Class"/></rdf:Description>'
            * 5_000,
            '<?xml version="1.0"?>\n'
            + _entities(("owl", "http://www.w3.org/2002/07/owl#"), ("sub", "&owl;sub/")).replace(
                "[", '[<!-- Don\'t. <!ENTITY old "x"> -->\n<?pi?> <!ELEMENT a (#PCDATA)>'
            ),
            'xmlns:owl="&owl;"',
        ),
        5_000,
    ),
    "a text that looks like an entity": (
        RDFXML,
        _laughs(9, 10, "&#x26;#38;"),
        1,
    ),
    "an entity by name only": (RDFXML, _xml(_ELEMENT.format("&a;"), _entities(("a", "&amp;a;"))), 1),
    "namespaces in literals": (
        RDFXML,
        _xml(
            _ELEMENT.replace("<e:p", '<e:p rdf:parseType="Literal"').format("<e:a/>" * 1_000),
            more=" ".join(f'xmlns:n{i}="http://e/{i}"' for i in range(5_000)),
        ),
        1,
    ),
    "parameter entities": (
        RDFXML,
        _xml(
            _ELEMENT.format("&a;&c;"),
            """<!DOCTYPE r [<!ENTITY % p "<!ENTITY a '1'>"> %p; <!ENTITY c '&b;'><!ENTITY b "2">]>""",
        ),
        1,
    ),
    "an external DTD, unneeded": (
        RDFXML,
        _xml(
            '<!-- &b; --><rdf:Description e:p="&amp;&a;&#65;"><e:q><![CDATA[&d;]]></e:q></rdf:Description>',
            '<!DOCTYPE r SYSTEM "http://127.0.0.1/a" [<!ENTITY a "1">]>',
        ),
        2,
    ),
    "an entity again": (RDFXML, _xml(_ELEMENT.format("&a;"), _entities(("a", "1"), ("a", "2"))), 1),
    "a DOCTYPE by name": (RDFXML, _xml(_ELEMENT.format("1"), '<!DOCTYPE rdf:RDF PUBLIC "a" "b">'), 1),
    "many siblings": (RDFXML, _xml(_ELEMENT.format("1") * 3_000), 3_000),
    "XML literals": (
        RDFXML,
        _xml(
            _ELEMENT.replace("<e:p", '<e:p rdf:parseType="Literal"').format("<b>x</b>") * 2_000,
            more=" ".join(f'xmlns:n{i}="http://example.org/{i}"' for i in range(30)),
        ),
        2_000,
    ),
    "brackets in strings": (JSONLD, '{"@id":"x:s","x:p":"' + "[{" * 5_000 + '\\"' + "[{" * 500 + '"}', 1),
    "many records with contexts": (
        JSONLD,
        "[" + ",".join(f'{{"@context":{{"p":"x:p"}},"@id":"x:{i}","p":{i}}}' for i in range(1_000)) + "]",
        1_000,
    ),
    "code in a string": (TURTLE, f'{S} "' + "cout <<(a) <<(b); " * 500 + '" .', 1),
    "triple terms side by side": (TURTLE, f"{S} <<( {S} 1 )>> .\n" * 300, 300),
    "a long data IRI": (TURTLE, f"{S} <data:,{_LONG}> .", 1),
    "a deep list": (TURTLE, f"{S} " + "( " * 10_000 + ")" * 10_000 + " .", 19_999),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_document_is_read_as_before(name: str) -> None:
    media_type, text, number = GOOD[name]
    form = next(form for form in formats.FOR_RDF if form.media_type == media_type)
    assert len(list(Document(text.encode(), form, "good"))) == number
    assert _in_pieces(text.encode(), media_type, 5) == (number if media_type == RDFXML else len(text))


def test_a_tag_without_end_is_not_gathered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_LARGEST", 2**21)

    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        has_begun = False

        def read(self, size: int = -1) -> bytes:
            begin = b"" if self.has_begun else b"<!--"
            self.has_begun = True
            return begin + b"a" * 2**20

    with pytest.raises(LimitError, match="16 MiB"):
        list(Document(Endless(), formats.RDFXML, "f"))  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_a_byte_order_mark_is_no_fault(suffix: str, ogdkg: Run, tmp_path: Path) -> None:
    text = {"ttl": f"{S} 1 .", "nt": f'{S} "1" .', "rdf": _xml(_ELEMENT.format(1))}
    path = tmp_path / f"a.{suffix}"
    path.write_text(text.get(suffix, '{"@id":"x:s","x:p":1}'), encoding="utf-8-sig")
    assert len(list(read_lines(path))) == 1
    with opened(path) as source:
        form = formats.RDF_EXTENSIONS[suffix]
        assert len(list(Document(source, form, "a"))) == 1
    if suffix == "ttl":
        assert ogdkg("validate", path, "--shapes", _shapes(tmp_path)).returncode == 0


def _shapes(folder: Path) -> Path:
    path = folder / "shapes.ttl"
    path.write_text("<urn:S> a <http://www.w3.org/ns/shacl#NodeShape> .")
    return path


# Packed files


def _packed(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "a.nt.gz"
    path.write_bytes(data)
    return path


LINE = b"<x:a> <x:b> <x:c> .\n"


def test_packed_members_are_read_one_after_another(tmp_path: Path) -> None:
    path = _packed(tmp_path, gzip.compress(LINE) * 3 + gzip.compress(b"") * 1_000 + b"\0" * 64)
    assert unpacked(path) == LINE * 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        gzip.compress(LINE * 1_000)[:-9],
        gzip.compress(LINE) + b"garbage",
        gzip.compress(LINE)[:9],
        b"\x1f\x8b\x08\xff" + b"\xff" * 70_000,
        gzip.compress(LINE)[:-8] + b"\0" * 8,
        zlib.compress(LINE),
        LINE,
    ],
    ids=["empty", "cut", "garbage", "header", "endless name", "checksum", "zlib", "plain"],
)
def test_a_broken_packed_file_is_told(data: bytes, ogdkg: Run, tmp_path: Path) -> None:
    path = _packed(tmp_path, data)
    with pytest.raises(InputError, match="cannot be read"):
        unpacked(path)
    if data == LINE:
        for command in (["validate", path], ["convert", path, tmp_path / "b.nt"]):
            done = ogdkg(*command)
            assert (done.returncode, "a.nt.gz: The file cannot be read" in done.stderr) == (3, True)
        assert not (tmp_path / "b.nt").exists()


def test_a_packed_bomb_is_told_and_not_unpacked(ogdkg: Run, tmp_path: Path) -> None:
    path = _packed(tmp_path, gzip.compress((b"#" + b"x" * 2**20 + b"\n") * 8) * 40)
    for command in (["validate", path], ["convert", path, tmp_path / "b.nt"]):
        done = ogdkg(*command)
        assert done.returncode == 3
        assert "a.nt.gz: The file decompresses to more than 250 times its size." in done.stderr
        assert "pipe it in" in done.stderr
    assert not (tmp_path / "b.nt").exists()


def test_what_memory_cannot_hold_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _packed(tmp_path, gzip.compress(random.Random(1).randbytes(2**20) * 5))
    assert len(unpacked(path)) == 5 * 2**20
    monkeypatch.setattr(packed, "most_unpacked", lambda: 2**21)
    with pytest.raises(LimitError, match="more than 2 MiB"):
        unpacked(path)


def test_packed_in_packed_is_not_unpacked_twice(ogdkg: Run, tmp_path: Path) -> None:
    path = _packed(tmp_path, gzip.compress(gzip.compress(LINE)))
    done = ogdkg("convert", path, tmp_path / "b.nq")
    assert done.returncode == 3
    assert "This is packed with gzip" in done.stderr


# The command line


@pytest.mark.parametrize("command", ["validate", "convert", "diff", "sparql", "export"])
def test_no_command_is_ended_by_entities(command: str, ogdkg: Run, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.rdf"
    bomb.write_text(_laughs(8, 20), encoding="utf-8")
    (tmp_path / "empty.ttl").write_text("")
    (tmp_path / "ogdkg.toml").write_text('[project]\nname="n"\n[[layer]]\nname="a"\nfiles=["*.rdf"]\n')
    arguments = {
        "validate": [bomb, "--shapes", _shapes(tmp_path)],
        "convert": [bomb, "out.ttl"],
        "diff": ["empty.ttl", bomb],
        "sparql": ["ASK { ?s ?p ?o }"],
        "export": ["-f", "nquads"],
    }
    done = ogdkg(command, *arguments[command], cwd=tmp_path)
    assert done.returncode == 3
    assert "bomb.rdf:" in done.stderr
    assert "Entities and namespaces add" in done.stderr
    assert not (tmp_path / "out.ttl").exists()


# Of every format the construct that ended the process or took the memory; the rest runs by hand.
@pytest.mark.parametrize(
    ("name", "depth", "command"),
    [
        ("objects", 20_000, "validate"),
        ("graphs", 5_000, "diff"),
        ("scoped contexts", 5_000, "sparql"),
        ("triple terms", 20_000, "export"),
        ("triple terms, comments between", 100_000, "validate"),
        ("brackets", 5_000, "fmt"),
        ("descriptions", 100_000, "convert"),
        ("namespaces in literals", 20_000, "convert"),
    ],
)
def test_no_nesting_ends_a_command(name: str, depth: int, command: str, tmp_path: Path) -> None:
    construct = next(each for each in CONSTRUCTS if each.name == name)
    found = run(construct, depth, command, tmp_path)
    assert found.is_fine, found
    assert found.code == 3, found


def test_a_context_without_end_is_told(ogdkg: Run, tmp_path: Path) -> None:
    path = tmp_path / "context.json"
    path.write_text('{"@context":' + "[" * 100_000 + "]" * 100_000 + "}")
    done = ogdkg("export", "-f", "compacted", "--context", path)
    assert done.returncode == 3
    assert "context.json:1: Objects and arrays are nested more than 500 deep" in done.stderr


def test_a_format_without_triple_terms_says_so(ogdkg: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f"{S} <<( {S} 1 )>> .")
    done = ogdkg("convert", path, tmp_path / "a.jsonld")
    assert done.returncode == 3
    assert "jsonld has no triple terms (RDF 1.2), and the document has." in done.stderr
    assert not (tmp_path / "a.jsonld").exists()


def test_a_pipe_is_validated_once_read(ogdkg: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "a.ttl"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"{S} 1 .",), daemon=True)
    writer.start()
    assert ogdkg("validate", pipe, "--shapes", _shapes(tmp_path)).returncode == 0


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-sNaN1", "1e999999999", "9" * 5_000, "1e-999999999"])
def test_a_number_of_a_table_is_one(text: str) -> None:
    for kind in (values.number, values.million):
        with pytest.raises(values.UnfitError, match="not a number"):
            kind(text)


# The door

_DOORS = {
    # what checks a document before its engine sees it
    "syntax.rdfxml.xml": "bounds what it parses", "syntax.rdfxml.reader": "by `xml`",
    "store.codec": "checks", "store.disk": "checks", "store.stream": "checks",
    "store.jsonld": "checks", "store.rdf12": "what was checked before", "jsonld.document": "checks",
    "validation.data.reading": "checks", "files.packed": "checks",
    # what reads what is checked elsewhere
    "validation.data.bulk_load": "sources of `validation.data.reading`",
    "jsonld.places": "keys of what `jsonld.document` has read", "jsonld.placed": "scalars of the same",
    "syntax.rdfxml.faults": "what `xml` refused, for its element's name alone",
    # what reads what we wrote ourselves
    "store.rdfxml_writer": "names of ours",
    "store.embedded": "N-Triples of ours", "validation.pyshacl.worker": "N-Triples of ours",
    "validation.pyshacl.client": "its worker",
    "render.reports.baseline": "a report of ours; its size and depth are bounded there",
    "store.folders": "a note in the cache folder", "search.word_index": "its own index",
    "web.keeper": "what a process of ours says", "web.server": "what the keeper says",
    "web.http.status": "the keeper's note", "web.http.metrics": "figures of ours",
    "web.http.assets": "packs files of ours", "web.api.trial": "a problem of ours",
    "web.assistant.spoken": "what an answering process of ours says",
    "web.assistant.things": "a reference of ours", "web.quality.feed": "writes XML, and reads none",
    "web.quality.measured": "what a process of ours measured",
    "validation.outcome_cache": "what a validation of ours found",
    "validation.in_place.journal": "what a validation of ours found at a server",
    "validation.data.rows": "pieces of sources of `validation.data.reading`",
    "store.journal": "N-Quads of ours", "store.placed": "N-Quads of ours",
    "validation.data.graph": "N-Triples of ours",
    "store.selective": "N-Quads of ours, with a checksum",
    "store.columns": "a head of ours", "store.column_terms": "N-Triples of ours",
    "store.spelled": "what the engine writes", "store.late_union": "what its base checks",
    "cli.shell.worker": "what the shell says, and its process answers",
    "cli.shell.history": "lines of ours; what is no text is left out",
    "web.small_queries.blocks": "a file of ours", "web.small_queries.json_rows": "text of ours",
    "web.small_queries.lane": "what a process of ours says",
    "api.changes": "what a view of ours wrote", "api.findings": "a report of ours",
    "api.views": "as `api.changes`",
    # what is bounded where it is read
    "project.prefixes": "a document of JSON-LD of 128 KiB at most",
    "web.site.folder": "a list in the folder of a site",
    "importing.workbook": "a workbook, whose parts are bounded there",
    # what clients send: bounded by the size of a request, and too deep a one is refused
    "web.reconcile.requested": "queries",
    # what servers send: bounded where it is received
    "reconciling.service": "answers",
    "remote.results": "answers", "remote.push_manifest": "a manifest", "validation.data.remote": "answers",
}  # fmt: skip


def test_no_reader_stands_outside_the_door() -> None:
    """Every call of a parser of documents, of JSON and of packed files is in a module that is listed."""
    source = ROOT / "src" / "ogdkg"
    found = {}
    for path in sorted(source.rglob("*.py")):
        name, text = ".".join(path.relative_to(source).with_suffix("").parts), path.read_text()
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        }
        found[name] = {
            call
            for call in calls
            if _is_reader(call, has_engine="import pyoxigraph" in text or "from pyoxigraph" in text)
        }
    assert {name for name, calls in found.items() if calls} == _DOORS.keys()
    for name, why in _DOORS.items():
        text = (source / Path(*name.split("."))).with_suffix(".py").read_text()
        assert why != "checks" or name == "files.packed" or "ogdkg.rdf.bounds.door" in text, name


def _is_reader(call: str, *, has_engine: bool) -> bool:
    owner, _, name = call.rpartition(".")
    return (
        (has_engine and name in ("parse", "parse_query_results", "load", "bulk_load") and owner != "template")
        or name == "ParserCreate"
        or owner in ("gzip", "bz2", "lzma", "zipfile", "rdflib.Graph", "ElementTree")
        or (owner == "json" and name in ("load", "loads"))
    )
