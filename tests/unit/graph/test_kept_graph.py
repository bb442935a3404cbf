"""What rules derive is kept as long as nothing changes that they read, and is what they would derive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogdkg.catalogue.catalogue import Catalogue
from ogdkg.errors import InputError
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import SKOS, Iri, Quad
from ogdkg.search.labels import names_of_all, names_of_class
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import select
from ogdkg.store.embedded import EmbeddedStore
from tests.conftest import ROOT, TREES

RULE = "queries/rules/new.rq"
CONSTRUCT = "CONSTRUCT {{ ?s <urn:new> {} }} WHERE {{ ?s <urn:old> ?o }}"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ogdkg" / "derived"


@pytest.fixture
def root(kept: Path, tmp_path: Path) -> Path:
    root = shutil.copytree(TREES, tmp_path / "trees")
    file = root / "data" / "reference.ttl"
    file.write_text(f"{file.read_text()}\n<urn:a> <urn:old> 1 .\n", encoding="utf-8")
    (root / RULE).write_text(CONSTRUCT.format(2), encoding="utf-8")
    return root


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The graphs that rules ran for."""
    ran: list[str] = []
    derive = EmbeddedStore.derive

    def counted(self: EmbeddedStore, stages: object, graph: object, seconds: object = None) -> None:
        ran.append(str(graph))
        derive(self, stages, graph, seconds)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(EmbeddedStore, "derive", counted)
    yield ran


def quads(root: Path, *layers: str, cache: bool = True) -> set[Quad]:
    return set(Graph(read_project(root), GraphOptions(layers, cache=cache)).store.quads())


@pytest.mark.parametrize("layers", [(), ("derived",), ("source", "derived")], ids=str)
def test_rules_run_once_for_the_same_files(root: Path, runs: list[str], layers: tuple[str, ...]) -> None:
    """Whether they run in the graph that is asked for or, as they read more, in one of their own."""
    first = quads(root, *layers)
    assert len(runs) == 1
    assert quads(root, *layers) == first == quads(root, *layers, cache=False)
    assert len(runs) == 2  # the one without


def _data(root: Path) -> None:
    (root / "data" / "new.trig").write_text("<urn:g> { <urn:b> <urn:old> 1 }", encoding="utf-8")


def _same_size(root: Path) -> None:
    file = root / "data" / "reference.ttl"
    file.write_text(file.read_text().replace("<urn:a>", "<urn:c>"), encoding="utf-8")
    os.utime(file, (1, 1))


def _rule(root: Path) -> None:
    (root / RULE).write_text(CONSTRUCT.format(3), encoding="utf-8")


def _no_rule(root: Path) -> None:
    (root / RULE).unlink()


def _settings(root: Path) -> None:
    file = root / "ogdkg.toml"
    file.write_text(file.read_text().replace("graph/derived", "graph/made"), encoding="utf-8")


@pytest.mark.parametrize("change", [_data, _same_size, _rule, _no_rule, _settings])
def test_a_change_is_noticed(root: Path, runs: list[str], change: object) -> None:
    before = quads(root)
    change(root)  # type: ignore[operator]  # one of the above
    after = quads(root)
    assert after != before
    assert len(runs) == 2
    assert quads(root, cache=False) == after == quads(root)


@pytest.mark.parametrize("value", ["?t } WHERE { BIND(NOW() AS ?t) ?s ?p ?o } #", "[]", "'_:b'"])
def test_what_each_time_is_another_is_not_kept(root: Path, kept: Path, value: str) -> None:
    (root / RULE).write_text(CONSTRUCT.format(value), encoding="utf-8")
    quads(root)
    assert not kept.exists()


