"""The names that the fields of questions take, for a browser to look up what a visitor types."""

from __future__ import annotations

from typing import Any

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex
from ogdkg.search.resolver import NameResolver


def told_names(resolver: NameResolver, query: StoredQuery, parameter: Parameter) -> dict[str, Any]:
    """Return the names of what a parameter takes, and of the wholes that stand for their parts.

    Args:
        resolver: Resolves names in the graph that the query reads.
        query: The query.
        parameter: A parameter of it that takes a resource.
    """
    names = resolver.candidates(query, parameter)
    wholes = resolver.wholes(parameter, names)
    told = {"prefixes": dict(sorted(names.prefixes.items())), **_told(names)}
    if wholes and wholes.parts:
        parts = {whole.value: [each.value for each in parts] for whole, parts in wholes.parts.items()}
        told["wholes"] = {**_told(wholes.names), "parts": dict(sorted(parts.items()))}
    return told


def _told(names: LabelIndex) -> dict[str, Any]:
    """Each thing with its label, and each name, folded, with the places of its bearers and its ranks."""
    things = sorted(names.labels, key=lambda thing: thing.value)
    places = {thing: place for place, thing in enumerate(things)}
    return {
        "things": [[thing.value, names.labels[thing]] for thing in things],
        "names": [[name, *_flat(places, bearers)] for name, bearers in sorted(names.bearers.items())],
    }


def _flat(places: dict[Iri, int], bearers: dict[Iri, int]) -> list[int]:
    pairs = sorted((places[thing], rank) for thing, rank in bearers.items() if thing in places)
    return [number for pair in pairs for number in pair]
