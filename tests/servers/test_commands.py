"""Each command says the same at a server as it does here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.servers.conftest import Start, at
from tests.servers.running import Running, free_port

from ogdkg import Graph, open_graph
from ogdkg.rdf.terms import Literal
from ogdkg.remote.pull import stored_lines
from ogdkg.remote.servers import server_of
from ogdkg.search.remote import search

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
    "coverage": ("coverage",),
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


@pytest.fixture(scope="module")
def fleet(start: Start, tmp_path_factory: pytest.TempPathFactory, ogdkg: Run) -> tuple[Path, str]:
    """The same project at two replicas, and a third one that is away; with the origins to write to."""
    folder = tmp_path_factory.mktemp("fleet") / "trees"
    shutil.copytree(TREES, folder)
    urls = [start("oxigraph", f"replica {number}").url for number in range(2)]
    away = f"http://127.0.0.1:{free_port()}/query"
    text = f'[[endpoint]]\nname = "fleet"\nurls = {json.dumps([away, *urls])}\n'
    with (folder / "ogdkg.toml").open("a") as out:
        out.write(text)
    origins = ",".join(url.removesuffix("/query") for url in urls)
    done = ogdkg("push", "--trust", "--endpoint", "fleet", cwd=folder, OGDKG_ORIGINS=origins)
    assert done.returncode == 0, done.stderr
    return folder, origins


@pytest.mark.parametrize("name", ["query with a thing", "sparql, in graphs", "show", "why", "search", "test"])
def test_a_command_says_the_same_at_replicas(
    name: str, fleet: tuple[Path, str], ogdkg: Run, here: Run
) -> None:
    expected = here(*COMMANDS[name])
    there = ogdkg(*COMMANDS[name], "--trust", "--endpoint", "fleet", cwd=fleet[0])
    assert there.returncode == expected.returncode, there.stderr
    assert there.stdout == expected.stdout


def test_what_is_exported_and_pulled_at_replicas_is_the_same(
    fleet: tuple[Path, str], ogdkg: Run, here: Run
) -> None:
    line = ("export", "-f", "nquads", "--layer", "all")
    expected, there = here(*line), ogdkg(*line, "--trust", "--endpoint", "fleet", cwd=fleet[0])
    assert there.returncode == expected.returncode == 0, there.stderr
    kept = server_of("oxigraph").comparable_literal
    assert stored_lines(there.stdout.splitlines(), kept) == stored_lines(expected.stdout.splitlines(), kept)
    there = ogdkg("pull", "-o", "all.nq", "--trust", "--endpoint", "fleet", cwd=fleet[0])
    assert there.returncode == 0, there.stderr
    assert len((fleet[0] / "all.nq").read_text().splitlines()) > 3


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


@pytest.mark.parametrize("thing", ["BOOST", "Nepal", "EITI"])
def test_a_thing_is_described_there_as_it_is_here(thing: str, ours: Running, ogdkg: Run, here: Run) -> None:
    """With its parts, the links to it, names and evidence, of which the server is asked node by node."""
    words = ("export", "-f", "nquads", "--thing", thing)
    expected, there = here(*words, cwd=ROOT), ogdkg(*words, "--endpoint", ours.url, cwd=ROOT)
    assert there.returncode == expected.returncode == 0, there.stderr
    kept = at(ours, ROOT).remote.server.comparable_literal
    lines, wanted = there.stdout.splitlines(), expected.stdout.splitlines()
    assert len(wanted) > 20
    assert stored_lines(lines, kept) == stored_lines(wanted, kept)


@pytest.mark.parametrize(
    "text",
    ["oak", "OAK", "oka", "gard", "harbour park", "maidenh", "nothing so called", "ginkgo harbour", "ökk"],
)
def test_a_server_looks_for_words_itself(text: str, trees_there: Running) -> None:
    """With those beside a thing, and misspelt ones, as here."""
    graph = at(trees_there, TREES)
    here, there = (list(search(each, text, 20).rows) for each in (Graph(graph.project), graph))
    assert there == here


def test_a_search_there_is_narrowed_by_a_class(trees_there: Running) -> None:
    graph = at(trees_there, TREES)
    assert not list(search(graph, "oak", 20, "Garden").rows)
    assert [row[1] for row in search(graph, "oak", 20, "tree").rows] == [Literal("Oak")]


def test_a_graph_there_is_opened_from_python(trees_there: Running) -> None:
    there, here = open_graph(TREES, endpoint=trees_there.url), open_graph(TREES)
    assert there["Oak"].kinds == here["Oak"].kinds
    assert [str(said) for said in there["Oak"].ns_standsin] == [str(said) for said in here["Oak"].ns_standsin]


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
