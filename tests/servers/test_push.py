"""A graph pushed to each server and pulled again: whole, resumable, in the values that the server keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import TREES, Run
from tests.projects import configuration
from tests.servers.conftest import at, clear
from tests.servers.running import Running

from ogdkg import Graph
from ogdkg.errors import StoreError
from ogdkg.exchange import push as pushing
from ogdkg.exchange.export import export_lines
from ogdkg.exchange.push import plan_push, push
from ogdkg.graph.graph import GraphOptions
from ogdkg.rdf.terms import Iri
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import as_stored, pull
from ogdkg.store.base import Rows

CONFIG = configuration(
    {
        "data": {"files": ["data/*.trig"]},
        "more": {"files": ["more/*.ttl"], "graph": "https://e.example/graph/{stem}"},
    },
    {"graph": "https://e.example/graph/"},
    project={"name": "small", "things": "https://e.example/"},
)
DATA = """@prefix e: <https://e.example/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:g1 {
  e:a e:p 1, "01"^^xsd:integer, 1.50, 1e3, true, "1"^^xsd:boolean, "x"@en, "x"@pt-BR, "2014"^^xsd:gYear .
  e:a e:p "line\\nfeed \\"quoted\\" \\\\ tab\\t", "Ünïcode 😀", "", "2014-06-30"^^xsd:date, "1"^^xsd:int .
  e:a e:p "2014-06-30T12:00:00.500Z"^^xsd:dateTime, "12:00:00"^^xsd:time, "x"^^e:own, "x"^^xsd:token .
  e:a e:p 12345678901234567890123, 0.10, -0.0, "+5"^^xsd:integer, "INF"^^xsd:double, "1.10"^^xsd:float .
}
e:g2 { e:a e:q e:b . e:b e:q e:c . e:c e:q <https://e.example/%C3%A9?a=b&c> , e:ü . e:a e:p 1 . }
e:g3 { _:x e:knows _:y . _:y e:knows _:x ; e:p "blank" . e:d e:knows _:x ; e:q e:e , e:f , e:g , e:h . }
e:a e:unnamed "in no graph" .
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "ogdkg.toml").write_text(CONFIG)
    (tmp_path / "data" / "all.trig").write_text(DATA)
    (tmp_path / "more" / "extra.ttl").write_text("@prefix e: <https://e.example/> . e:a e:r e:b , e:c .")
    return tmp_path


@pytest.fixture
def clean(empty: Running, project: Path) -> Iterator[Running]:
    """A server on which a test leaves nothing."""
    yield empty
    clear(at(empty, project))


