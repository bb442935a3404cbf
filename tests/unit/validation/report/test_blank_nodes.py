"""Findings at blank nodes: where they stand in a file, what they are called, and alike on every run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, RdfFormat, parse
from tests.conftest import examples

from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.syntax import source_of
from ogdkg.syntax.reader import Reader
from ogdkg.validation.core.results import Report
from ogdkg.validation.data import quad_cache, reading
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess
from ogdkg.validation.report.alignment import aligned

HEAD = "@prefix : <http://e.example/> .\n"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    ":S a sh:NodeShape ; sh:targetClass :Agent ; sh:property [ sh:path :name ; sh:minCount 1 ] .\n"
    ":T a sh:NodeShape ; sh:targetObjectsOf :empty ; sh:nodeKind sh:IRI .\n"
)
TURTLE = """:d2 :contact [ a :Agent ;
    :knows [ a :Agent ] , [ a :Agent ] ] .
:d3 :contact _:x .
_:x a :Agent .
[ a :Agent ; :age 3 ] .
:d4 :list ( 1 [ a :Agent ] 3 ) .
[] a :Agent .
:d5 :empty [] .
( 1 ) :of [ a :Agent ] .
"""
PLACES = {
    ("the contact of :d2", 2, 14), ("knows 1 of the contact of :d2", 3, 12),
    ("knows 2 of the contact of :d2", 3, 27), ("_:x", 5, 1), ("[ a :Agent ]", 6, 1),
    ("item 2 of the list of :d4", 7, 15), ("[ a :Agent ]", 8, 1), ("the empty of :d5", 9, 12),
    ("the of of [ rdf:first 1 ]", 10, 11),
}  # fmt: skip
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
# A text, and the name and line of each finding.
OTHERS = {
    "a.trig": (
        f"{HEAD}:g {{ :d6 :contact\n [ a :Agent ] }}\n:h {{ _:x a :Agent }}",
        {("the contact of :d6", 3), ("_:x", 4)},
    ),
    "a.nq": (
        f"_:x <http://e.example/p> _:y .\n_:y {TYPE} <http://e.example/Agent> .\n",
        {("_:y", 2)},
    ),
    "a.rdf": (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e.example/">'
        '<Agent rdf:nodeID="x"/><rdf:Description rdf:about="http://e.example/d7"><contact><Agent/></contact>'
        "</rdf:Description></rdf:RDF>",
        {("the contact of :d7", 1), ("_:x", 1)},
    ),
    "a.jsonld": (
        '{"@context": {"@vocab": "http://e.example/"}, "@id": "http://e.example/d8", '
        '"contact": [{"@type": "Agent"}, {"@id": "_:x", "@type": "Agent"}]}',
        {("the contact of :d8", 1), ("_:x", 1)},
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("blank")
    (made / "data.ttl").write_text(HEAD + TURTLE)
    (made / "shapes.ttl").write_text(HEAD + SHAPES)
    for name, (text, _) in OTHERS.items():
        (made / name).write_text(text)
    return made


@pytest.fixture
def report(folder: Path, pyshacl: PyShaclProcess) -> Callable[..., Report]:
    def run(*files: str) -> Report:
        data = sources([str(folder / name) for name in files])
        return Validator(pyshacl, Options()).run(Inputs(data, sources([str(folder / "shapes.ttl")])))

    return run


def told(report: Report) -> set[tuple[str, int | None]]:
    return {
        (report.name(each.focus), each.place.line) for each in report.findings if each.focus and each.place
    }


def test_a_finding_at_a_blank_node_has_its_place_and_a_name(report: Callable[..., Report]) -> None:
    found = report("data.ttl")
    assert {(found.name(f.focus), *f.place[1:]) for f in found.findings if f.focus and f.place} == PLACES
    assert len(found.findings) == len(PLACES)
    assert BlankNode("x") in {each.focus for each in found.findings}


def test_so_it_has_in_every_format_of_data(report: Callable[..., Report]) -> None:
    found = report(*OTHERS)
    assert len({each.focus for each in found.findings}) == len(found.findings) == 7  # each `_:x` is its own
    for name, (_, expected) in OTHERS.items():
        here = tuple(each for each in found.findings if each.place and each.place.file.endswith(name))
        assert told(replace(found, findings=here)) == expected, name


def test_every_run_says_the_same(report: Callable[..., Report]) -> None:
    runs = [report("data.ttl", "a.trig", "a.rdf") for _ in range(2)]
    for form in FORMATS:
        first, second = (report_as(form, each) for each in runs)
        assert first == second
        assert not re.search(r"[0-9a-f]{24}", first)


def test_a_file_too_large_to_keep_says_the_same(
    report: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    small, several = report("data.ttl"), report("data.ttl", *OTHERS)
    monkeypatch.setattr(quad_cache, "MAX_CACHED_QUADS", 5)
    assert report("data.ttl").findings == small.findings
    assert report("data.ttl", *OTHERS).findings == several.findings
    monkeypatch.setattr(reading, "LARGE_BYTES", 1)
    assert report("data.ttl").findings == small.findings


OBJECTS = st.recursive(
    st.sampled_from(["1", ":o", "_:x", "[]"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: f"[ :p {', '.join(items)} ; :q {items[0]} ]"
        ),
    ),
    max_leaves=6,
)


@given(
    st.lists(st.tuples(st.sampled_from([":s", "_:x", "[]", "[ :r [] ]", "( 1 [] )"]), OBJECTS), max_size=5)
)
@examples(60)
def test_the_reader_has_the_same_nodes(said: list[tuple[str, str]]) -> None:
    text = HEAD + "".join(f"{subject} :p {value} .\n" for subject, value in said)
    quads = list(parse(text, format=RdfFormat.TURTLE, rename_blank_nodes=False))
    label = lambda node: node.value if node.value == "x" else None  # noqa: E731
    reader = Reader(source_of(text), "turtle")
    same = aligned(quads, label, reader, reader.is_anonymous)

    def core(term: Any) -> str:
        if not isinstance(term, BlankNode):
            return getattr(term, "value", str(term))
        return "x" if term.value == "x" else same[term].label

    def spelled(term: Any) -> str:
        return getattr(term, "label", None) or str(term.value)

    ours = {(core(quad.subject), quad.predicate.value, core(quad.object)) for quad in quads}
    read = Reader(source_of(text), "turtle")
    assert ours == {tuple(map(spelled, (each.subject, each.predicate, each.object))) for each in read}
