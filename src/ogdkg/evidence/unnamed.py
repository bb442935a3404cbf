"""Resources that no name leads to: those without a label, and those of layers that are not read."""

from __future__ import annotations

from contextlib import suppress

from ogdkg.errors import OgdkgError, UnknownNameError, UsageError, nearest
from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri, expand, is_iri, local_name
from ogdkg.search.labels import names_of_all

_SUBJECTS = "SELECT DISTINCT ?thing { ?thing ?property ?value FILTER(isIRI(?thing)) }"


def unnamed(citations: Citations, name: str) -> Iri | None:
    """Return the one resource without a label whose IRI ends with a name.

    Raises:
        UsageError: There is none, but there is something near: in another layer, or by a similar name.
    """
    graph = citations.graph
    if graph.is_costly:  # where reading all subjects takes too long
        return None
    things = [row[0] for row in graph.select(_SUBJECTS, name="subjects") if isinstance(row[0], Iri)]
    found = [each for each in things if local_name(each.value).casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(sorted(map(citations.short, found)))
        raise UsageError(f"{name!r} names more than one thing.", hint=f"Choose one of: {listed}.")
    if _is_elsewhere(citations, name):
        queried = ", ".join(layer.name for layer in graph.layers)
        message = f"{name!r} is known, but not in the layers that are read: {queried}."
        raise UsageError(message, hint="To read all layers, leave --layer out.")
    spelled = {citations.short(each): each for each in things}
    if near := nearest(name, spelled, 1, 0.8):
        raise UnknownNameError("thing", name, near)
    return None


def _is_elsewhere(citations: Citations, name: str) -> bool:
    """Whether a layer that is not read knows the name."""
    graph = citations.graph
    if graph.whole is graph or graph.whole.is_large:
        return False
    with suppress(OgdkgError):  # a broken file in those layers does not matter here
        store = graph.whole.store
        given = expand(name, citations.prefixes) or (Iri(name) if is_iri(name) else None)
        if given and any(True for _ in graph.whole.select(f"SELECT * {{ <{given.value}> ?p ?o }} LIMIT 1")):
            return True
        names_of_all(store, citations.prefixes, citations.languages).find(name)
        return True
    return False
