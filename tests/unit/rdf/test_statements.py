"""Lines of N-Quads: taken apart without loss, and blank nodes that come out the same whatever the order."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.rdf import formats
from ogdkg.rdf.statements import join, quad_of, split, to_nquads, unescaped, with_stable_blanks
from ogdkg.rdf.terms import Blank, Iri, Literal, Quad, escape, in_language, typed
from ogdkg.render.rdf.writers import write_lines
from ogdkg.store.lines import read_lines

A, P, G = Iri("http://e/a"), Iri("http://e/p"), Iri("http://e/g")
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["a <b", "a _:b", 'x" <http://e/g', "\x85\u2028", "a\\n", "<", "\r\n\t\f\b\x00\x7f"]
)
OBJECTS = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(in_language, TEXT, st.sampled_from(["en", "de-at"])),
    st.builds(typed, TEXT, st.sampled_from(["integer", "date"])),
    st.sampled_from([A, Blank("x")]),
)


@given(OBJECTS, st.sampled_from([None, G, Blank("g")]))
def test_a_line_is_taken_apart_without_loss(value: object, graph: Iri | Blank | None) -> None:
    quad = Quad(A, P, value, graph)  # type: ignore[arg-type]  # a term
    line = to_nquads(quad)
    assert join(split(line)) == line
    assert quad_of(line) == quad
    written = ox.serialize(ox.parse(line, ox.RdfFormat.N_QUADS), format=ox.RdfFormat.N_QUADS) or b""
    assert quad_of(written.decode().removesuffix("\n")) == quad


BLANK = """_:r <http://e/p> _:a . _:a <http://e/p> _:b . _:b <http://e/p> _:a . _:a <http://e/q> "1" .
_:c <http://e/p> "x" . _:d <http://e/p> "x" . <http://e/s> <http://e/p> _:c, _:d, [], [] .
<http://e/s> <http://e/l> (1 2 (3)), (1 2 (3)) . _:u <http://e/p> _:v . _:v <http://e/p> _:u ."""


@pytest.mark.parametrize("form", [formats.NQUADS, formats.TURTLE, formats.JSONLD], ids=lambda form: form.name)
def test_the_order_of_statements_and_the_labels_of_blank_nodes_do_not_matter(form: formats.Format) -> None:
    quads = list(ox.parse(BLANK, ox.RdfFormat.TURTLE))
    written = set()
    for seed in range(20):
        names = {node: f"_:n{seed}{i}" for i, node in enumerate(random.Random(seed).sample("rabcduv", 7))}
        lines = []
        for quad in random.Random(seed).sample(quads, len(quads)):
            parts = (str(quad.subject), str(quad.predicate), str(quad.object))
            subject, predicate, obj = (names.get(part.removeprefix("_:"), part) for part in parts)
            lines.append(join(("", subject, predicate, obj)))
        written.add("".join(map(str, write_lines(lines, form, {}))))
    [text] = written
    given, found = (
        ox.Dataset(quads),
        ox.Dataset(ox.parse(text, ox.RdfFormat.from_media_type(form.media_type))),
    )
    for dataset in (given, found):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert given == found


def test_without_blank_nodes_the_lines_are_left_as_they_are() -> None:
    lines = ['<http://e/a> <http://e/p> "_:b" .']
    assert with_stable_blanks(lines) == lines


def test_a_file_is_read_into_a_graph_with_blank_nodes_of_its_own(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.ttl"
    path.write_text("<http://e/a> <http://e/p> 007 , _:x .")
    assert list(read_lines(path, G, blank_prefix="one")) == [
        '<http://e/a> <http://e/p> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .',
        "<http://e/a> <http://e/p> _:onex <http://e/g> .",
    ]


@given(TEXT, st.text('\\"n'))
def test_escapes_are_taken_out_again(some: str, more: str) -> None:
    text = some + more
    assert unescaped(escape(text)) == text
    assert unescaped(r"\\\u0041\"\U0001F600") == '\\A"\U0001f600'
