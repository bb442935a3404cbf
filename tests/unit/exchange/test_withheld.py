"""What is left out where personal data are: asked of the engine, the same as looking at each triple."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.exchange.export import personal, withheld
from ogdkg.graph.graph import Graph
from ogdkg.rdf.statements import to_nquads
from tests.conftest import TREES
from tests.projects import make_small

DATA = """@prefix e: <urn:e:> .
e:a a e:Person ; e:mail <mailto:a@e.example>, "a@e.example" . e:b e:knows e:a . e:b e:says e:c .
<urn:e:a#part> e:p 1 . <urn:e:ab#part> e:p 1 . <urn:e:ab> e:p "urn:e:a" . e:c e:states <<( e:a e:p 2 )>> .
e:c e:states <<( e:c e:p 2 )>> . _:x a e:Person . _:x e:p _:y . e:d e:p "a@e.example" .
"""
QUERY = "SELECT ?node { { ?node a <urn:e:Person> } UNION { ?p a <urn:e:Person> ; <urn:e:mail> ?node } {} }"


def _by_looking(graph: Graph) -> set[object]:
    is_personal = personal(graph)
    return {quad.triple for quad in graph.store.quads() if is_personal(to_nquads(quad))}


@pytest.mark.parametrize("blank", ["", "FILTER(!ISBLANK(?node))"], ids=["with blank nodes", "without"])
def test_what_mentions_a_person_is_found(blank: str, tmp_path: Path) -> None:
    make_small(tmp_path, query=QUERY.replace("{} }", blank + " }"))
    (tmp_path / "data.ttl").write_text(DATA)
    with (tmp_path / "ogdkg.toml").open("a") as settings:
        settings.write('\n[export]\npersonal = "look"\n')
    graph = open_graph(tmp_path)
    found = withheld(graph)
    assert set(found) == _by_looking(graph)
    assert len(found) == len(set(found)) >= 6


def test_a_fixture_has_the_same() -> None:
    graph = open_graph(TREES)
    assert set(withheld(graph)) == _by_looking(graph) != set()
