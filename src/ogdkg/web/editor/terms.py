"""What a query may be written with: the prefixes, classes and properties of a graph, with their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri, Namespaces
from ogdkg.web.protocol.description import Statistics

_MOST = 1_000  # terms of a kind, those that are used most
_LONGEST = 120  # letters of a name


def terms_of(citations: Citations, counted: Statistics | None) -> dict[str, Any]:
    """Return what is offered to whoever writes a query, as a program reads it.

    Args:
        citations: The names of the terms.
        counted: What the graph holds; None where it would take long to count.
    """
    prefixes = citations.graph.project.prefixes
    told: dict[str, Any] = {"prefixes": dict(prefixes), "classes": [], "properties": []}
    if counted:
        told["classes"] = list(_told(citations, counted.classes, prefixes))
        told["properties"] = list(_told(citations, counted.properties, prefixes))
    return told


def _told(
    citations: Citations, counts: Iterable[tuple[Iri, int]], prefixes: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Each term as it is written, with its name and how often it is used."""
    names = Namespaces(prefixes)
    for term, number in sorted(counts, key=lambda each: (-each[1], each[0].value))[:_MOST]:
        short = names.compact(term.value)
        label = citations.property_label(term)[:_LONGEST]
        yield {"term": short or f"<{term.value}>", "label": label, "count": number}
