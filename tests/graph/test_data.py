"""Rules on the files, which no shape can see."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.projects import our_graph

from ogdkg.syntax.formatter import files, laid_out

from .conftest import ROOT

OURS = "https://w3id.org/ogdkg/"
READING = f"{OURS}id/reading/"
PASSAGES = f"{OURS}graph/passages"
DOCUMENT = next(iter(sorted(ROOT.glob("../shared/source/*.txt"))), None)
SOURCE_FILES = sorted([*ROOT.glob("data/initiatives/*.trig"), ROOT / "data/areas.trig"])
DATA_FILES = sorted([*ROOT.glob("data/**/*.ttl"), *ROOT.glob("ontology/schemes/*.ttl"), *SOURCE_FILES])
IRIS = re.compile(r"<(https://w3id\.org/ogdkg/[^>]*)>")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path)))


def names(quad: ox.Quad) -> list[ox.NamedNode]:
    return [term for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, ox.NamedNode)]


@pytest.mark.parametrize("path", DATA_FILES, ids=shown)
def test_a_data_file_has_no_blank_node(path: Path) -> None:
    assert not [quad for quad in quads(path) if ox.BlankNode in map(type, (quad.subject, quad.object))]


@pytest.mark.parametrize("path", SOURCE_FILES, ids=shown)
def test_every_statement_of_a_source_file_stands_in_a_reading_described_there(path: Path) -> None:
    held = quads(path)
    described = {quad.subject for quad in held if quad.graph_name == ox.NamedNode(PASSAGES)}
    graphs = {quad.graph_name for quad in held} - {ox.NamedNode(PASSAGES)}
    assert graphs == {name for name in described if isinstance(name, ox.NamedNode) and READING in name.value}
    assert all(isinstance(graph, ox.NamedNode) and graph.value.startswith(READING) for graph in graphs)


def test_the_files_are_in_canonical_form() -> None:
    laid = map(laid_out, files([ROOT / "data", ROOT / "ontology"]))
    changed = [shown(each.path) for each in laid if not each.is_canonical]
    assert changed == [], "`ogdkg fmt data ontology` mends this"


def test_every_iri_of_ours_is_defined() -> None:
    every = [quad for path in DATA_FILES for quad in quads(path)]
    ontology = [*quads(ROOT / "ontology/ogdkg.ttl"), *quads(ROOT / "ontology/external.ttl")]
    defined = {quad.subject for quad in [*every, *ontology]}
    graphs = {quad.graph_name for quad in every}
    derived = {f"{OURS}ns", f"{OURS}ns#", f"{OURS}ns/0.1.0"}
    made = f"{OURS}id/disagreement/"  # by rules; notes of ours are about some
    subjects = {str(quad.subject) for quad in our_graph().whole.store.quads()}
    derived |= {subject for subject in subjects if subject.startswith(made)}
    used = {name for quad in every for name in names(quad) if name.value.startswith(OURS)}
    assert {name for name in used - defined - graphs if name.value not in derived} == set()


def test_no_slug_holds_the_name_of_a_person() -> None:
    people = {
        word.casefold()
        for path in SOURCE_FILES
        for quad in quads(path)
        if quad.predicate.value.endswith("ns#fn")
        for word in quad.object.value.split()
    }
    slugs = {
        name.value.casefold()
        for path in DATA_FILES
        for quad in quads(path)
        for name in names(quad)
        if name.value.startswith(OURS)
    }
    assert people
    assert not [slug for slug in slugs if any(person in slug for person in people)]


@pytest.mark.skipif(
    DOCUMENT is None,
    reason="The source document is not beside the project: its passages were not held against it.",
)
class TestAgainstTheDocument:
    """With the document at hand."""

    def test_fragments_are_at_most_a_quarter_of_its_words(self) -> None:
        assert DOCUMENT
        fragments = [
            quad.object.value
            for path in SOURCE_FILES
            for quad in quads(path)
            if quad.predicate.value.endswith("oa#exact")
        ]
        words = sum(len(fragment.split()) for fragment in fragments)
        assert words <= len(DOCUMENT.read_text("utf-8").split()) / 4

    def test_a_passage_is_short_unless_it_lists_names(self) -> None:
        ends: dict[str, dict[str, int]] = {}
        for path in SOURCE_FILES:
            for quad in quads(path):
                if quad.predicate.value.endswith(("oa#start", "oa#end")):
                    ends.setdefault(names(quad)[0].value, {})[quad.predicate.value[-3:]] = int(
                        quad.object.value
                    )
        long = {name: size for name, at in ends.items() if (size := at["end"] - at["art"]) > 250}
        assert not long
