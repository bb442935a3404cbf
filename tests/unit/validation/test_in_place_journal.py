"""What was judged at a server is kept as it was, and of nothing else than what it was judged by."""

from __future__ import annotations

import time
import zlib
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ogdkg.project.cache_files import keep
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.reading import sources
from ogdkg.validation.in_place.journal import KIND, OLDEST, Journal, Page, journal_name

NAME = "a" * 64
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:property [ sh:path [ sh:inversePath <urn:p> ] ; sh:minCount 1 ] ."""
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TERMS: st.SearchStrategy[Term] = st.one_of(
    TEXT.map(Literal),
    TEXT.map(lambda text: Literal(text, language="en-gb")),
    TEXT.map(lambda text: Literal(text, datatype=NamedNode("urn:d"))),
    st.sampled_from([NamedNode("urn:ogdkg:shape:0"), BlankNode("a1"), BlankNode("a2")]),
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def shapes() -> Shapes:
    """The shapes as each run reads them: with other labels for what has no name."""
    return Shapes(quad.triple for quad in parse(SHAPES, RdfFormat.TURTLE))


def result(of: Shapes, focus: Term, value: Term, messages: tuple[Literal, ...] = ()) -> Result:
    shape = of.values(NamedNode("urn:S"), SH.property)[0]
    path = of.value(shape, SH.path)
    inner = Result(value, SH.MinCountConstraintComponent, SH.Warning, NamedNode("urn:S"))
    return Result(
        focus, SH.MinCountConstraintComponent, SH.Info, shape, path, value, None, messages, (inner,)
    )


@given(TERMS, TERMS, st.lists(TEXT.map(Literal), max_size=2))
def test_a_page_comes_back_as_it_was(focus: Term, value: Term, messages: list[Literal]) -> None:
    about = [Triple(BlankNode("a1"), NamedNode("urn:q"), value)]
    first, again = shapes(), shapes()
    journal = Journal(NAME, first)
    journal.add("k", Page(3, 1, [result(first, focus, value, tuple(messages))], about=about))
    journal.end(0, ["k"])
    journal.save()
    found = Journal(NAME, again).unit(0)
    assert found is not None
    assert [page.judged for page in found] == [[result(again, focus, value, tuple(messages))]]
    assert (found[0].nodes, found[0].by_pyshacl) == (3, 1)
    assert found[0].about == (about if BlankNode in (type(focus), type(value)) else [])
    journal.forget()
    assert Journal(NAME, again).unit(0) is None


def test_a_unit_is_kept_once_all_of_it_is_judged() -> None:
    of, coming = shapes(), Future[tuple[Result, ...]]()
    found = result(of, NamedNode("urn:f"), Literal("x"))
    journal = Journal(NAME, of)
    journal.add("here", Page(1, judged=[found]))
    journal.add("there", Page(1, parts=[(coming, {})]))
    journal.end(0, ["here", "there"])
    journal.save()
    kept = Journal(NAME, of)
    assert kept.page("here") and not kept.page("there") and kept.unit(0) is None
    coming.set_result((found,))
    journal.save()
    assert [page.judged for page in Journal(NAME, of).unit(0) or ()] == [[found], [found]]


@pytest.mark.parametrize(
    "text",
    [b"", b"no number\n", b'1\n["k"', b'{"a": 1}', f"{time.time()}\n[1, 2, 3]\n".encode(), b"[" * 100_000],
    ids=["empty", "no number", "broken off", "no age", "no page", "deep"],  # the same in every process
)
def test_what_is_damaged_counts_as_nothing(text: bytes) -> None:
    for data in (text, zlib.compress(text), zlib.compress(text)[:-3]):
        keep(KIND, NAME, data)
        assert Journal(NAME, shapes()).page("k") is None


def test_what_is_old_counts_as_nothing() -> None:
    for age, is_taken in ((60, True), (OLDEST + 60, False), (-60, False)):
        line = '["k", {"nodes": 1, "pyshacl": 0, "terms": "", "results": [], "about": ""}]'
        keep(KIND, NAME, zlib.compress(f"{time.time() - age}\n{line}\n".encode()))
        assert (Journal(NAME, shapes()).page("k") is not None) == is_taken


def test_the_name_tells_shapes_and_states_of_the_graph_apart(tmp_path: Path) -> None:
    path = tmp_path / "s.ttl"
    path.write_text(SHAPES)
    name = journal_name(sources([str(path)]), "version")
    assert name and name == journal_name(sources([str(path)]), "version")
    assert journal_name(sources([str(path)]), "another") not in (None, name)
    path.write_text(SHAPES + " ")
    assert journal_name(sources([str(path)]), "version") not in (None, name)
    path.write_text(SHAPES + '<urn:s> <urn:q> "SELECT ?x { FILTER(NOW() > ?x) }" .')
    assert journal_name(sources([str(path)]), "version") is None
