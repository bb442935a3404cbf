"""What states a statement: passages, with their surroundings where the document is at hand; rules; others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ogdkg.errors import UnknownNameError
from ogdkg.evidence.citations import Citations, Statement
from ogdkg.evidence.passages import Passage, first_fault
from ogdkg.evidence.property_groups import shown_properties
from ogdkg.evidence.rules import Rule, Rules
from ogdkg.evidence.show import resolve_name
from ogdkg.rdf.terms import Iri, Literal, Term, Triple

_DCTERMS = "http://purl.org/dc/terms/"
_DESCRIBES = {
    _DCTERMS + name: name for name in ("title", "description", "source", "issued", "modified", "created")
}
_DESCRIBES |= {"http://www.w3.org/ns/prov#generatedAtTime": "generated"}
MARKS = ("«", "»")


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement about a thing, how its property is called, and the rules that derive it."""

    statement: Statement
    property: str
    rules: tuple[Rule, ...] = ()


class Excerpt(NamedTuple):
    """A passage in its surroundings: line by line, and whether each is of the passage; or what is wrong."""

    lines: tuple[tuple[int, str, bool], ...]
    fault: str | None = None


def why(citations: Citations, name: str, of: str | None = None, value: str | None = None) -> list[Reason]:
    """The reasons for what is said of a thing, for one property of it, or for one value."""
    thing = resolve_name(citations, name)
    said = citations.statements_about(thing)
    links = [each for each in citations.links_to(thing) if each.triple.subject != thing]
    statements = [*said, *citations.without_passages(links)] if of else said
    if of:
        statements = _with_property(citations, statements, thing, of)
    if value:
        statements = _with_value(citations, statements, thing, value)
    rules, ruling = Rules(citations), _ruling(citations)
    rules.read(each.triple for each in statements if _is_ruled(each, ruling))
    return [_reason(citations, each, rules, ruling) for each in statements]


def descriptions(citations: Citations, reasons: Iterable[Reason]) -> dict[Iri, list[tuple[str, str]]]:
    """What the graph says of the graphs that are no passages: description, sources, dates."""
    cited = (each for reason in reasons for each in reason.statement.citations)
    found: dict[Iri, list[tuple[str, str]]] = {}
    for citation in cited:
        if citation.graph and not citation.passage and citation.graph not in found:
            said = (each.triple for each in citations.statements_about(citation.graph))
            found[citation.graph] = [
                (_DESCRIBES[triple.predicate.value], citations.label(triple.object))
                for triple in said
                if triple.predicate.value in _DESCRIBES
            ]
    return found


def excerpt(passage: Passage, text: str, around: int = 1) -> Excerpt:
    """A passage in the lines around it, its fragment marked; a fault where it does not stand there."""
    if fault := first_fault(passage, text):
        return Excerpt((), fault)
    start, end = passage.position or (0, 0)
    words = map(re.escape, (passage.exact or "").split())
    inside = re.sub(r"\s+".join(words), lambda found: found[0].join(MARKS), text[start:end], count=1)
    lines = (text[:start] + inside + text[end:]).split("\n")
    first, last = passage.lines or (1, 1)
    shown = range(max(first - around, 1), min(last + around, len(lines)) + 1)
    return Excerpt(tuple((number, lines[number - 1], first <= number <= last) for number in shown))


def _reason(citations: Citations, statement: Statement, rules: Rules, ruling: set[str]) -> Reason:
    found = rules.of(statement.triple) if _is_ruled(statement, ruling) else ()
    return Reason(statement, citations.property_label(statement.triple.predicate), found)


def _is_ruled(statement: Statement, ruling: set[str]) -> bool:
    return any(citation.layer in ruling for citation in statement.citations)


def _ruling(citations: Citations) -> set[str]:
    return {layer.name for layer in citations.graph.project.layers if layer.rules}


def _with_property(
    citations: Citations, statements: Sequence[Statement], thing: Iri, name: str
) -> list[Statement]:
    """The statements whose property is so called: by the shapes, by its label, as a CURIE or as an IRI."""
    shown = shown_properties(citations.graph.project)
    known: dict[str, list[Statement]] = {}
    for each in statements:
        predicate, inverse = each.triple.predicate, each.triple.subject != thing
        names = {entry.name for entry in shown if (predicate, inverse) in entry.steps}
        if not inverse:
            names |= {citations.property_label(predicate), citations.short(predicate), predicate.value}
        for each_name in names:
            known.setdefault(each_name.casefold(), []).append(each)
    if name.casefold() not in known:
        listed = ", ".join(sorted(each for each in known if ":" not in each))
        what = f"property of {citations.label(thing)}"
        raise UnknownNameError(what, name, known, see=f"There are: {listed}." if listed else None)
    return known[name.casefold()]


def _with_value(
    citations: Citations, statements: Sequence[Statement], thing: Iri, name: str
) -> list[Statement]:
    """The statements whose value is so called, by any of its names, or reads so."""
    meant = {*citations.names.candidates(name)}
    found = []
    for each in statements:
        value = _value(each.triple, thing)
        words = {citations.label(value), *([] if isinstance(value, Literal) else [_short(citations, value)])}
        if value in meant or name.casefold() in {word.casefold() for word in words} or name == _iri(value):
            found.append(each)
    if not found:
        values = [citations.label(_value(each.triple, thing)) for each in statements]
        listed = "; ".join(dict.fromkeys(values))
        raise UnknownNameError("value", name, values, see=f"There are: {listed}.")
    return found


def _value(triple: Triple, thing: Iri) -> Term:
    return triple.object if triple.subject == thing else triple.subject


def _short(citations: Citations, term: Term) -> str:
    return citations.short(term) if isinstance(term, Iri) else ""


def _iri(term: Term) -> str | None:
    return term.value if isinstance(term, Iri) else None
