"""Writes the sources of statements as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.passages import Passage
from ogdkg.evidence.why import Reason, excerpt
from ogdkg.rdf.terms import RDF, Iri, Term, Triple
from ogdkg.text.escape import one_line

if TYPE_CHECKING:
    from ogdkg.evidence.documents import SourceText
    from ogdkg.evidence.rules import Rule

About = Mapping[Iri, Sequence[tuple[str, str]]]


def reasons_text(
    reasons: Sequence[Reason], citations: Citations, about: About, source: SourceText | None
) -> Iterator[str]:
    """Yield each statement with its citations: lines, fragment and confidence, or named graph and source.

    Args:
        reasons: The statements, with their citations and rules.
        citations: Has the labels.
        about: What is said of the named graphs.
        source: The text of the document, to quote it, if it is at hand.
    """
    for number, reason in enumerate(reasons):
        yield ("\n" if number else "") + _statement(reason.statement.triple, citations) + "\n"
        for citation in reason.statement.citations:
            yield from _citation(citation, citations, about, source)
        yield from (f"    a code of {one_line(each.value)}\n" for each in reason.lists)
        for rule in reason.rules:
            yield from _rule(rule, citations)


def _statement(triple: Triple, citations: Citations) -> str:
    parts = citations.label(triple.subject), citations.property_label(triple.predicate)
    name = citations.class_label if triple.predicate == Iri(RDF + "type") else citations.label
    return one_line(" · ".join((*parts, name(triple.object))))


def _citation(
    citation: Citation, citations: Citations, about: About, source: SourceText | None
) -> Iterator[str]:
    name = citations.short(citation.cited) if citation.cited else ""
    passage = citation.passage
    if passage is None:
        yield one_line(f"  {citations.lines(citation)}  {name}").rstrip() + "\n"
        description = about.get(citation.graph, ()) if citation.graph else ()
        yield from (f"    {one_line(f'{word}: {text}')}\n" for word, text in description)
        return
    fragment = f"“{passage.exact}”" if passage.exact else ""
    confidence = citations.label(Iri(passage.confidence)) if passage.confidence else ""
    listing = citations.listings.get(citation.graph.value) if citation.graph else None
    named_as = f"named as: {citations.label(listing)}" if listing else ""
    parts = citations.lines(citation), fragment, confidence, named_as, name
    yield "  " + one_line("  ".join(filter(None, parts))) + "\n"
    if source and _cites(passage, source):
        found = excerpt(passage, source.text)
        if found.fault:
            yield f"    Not found in {one_line(f'{source.path}: {found.fault}')}.\n"
        for line, text, inside in found.lines:
            yield f"    {'>' if inside else ' '} {line:>4}  {one_line(text)}".rstrip() + "\n"


def _cites(passage: Passage, source: SourceText) -> bool:
    """Whether a passage is of this document; True if the document is unknown to the graph."""
    return source.iri is None or passage.source in (source.iri, None)


def _rule(rule: Rule, citations: Citations) -> Iterator[str]:
    named = f"{rule.file}:{rule.line}" if rule.line else rule.file
    margin = "    "
    if rule.concludes:
        yield f"{margin}{_statement(rule.concludes, citations)}\n"
        margin += "  "
    yield f"{margin}by {one_line(f'{named}: {rule.summary}' if rule.summary else named)}\n"
    for premise in rule.premises:
        words = one_line(citations.words(premise.citations))
        yield f"{margin}from {_statement(premise.triple, citations)}  [{words}]\n"


def reasons_json(
    reasons: Sequence[Reason], citations: Citations, about: About, source: SourceText | None
) -> dict[str, Any]:
    """Return the sources of statements as JSON values; the arguments are those of `reasons_text`."""
    statements = [_reason_json(reason, citations, source) for reason in reasons]
    graphs = {
        graph.value: [{"property": word, "value": text} for word, text in description]
        for graph, description in about.items()
    }
    return {"statements": statements, "graphs": graphs}


def _reason_json(reason: Reason, citations: Citations, source: SourceText | None) -> dict[str, Any]:
    from ogdkg.render.views.show_json import citation_json  # seldom asked for

    cited = []
    for citation in reason.statement.citations:
        found = citation_json(citation)
        if citation.graph and (listing := citations.listings.get(citation.graph.value)):
            found["listing"] = listing.value
        if source and citation.passage and _cites(citation.passage, source):
            shown = excerpt(citation.passage, source.text)
            lines = [{"line": line, "text": text, "passage": inside} for line, text, inside in shown.lines]
            found |= {"excerpt": lines, "fault": shown.fault}
        cited.append(found)
    rules = [
        {
            "file": rule.file,
            **({"line": rule.line} if rule.line else {}),
            "summary": rule.summary,
            **({"concludes": _triple_json(rule.concludes, citations)} if rule.concludes else {}),
            "from": [_triple_json(premise.triple, citations) for premise in rule.premises],
        }
        for rule in reason.rules
    ]
    lists = [each.value for each in reason.lists]
    return {
        **_triple_json(reason.statement.triple, citations),
        "citations": cited,
        "lists": lists,
        "rules": rules,
    }


def _triple_json(triple: Triple, citations: Citations) -> dict[str, Any]:
    def term(each: Term) -> dict[str, Any]:
        from ogdkg.render.views.show_json import term_json  # as above

        return term_json(each, citations.label(each))

    return {
        "subject": term(triple.subject),
        "property": {"iri": triple.predicate.value, "label": citations.property_label(triple.predicate)},
        "value": term(triple.object),
    }
