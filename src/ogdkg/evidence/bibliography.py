"""Bibliographic references to the dataset, a resource or a statement (`ogdkg cite`).

Made from the dataset's description in the graph; `citations` says which passages state a triple.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ogdkg.errors import InputError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import resolve_name
from ogdkg.evidence.why import why
from ogdkg.rdf.datatypes import days_of_month
from ogdkg.rdf.terms import Iri, Term, Triple

_DATASETS = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT DISTINCT ?dataset ?title ?creator ?publisher ?issued ?modified ?version ?license WHERE {
  ?dataset a dcat:Dataset ; dcterms:title ?title ; dcterms:creator ?creator .
  OPTIONAL { ?dataset dcterms:publisher ?publisher }
  OPTIONAL { ?dataset dcterms:issued ?issued }
  OPTIONAL { ?dataset dcterms:modified ?modified }
  OPTIONAL { ?dataset dcat:version|owl:versionInfo ?version }
  OPTIONAL { ?dataset dcterms:license ?license }
}
ORDER BY ?dataset ?creator ?publisher
"""
_MOST_IN_TITLE = 2  # values; more of them are only counted


@dataclass(frozen=True, slots=True)
class Work:
    """A cited work: the dataset, or a part of it.

    Attributes:
        name: The project's name.
        iri: The dataset's IRI.
        title: The dataset's title.
        authors: Its creators, by label.
        publisher: Its publisher, by label.
        issued: The date of its last modification, else of its publication.
        version: Its version.
        license: The IRI of its licence.
        part: The cited resource or statement; empty for the whole dataset.
        part_iri: The IRI of the cited resource.
        statement: The sources of the part.
    """

    name: str
    iri: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    issued: str
    version: str
    license: str
    part: str = ""
    part_iri: str = ""
    statement: str = ""

    @property
    def key(self) -> str:
        """The key of its entry in a bibliography."""
        end = re.split("[/#]", self.part_iri)[-1]
        return "-".join(filter(None, [self.name, end, self.year if self.date else ""]))

    @property
    def date(self) -> tuple[int, ...]:
        """The year, month and day of its date, as far as the calendar has them; empty for other words.

        >>> Work("", "", "", (), "", "2020-13-01", "", "").date
        (2020,)
        """
        found = re.match(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?(?![0-9])", self.issued)
        parts = [int(each) for each in found.groups() if each] if found else []
        if len(parts) == 3 and not 1 <= parts[2] <= days_of_month(parts[0], parts[1]):
            parts.pop()
        return tuple(parts)

    @property
    def year(self) -> str:
        """The year of its date, or what stands there instead."""
        return f"{self.date[0]:04}" if self.date else self.issued


def cite(
    citations: Citations, thing: str | None = None, of: str | None = None, value: str | None = None
) -> Work:
    """Return a reference to the dataset, to a resource, or to statements about it.

    Args:
        citations: The citations of the graph.
        thing: The name of the resource; by default the whole dataset.
        of: A property of the resource.
        value: A value of this property.

    Raises:
        UsageError: A name is unknown or ambiguous.
        InputError: The graph does not describe a dataset.
    """
    work = _dataset(citations)
    if thing is None:
        return work
    iri = resolve_name(citations, thing)
    part, cited_by = citations.label(iri), [each.citations for each in citations.statements_about(iri)]
    if of:
        statements = [reason.statement for reason in why(citations, thing, of, value)]
        cited_by = [statement.citations for statement in statements]
        part = f"{part}: {of}{_values(citations, iri, [statement.triple for statement in statements])}"
    cited = sorted({citation for group in cited_by for citation in group}, key=Citation.sort_key)
    passages = [citation for citation in cited if citation.passage]
    words = citations.words(passages or cited)
    others = (
        sum(not any(citation.passage for citation in group) for group in cited_by) if of and passages else 0
    )
    rest = f"; {others} of {len(cited_by)} by other layers" if others else ""
    return replace(
        work, part=part, part_iri=iri.value, statement=_from(citations, passages or cited, words) + rest
    )


def cite_iri(citations: Citations, iri: Iri) -> Work:
    """Return a reference to a resource by its IRI; InputError where the graph describes no dataset."""
    cited = {each for said in citations.statements_about(iri) for each in said.citations}
    passages = {each for each in cited if each.passage}
    named = sorted(passages or cited, key=Citation.sort_key)
    statement = _from(citations, named, citations.words(named)) if passages else ""
    return replace(_dataset(citations), part=citations.label(iri), part_iri=iri.value, statement=statement)


def _values(citations: Citations, thing: Iri, triples: list[Triple]) -> str:
    """Return the values for the end of a title, or their number if there are many."""
    ends = (end for triple in triples for end in triple if end not in (thing, triple.predicate))
    labels = list(dict.fromkeys(map(citations.label, ends)))
    return f": {'; '.join(labels)}" if len(labels) <= _MOST_IN_TITLE else f" ({len(labels)} values)"


def _from(citations: Citations, cited: list[Citation], words: str) -> str:
    """Return the lines and their document; without a passage, the other sources or layers."""
    passages = [citation.passage for citation in cited if citation.passage]
    if not passages and citations.graph.project.loose:
        return f"in {words}"
    if not passages:
        are_sources = all(citation.graph and citation.graph.value in citations.sourced for citation in cited)
        return f"by {words}" if are_sources else f"by the layer {words}"
    sources = dict.fromkeys(passage.source for passage in passages if passage.source)
    if len(sources) != 1 or citations.has_several_sources:
        return f"on {words}"
    return f"on {words} of {citations.label(Iri(next(iter(sources))))}"


def _dataset(citations: Citations) -> Work:
    """Return the dataset that the graph describes, preferably one in the project's own namespace."""
    rows = citations.kept("dataset", lambda: list(citations.graph.select(_DATASETS, name="dataset")))
    if not rows:
        hint = "Describe it as a dcat:Dataset with dcterms:title and dcterms:creator."
        raise InputError("The graph describes no dataset to cite.", hint=hint)
    namespace = citations.graph.project.resource_namespace
    own = [
        row for row in rows if namespace and isinstance(row[0], Iri) and row[0].value.startswith(namespace)
    ]
    first = (own or rows)[0]
    dataset, title, _, publisher, issued, modified, version, license_ = first
    same = [row for row in rows if row[0] == dataset]
    return Work(
        name=citations.graph.project.name,
        iri=_text(citations, dataset, as_iri=True),
        title=_text(citations, title),
        authors=tuple(dict.fromkeys(_text(citations, row[2]) for row in same)),
        publisher=_text(citations, publisher),
        issued=_text(citations, modified or issued),
        version=_text(citations, version),
        license=_text(citations, license_, as_iri=True),
    )


def _text(citations: Citations, term: Term | None, *, as_iri: bool = False) -> str:
    if term is None:
        return ""
    return term.value if as_iri and isinstance(term, Iri) else citations.label(term)
