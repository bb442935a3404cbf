"""RDF written: isomorphic to what was given, sorted, and the same bytes whatever the order."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import accumulate

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.files.sorting import SortedLines
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import statement_of
from ogdkg.rdf.terms import RDF, Blank, Iri, Literal, Quad, in_language, typed
from ogdkg.render.rdf import large, writers
from ogdkg.render.rdf.writers import write_lines, write_quads, write_statements
from ogdkg.store.codec import ox_format, ox_graph, ox_spo, quad_of
from tests.conftest import examples

PREFIXES = {
    "ex": "https://example.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "unused": "https://unused/",
}
IRIS = st.sampled_from(
    [Iri("https://example.org/a"), Iri("https://example.org/b.c"), Iri("https://other/x#y"), Iri("urn:x")]
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8)
BLANKS = st.builds(Blank, st.sampled_from(["b1", "b2", "b3", "b4"]))
OBJECTS = st.one_of(
    IRIS,
    st.just(Iri(RDF + "nil")),
    BLANKS,
    BLANKS,
    st.builds(Literal, TEXT),
    st.builds(in_language, TEXT, st.sampled_from(["en", "de"])),
    st.builds(
        typed,
        st.sampled_from(["007", "1.", "1.50", "+1", "true", "1e3", "x", "-.5", "INF"]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ),
)
PREDICATES = st.sampled_from(
    [Iri(RDF + name) for name in ("type", "first", "rest")] + [Iri("https://example.org/p")]
)
QUADS = st.lists(
    st.builds(Quad, IRIS | BLANKS, PREDICATES, OBJECTS, st.none() | IRIS | BLANKS),
    max_size=10,
    unique=True,
)


@examples(150)
@pytest.mark.parametrize("form", formats.FOR_RDF, ids=lambda form: form.name)
@given(quads=QUADS, seed=st.integers())
def test_what_is_written_is_read_back(form: Format, quads: list[Quad], seed: int) -> None:
    written = _bytes(quads, form)
    expected = quads if form.graphs else [Quad(*quad.triple, None) for quad in quads]
    assert _canonical(ox.parse(written, ox_format(form))) == _canonical(map(_raw, expected))
    shuffled = random.Random(seed).sample(quads, len(quads))
    assert _bytes(shuffled, form) == written
    assert _joined(write_statements(map(statement_of, shuffled), form, PREFIXES)) == written


LISTS = st.lists(
    st.sampled_from(
        [
            Quad(Blank("b1"), Iri(RDF + "first"), Literal("one"), None),
            Quad(Blank("b1"), Iri(RDF + "rest"), Iri(RDF + "nil"), None),
            Quad(Iri("urn:x"), Iri(RDF + "rest"), Blank("b1"), None),
            Quad(Iri("urn:x"), Iri("urn:y"), Blank("b1"), None),
            Quad(Iri("urn:x"), Iri(RDF + "type"), Iri(RDF + "first"), None),
        ]
    )
)


@pytest.mark.parametrize(
    "form", [formats.TURTLE, formats.TRIG, formats.NTRIPLES, formats.NQUADS, formats.JSONLD]
)
@examples(60)
@given(quads=st.one_of(QUADS, LISTS))
def test_a_large_graph_is_written_with_the_same_bytes(form: Format, quads: list[Quad]) -> None:
    prefixes = {**PREFIXES, "rdf": RDF}
    in_memory = list(write_quads(quads, form, prefixes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writers, "_LARGE", 1)
        patch.setattr(large, "_TOGETHER", 2)
        patch.setattr(large, "SortedLines", lambda: SortedLines(most=200))
        assert "".join(map(str, write_quads(quads, form, prefixes))) == "".join(map(str, in_memory))


def test_a_large_graph_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"<urn:s{n}> <urn:p> <urn:o{n % 7}> ." for n in range(5_000)]
    held: list[int] = []

    class Watched(SortedLines):
        def add(self, line: bytes) -> None:
            super().add(line)
            held.append(len(self._held))

    monkeypatch.setattr(writers, "_LARGE", 100)
    monkeypatch.setattr(large, "SortedLines", lambda: Watched(most=10_000))
    read = 0
    for n, text in enumerate(write_lines(iter(lines), formats.TURTLE, {})):
        assert isinstance(text, str) and (n or text == "\n")
        read += text.count(" .\n")
    assert read == 5_000 == len(held) and max(held) < 200


def test_a_document_uses_no_prefix_that_it_does_not_declare() -> None:
    """The word `a` needs none; as an object, the same property does, unless another declares it."""
    own, prefixes = Iri(RDF + "type"), {**PREFIXES, "rdf": RDF}
    alone = Quad(Iri("urn:x"), Iri("urn:p"), own, None)
    beside = Quad(Iri("urn:x"), Iri("urn:p"), Iri(RDF + "value"), None)
    assert (
        _joined(write_quads([alone], formats.TURTLE, prefixes))
        == f"\n<urn:x> <urn:p> <{RDF}type> .\n".encode()
    )
    assert b"rdf:type, rdf:value" in _joined(write_quads([alone, beside], formats.TURTLE, prefixes))


def test_turtle_is_grouped_prefixed_and_sorted() -> None:
    a, p = Iri("https://example.org/a"), Iri("https://example.org/p")
    quads = [
        Quad(a, p, typed("007", "integer"), None),
        Quad(a, p, typed("2014", "gYear"), None),
        Quad(a, Iri(RDF + "type"), Iri("https://example.org/C"), None),
    ]
    assert _bytes(quads, formats.TURTLE).decode() == (
        "@prefix ex: <https://example.org/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "ex:a a ex:C ;\n"
        '    ex:p "007"^^xsd:integer, "2014"^^xsd:gYear .\n'
    )


NESTED = """@prefix ex: <https://example.org/> .