def test_a_file_that_changes_meanwhile_keeps_nothing(
    root: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive = EmbeddedStore.derive

    def changing(self: EmbeddedStore, *arguments: object) -> None:
        derive(self, *arguments)  # type: ignore[arg-type]  # passed on
        _same_size(root)

    monkeypatch.setattr(EmbeddedStore, "derive", changing)
    quads(root)
    assert not kept.exists()


def test_a_file_in_the_graph_of_rules_keeps_nothing(root: Path, kept: Path) -> None:
    (root / "data" / "more.trig").write_text(
        "<https://trees.example/graph/derived> { <urn:x> <urn:y> 1 }", encoding="utf-8"
    )
    with pytest.raises(InputError, match="is for what rules derive"):
        quads(root)
    assert not kept.exists()


def test_what_others_could_have_written_is_not_believed(root: Path, kept: Path, runs: list[str]) -> None:
    first = quads(root)
    (path,) = kept.iterdir()
    path.write_bytes(b"<urn:planted> <urn:p> 1 .\n")
    kept.chmod(0o777)
    assert quads(root) == first
    assert len(runs) == 2


QUESTION = "SELECT ?s ?o { ?s <urn:new> ?o } ORDER BY ?s"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"


def _asked(root: Path, text: str, *, cache: bool = True) -> tuple[list[object], Graph]:
    graph = Graph(read_project(root), GraphOptions(cache=cache, selective=True))
    return [tuple(row) for row in graph.select(text)], graph


def test_a_question_loads_what_it_looks_at_once_the_files_were_loaded_twice(root: Path) -> None:
    expected, _ = _asked(root, QUESTION, cache=False)
    for is_selective in (False, False, True, True):
        rows, graph = _asked(root, QUESTION)
        assert rows == expected
        assert ("store" not in graph.__dict__) is is_selective
    everything, _ = _asked(root, ALL, cache=False)
    assert [tuple(row) for row in graph.select(ALL)] == everything
    assert set(graph.store.quads()) == quads(root, cache=False)


@pytest.mark.parametrize("change", [_data, _same_size, _rule, _no_rule, _settings])
def test_a_change_is_noticed_by_a_question(root: Path, change: object) -> None:
    for _ in range(3):
        _asked(root, QUESTION)
    change(root)  # type: ignore[operator]  # one of the above
    for text in (QUESTION, ALL):
        rows, graph = _asked(root, text)
        assert rows == _asked(root, text, cache=False)[0]
        assert "store" in graph.__dict__


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "no head": lambda _: b"x",
    "wrong lengths": lambda _: b"<urn:p> 5\n\n<urn:s> <urn:p> 1 .\n",
    "a length below nothing": lambda _: b"a -5 0\nb 6 0\n\nx",
    "cut off": lambda data: data[:-5],
    "no RDF": lambda data: data.replace(b"<", b"("),
    "no text": lambda data: data.replace(b".\n", b"\xff\n"),
    "another value": lambda data: data[:-10].replace(b"1", b"7") + data[-10:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_statements_are_kept_anew(root: Path, kept: Path, damage: str) -> None:
    for _ in range(2):
        _asked(root, QUESTION)
    (path,) = (kept.parent / "statements").iterdir()
    whole = path.read_bytes()
    path.write_bytes(DAMAGES[damage](whole))
    assert path.read_bytes() != whole
    for is_selective in (False, False, True):
        rows, graph = _asked(root, QUESTION)
        assert rows == _asked(root, QUESTION, cache=False)[0]
        assert ("store" not in graph.__dict__) is is_selective
    assert path.read_bytes() == whole


def test_damaged_triples_of_rules_are_derived_anew(root: Path, kept: Path) -> None:
    before = quads(root)
    for path in kept.iterdir():
        path.write_bytes(path.read_bytes().replace(b"<", b"("))
    assert quads(root) == before


def test_names_are_the_same_where_no_more_is_loaded(kept: Path) -> None:
    project = read_project(ROOT)
    opened = GraphOptions(cache=True, selective=True)
    for _ in range(2):
        _ = Graph(project, opened).store
    graph, whole = Graph(project, opened), Graph(project).store
    classes = [row[0] for row in select(whole, "SELECT DISTINCT ?class { ?thing a ?class }").rows]
    assert len(classes) > 20
    for each in classes:
        assert isinstance(each, Iri)
        assert vars(names_of_class(graph.asked, each, {})) == vars(names_of_class(whole, each, {})), each
    assert vars(names_of_all(graph.asked, {})) == vars(names_of_all(whole, {}))
    assert "store" not in graph.__dict__


def test_what_a_parameter_may_be_is_kept_and_the_same(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the engine a second time only where the values come from other layers than the query's."""
    project = read_project(ROOT)
    opened = GraphOptions(cache=True, selective=True)
    anew, queries = Graph(project), Catalogue(project).readable()
    asked = [(query, each) for query in queries for each in query.parameters if each.is_resource]
    expected = [NameResolver(anew.for_query(query)).choices(query, each) for query, each in asked]
    assert len(asked) > 50 and all(expected)
    ran, run = list[str](), Graph.started
    for _ in range(
        4
    ):  # the first two keep all statements of each choice of layers, the third what is made of it
        ran.clear()
        graph = Graph(project, opened)
        monkeypatch.setattr(
            Graph, "started", lambda *of, **more: ran.append(more["name"]) or run(*of, **more)
        )
        resolvers = [NameResolver(graph.for_query(query)) for query, _ in asked]
        chosen = [each.choices(*of) for each, of in zip(resolvers, asked, strict=True)]
        assert chosen == expected
    assert ran == ["queries/people/roles.rq"]


def test_a_change_of_what_lists_the_values_is_noticed(root: Path, kept: Path) -> None:
    listing, taking = (root / "queries" / name for name in ("listed.rq", "taking.rq"))
    listing.write_text("SELECT ?s { ?s <urn:old> 1 }", encoding="utf-8")
    taking.write_text(
        "#+ params: {t: {type: iri, values: listed}}\nSELECT * { ?_t_iri ?p ?o }", encoding="utf-8"
    )

    def choices() -> list[str]:
        project = read_project(root)
        query = Catalogue(project).get("taking")
        graph = Graph(project, GraphOptions(cache=True, selective=True)).for_query(query)
        _ = Graph(project, graph.options).store
        return NameResolver(graph).choices(query, query.parameter("t"))

    assert [choices() for _ in range(3)] == [["a"]] * 3
    listing.write_text(f"SELECT ?s {{ ?s <{SKOS}prefLabel> ?label }}", encoding="utf-8")
    assert len(choices()) > 1


def test_all_statements_are_kept_of_any_graph_without_a_store(root: Path, kept: Path) -> None:
    """Up to 4 MiB of files, which are several times as long as N-Quads."""
    text = "".join(f"e:{n} e:p{n % 9} {n} .\n" for n in range(15_000))
    prefix = f"@prefix e: <https://trees.example/{'long/' * 60}> .\n"
    (root / "data" / "many.trig").write_text(f"{prefix}<urn:g> {{ {text} }}", encoding="utf-8")
    for _ in range(2):
        _asked(root, QUESTION)
    (path,) = (kept.parent / "statements").iterdir()
    assert path.stat().st_size > 16 << 20
    assert "store" not in _asked(root, QUESTION)[1].__dict__
