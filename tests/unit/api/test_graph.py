"""A graph in Python: its things, closed at the end, used by many threads and after a fork."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.api.answers import ResultTable
from ogdkg.api.locking import LOCK
from ogdkg.errors import OgdkgError, StoreError, UsageError
from tests.conftest import TREES

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def _count(graph: Graph) -> int:
    answer = graph.sparql(COUNT)
    assert isinstance(answer, ResultTable)
    return int(answer[0].n)


def test_a_graph_is_a_collection_of_things() -> None:
    graph = open_graph(TREES)
    things = list(graph)
    assert len(graph) == len(things) > 5 and all(thing in graph for thing in things)
    names = {thing.name for thing in things}
    assert {"Oak", "Harbour Park"} <= names and things == sorted(
        things, key=lambda each: each.name.casefold()
    )
    trees = graph.things("ns:Tree")
    assert trees and set(trees) < set(things) and graph["Oak"] in trees
    assert graph.get("Oak") == graph["Oak"] and graph.get("Nothing") is None
    assert bool(graph) and "Oak" in graph and 3 not in graph
    with pytest.raises(KeyError, match="There is no class 'Tre'"):
        graph.things("Tre")
    with pytest.raises(KeyError, match="There is no thing 'Okaa'"):
        graph["Okaa"]


def test_a_class_has_the_things_of_its_subclasses() -> None:
    graph = open_graph(TREES)
    rows = graph.sparql("SELECT DISTINCT ?x { ?c rdfs:subClassOf* ns:Plant . ?x a ?c }")
    assert isinstance(rows, ResultTable)
    assert {thing.iri for thing in graph.things("ns:Plant")} == set(rows["x"])


def test_a_graph_is_closed_at_the_end() -> None:
    with open_graph(TREES) as graph:
        assert _count(graph) and graph["Oak"]
        graph.query("planted")
    for use in (
        lambda: _count(graph),
        lambda: graph["Oak"],
        lambda: graph.query("planted"),
        lambda: len(graph),
    ):
        with pytest.raises(UsageError, match="The graph is closed"):
            use()


def test_files_of_no_project_are_a_graph(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("@prefix e: <https://e.example/> . e:a a e:T ; e:n 5 .")
    (tmp_path / "b.nt").write_text("<https://e.example/b> <https://e.example/n> <https://e.example/a> .")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://e.example/> . "
        "e:S a sh:NodeShape ; sh:targetClass e:T ; sh:property [ sh:path e:m ; sh:minCount 1 ] ."
    )
    both = open_graph([tmp_path / "a.ttl", str(tmp_path / "b.nt")])
    assert _count(both) == 3 and _count(open_graph(tmp_path / "a.ttl")) == 2
    assert both["https://e.example/a"].get("e:n")[0].value == 5 and len(both.things("e:T")) == 1
    [finding] = both.validate(shapes=tmp_path / "shapes.ttl")
    assert finding.line == 1 and finding.file and finding.file.endswith("a.ttl")
    with pytest.raises(UsageError, match="There are no shapes"):
        both.validate()
    with pytest.raises(UsageError, match="There is no file"):
        open_graph([tmp_path / "c.ttl"])


def test_importing_the_package_loads_nothing() -> None:
    import subprocess
    import sys

    told = "import sys, ogdkg; dir(ogdkg); print(sorted(m for m in sys.modules if m.startswith('ogdkg.')))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _at_once(work: Callable[[int], object], threads: int) -> list[object]:
    """Run work in threads that begin together."""
    gate = threading.Barrier(threads)

    def begin(number: int) -> object:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def _used(graph: Graph, number: int) -> object:
    """Use a graph in one of several ways, and return what must be the same in each thread."""
    oak = graph["Oak"]
    if number % 4 == 0:
        return [str(each) for each in oak["ns:height"]], len(graph.search("oak")), _count(graph)
    if number % 4 == 1:
        return [each.text for each in graph.why("Oak")], graph.stats().to_dict()
    if number % 4 == 2:
        planted = graph.query("planted")
        return isinstance(planted, ResultTable) and planted.cited().to_csv()
    return graph.show("Ginkgo").to_dict(), [thing.name for thing in graph]


def test_many_threads_read_one_graph_that_none_has_loaded() -> None:
    graph, alone = open_graph(TREES), open_graph(TREES)
    expected = [_used(alone, number) for number in range(4)]
    found = _at_once(lambda number: _used(graph, number), 16)
    assert found == expected * 4


def test_many_threads_open_graphs_at_once() -> None:
    counts = _at_once(lambda number: _count(open_graph(TREES, engine=("oxigraph", "rdflib")[number % 2])), 8)
    assert len(set(counts)) == 1


def test_many_threads_read_one_answer() -> None:
    answer = open_graph(TREES).sparql("SELECT * { ?s ?p ?o }")
    assert isinstance(answer, ResultTable)
    lengths = _at_once(lambda number: len(list(answer)), 8)
    assert set(lengths) == {len(answer)}


def test_an_answer_outlives_the_thread_that_asked() -> None:
    graph, answers = open_graph(TREES), list[ResultTable]()

    def ask() -> None:
        answer = graph.sparql("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 5000")
        assert isinstance(answer, ResultTable)
        answers.append(answer)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert len(answers[0]) == 5000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_graph_is_read_in_a_forked_process() -> None:
    graph = open_graph(TREES)
    expected = _count(graph)
    half_read = graph.sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 20000")
    assert isinstance(half_read, ResultTable) and half_read[0]

    def read() -> bool:
        with pytest.raises(StoreError, match="begun in another process"):
            len(half_read)
        return _count(graph) == expected and graph["Oak"].name == "Oak" and bool(half_read[0])

    assert [_in_a_fork(read) for _ in range(3)] == [0] * 3
    assert len(half_read) == 20_000 and _count(graph) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_amid_the_work_of_another_thread_hangs_nobody() -> None:
    graph = open_graph(TREES)
    expected, begun, stop = _count(graph), threading.Event(), threading.Event()

    def hold() -> None:
        with LOCK:
            begun.set()
            stop.wait(20)

    def read() -> bool:
        with pytest.raises(StoreError, match="Another thread was using a graph"):
            _count(graph)
        return True

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(20)
    assert _in_a_fork(read) == 0
    stop.set()
    thread.join()
    assert _count(graph) == expected and _in_a_fork(lambda: _count(graph) == expected) == 0


def _in_a_fork(work: Callable[[], bool]) -> int:
    child = os.fork()
    if child == 0:
        code = 2
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nothing_is_printed_and_nobody_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    graph = open_graph(TREES)
    assert graph.search("oak") and graph.show("Oak") and graph.stats() and graph.export()
    for use in (lambda: graph.query("none"), lambda: graph.sparql("SELECT"), lambda: open_graph("/none")):
        with pytest.raises(OgdkgError):
            use()
    assert capfd.readouterr() == ("", "")
