"""RDF written: isomorphic to what was given, sorted, and the same bytes whatever the order."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogdkg import formats
from ogdkg.formats import Format
from ogdkg.render.rdf import write_quads
from ogdkg.store.codec import ox_format, ox_graph, ox_spo
from ogdkg.terms import RDF, Blank, Iri, Literal, Quad, in_language, typed

PREFIXES = {
    "ex": "https://example.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "unused": "https://unused/",
}
IRIS = st.sampled_from(
    [Iri("https://example.org/a"), Iri("https://example.org/b.c"), Iri("https://other/x#y"), Iri("urn:x")]
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8)
OBJECTS = st.one_of(
    IRIS,
    st.just(Blank("b1")),
    st.builds(Literal, TEXT),
    st.builds(in_language, TEXT, st.sampled_from(["en", "de"])),
    st.builds(
        typed,
        st.sampled_from(["007", "1.", "1.50", "+1", "true", "1e3", "x", "-.5", "INF"]),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date"]),
    ),
)
PREDICATES = st.sampled_from([Iri(RDF + "type"), Iri("https://example.org/p"), Iri("https://example.org/q")])
QUADS = st.lists(
    st.builds(Quad, IRIS | st.just(Blank("b1")), PREDICATES, OBJECTS, st.none() | IRIS),
    max_size=8,
    unique=True,
)


@settings(max_examples=150)
@pytest.mark.parametrize("form", formats.FOR_RDF, ids=lambda form: form.name)
@given(quads=QUADS, seed=st.integers())
def test_what_is_written_is_read_back(form: Format, quads: list[Quad], seed: int) -> None:
    written = _bytes(quads, form)
    expected = quads if form.graphs else [Quad(*quad.triple, None) for quad in quads]
    assert _canonical(ox.parse(written, ox_format(form))) == _canonical(map(_raw, expected))
    shuffled = random.Random(seed).sample(quads, len(quads))
    assert _bytes(shuffled, form) == written


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
        '    ex:p 007, "2014"^^xsd:gYear .\n'
    )


def test_trig_keeps_graphs_apart() -> None:
    a, p = Iri("https://example.org/a"), Iri("https://example.org/p")
    text = _bytes([Quad(a, p, a, Iri("https://example.org/g")), Quad(a, p, a, None)], formats.TRIG).decode()
    assert text.endswith("\nex:a ex:p ex:a .\n\nex:g {\n    ex:a ex:p ex:a .\n}\n")


def _bytes(quads: list[Quad], form: Format) -> bytes:
    pieces = write_quads(quads, form, PREFIXES)
    return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in pieces)


def _raw(quad: Quad) -> ox.Quad:
    return ox.Quad(*ox_spo(quad), ox_graph(quad.graph))


def _canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]  # any iterable of quads
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
