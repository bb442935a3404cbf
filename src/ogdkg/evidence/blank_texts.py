"""What is said of a blank node, as its text: it has no name, and its label tells nobody anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import RDF, Blank, Iri, Term, to_ntriples

_FIRST, _REST, _TYPE = RDF + "first", RDF + "rest", RDF + "type"
# No LIMIT: the engine finds the nodes of a list in any order, and a part of them may begin anywhere.
_SAID = f"""SELECT DISTINCT ?node ?p ?o {{
  {{ %s ?via ?first }} UNION {{ ?first ?via %s }} FILTER(isBlank(?first))
  ?first <{_REST}>* ?node . ?node ?p ?o
}} ORDER BY ?p ?o"""
_MOST, _MOST_LETTERS = 10, 300  # values of one node, and letters of its text

_Said = Mapping[Blank, list[tuple[Iri, Term]]]


class Labels(NamedTuple):
    """How a value and a property are called."""

    of_value: Callable[[Term], str]
    of_property: Callable[[Iri], str]


def blank_texts(graph: Graph, labels: Labels, thing: Iri, nodes: Iterable[Blank]) -> dict[Blank, str]:
    """Return the texts of blank nodes next to a thing: their members, or their properties and values.

    A blank node within another is left out as `…`.
    """
    said: dict[Blank, list[tuple[Iri, Term]]] = {}
    for node, predicate, value in graph.select(_SAID % ((to_ntriples(thing),) * 2), name="nodes"):
        if isinstance(node, Blank) and isinstance(predicate, Iri) and value is not None:
            said.setdefault(node, []).append((predicate, value))
    return {node: _shortened(_text(labels, node, said)) for node in nodes if node in said}


def _text(labels: Labels, node: Blank, said: _Said) -> str:
    if any(predicate.value == _FIRST for predicate, _ in said[node]):
        return f"({', '.join(_members(labels, node, said))})"
    parts = [
        (labels.of_property(value) if isinstance(value, Iri) else _named(labels, value))
        if predicate.value == _TYPE
        else f"{labels.of_property(predicate)}: {_named(labels, value)}"
        for predicate, value in sorted(said[node], key=lambda pair: pair[0].value != _TYPE)
    ]
    return "; ".join([*parts[:_MOST], *(["…"] if len(parts) > _MOST else [])])


def _members(labels: Labels, node: Blank, said: _Said) -> list[str]:
    """The members of a list, as many as its text shows; a circle ends it."""
    members: list[str] = []
    seen: set[Term] = set()
    current: Term | None = node
    while isinstance(current, Blank) and current in said and current not in seen:
        if len(seen) > _MOST_LETTERS:  # each has a letter at least
            break
        seen.add(current)
        found = (value for predicate, value in said[current] if predicate.value == _FIRST)
        members += [_named(labels, value) for value in found]
        current = next((value for predicate, value in said[current] if predicate.value == _REST), None)
    return members


def _named(labels: Labels, value: Term) -> str:
    return "…" if isinstance(value, Blank) else labels.of_value(value)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS].rpartition(" ")[0] + " …"
