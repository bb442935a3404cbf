"""What a stored query and a rule read: the layers chosen, else those of the header, else the project's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import InputError, UnknownNameError
from ogdkg.graph.graph import GraphOptions
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import Rows
from tests.projects import configuration

PROJECT = configuration(
    {
        "own": {"files": ["own.ttl"], "graph": "http://example.org/own"},
        "elsewhere": {"files": ["elsewhere.ttl"], "graph": "http://example.org/elsewhere"},
        "derived": {"rules": ["queries/rules/*.rq"], "graph": "http://example.org/derived"},
        "compared": {
            "rules": ["queries/compared/*.rq"],
            "reads": ["all"],
            "graph": "http://example.org/compared",
        },
    },
    queries={"layers": ["own", "derived"]},
)
PATTERN = "{ ?s <http://example.org/p> ?o }"
SELECT = f"SELECT ?s {PATTERN} ORDER BY ?s\n"
DRAWN = "SELECT ?s { ?s <http://example.org/drawn> ?o } ORDER BY ?s\n"
PAIRS = "{ ?s <http://example.org/p> ?o . ?x <http://example.org/drawn> ?any }"
COMPARED = "SELECT ?s { ?s <http://example.org/beside> ?x } ORDER BY ?s\n"


@pytest.fixture(params=["oxigraph", "rdflib"])
def graph(tmp_path: Path, request: pytest.FixtureRequest) -> Graph:
    files = {
        "ogdkg.toml": PROJECT,
        "own.ttl": "<http://example.org/a> <http://example.org/p> 1 .",
        "elsewhere.ttl": "<http://example.org/b> <http://example.org/p> 2 .",
        "queries/plain.rq": SELECT,
        "queries/every.rq": "#+ layers: [all]\n" + SELECT,
        "queries/other.rq": "#+ layers: [elsewhere]\n" + SELECT,
        "queries/drawn.rq": "#+ layers: [all]\n" + DRAWN,
        "queries/unknown.rq": "#+ layers: [elswhere]\n" + SELECT,
        "queries/pairs.rq": "#+ layers: [compared]\n" + COMPARED,
        "queries/compared/compare.rq": f"CONSTRUCT {{ ?s <http://example.org/beside> ?x }} {PAIRS}\n",
        "queries/rules/draw.rq": f"CONSTRUCT {{ ?s <http://example.org/drawn> ?o }} {PATTERN}\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return open_graph(tmp_path, engine=request.param)


def things(graph: Graph, query: str) -> str:
    result = graph.query(query)
    assert isinstance(result, Rows)
    return "".join(row[0].value[-1] for row in result.rows if isinstance(row[0], Iri))


def test_a_query_reads_what_the_project_has_asked_of(graph: Graph) -> None:
    assert things(graph, "plain") == "a"


def test_a_header_names_other_layers(graph: Graph) -> None:
    assert things(graph, "every") == "ab"
    assert things(graph, "other") == "b"


def test_rules_see_no_more_than_queries_do(graph: Graph) -> None:
    assert things(graph, "drawn") == "a"


def test_rules_see_the_layers_that_theirs_reads(graph: Graph) -> None:
    """Also what the rules before them derive, whichever layers are asked for."""
    assert things(graph, "pairs") == "ab"
    assert things(open_graph(graph.project.root, layers=["compared", "own"]), "pairs") == "ab"
    whole = open_graph(graph.project.root)
    assert [row[0] for row in whole.select(COMPARED)] == [Iri(f"http://example.org/{name}") for name in "ab"]


def test_rules_fill_a_store_on_disk_alike(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each layer of rules that reads other files than the graph holds has a store of its own meanwhile."""
    monkeypatch.setattr("ogdkg.graph.graph.LARGE", 0)
    for layers in (("elsewhere", "derived", "compared"), ("own", "derived", "compared"), ()):
        kept = Graph(graph.project, GraphOptions(layers, cache=True))
        rows = kept.select(COMPARED, limited=False)
        assert [row[0] for row in rows] == [Iri(f"http://example.org/{name}") for name in "ab"]
        assert things(kept, "drawn") == "a"


@pytest.mark.parametrize(
    ("reads", "message"),
    [
        ('reads = ["alll"]', "There is no layer 'alll'."),
        ('files = ["own.ttl"]\nreads = ["own"]', "Only a layer of rules reads others."),
    ],
)
def test_what_rules_read_is_checked(graph: Graph, reads: str, message: str) -> None:
    if reads.startswith("files"):
        change(graph.project.root, 'files = ["own.ttl"]', reads)
    else:
        change(graph.project.root, 'reads = ["all"]', reads)
    with pytest.raises(InputError, match=message):
        open_graph(graph.project.root)


def test_the_project_knows_what_rules_fill(graph: Graph) -> None:
    filled = {"derived", "compared"}
    assert graph.project.derived_graphs == {Iri(f"http://example.org/{name}") for name in filled}
    assert {layer.name for layer in graph.layers if layer.is_derived} == filled
    assert [path.name for path in graph.project.rule_files] == ["draw.rq", "compare.rq"]