def _set(lines: list[str], remote: RemoteStore) -> ox.Dataset:
    """Lines as a dataset whose blank nodes are compared by what is said of them."""
    kept = sorted({as_stored(line, remote.server.comparable_literal) for line in lines})
    dataset = ox.Dataset(ox.parse("\n".join(kept), ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _same(graph: Graph) -> bool:
    """Whether the server holds what the files do, as it spells literals."""
    there = Graph(graph.project, graph.options)
    here = Graph(graph.project, GraphOptions(layers=("all",)))
    return _set(list(pull(there.remote)), there.remote) == _set(list(export_lines(here)), there.remote)


def test_what_is_pushed_comes_back(clean: Running, project: Path) -> None:
    graph = at(clean, project)
    done = push(graph, graph.remote)
    assert len(done.changed) >= 4 and not done.same and not done.gone
    assert _same(graph)
    again = at(clean, project)
    assert not push(again, again.remote).changed


def test_the_default_graph_holds_each_triple_once(clean: Running, project: Path) -> None:
    graph = at(clean, project)
    push(graph, graph.remote)
    there = Graph(graph.project, graph.options)
    query = (
        "PREFIX e: <https://e.example/> SELECT ?o { e:a e:p|e:unnamed ?o FILTER(?o IN (1, 'in no graph')) }"
    )
    for store in (there.remote, Graph(graph.project).store):
        result = store.query(query)
        assert isinstance(result, Rows) and len(list(result.rows)) == 2


def test_only_what_changed_is_written_and_what_is_gone_stays(clean: Running, project: Path) -> None:
    first = at(clean, project)
    push(first, first.remote)
    (project / "more" / "extra.ttl").rename(project / "more" / "other.ttl")
    second = at(clean, project)
    planned = plan_push(second, second.remote)
    names = {str(name).rpartition("/")[2] for name in planned.changed if name}
    assert "other" in names and not names & {"g1", "g2", "g3"}
    assert [str(name) for name in planned.gone] == ["https://e.example/graph/extra"]
    assert not at(clean, project).remote.get(next(iter(planned.changed)))  # a plan writes nothing
    push(second, second.remote)
    assert not _same(second)
    third = at(clean, project)
    push(third, third.remote, prune=True)
    assert _same(third)
    assert not plan_push(at(clean, project), at(clean, project).remote).gone


class _Gone(BaseException):
    """The power fails."""


def test_cut_off_anywhere_and_run_again_it_ends_in_the_same_state(
    clean: Running, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "CHUNK", 4)
    left = 0

    def failing(name: str) -> None:
        real = getattr(RemoteStore, name)

        def work(self: RemoteStore, *arguments: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise _Gone
            real(self, *arguments)

        monkeypatch.setattr(RemoteStore, name, work)

    for name in ("put", "post", "update"):
        failing(name)
    for steps in (0, 1, 2, 3, 5, 8, 11, 14):
        left = steps
        graph = at(clean, project)
        with pytest.raises(_Gone):
            push(graph, graph.remote, again=True)
        left = 1000
        graph = at(clean, project)
        push(graph, graph.remote)
        assert _same(graph), f"cut off after {steps} requests"


def test_what_others_changed_is_found_and_mended(clean: Running, project: Path) -> None:
    graph = at(clean, project)
    push(graph, graph.remote)
    graph.remote.update("DELETE WHERE { GRAPH <https://e.example/g2> { <https://e.example/b> ?p ?o } }")
    with pytest.raises(StoreError, match=r"Of 5 triples of the graph .*/g2 the server holds 4"):
        list(pull(at(clean, project).remote))
    push(graph, at(clean, project).remote, again=True)
    assert _same(graph)


def test_a_value_that_the_server_does_not_keep_is_an_error(clean: Running, project: Path) -> None:
    if clean.name != "virtuoso":
        pytest.skip("the others keep what is ill-typed")
    text = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <https://e.example/a> <https://e.example/b> "
    (project / "more" / "extra.ttl").write_text(f'{text} "abc"^^xsd:integer .')
    graph = at(clean, project)
    with pytest.raises(StoreError, match=r"Of 1 triples of the graph .*/extra the server"):
        push(graph, graph.remote)


def test_the_commands(clean: Running, project: Path, ogdkg: Run) -> None:
    def run(*arguments: str) -> str:
        done = ogdkg(*arguments, "--endpoint", clean.url, cwd=project, **clean.env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "would be written" in run("push", "--dry-run")
    assert "nothing" in run("ping")
    assert "written, 0 unchanged" in run("push")
    assert run("push").startswith("0 graphs with 0 triples written")
    run("pull", "-o", str(project / "pulled.nq"))
    graph = at(clean, project)
    pulled = (project / "pulled.nq").read_text().splitlines()
    assert _set(pulled, graph.remote) == _set(list(pull(graph.remote)), graph.remote)
    told = run("ping", "--write")
    assert told.count("(works)") == 2 and "rows as JSON, booleans as JSON, triples" in told
    kind = {"oxigraph-unnamed": "the unnamed graph only"}
    assert kind.get(clean.name, "the union of all graphs, each triple once per graph") in told


def test_who_may_not_write_is_told_so(start: object, ogdkg: Run) -> None:
    server = start("virtuoso", "writing")  # type: ignore[operator]
    done = ogdkg("push", "--endpoint", server.url, cwd=TREES)
    assert done.returncode == 4 and "OGDKG_USER" in done.stderr


def test_a_graph_that_is_too_large_for_one_answer_is_read_in_parts(
    clean: Running, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the server gave three triples at once."""
    if clean.name == "ogdkg":
        pytest.skip("it gives any graph at once, and a blank node another label in each")
    graph, there = at(clean, project), at(clean, project)
    parts = []
    in_parts = RemoteStore._in_parts

    def counted(remote: RemoteStore, name: Iri, triples: int) -> list[str]:
        parts.append(name)
        return in_parts(remote, name, triples)

    monkeypatch.setattr(RemoteStore, "_in_parts", counted)
    for each in (graph, there):
        each.remote.__dict__["server"] = each.remote.server._replace(most_triples=3)
    assert push(graph, graph.remote).changed
    assert len(parts) >= 3
    here = Graph(graph.project, GraphOptions(layers=("all",)))
    assert _set(list(pull(there.remote)), there.remote) == _set(list(export_lines(here)), there.remote)
    assert len(parts) >= 6
