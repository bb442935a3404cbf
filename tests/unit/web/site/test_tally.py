"""All terms counted together are counted as each is by a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import RDF, RDFS, Iri, Literal, Term, to_ntriples
from ogdkg.web.ontology import usage
from ogdkg.web.ontology.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

DATA = f"""
@prefix : <https://t.example/> . @prefix rdfs: <{RDFS}> .
:a a :Thing, :Other ; :p "x"@en, "x", 1, 1.0 , :b, [ a :Thing ] ; rdfs:label "A" .
:b a :Thing ; :p :a, "x"@en ; :q :nothing .
:g {{ :b a :Thing ; :p 1 . :c a :Other ; :q :b, 2 . }}
[] a :Other ; :p :a .
"""
TOML = '[project]\nname = "t"\nthings = "https://t.example/"\n[[layer]]\nname = "t"\nfiles = ["*.trig"]\n'


def test_terms_are_counted_alike(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text(TOML)
    (tmp_path / "t.trig").write_text(DATA)
    graph = Graph(read_project(tmp_path))
    tally = Tally(graph.store.quads())

    def counted(query: str, term: Iri) -> dict[Term | None, int]:
        rows = graph.select(query.format(term=to_ntriples(term), type=f"{RDF}type"), limited=False)
        return {key: int(number.value) for key, number in rows if isinstance(number, Literal)}

    for name in ("p", "q", "Thing", "Other"):
        term = Iri(f"https://t.example/{name}")
        assert tally.of_things(term) == counted(usage._OF_THINGS, term)
        assert tally.of_subjects(term) == counted(usage._OF_SUBJECTS, term)
        assert tally.of_values(term) == counted(usage._OF_VALUES, term)
    assert tally.of_values(Iri("https://t.example/p"))[Iri(f"{RDF}langString")] == 1
