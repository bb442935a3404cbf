"""How to cite the dataset, a thing of it, or a statement: from the dataset's description in the graph."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ogdkg.errors import InputError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import resolve_name
from ogdkg.evidence.why import why
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
  OPTIONAL { ?dataset owl:versionInfo ?version }
  OPTIONAL { ?dataset dcterms:license ?license }
}
ORDER BY ?dataset ?creator ?publisher
"""
_FEW = 2  # so many values stand in a title


@dataclass(frozen=True, slots=True)
class Work:
    """What is cited. `part` is the thing or the statement, `statement` what states it; both empty for all."""

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
        """A word to call it by in a bibliography."""
        end = re.split("[/#]", self.part_iri)[-1]
        return "-".join(filter(None, [self.name, end, self.issued[:4]]))


def cite(
    citations: Citations, thing: str | None = None, of: str | None = None, value: str | None = None
) -> Work:
    """The dataset, one of its things, or what is said of it by a property or with a value."""
    work = _dataset(citations)
    if thing is None:
        return work
    iri = resolve_name(citations, thing)
    part, stated = citations.label(iri), [each.citations for each in citations.statements_about(iri)]
    if of:
        statements = [reason.statement for reason in why(citations, thing, of, value)]
        stated = [each.citations for each in statements]
        part = f"{part}: {of}{_said(citations, iri, [each.triple for each in statements])}"
    cited = sorted({each for every in stated for each in every}, key=Citation.sort_key)
    passages = [each for each in cited if each.passage]
    words = citations.words(passages or cited)
    apart = sum(not any(each.passage for each in every) for every in stated) if of and passages else 0
    rest = f"; {apart} of {len(stated)} by other layers" if apart else ""
    return replace(
        work, part=part, part_iri=iri.value, statement=_from(citations, passages or cited, words) + rest
    )


def _said(citations: Citations, thing: Iri, triples: list[Triple]) -> str:
    """The values as a title ends with them: how many, where they are more than two."""
    ends = (end for triple in triples for end in triple if end not in (thing, triple.predicate))
    said = list(dict.fromkeys(map(citations.label, ends)))
    return f": {'; '.join(said)}" if len(said) <= _FEW else f" ({len(said)} values)"


def _from(citations: Citations, cited: list[Citation], words: str) -> str:
    """The lines, and of which document; where no passage states it, other sources or layers."""
    passages = [each for each in cited if each.passage]
    if not passages:
        elsewhere = all(each.graph and each.graph.value in citations.sourced for each in cited)
        return f"by {words}" if elsewhere else f"by the layer {words}"
    sources = dict.fromkeys(each.passage.source for each in passages if each.passage and each.passage.source)
    if len(sources) != 1 or citations.has_several_sources:
        return f"on {words}"
    return f"on {words} of {citations.label(Iri(next(iter(sources))))}"


def _dataset(citations: Citations) -> Work:
    """The dataset that the graph describes with a title and a creator; one of the project's own first."""
    rows = list(citations.graph.select(_DATASETS, name="dataset"))
    if not rows:
        hint = "Describe it as a dcat:Dataset with dcterms:title and dcterms:creator."
        raise InputError("The graph describes no dataset to cite.", hint=hint)
    things = citations.graph.project.resource_namespace
    ours = [row for row in rows if things and isinstance(row[0], Iri) and row[0].value.startswith(things)]
    first = (ours or rows)[0]
    dataset, title, _, publisher, issued, modified, version, license_ = first
    same = [row for row in rows if row[0] == dataset]
    return Work(
        name=citations.graph.project.name,
        iri=_word(citations, dataset, bare=True),
        title=_word(citations, title),
        authors=tuple(dict.fromkeys(_word(citations, row[2]) for row in same)),
        publisher=_word(citations, publisher),
        issued=_word(citations, modified or issued),
        version=_word(citations, version),
        license=_word(citations, license_, bare=True),
    )


def _word(citations: Citations, term: Term | None, *, bare: bool = False) -> str:
    if term is None:
        return ""
    return term.value if bare and isinstance(term, Iri) else citations.label(term)
