"""Each command says the same at a server as it does here."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from subprocess import CompletedProcess

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.servers.conftest import at
from tests.servers.running import Running

from ogdkg import Graph, open_graph
from ogdkg.remote.pull import stored_lines
from ogdkg.search.labels import iter_names
from ogdkg.search.remote import is_large, search_endpoint
from ogdkg.search.search import Search, SearchHit
from ogdkg.search.word_index import words

COMMANDS: dict[str, tuple[str, ...]] = {
    "query": ("query", "planted", "-f", "csv"),
    "query with a thing": ("query", "trees-in", "--garden", "Old Garden", "-f", "json"),
    "query of a layer": ("query", "trees", "--layer", "reference", "-f", "csv"),
    "sparql, rows": ("sparql", "SELECT DISTINCT ?class { ?x a ?class } ORDER BY ?class", "-f", "tsv"),
    "sparql, in graphs": (
        "sparql",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(?g != graph:push) } GROUP BY ?g "
        "ORDER BY ?g",
        "-f",
        "csv",
    ),
    "sparql, each triple once": ("sparql", "SELECT (COUNT(*) AS ?n) { ?s skos:prefLabel ?o }", "-f", "csv"),
    "sparql, yes": ("sparql", "ASK { ?s skos:prefLabel ?o }"),
    "sparql, no": ("sparql", "ASK { ?s skos:notThere ?o }"),
    "stats": ("stats",),
    "show": ("show", "Oak"),
    "why": ("why", "Oak"),
    "search": ("search", "oka"),
    "cite": ("why", "Oak", "label"),
    "test": ("test",),
}
EXPORTS = (("--layer", "all"), ("--layer", "reference"), ("--thing", "Oak"), ("--without-personal",))


@pytest.fixture(scope="session")
def here(ogdkg: Run) -> Callable[..., CompletedProcess[str]]:
    """What a command says here, asked once for all servers."""
    return cache(ogdkg)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_the_same_there(name: str, trees_there: Running, ogdkg: Run, here: Run) -> None:
    expected = here(*COMMANDS[name])
    there = ogdkg(*COMMANDS[name], "--endpoint", trees_there.url)
    assert there.returncode == expected.returncode, there.stderr
    assert there.stdout == expected.stdout


@pytest.mark.parametrize("options", EXPORTS, ids=" ".join)
def test_an_export_holds_the_same_there(
    options: tuple[str, ...], trees_there: Running, ogdkg: Run, here: Run
) -> None:
    """But for the spelling of literals, which is the server's."""
    expected = here("export", "-f", "nquads", *options)
    there = ogdkg("export", "-f", "nquads", *options, "--endpoint", trees_there.url)
    assert there.returncode == expected.returncode == 0, there.stderr
    assert len(expected.stdout.splitlines()) > 3
    kept = at(trees_there, TREES).remote.server.comparable_literal
    assert stored_lines(there.stdout.splitlines(), kept) == stored_lines(expected.stdout.splitlines(), kept)


def test_a_server_looks_for_words_itself(trees_there: Running) -> None:
    graph = at(trees_there, TREES)
    assert not is_large(graph)  # so the words would be fetched
    here = Search(Graph(graph.project))
    for text in ("oak", "OAK", "gard", "harbour park", "maidenh", "nothing so called"):
        expected = [found.thing for found in here.find(text) if words_of(found, here) >= set(words(text))]
        found = search_endpoint(graph, text, 20)
        assert {each.thing for each in found} >= set(expected), text
    [first, *_] = search_endpoint(graph, "oak", 1)
    assert first.name == "Oak" and first.kinds == ("ns:Tree",)


def test_a_graph_there_is_opened_from_python(trees_there: Running) -> None:
    there, here = open_graph(TREES, endpoint=trees_there.url), open_graph(TREES)
    assert there["Oak"].kinds == here["Oak"].kinds
    assert [str(said) for said in there["Oak"].ns_standsin] == [str(said) for said in here["Oak"].ns_standsin]


def words_of(found: SearchHit, search: Search) -> set[str]:
    """The words of a thing itself, not of those around it."""
    texts = [name for thing, name, *_ in iter_names(search.graph.store) if thing == found.thing]
    return {word for text in (*texts, found.description) for word in words(text)}


def test_findings_are_the_same_there(ours: Running, ogdkg: Run, here: Run) -> None:
    """Those of the shapes: what looks at files has none there to look at."""
    expected = here("validate", "-f", "json", "--fail-on", "never", *_FILES, cwd=ROOT)
    there = ogdkg("validate", "-f", "json", "--fail-on", "never", "--endpoint", ours.url, cwd=ROOT)
    assert there.returncode == 0, there.stderr
    assert _found(there.stdout) == _found(expected.stdout) != set()


_FILES = ("data", "ontology/schemes")


def _found(text: str) -> set[tuple[str, ...]]:
    keys = ("severity", "focus", "shape", "path", "message")
    return {tuple(str(finding.get(key)) for key in keys) for finding in json.loads(text)["findings"]}
