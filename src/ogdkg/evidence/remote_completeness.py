"""What completeness is told from, asked of a server: the resources reported on, and what they have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import in_terms
from ogdkg.evidence.property_groups import Step, shown_properties
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.search.classes import find_class
from ogdkg.search.labels import names_of_class

_TOGETHER = 200  # resources asked about by one query
_ENTRIES = """SELECT DISTINCT ?class ?thing {
  ?passage a %(passage)s ; <http://purl.org/dc/terms/subject> ?thing . ?thing a ?class
}"""


def read_there(
    citations: Citations, thing_class: str | None
) -> tuple[Mapping[Step, set[Iri]], Mapping[Iri, set[Iri]]]:
    """Return the resources with each property, and those of each class that are reported on.

    Args:
        citations: The citations of a graph on a server.
        thing_class: The name of a class; None for those of what passages are about.
    """
    graph = _stated(citations.graph)
    classes: dict[Iri, set[Iri]] = {}
    if thing_class:
        of = find_class(graph.store, thing_class, citations.prefixes)
        classes[of] = set(names_of_class(citations.graph.store, of, citations.prefixes).labels)
    else:
        for found, thing in graph.select(in_terms(_ENTRIES, graph.project.house.passages), name="entries"):
            if isinstance(found, Iri) and isinstance(thing, Iri):
                classes.setdefault(found, set()).add(thing)
    having: dict[Step, set[Iri]] = {}
    for thing, predicate in _having(graph, set[Iri]().union(*classes.values())):
        having.setdefault(Step(predicate), set()).add(thing)
    return having, classes


def _stated(graph: Graph) -> Graph:
    """Return a graph without what rules derive, which nobody has to state."""
    stated = tuple(layer for layer in graph.layers if not layer.is_derived)
    return graph if len(stated) == len(graph.layers) else graph.with_layers(stated)


def _having(graph: Graph, things: Iterable[Iri]) -> Iterator[tuple[Iri, Iri]]:
    """Yield the resources with the shown properties that they have."""
    steps = (step for shown in shown_properties(graph.project) for step in shown.steps if not step.inverse)
    shown = " ".join(to_ntriples(each) for each in dict.fromkeys(step.predicate for step in steps))
    left = iter(sorted(things, key=lambda iri: iri.value)) if shown else iter(())
    while some := list(islice(left, _TOGETHER)):
        among = f"VALUES ?thing {{ {' '.join(map(to_ntriples, some))} }} VALUES ?property {{ {shown} }}"
        text = f"SELECT DISTINCT ?thing ?property {{ {among} ?thing ?property ?value }}"
        for thing, predicate in graph.select(text, name="properties"):
            if isinstance(thing, Iri) and isinstance(predicate, Iri):
                yield thing, predicate