def test_the_whole_graph_has_all_layers(graph: Graph) -> None:
    assert graph.whole is graph
    few = open_graph(graph.project.root, layers=["own"])
    assert few.whole.layers == graph.layers and few.whole is few.whole


def test_an_engine_grows_into_the_layers_that_are_asked_next(graph: Graph) -> None:
    for name in ("own", "elsewhere"):
        blank = "_:x <http://example.org/p> _:x ."
        file = graph.project.root / f"{name}.ttl"
        file.write_text(f"{file.read_text(encoding='utf-8')} {blank}", encoding="utf-8")
    growing = Graph(graph.project, graph.options._replace(reuse_store=True))
    assert things(growing, "plain") == things(graph, "plain") == "a"
    few = growing.for_query(growing.catalogue.get("plain")).store
    assert things(growing, "every") == things(graph, "every") == "ab"
    assert growing.store is few and graph.store is not graph.for_query(graph.catalogue.get("plain")).store
    named = f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {PATTERN} FILTER(?s = ?o) }}"
    merged = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {PATTERN} FILTER(?s = ?o) }}"
    for asked in (named, merged):  # the blank nodes of two files stay two
        assert [row[0].value for row in growing.select(asked, limited=False) if row[0]] == ["2"]
    assert things(growing, "drawn") == "a"
    assert things(growing, "plain") == "a"  # in an engine of its own again
    assert growing.store is few


def change(root: Path, before: str, after: str) -> None:
    config = (root / "ogdkg.toml").read_text(encoding="utf-8")
    assert before in config
    (root / "ogdkg.toml").write_text(config.replace(before, after), encoding="utf-8")


def test_graphs_of_a_file_in_a_layer_with_a_graph_are_merged_too(graph: Graph) -> None:
    root = graph.project.root
    text = "GRAPH <http://example.org/g> { <http://example.org/c> <http://example.org/p> 3 }"
    (root / "more.trig").write_text(text, encoding="utf-8")
    change(root, '["own.ttl"]', '["own.ttl", "more.trig"]')
    assert things(open_graph(root, engine=graph.options.engine), "plain") == "ac"


def test_an_engine_does_not_grow_where_rules_stand_outside_what_is_asked(graph: Graph) -> None:
    root = graph.project.root
    change(root, '"own", "derived"', '"own"')
    growing = Graph(open_graph(root).project, graph.options._replace(reuse_store=True))
    assert things(growing, "plain") == "a"
    assert things(growing, "drawn") == "a"


def test_what_rules_draw_of_a_blank_node_stays_with_it(graph: Graph) -> None:
    root = graph.project.root
    for name in ("elsewhere", "own"):
        text = f'_:x <http://example.org/p> 1 ; <http://example.org/title> "{name}" .'
        (root / f"{name}.ttl").write_text(text, encoding="utf-8")
    own, elsewhere, derived, _compared = (
        f"[[layer]]{layer}" for layer in PROJECT.split("[queries]")[0].split("[[layer]]")[1:]
    )
    change(root, own + elsewhere + derived, elsewhere + own + derived)
    query = "SELECT ?t { ?s <http://example.org/drawn> ?o ; <http://example.org/title> ?t }"
    every = open_graph(root, layers=["all"], engine=graph.options.engine)
    assert [row[0] and row[0].value for row in every.select(query, limited=False)] == ["own"]


def test_layers_chosen_go_before_the_header(graph: Graph) -> None:
    chosen = open_graph(graph.project.root, layers=["own"], engine=graph.options.engine)
    assert things(chosen, "every") == "a"
    everything = open_graph(graph.project.root, layers=["all"], engine=graph.options.engine)
    assert things(everything, "plain") == "ab"


def test_a_layer_that_is_none_is_told(graph: Graph) -> None:
    with pytest.raises(UnknownNameError, match="elswhere"):
        graph.query("unknown")


STATED = "<http://example.org/derived> { <urn:a> <urn:p> 2 }"
STATED_JSON = '{"@id": "http://example.org/derived", "@graph": [{"@id": "urn:a", "urn:p": 1}]}'


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("own.trig", f"<urn:a> <urn:p> 1 .\n\n{STATED}", "own.trig:3:32"),
        ("own.nq", "<urn:a> <urn:p> <urn:b> <http://example.org/compared> .\n", "own.nq:1:1"),
        ("own.jsonld", STATED_JSON, "own.jsonld"),
    ],
)
def test_a_file_states_nothing_in_a_graph_of_rules(tmp_path: Path, name: str, text: str, place: str) -> None:
    """The rules empty their graph before they fill it: what a file states there would be lost."""
    (tmp_path / "ogdkg.toml").write_text(PROJECT.replace("own.ttl", name))
    (tmp_path / "elsewhere.ttl").write_text("")
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match="is for what rules derive") as told:
        _ = open_graph(tmp_path).store
    assert str(told.value.place).endswith(place)
