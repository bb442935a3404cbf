"""Projects: found where they should be, read strictly, and complete by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.errors import InputError, UsageError
from ogdkg.project.project import find_project, packaged_project, read_project
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import Rows
from tests.conftest import TREES


@pytest.fixture(autouse=True)
def no_project_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OGDKG_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_folder_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text("")
    monkeypatch.setenv("OGDKG_PROJECT", str(tmp_path))
    assert find_project(TREES).name == "trees"
    assert find_project().root == tmp_path


def test_the_nearest_folder_above_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TREES / "data")
    assert find_project().root == TREES


def test_elsewhere_it_is_the_one_of_the_package() -> None:
    assert find_project().root == packaged_project().root
    assert find_project().packaged


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no graph project"):
        find_project(tmp_path)


def test_an_empty_file_marks_a_project_with_one_layer(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text("")
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "a.ttl").write_text("<urn:a> <urn:p> 1 .")
    (tmp_path / "data" / "deep" / "b.trig").write_text("<urn:g> { <urn:a> <urn:p> 1 , 2 }")
    (tmp_path / "data" / "c.nq").write_text("<urn:c> <urn:p> _:b <urn:g> .\n")
    (tmp_path / "data" / "d.nt").write_text("<urn:c> <urn:p> _:b .\n")
    for engine in ("oxigraph", "rdflib"):
        graph = open_graph(tmp_path, engine=engine)
        assert graph.project.title == tmp_path.name
        result = graph.sparql(
            "SELECT (COUNT(*) AS ?n) (COUNT(?g) AS ?m) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        )
        assert isinstance(result, Rows)
        [[count, named]] = result.rows
        assert count == type(count)("7", "http://www.w3.org/2001/XMLSchema#integer")
        assert named == type(named)("3", "http://www.w3.org/2001/XMLSchema#integer")


def test_the_graph_of_a_file_is_made_from_its_name() -> None:
    graphs = {source.path.name: source.graph for source in read_project(TREES).sources()}
    assert graphs["reference.ttl"] == Iri("https://trees.example/graph/reference")
    assert graphs["trees.trig"] is None


WRONG = {
    "[projct]\n": (1, "'projct' is not a known key"),
    "\n[project]\nnme = 'x'\n": (3, "'nme' is not a known key"),
    "[project]\nname = 1\n": (2, "'name' must be text"),
    "[[layer]]\nname = 'a'\n\n[[layer]]\nname = 'b'\nfile = []\n": (6, "'file' is not a known key"),
    "[[layer]]\nname = 'a'\nfiles = 'x'\n": (3, "'files' must be a list"),
    "[[layer]]\nname = 'a'\n[[layer]]\nname = 'a'\n": (3, "cannot name"),
    "[[layer]]\nname = 'a'\nrules = ['x']\n": (1, "needs a graph"),
    "[[layer]]\nname = 'a'\ngraph = 'urn:g'\nrules = ['x']\nfiles = ['y']\n": (5, "and no files"),
    "[[layer]]\nname = 'a'\ngraph = 'urn:g'\nfiles = ['y']\n"
    "[[layer]]\nname = 'b'\nrules = ['x']\ngraph = 'urn:g'\n": (8, "is that of 'a' too"),
    "[[layer]]\nname = 'a'\ngraph = 'urn:g'\nreasoning = 'rdfs'\n"
    "[[layer]]\nname = 'b'\nrules = ['x']\ngraph = 'urn:g'\n": (3, "is that of 'b' too"),
    "[[layer]]\nname = 'a'\ngraph = 'x'\n": (3, "not an absolute IRI"),
    "[layer]\nname = 'a'\n": (1, "begins with [[layer]]"),
    "[export]\nleave-out = ['x']\n": (2, "no layer 'x'"),
    "[export]\nnever = ['x']\n": (2, "no layer 'x'"),
    "[queries]\nlayers = ['x']\n": (2, "no layer 'x'"),
    "[queries]\nlayer = []\n": (2, "'layer' is not a known key"),
    "[prefixes]\n\"ex\" = 'x'\n": (2, "must stand for an absolute IRI"),
    "[search]\nfilter = {}\n": (2, "'filter' is not a known key"),
    "[search.filters]\ncountry = 'x'\n": (2, "the CURIE of a property"),
    "[project\n": (1, "header of this table is not closed"),
    "shapes = 1\n": (1, "'shapes' must be a table"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.items())
def test_what_does_not_fit_is_told_with_its_line(
    tmp_path: Path, text: str, expected: tuple[int, str]
) -> None:
    (tmp_path / "ogdkg.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        find_project(tmp_path)
    line, words = expected
    assert words in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_an_unknown_layer_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        open_graph(TREES, layers=["sauce"])
    assert caught.value.hint == "Did you mean 'source'?"


def test_prefixes_of_many_files_are_those_of_most(tmp_path: Path) -> None:
    """Files from the first to the last are looked at, of whatever number."""
    for number in range(200):
        name, space = ("old", "urn:old:") if number < 60 else ("new", "urn:new:")
        shared = "urn:first:" if number < 60 else "urn:most:"
        text = f"PREFIX {name}: <{space}>\nPREFIX p: <{shared}>\n"
        (tmp_path / f"{number:03}.ttl").write_text(text)
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["*.ttl"]\n')
    found = read_project(tmp_path).prefixes
    assert (found["old"], found["new"], found["p"]) == ("urn:old:", "urn:new:", "urn:most:")
