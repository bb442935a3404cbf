"""Display names of terms: a label in the graph, else a short form of the IRI."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.rdf.terms import compact
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDFS, SH, Vocabulary
from ogdkg.validation.data.graph import DataGraph

SKOS = Vocabulary("http://www.w3.org/2004/02/skos/core#")
LABELS = (
    SKOS.prefLabel,
    RDFS.label,
    NamedNode("https://schema.org/name"),
    NamedNode("http://xmlns.com/foaf/0.1/name"),
    NamedNode("http://purl.org/dc/terms/title"),
    SH.name,
)


class DisplayNames:
    """Names of the terms of one graph, each looked up once; `prefixes` shorten the IRIs of what has no
    label."""

    def __init__(self, graph: DataGraph, prefixes: Mapping[str, str]) -> None:
        self.graph = graph
        self.prefixes = prefixes
        self._known: dict[Term, str] = {}

    def of(self, term: Term) -> str:
        """The label of a thing, a literal as it is written, a short IRI."""
        if term not in self._known:
            self._known[term] = self._label(term) or self.short(term)
        return self._known[term]

    def short(self, term: Term) -> str:
        """The term as Turtle writes it with the known prefixes."""
        return short(term, self.prefixes)

    def _label(self, term: Term) -> str | None:
        if not isinstance(term, NamedNode | BlankNode):
            return None
        for predicate in LABELS:
            found = [t.object for t in self.graph.triples(term, predicate) if isinstance(t.object, Literal)]
            if found:
                # English, then what has no language, then any, always the same one.
                first = min(
                    found, key=lambda label: (label.language != "en", label.language or "", label.value)
                )
                return str(first.value)
        return None


def short(term: Term, prefixes: Mapping[str, str]) -> str:
    """The term as Turtle writes it with these prefixes."""
    if isinstance(term, NamedNode):
        return compact(term.value, prefixes) or str(term)
    if isinstance(term, Literal) and not term.language:
        datatype = compact(term.datatype.value, prefixes)
        text = str(term)
        return text.replace(str(term.datatype), datatype) if datatype and "^^" in text else text
    return str(term)
