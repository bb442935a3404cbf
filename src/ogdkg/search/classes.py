"""Classes, and others among some resources, by their names: one without a name has its local name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogdkg.rdf.labels import ALIAS_RANK, ENGLISH, Languages
from ogdkg.rdf.terms import OWL, RDF, RDFS, Iri, Term, local_name
from ogdkg.search.labels import LabelIndex, names_of_all, names_of_things
from ogdkg.store.base import Store, select

OF_ONTOLOGIES = (OWL, RDFS)
_STATEMENT = RDF + "Statement"  # by which something is said of a triple: no thing to look for
_FEW = 20_000  # resources, whose names are looked up sooner than those of a large graph are read


def is_of_terms(name: str) -> bool:
    """Whether the instances of a class are no things: terms of an ontology, or reified statements."""
    return name.startswith(OF_ONTOLOGIES) or name == _STATEMENT


def names_among(
    store: Store,
    things: Iterable[Term | None],
    prefixes: Mapping[str, str],
    languages: Languages = ENGLISH,
    *,
    is_large: bool = False,
) -> LabelIndex:
    """Return the names of some resources; one without a name has its local name.

    Args:
        store: The store.
        things: The resources; what is no IRI is passed over.
        prefixes: Prefixes for CURIEs.
        languages: The reader's languages.
        is_large: Whether the graph is so large that its names are not all read for a few resources.
    """
    chosen: set[Iri] = {thing for thing in things if isinstance(thing, Iri)}
    if is_large and len(chosen) < _FEW:
        return _with_local(names_of_things(store, sorted(chosen, key=str), prefixes, languages), chosen)
    if hasattr(store, "is_far"):
        from ogdkg.search.remote_names import RemoteNames  # only for a server

        return _with_local(RemoteNames(store, prefixes, languages).of(chosen), chosen)
    return _with_local(names_of_all(store, prefixes, languages).among(chosen), chosen)


def _with_local(names: LabelIndex, things: Iterable[Iri]) -> LabelIndex:
    """Add the local names of those things that have no other."""
    for thing in sorted({*things} - names.labels.keys(), key=str):
        names.add(thing, local_name(thing.value), ALIAS_RANK)
    return names


def find_class(store: Store, text: str, prefixes: Mapping[str, str]) -> Iri:
    """Return the class with a name, among the classes that have instances."""
    result = select(store, "SELECT DISTINCT ?class { ?thing a ?class }")
    return names_among(store, (row[0] for row in result.rows), prefixes).find(text, "class")


def find_among(store: Store, text: str, prefixes: Mapping[str, str], classes: Iterable[Iri]) -> Iri:
    """Return the class with a name.

    Args:
        store: The store.
        text: The name.
        prefixes: Prefixes for CURIEs.
        classes: The classes to choose from; only their names are read.

    Raises:
        UsageError: No class has the name, or several have it.
    """
    known = list(classes)
    return _with_local(names_of_things(store, known, prefixes), known).find(text, "class")
