"""How a graph says that an IRI was given up: what replaces it, and that it is deprecated."""

from __future__ import annotations

from ogdkg.rdf.terms import DCTERMS, OWL

REPLACED_BY = DCTERMS + "isReplacedBy"
DEPRECATED = OWL + "deprecated"


def is_retired(predicates: set[str]) -> bool:
    """Whether a resource was given up: something is said of it, and nothing else than that.

    Args:
        predicates: The properties by which something is said of it.
    """
    return bool(predicates) and predicates <= {REPLACED_BY, DEPRECATED}