ex:a ex:p (), [
        a ex:C ;
        ex:q [ ex:q 4 ] ;
        ex:r "a text long enough to be the reason for which the brackets go over several lines"
    ], [], ( 1 ( 2 [ ex:q 3 ] ) ) .

ex:b ex:p _:b0a4bfccf2da6 .

ex:c ex:p _:b0a4bfccf2da6 .

_:b0a4bfccf2da6 ex:q 5 .

[] ex:q 6 .

[] ex:q 6 .
"""


def test_blank_nodes_stand_where_they_are_mentioned() -> None:
    """In brackets, unless two mention one; and what was written so is written so again."""
    quads = list(map(quad_of, ox.parse(NESTED, ox.RdfFormat.TURTLE)))
    assert _bytes(quads, formats.TURTLE).decode() == NESTED


def test_circles_and_lists_that_say_more_are_spelled_out() -> None:
    text = """@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    _:x <urn:p> _:y . _:y <urn:p> _:x, _:z . _:z <urn:p> _:z .
    <urn:a> <urn:l> [ rdf:first 1 ; rdf:rest [ rdf:first 2, 3 ; rdf:rest () ] ] .
    <urn:g> { <urn:a> <urn:p> _:here . } <urn:h> { _:here <urn:p> 1 . }"""
    quads = list(map(quad_of, ox.parse(text, ox.RdfFormat.TRIG)))
    written = b"".join(
        piece.encode() if isinstance(piece, str) else piece
        for piece in write_quads(quads, formats.TRIG, {"rdf": RDF})
    )
    assert b"[ rdf:first 1 ; rdf:rest [ rdf:first 2, 3 ; rdf:rest () ] ]" in written
    assert _canonical(ox.parse(written, ox.RdfFormat.TRIG)) == _canonical(ox.parse(text, ox.RdfFormat.TRIG))


@pytest.mark.parametrize("text", ["[ <urn:p> " * 60 + "1" + " ]" * 60, "( " * 60 + ")" * 60])
def test_deep_brackets_become_sentences(text: str) -> None:
    turtle = f"<urn:a> <urn:p> {text} ."
    quads = list(map(quad_of, ox.parse(turtle, ox.RdfFormat.TURTLE)))
    written = _bytes(quads, formats.TURTLE)
    deep = max(accumulate({"[": 1, "(": 1, "]": -1, ")": -1}.get(sign, 0) for sign in written.decode()))
    assert 10 < deep < 30
    assert _canonical(ox.parse(written, ox.RdfFormat.TURTLE)) == _canonical(
        ox.parse(turtle, ox.RdfFormat.TURTLE)
    )


def test_trig_keeps_graphs_apart() -> None:
    a, p = Iri("https://example.org/a"), Iri("https://example.org/p")
    text = _bytes([Quad(a, p, a, Iri("https://example.org/g")), Quad(a, p, a, None)], formats.TRIG).decode()
    assert text.endswith("\nex:a ex:p ex:a .\n\nex:g {\n    ex:a ex:p ex:a .\n}\n")


def _bytes(quads: list[Quad], form: Format) -> bytes:
    return _joined(write_quads(quads, form, PREFIXES))


def _joined(pieces: Iterable[str | bytes]) -> bytes:
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


def _raw(quad: Quad) -> ox.Quad:
    return ox.Quad(*ox_spo(quad), ox_graph(quad.graph))


def _canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]  # any iterable of quads
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
