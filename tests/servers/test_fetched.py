"""How many rows and triples each command fetches from a server, of a graph and of one four times as large."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import TREES
from tests.servers.conftest import Start, _pushed
from tests.servers.serving import command
from tests.web.conftest import serving

from ogdkg.acceptance import runner
from ogdkg.remote import protocol, results
from ogdkg.store import limit
from ogdkg.validation.in_place import operation

SIZES = (100, 400)
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ns: <https://trees.example/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ns:ShrubShape a sh:NodeShape ; sh:targetClass ns:Shrub ;
    sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:uniqueLang true ; sh:datatype xsd:string ] ,
        [ sh:path ns:planted ; sh:datatype xsd:integer ; sh:minInclusive 1900 ; sh:maxCount 1 ] ,
        [ sh:path ns:beside ; sh:class ns:Shrub ;
            sh:node [ sh:property [ sh:path ns:planted ; sh:minCount 1 ] ] ] .
"""
SHRUB = (
    "<https://trees.example/id/shrub/{0}> a <https://trees.example/ns#Shrub> ; "
    '<http://www.w3.org/2004/02/skos/core#prefLabel> "Shrub {0}" ; <https://trees.example/ns#planted> {1} ; '
    "<https://trees.example/ns#beside> <https://trees.example/id/shrub/{2}> .\n"
)
# Each command, and whether what it fetches stays the same as the graph grows.
COMMANDS: dict[str, tuple[tuple[str, ...], bool]] = {
    "query": (("query", "planted", "-f", "csv"), True),
    "query with a name": (("query", "trees-in", "--garden", "Abbey Garden", "-f", "csv"), True),
    "sparql": (("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), True),
    "stats": (("stats",), True),
    "show": (("show", "tree:oak"), True),
    "show, by name": (("show", "Shrub 9"), True),
    "show, misspelt": (("show", "Shurb 9"), True),
    "why": (("why", "tree:lime"), True),
    "why, derived": (("why", "Lime", "ns:neighbour"), True),
    "coverage": (("coverage", "--source", str(TREES / "source.txt")), True),
    "export --thing by IRI": (("export", "-f", "nquads", "--thing", "tree:oak"), True),
    "validate": (("validate", "--no-cache"), True),
    "search": (("search", "oak"), True),
    "search, misspelt": (("search", "oka"), True),
    "test": (("test",), True),
    "export": (("export", "-f", "nquads"), False),
}
WITH_STORE = {"export"}  # which reads whole graphs, by the Graph Store Protocol
SERVERS = ("oxigraph", "virtuoso", "serve")


def _project(folder: Path, number: int) -> Path:
    """The trees with so many shrubs beside them, of which one breaks the shape."""
    shutil.copytree(TREES, folder)
    shrubs = (SHRUB.format(n, 1000 if n == 7 else 1900 + n % 100, (n + 1) % number) for n in range(number))
    data = folder / "data" / "reference.ttl"
    data.write_text(data.read_text() + "".join(shrubs))
    shapes = folder / "ontology" / "shapes" / "shrubs.ttl"
    shapes.parent.mkdir()
    shapes.write_text(SHAPES)
    return folder


Grown = list[tuple[Path, str]]


@pytest.fixture(scope="session", params=SERVERS)
def grown(request: pytest.FixtureRequest, start: Start, tmp_path_factory: Any) -> Iterator[Grown]:
    """A project and the address of a server that holds it, for each size."""
    name, found = request.param, []
    with contextlib.ExitStack() as stack:
        for number in SIZES:
            folder = _project(tmp_path_factory.mktemp("grown") / "trees", number)
            if name == "serve":
                found.append((folder, f"{stack.enter_context(serving(folder)).url}/sparql"))
            else:
                found.append((folder, _pushed(start(name, f"{number} shrubs"), folder).url))
        yield found


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """How many rows and triples have come since it was last asked."""
    number = [0]
    rows, lines, triples = results._checked, protocol.read_lines, protocol.read_triples

    def counted_rows(*args: Any) -> Any:
        answer, found = rows(*args)
        number[0] += found
        return answer, found

    def each(found: Iterator[Any]) -> Iterator[Any]:
        for item in found:
            number[0] += 1
            yield item

    def counted_triples(*args: Any) -> Any:
        found = triples(*args)
        found.triples = each(found.triples)
        return found

    def taken() -> int:
        found, number[0] = number[0], 0
        return found

    monkeypatch.setattr(results, "_checked", counted_rows)
    monkeypatch.setattr(protocol, "read_lines", lambda *args: each(lines(*args)))
    monkeypatch.setattr(protocol, "read_triples", counted_triples)
    monkeypatch.setattr(operation, "MOST_FETCHED", 0)
    for module in (limit, runner):  # what a process fetches is not counted here
        monkeypatch.setattr(module, "can_fork", lambda: False)
    yield taken


def test_what_is_fetched_does_not_grow(
    grown: Grown,
    counted: Callable[[], int],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_store = request.node.callspec.params["grown"] != "serve"
    run, fetched = command(capsys, monkeypatch), dict[str, list[int]]()
    commands = {name: each for name, each in COMMANDS.items() if has_store or name not in WITH_STORE}
    for name, (words, _) in commands.items():
        fetched[name] = []
        for folder, url in grown:
            counted()
            done = run("-C", str(folder), *words, "--endpoint", url)
            assert done.code in (0, 1, 2), (name, done.err)
            fetched[name].append(counted())
    grew = {name: more > least for name, (least, more) in fetched.items()}
    assert grew == {name: not is_same for name, (_, is_same) in commands.items()}, fetched
