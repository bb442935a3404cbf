"""Writes the description of a passage as canonical TriG, without prefixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from ogdkg.evidence.passage_draft import PassageDraft
from ogdkg.evidence.passages import DERIVED_FROM
from ogdkg.project.house import PassageTerms
from ogdkg.rdf import formats
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import DCTERMS, OA, XSD, Iri, Literal, compact, to_ntriples
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text

SUBJECT = DCTERMS + "subject"


def passage_trig(described: PassageDraft, prefixes: Mapping[str, str], terms: PassageTerms) -> str:
    """Return the passage, its position and its fragment, in the named graph of passage metadata."""
    text = "\n".join(_lines(described, prefixes, terms))
    if described.graph:
        text = f"{_name(prefixes, described.graph.value)} {{ {text} }}"
    declared = prefix_lines(prefixes)
    laid = layout(from_text(f"{declared}\n{text}", "passage"), formats.TRIG)
    return laid.partition("\n\n")[2]  # after the prefixes


def _lines(described: PassageDraft, prefixes: Mapping[str, str], terms: PassageTerms) -> Iterator[str]:
    passage, name = described.passage, partial(_name, prefixes)
    iri, position, quote = (name(passage.iri, part) for part in ("", "position", "quote"))
    (first, last), (start, end) = passage.lines or (0, 0), passage.position or (0, 0)
    yield f"{iri} a {name(terms.passage.value)} ;"
    yield f"  {name(terms.first_line.value)} {first} ;"
    yield f"  {name(terms.last_line.value)} {last} ;"
    yield f'  {name(terms.hash.value)} "{passage.text_hash}" ;'
    for term, value in (
        (terms.confidence.value, None if passage.reading else passage.confidence),
        (terms.source.value, passage.source),
        (SUBJECT, described.about.value if described.about else None),
    ):
        if value:
            yield f"  {name(term)} {name(value)} ;"
    if terms.fragment:
        yield f"  {name(terms.fragment.value)} {to_ntriples(Literal(passage.exact or ''))} ;"
    yield f"  {name(OA + 'hasSelector')} {position} ."
    yield f"{position} a {name(OA + 'TextPositionSelector')} ;"
    yield f"  {name(OA + 'start')} {_count(start, prefixes)} ;"
    yield f"  {name(OA + 'end')} {_count(end, prefixes)} ;"
    yield f"  {name(OA + 'refinedBy')} {quote} ."
    yield f"{quote} a {name(OA + 'TextQuoteSelector')} ;"
    yield f"  {name(OA + 'exact')} {to_ntriples(Literal(passage.exact or ''))} ."
    if passage.reading:
        sure = name(terms.confidence.value)
        confidence = f"; {sure} {name(passage.confidence)}" if passage.confidence else ""
        yield f"{name(passage.reading)} a {name(terms.reading.value)} ;"
        yield f"  {name(DERIVED_FROM.value)} {iri} {confidence} ."


def _count(number: int, prefixes: Mapping[str, str]) -> str:
    """Return a position: https://www.w3.org/TR/annotation-model/#text-position-selector."""
    return f'"{number}"^^{_name(prefixes, XSD + "nonNegativeInteger")}'


def _name(prefixes: Mapping[str, str], iri: str, part: str = "") -> str:
    """Return an IRI as a CURIE if possible; `part` follows #, which Turtle escapes there (section 2.4)."""
    short = compact(iri, prefixes)
    if short is None:
        return to_ntriples(Iri(f"{iri}#{part}" if part else iri))
    return f"{short}\\#{part}" if part else short
