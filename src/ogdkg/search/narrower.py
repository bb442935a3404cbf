"""The properties that a graph has below those that name things."""

from __future__ import annotations

from ogdkg.rdf.labels import NAMES, iri_list
from ogdkg.rdf.terms import RDFS, Iri
from ogdkg.store.base import Store, select

_DEEPEST = 32  # properties above one another: a server may answer anything
PROLOGUE = f"PREFIX rdfs: <{RDFS}>"


def naming_pairs(store: Store) -> set[tuple[str, str]]:
    """Return the properties below those that name things, each with the one that it is below."""
    found: set[tuple[str, str]] = set()
    above = {name: {name} for name in NAMES}  # by the property, what it stands for
    for _ in range(_DEEPEST):  # level by level, as Virtuoso finds no start for the path
        if not above:
            break
        asked = (
            f"{PROLOGUE}\nSELECT DISTINCT ?narrower ?of {{ VALUES ?of {{ {iri_list(tuple(above))} }} %s }}"
        )
        rows = select(store, asked % "?narrower rdfs:subPropertyOf ?of").rows
        pairs = {
            (str(p), kind) for p, of in rows if isinstance(p, Iri) for kind in above.get(str(of), ())
        } - found
        found |= pairs
        above = {}
        for narrower, kind in pairs:
            above.setdefault(narrower, set()).add(kind)
    return found
