"""Blank nodes without labels are placed by the sentences that lead to them as by the whole file."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat
from tests.conftest import examples
from tests.unit.syntax.documents import turtle

from ogdkg.syntax import Fit, fits, source_of
from ogdkg.syntax.reader import Reader
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.report.nameless import as_read, fits_in_sentences, is_nameless, same_nodes

Asked = tuple[Term, Term | None, Term | None]
HEAD = "@prefix : <http://e.example/> .\n"
INFERRED = NamedNode("http://e.example/inferred")


class Files:
    """Texts in Turtle or TriG as the files of one validation."""

    def __init__(self, *texts: str, form: RdfFormat = RdfFormat.TURTLE) -> None:
        self.texts = texts
        self.form = "turtle" if form == RdfFormat.TURTLE else "trig"
        self.sources = [Source(f"{n}.ttl", form, text.encode()) for n, text in enumerate(texts)]
        self.nodes = BlankNodes(self.sources, QuadCache())
        self.graph = DataGraph()
        self.quads = [list(self.nodes.cache.quads(source)) for source in self.sources]
        self.graph.add(chain.from_iterable(self.quads))

    def asked(self, number: int) -> list[Asked]:
        """Of each triple with a node without a label: itself, its subject, its subject and predicate."""
        found: list[Asked] = []
        for quad in self.quads[number]:
            if any(is_nameless(term, self.nodes) for term in (quad.subject, quad.object)):
                found += [tuple(quad)[:3], (quad.subject, quad.predicate, None), (quad.subject, None, None)]
                found.append((quad.subject, INFERRED, None))
        return list(dict.fromkeys(found))

    def in_sentences(self, number: int, asked: list[Asked]) -> dict[Asked, tuple[object, ...]] | None:
        reader = Reader(source_of(self.texts[number]), self.form, self.sources[number].base)
        found = fits_in_sentences(asked, reader, self.graph, self.nodes, number)
        return None if found is None else {each: _offsets(fit) for each, fit in found.items()}

    def in_whole(self, number: int, asked: list[Asked]) -> dict[Asked, tuple[object, ...]]:
        document, base = source_of(self.texts[number]), self.sources[number].base
        same = same_nodes(document, self.form, self.sources[number], self.nodes)
        by_core = {as_read(each, self.nodes, same): each for each in asked}
        found = fits(document, by_core, self.form, base, whole=True)
        return {by_core[core]: _offsets(fit) for core, fit in found.items()}


def _offsets(fit: Fit) -> tuple[object, ...]:
    return fit.rank, fit.statement[4:7]


OBJECTS = st.recursive(
    st.sampled_from(["1", ":o", "_:x", "[]", "'a'@EN", "( )"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: f"[ :p {', '.join(items)} ; :q {items[0]} ]"
        ),
    ),
    max_leaves=6,
)
SUBJECTS = st.sampled_from([":s", "<http://e.example/s>", ":t", "_:x", "[]", "[ :r [] ]", "( 1 [] )"])
ENDS = st.sampled_from([" .\n", ".", " . # [ :p 1 ] .\n", " .\nPREFIX q: <x:>", " .\r\n\r\n\t", "\n.\n"])
SENTENCES = st.lists(st.tuples(SUBJECTS, OBJECTS, ENDS), max_size=6).map(
    lambda said: HEAD + "".join(f"{subject} :p {value}{end} " for subject, value, end in said)
)


@given(SENTENCES, SENTENCES)
@examples(80)
def test_sentences_tell_what_the_whole_file_tells(one: str, other: str) -> None:
    files = Files(one, other)
    for number in (0, 1):
        if asked := files.asked(number):
            assert files.in_sentences(number, asked) == files.in_whole(number, asked)
            assert files.in_sentences(number, asked[-1:]) == files.in_whole(number, asked[-1:])


@given(turtle())
@examples(60)
def test_so_they_do_however_they_are_spelled(text: str) -> None:
    files = Files(text)
    asked = files.asked(0)
    found = files.in_sentences(0, asked) if asked else None
    assert found is None or found == files.in_whole(0, asked)


BLOCKS = (
    f"{HEAD}:g {{ :s :p [ :q 1 ] }} GRAPH :h {{[] :p :s . :s :p [ :q 2 ] . [ :q [] ] }} [] {{ }} ( 1 ) :p 3 ."
)


def test_so_they_do_in_graphs() -> None:
    files = Files(BLOCKS, form=RdfFormat.TRIG)
    asked = files.asked(0)
    found = files.in_sentences(0, asked)
    assert found is not None and found == files.in_whole(0, asked)


def test_an_empty_list_as_subject_leaves_it_to_the_whole_file() -> None:
    files = Files(f"{HEAD}( ) :p [ :q 1 ] . [] :p 2 .")
    assert files.in_sentences(0, files.asked(0)) is None


@pytest.mark.parametrize(
    "triple",
    [("s", "p", "b"), ("o", "p", "b"), ("b", "p", "s")],
    ids=["below the same subject", "below another", "below it"],
)
def test_what_was_inferred_leaves_it_to_the_whole_file(triple: tuple[str, str, str]) -> None:
    files = Files(f"{HEAD}:s :p [ :q 1 ] . [] :q 2 . [ :q 3 ] :q 4 .")
    root = next(q.subject for q in files.quads[0] if q.object == Literal(3))
    terms = [root if name == "b" else NamedNode(f"http://e.example/{name}") for name in triple]
    files.graph.add([Quad(*terms)])
    asked = files.asked(0)
    found = files.in_sentences(0, asked)
    assert found is None or found == files.in_whole(0, asked)
    node = BlankNode("inferred")
    files.graph.add([Quad(node, INFERRED, Literal(1))])
    assert files.in_sentences(0, [(node, INFERRED, Literal(1))]) is None
