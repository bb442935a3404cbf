"""Resources whose names or IRIs are like an IRI that nothing is known of."""

from __future__ import annotations

from ogdkg.errors import nearest
from ogdkg.rdf.terms import Iri, local_name
from ogdkg.search.labels import LabelIndex

_MOST = 5
_LONGEST = 60  # letters of what may be misspelt; to compare longer ones takes long


def near_names(names: object, iri: str) -> list[Iri]:
    """Return the resources that may be meant by an IRI, the likest first.

    Args:
        names: The names of the graph; nothing is found where they cannot be had at once.
        iri: The IRI.
    """
    wanted = local_name(iri)
    if not isinstance(names, LabelIndex) or len(wanted) > _LONGEST:
        return []
    by_slug: dict[str, list[Iri]] = {}
    for thing in names.labels:
        by_slug.setdefault(local_name(thing.value), []).append(thing)
    found = [thing for slug in nearest(wanted, by_slug) for thing in by_slug[slug]]
    found += names.suggested(wanted.replace("-", " "))
    return sorted(dict.fromkeys(found), key=lambda thing: -_shared(thing.value, iri))[:_MOST]


def _shared(one: str, other: str) -> int:
    """The length of what two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
