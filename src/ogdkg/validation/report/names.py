"""Display names of terms: a label in the graph, else a short form of the IRI."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.rdf.datatypes import has_shorthand
from ogdkg.rdf.labels import ENGLISH, LABELS, LabelRank, Languages, label_rank, language_rank
from ogdkg.rdf.terms import compact
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import SH, XSD
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.blank_names import BlankNames

PROPERTIES = (*map(NamedNode, LABELS), SH.name)  # sh:name: of a shape that has no label


class DisplayNames:
    """Names of the terms of one graph in the reader's languages, each looked up once; `prefixes` shorten the
    IRIs of what has no label, and those that the data have `declared` what is to be pasted."""

    def __init__(
        self,
        graph: DataGraph,
        prefixes: Mapping[str, str],
        nodes: BlankNodes | None = None,
        declared: Mapping[str, str] | None = None,
        languages: Languages = ENGLISH,
    ) -> None:
        self.graph = graph
        self.prefixes = prefixes
        self.languages = languages
        self.declared = prefixes if declared is None else declared
        self.blank = BlankNames(graph, nodes, self.short, self.label)
        self._known: dict[Term, str] = {}

    def of(self, term: Term) -> str:
        """The label of a thing, a literal as it is written, a short IRI."""
        if term not in self._known:
            self._known[term] = self.label(term) or self.short(term)
        return self._known[term]

    def short(self, term: Term) -> str:
        """The term as Turtle writes it with the known prefixes; a blank node as its file does, or the way to
        it."""
        if isinstance(term, Literal) and has_shorthand(term.value, term.datatype.value):
            return term.value
        return self.blank.of(term) if isinstance(term, BlankNode) else short(term, self.prefixes)

    def pasted(self, term: Term) -> str:
        """The term as it may be pasted into the data, with the prefixes that these declare."""
        if isinstance(term, Literal) and not term.language:
            datatype = compact(term.datatype.value, self.declared) or str(term.datatype)
            return str(term) if term.datatype == XSD.string else f"{Literal(term.value)}^^{datatype}"
        return self.blank.of(term) if isinstance(term, BlankNode) else short(term, self.declared)

    def label(self, term: Term) -> str | None:
        """The label that the graph gives a thing, if it gives one."""
        if not isinstance(term, NamedNode | BlankNode):
            return None
        ranks: list[LabelRank] = []
        for rank, predicate in enumerate(PROPERTIES):
            found = (t.object for t in self.graph.triples(term, predicate) if isinstance(t.object, Literal))
            for label in found:
                ranks.append(label_rank(label.value, rank, label.language or "", self.languages))
            if any(not language_rank(language, self.languages) for *_, language, _ in ranks):
                break  # no property that follows gives a better one
        return min(ranks)[-1] if ranks else None


def short(term: Term, prefixes: Mapping[str, str]) -> str:
    """The term as Turtle writes it with these prefixes."""
    if isinstance(term, NamedNode):
        return compact(term.value, prefixes) or str(term)
    if isinstance(term, Literal) and not term.language:
        datatype = compact(term.datatype.value, prefixes)
        text = str(term)
        return text.replace(str(term.datatype), datatype) if datatype and "^^" in text else text
    return str(term)
