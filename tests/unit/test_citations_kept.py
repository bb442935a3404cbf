"""What a large graph, kept on disk, cites: the same as of its files, read thing by thing."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from ogdkg import citations, entities, evidence, graph, indexed_names, search_kept
from ogdkg.citations import Citations
from ogdkg.cite import cite
from ogdkg.cited import cite_rows
from ogdkg.entities import names_of_all
from ogdkg.errors import OgdkgError
from ogdkg.graph import Choices, Graph
from ogdkg.project import Project, read_project
from ogdkg.show import find, show
from ogdkg.store.base import Rows
from ogdkg.terms import Iri
from ogdkg.why import why
from tests.conftest import ROOT

NAMES = (
    "BOOST", "OCR", "EITI", "NPL", "nepal", "boost", "Open Data for Resilience Initiative", "GeoNode",
    "agent:world-bank", "<https://w3id.org/ogdkg/passage/boost-contact>", "passage:boost-contact", "Clemson",
    "tool:nothing", "ogd:Passage", "skos:broader", "Has audience", "Initiative", "nothing", "<https://broken",
    "", "!", "2015",
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of our own, whose store takes no place in the checkout."""
    root = tmp_path_factory.mktemp("project")
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "ogdkg.toml", root)
    return read_project(root)


@pytest.fixture(scope="module")
def plain(project: Project) -> Citations:
    return Citations(Graph(project))


@pytest.fixture
def kept(project: Project, monkeypatch: pytest.MonkeyPatch) -> Citations:
    monkeypatch.setattr(graph, "LARGE", 0)
    return Citations(Graph(project, Choices(cache=True)))


def _answer(of: Callable[..., object], *arguments: object) -> object:
    try:
        return of(*arguments)
    except OgdkgError as error:
        return str(error)


def test_every_name_means_the_same(plain: Citations, kept: Citations) -> None:
    names = names_of_all(plain.graph.store, plain.prefixes)
    texts = {*names.labels.values(), *names.aliases()}
    texts |= {thing.value.rpartition("/")[2] for thing in names.labels}
    assert len(texts) > 1000
    for text in (*NAMES, *sorted(texts)[::25]):
        assert _answer(find, kept, text) == _answer(find, plain, text), text
        assert kept.names.meanings(text) == plain.names.meanings(text), text


@pytest.mark.parametrize("word", ["Open", "Data", "Nepal", "BOOST", "of", "Has", "data", "x", "e.g", ""])
def test_every_word_is_held_by_the_same(word: str, plain: Citations, kept: Citations) -> None:
    assert kept.names.holding(word) == plain.names.holding(word)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_cites_the_same(name: str, plain: Citations, kept: Citations) -> None:
    for of in (show, why, cite):
        assert _answer(of, kept, name) == _answer(of, plain, name)


def test_rows_cite_the_same(plain: Citations, kept: Citations) -> None:
    text = "SELECT ?initiative ?o { ?initiative a ogd:Initiative ; dcterms:spatial|ogd:hasAudience ?o }"
    text = "PREFIX ogd: <https://w3id.org/ogdkg/ns#> PREFIX dcterms: <http://purl.org/dc/terms/> " + text
    found = []
    for each in (plain, kept):
        rows = each.graph.sparql(text)
        assert isinstance(rows, Rows)
        found.append(sorted(map(str, cite_rows(each, text, rows).rows.rows)))
    assert found[0] == found[1]
    assert found[0]


def test_no_others_are_read(kept: Citations, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = show(kept, "BOOST"), why(kept, "BOOST"), cite(kept, "BOOST")

    def refuse(*_: object) -> None:
        raise AssertionError("All of them are read.")

    for module in (citations, indexed_names):
        monkeypatch.setattr(module, "names_of_all", refuse)
    monkeypatch.setattr(entities, "_OF_ALL", None)
    read = evidence.read_passages
    monkeypatch.setattr(
        evidence, "read_passages", lambda graph, among=None: refuse() if among is None else read(graph, among)
    )
    again = Citations(Graph(kept.graph.project, kept.graph.choices))
    assert (show(again, "BOOST"), why(again, "BOOST"), cite(again, "BOOST")) == expected
    assert 0 < len(again.passages._known) < len(read(again.graph)) / 2


def test_labels_are_those_of_all_names(plain: Citations, kept: Citations) -> None:
    known = names_of_all(plain.graph.store, plain.prefixes).labels
    assert {thing: kept.names.label(thing) for thing in known} == known
    assert kept.names.label(Iri("https://nothing.example/")) is None


@pytest.mark.parametrize("indexed", [False, True])
def test_a_parameter_takes_the_same_names(
    indexed: bool, project: Project, kept: Citations, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept.graph.index
    if not indexed:
        monkeypatch.setattr(search_kept, "index_there", lambda kept: None)
    small, large = Graph(project), Graph(project, Choices(cache=True))
    names = names_of_all(small.store, project.prefixes)
    texts = [*NAMES, *sorted(names.labels.values())[::150], *sorted(names.aliases())[::150]]
    texts += [thing.value.rpartition("/")[2] for thing in sorted(names.labels, key=str)[::150]]
    query = small.catalogue.get("initiatives-in-country")
    [parameter] = [each for each in query.parameters if each.name == "country"]
    assert parameter.thing_class
    found = []
    for text in (*texts, "country:NPL", "Nepal", "NPL", "nepal"):
        found.append(_answer(large.terms, query, parameter, [text]))
        monkeypatch.setattr(graph, "LARGE", 2**40)
        assert found[-1] == _answer(small.terms, query, parameter, [text])
        monkeypatch.setattr(graph, "LARGE", 0)
    assert sum(isinstance(each, list) for each in found) > 2
