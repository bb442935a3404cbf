"""What a large graph, kept on disk, cites: the same as of its files, read thing by thing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ogdkg import Graph
from ogdkg.errors import LimitError, OgdkgError
from ogdkg.evidence import citations
from ogdkg.evidence import passages as evidence
from ogdkg.evidence.bibliography import cite
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.row_provenance import cite_rows
from ogdkg.evidence.show import resolve_name, show
from ogdkg.evidence.why import why
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import Project, read_project
from ogdkg.rdf.labels import Languages
from ogdkg.rdf.terms import Iri
from ogdkg.search import kept_index as search_kept
from ogdkg.search import labels as entities
from ogdkg.search.kept_index import word_index
from ogdkg.search.labels import LabelIndex, names_of_all
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows, Store
from ogdkg.store.cache import StoredGraph
from ogdkg.store.folders import Progress
from tests.conftest import IN_CI
from tests.projects import copy_own_project

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
    copy_own_project(root)
    return read_project(root)


@pytest.fixture(scope="module")
def plain(project: Project) -> Citations:
    return Citations(Graph(project))


@pytest.fixture(scope="module")
def opened_kept(project: Project) -> Citations:
    return Citations(Graph(project, GraphOptions(cache=True)))


@pytest.fixture
def kept(opened_kept: Citations, monkeypatch: pytest.MonkeyPatch) -> Citations:
    monkeypatch.setattr(graph, "LARGE", 0)
    return opened_kept


def _answer(of: Callable[..., object], *arguments: object) -> object:
    try:
        return of(*arguments)
    except OgdkgError as error:
        return str(error).partition("\nDid you mean")[0]  # which are others from an index


def test_every_name_means_the_same(plain: Citations, kept: Citations) -> None:
    names = names_of_all(plain.graph.store, plain.prefixes)
    texts = {*names.labels.values(), *names.aliases()}
    texts |= {thing.value.rpartition("/")[2] for thing in names.labels}
    assert len(texts) > 1000
    for text in (*NAMES, *sorted(texts)[::25]):
        assert _answer(resolve_name, kept, text) == _answer(resolve_name, plain, text), text
        assert kept.names.candidates(text) == plain.names.candidates(text), text


@pytest.mark.parametrize("word", ["Open", "Data", "Nepal", "BOOST", "of", "Has", "data", "x", "e.g", "", "½"])
def test_every_word_is_held_by_the_same(word: str, plain: Citations, kept: Citations) -> None:
    assert kept.names.things_with_word(word) == plain.names.things_with_word(word)


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

    monkeypatch.setattr(citations, "names_of_all", refuse)
    monkeypatch.setattr(entities, "_OF_ALL", None)
    read = evidence.read_passages
    monkeypatch.setattr(
        evidence, "read_passages", lambda graph, among=None: refuse() if among is None else read(graph, among)
    )
    again = Citations(Graph(kept.graph.project, kept.graph.options))
    assert (show(again, "BOOST"), why(again, "BOOST"), cite(again, "BOOST")) == expected
    assert 0 < len(again.passages._known) < len(read(again.graph)) / 2


def test_labels_are_those_of_all_names(plain: Citations, kept: Citations) -> None:
    known = names_of_all(plain.graph.store, plain.prefixes).labels
    assert {thing: kept.names.label(thing) for thing in known} == known
    assert kept.names.label(Iri("https://nothing.example/")) is None


def once_of(store: Store, names_of: Callable[..., LabelIndex]) -> Callable[..., LabelIndex]:
    """The same function, which reads the names of each class once from a store that stays as it is."""
    read: dict[Iri, LabelIndex] = {}

    def names(of: Store, thing_class: Iri, *rest: Any) -> LabelIndex:
        if of is not store:
            return names_of(of, thing_class, *rest)
        if thing_class not in read:
            read[thing_class] = names_of(of, thing_class, *rest)
        return read[thing_class]

    return names


@pytest.mark.parametrize("indexed", [False, True])
def test_a_parameter_takes_the_same_names(
    indexed: bool, project: Project, kept: Citations, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert word_index(kept.graph)
    if not indexed:
        monkeypatch.setattr(search_kept, "existing_index", lambda kept, languages: None)
    small, large = Graph(project), Graph(project, GraphOptions(cache=True))
    names = names_of_all(small.store, project.prefixes)
    monkeypatch.setattr(entities, "names_of_class", once_of(small.store, entities.names_of_class))
    step = 150 if IN_CI else 600
    texts = [*NAMES, *sorted(names.labels.values())[::step], *sorted(names.aliases())[::step]]
    texts += [thing.value.rpartition("/")[2] for thing in sorted(names.labels, key=str)[::step]]
    query = small.catalogue.get("initiatives-in-country")
    [parameter] = [each for each in query.parameters if each.name == "country"]
    assert parameter.thing_class
    found = []
    for text in (*texts, "country:NPL", "Nepal", "NPL", "nepal"):
        found.append(_answer(NameResolver(large).resolve, query, parameter, [text]))
        monkeypatch.setattr(graph, "LARGE", 2**40)
        assert found[-1] == _answer(NameResolver(small).resolve, query, parameter, [text])
        monkeypatch.setattr(graph, "LARGE", 0)
    assert sum(isinstance(each, list) for each in found) > 2


ODD = """PREFIX : <https://x.example/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX owl: <http://www.w3.org/2002/07/owl#>
:plus skos:prefLabel "+" . <https://x.example/+> skos:prefLabel "Addition" . :half skos:prefLabel "½ cup" .
:thai skos:prefLabel "คำ" . :words skos:prefLabel "คำ คำ" .
:one skos:prefLabel "🙂" . :two skos:prefLabel "🙂" .
:near a owl:ObjectProperty ; rdfs:label "คำ near" . :plus :near :half, :nameless .
"""


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Citations, Citations]:
    """A graph of odd names, as its files have it, and kept on disk."""
    monkeypatch.setattr(graph, "LARGE", 0)
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "odd.ttl").write_text(ODD)
    project = read_project(tmp_path)
    return Citations(Graph(project)), Citations(Graph(project, GraphOptions(cache=True)))


@pytest.mark.parametrize(
    "name", ["+", "คำ", "½", "½ cup", "🙂", "Addition", "คำ near", "\udcff", "คำ\udcff", "plus"]
)
def test_odd_names_mean_the_same(name: str, odd: tuple[Citations, Citations]) -> None:
    plain, kept = odd
    for of in (show, why):
        assert _answer(of, kept, name) == _answer(of, plain, name)
    assert {*kept.names.candidates(name)} == {*plain.names.candidates(name)}


def test_threads_share_what_is_kept(odd: tuple[Citations, Citations]) -> None:
    _, kept = odd
    expected = show(kept, "+")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(show, [kept] * 8, ["+"] * 8)) == [expected] * 8


def test_without_a_place_for_the_index_all_names_are_read(
    odd: tuple[Citations, Citations], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(search_kept, "keep_index", full)
    said: list[str] = []
    plain, kept = odd
    choices = GraphOptions(cache=True, on_progress=lambda what, done, whole: said.append(what))
    assert show(Citations(Graph(kept.graph.project, choices)), "+") == show(plain, "+")
    assert any("reading all words instead" in word for word in said)


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_what_links_to_a_hub_has_its_limit_of_time(engine: str, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    links = "".join(f"<urn:n{n}> <urn:p> <urn:hub> .\n" for n in range(20_000))
    (tmp_path / "data" / "hub.nt").write_text(links)
    slow = Citations(Graph(read_project(tmp_path), GraphOptions(engine=engine, timeout=0.001)))
    with pytest.raises(LimitError):
        show(slow, "<urn:hub>")


def test_the_index_is_made_outside_the_limit_of_time(
    project: Project, kept: Citations, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, keep = [], search_kept.keep_index

    def counted(kept: StoredGraph, watch: Progress, languages: Languages) -> Path:
        made.append(kept.folder)
        return keep(kept, watch, languages)

    monkeypatch.setattr(search_kept, "keep_index", counted)
    fresh = Citations(Graph(project, GraphOptions(cache=True, timeout=60)))
    text = "SELECT ?s { ?s a <https://w3id.org/ogdkg/ns#Initiative> }"
    rows = fresh.graph.sparql(text)
    assert isinstance(rows, Rows)
    assert list(cite_rows(fresh, text, rows).rows.rows)
    assert made  # here, not in the process that the limit ends
