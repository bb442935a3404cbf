"""The figures of the dataset's description, as VoID counts them (https://www.w3.org/TR/void/#statistics).

They are those of what `ogdkg export` writes. The description is part of what is counted; a new figure is a
triple replaced, so that its figures hardly depend on their own values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from rdflib import RDF, VOID, URIRef

from ogdkg import open_graph
from ogdkg.exchange.export import export
from ogdkg.rdf.terms import Iri, Triple

DESCRIPTION = Path(__file__).parents[2] / "data/dataset.ttl"
DATASET = "https://w3id.org/ogdkg/dataset"
OURS = "https://w3id.org/ogdkg/"
LAYERS = ("source", "reference", "enrichment", "editorial", "about")
ROUNDS = 5  # a figure that becomes equal to another value changes the number of distinct objects by one


def exported(*layers: str) -> set[Triple]:
    return {quad.triple for quad in export(open_graph(layers=layers))}


def figures(triples: Iterable[Triple]) -> dict[URIRef, int]:
    """The counts by VoID's property; an entity is a subject of ours."""
    triples = set(triples)
    subjects = {triple.subject for triple in triples}
    types = {triple.object for triple in triples if triple.predicate == Iri(str(RDF.type))}
    return {
        VOID.triples: len(triples),
        VOID.entities: sum(isinstance(term, Iri) and term.value.startswith(OURS) for term in subjects),
        VOID.distinctSubjects: len(subjects),
        VOID.distinctObjects: len({triple.object for triple in triples}),
        VOID.properties: len({triple.predicate for triple in triples}),
        VOID.classes: len(types),
    }


def write() -> bool:
    """Write the figures into the description; says whether they were others."""
    old = text = DESCRIPTION.read_text("utf-8")
    for layer in LAYERS:
        text = _with(text, f"<{DATASET}/{layer}>", "triples", len(exported(layer)))
    for term, count in figures(exported()).items():
        text = _with(text, f"<{DATASET}>", str(term).rpartition("#")[2], count)
    DESCRIPTION.write_text(text, "utf-8")
    return text != old


def _with(text: str, subject: str, figure: str, count: int) -> str:
    """The text where the figure in the subject's block is the count."""
    start = text.index(f"\n{subject} a ")
    end = text.index("\n\n", start + 1)
    block = re.sub(rf"(void:{figure}) \d+", rf"\1 {count}", text[start:end])
    return text[:start] + block + text[end:]


def write_until_stable() -> None:
    for _ in range(ROUNDS):
        if not write():
            return
    raise SystemExit("The figures of data/dataset.ttl depend on themselves; write them by hand.")
