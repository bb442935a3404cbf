"""Where the statements about a resource come from: passages with an excerpt, rules, other graphs.

The operation behind `ogdkg why`; `show` lists all properties of a resource.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError, UsageError, some_of
from ogdkg.evidence.citations import Citations, Statement
from ogdkg.evidence.passages import Passage, first_fault
from ogdkg.evidence.property_groups import shown_properties
from ogdkg.evidence.show import resolve_name, translated
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import (
    DCTERMS,
    PROV,
    RDF,
    SCHEMA,
    XSD,
    Iri,
    Literal,
    Term,
    Triple,
    local_name,
    to_ntriples,
)

if TYPE_CHECKING:
    from ogdkg.evidence.rules import Rule, Rules


_TYPE = Iri(RDF + "type")
_DESCRIBES = {
    DCTERMS + name: name
    for name in ("title", "description", "creator", "source", "issued", "modified", "created")
}
_DESCRIBES |= {PROV + "generatedAtTime": "generated", SCHEMA + "url": "source"}
_SOURCE = Iri(DCTERMS + "source")
_PRIMARY_SOURCE = Iri(PROV + "hadPrimarySource")
_LEADS_TO = "SELECT DISTINCT ?part ?p { %s ?via ?part . ?part ?p ?o FILTER(isIRI(?part)) } ORDER BY ?part ?p"
MARKS = ("«", "»")


class Reason(NamedTuple):
    """A statement about a resource, and what it rests on beside its citations.

    Attributes:
        statement: The statement with its citations.
        property: The label of its property.
        rules: The rules that derive it.
        lists: The lists that its value is a code of; the datatype of a code names them.
    """

    statement: Statement
    property: str
    rules: tuple[Rule, ...] = ()
    lists: tuple[Iri, ...] = ()


class Excerpt(NamedTuple):
    """A passage with the lines around it.

    Attributes:
        lines: Each line's number, its text, and whether it is in the passage.
        fault: Why the passage does not agree with the document, in which case there are no lines.
    """

    lines: tuple[tuple[int, str, bool], ...]
    fault: str | None = None


def why(citations: Citations, name: str, of: str | None = None, value: str | None = None) -> list[Reason]:
    """Return the reasons for the statements about a resource.

    Args:
        citations: The citations of the graph.
        name: The name of the resource.
        of: A property, to consider only its statements.
        value: A value, to consider only its statements.

    Raises:
        UsageError: A name is unknown or ambiguous, or the graph states nothing about the resource.
    """
    thing = resolve_name(citations, name)
    about = citations.statements_about(thing)
    if not about and not of:
        raise UsageError(f"The graph has no statement about {citations.short(thing)}.")
    links = [each for each in citations.links_to(thing) if each.triple.subject != thing]
    statements = [*about, *citations.without_passages(links)] if of else about
    if of:
        statements = _with_property(citations, statements, thing, of)
    if value:
        statements = _with_value(citations, statements, thing, value)
    citations.read_blanks(thing, statements)
    rules = _rules(citations, [each.triple for each in statements if _is_derived(citations, each)])
    lists = _lists(citations, statements)
    return [_reason(citations, each, rules, lists) for each in statements]


def _rules(citations: Citations, derived: Sequence[Triple]) -> Rules | None:
    """Return the rules, which have traced some triples; None where there are no such triples."""
    if not derived:
        return None
    from ogdkg.evidence.rules import Rules  # most statements are derived by none

    rules = Rules(citations)
    rules.read(derived)
    return rules


def descriptions(citations: Citations, reasons: Iterable[Reason]) -> dict[Iri, list[tuple[str, str]]]:
    """Return what the graph states about the cited graphs that are no passages: titles, sources, dates."""
    cited = (each for reason in reasons for each in reason.statement.citations)
    found: dict[Iri, list[tuple[str, str]]] = {}
    for citation in cited:
        if citation.graph and not citation.passage and citation.graph not in found:
            found[citation.graph] = _description(citations, citation.graph)
    return found


def _description(citations: Citations, graph: Iri) -> list[tuple[str, str]]:
    """Return what is stated about a graph and about the document that it was made from."""
    said = [each.triple for each in citations.statements_about(graph)]
    for document in [triple.object for triple in said if triple.predicate == _PRIMARY_SOURCE]:
        if isinstance(document, Iri):
            said += [each.triple for each in citations.statements_about(document)]
    described = [triple for triple in said if triple.predicate.value in _DESCRIBES]
    return sorted((_DESCRIBES[each.predicate.value], citations.label(each.object)) for each in described)


def excerpt(passage: Passage, text: str, around: int = 1) -> Excerpt:
    """Return a passage with the lines around it, its fragment between `MARKS`.

    Args:
        passage: The passage.
        text: The text of the document.
        around: How many lines to add before and after.
    """
    if fault := first_fault(passage, text):
        return Excerpt((), fault)
    start, end = passage.position or (0, 0)
    words = map(re.escape, (passage.exact or "").split())
    inside = re.sub(r"\s+".join(words), lambda found: found[0].join(MARKS), text[start:end], count=1)
    lines = (text[:start] + inside + text[end:]).split("\n")
    first, last = passage.lines or (1, 1)
    shown = range(max(first - around, 1), min(last + around, len(lines)) + 1)
    return Excerpt(tuple((number, lines[number - 1], first <= number <= last) for number in shown))


def _lists(citations: Citations, statements: Iterable[Statement]) -> dict[str, tuple[Iri, ...]]:
    """Return the sources that the datatypes of codes name; those of XML Schema and RDF are of no list."""
    values = [each.triple.object for each in statements]
    datatypes = {value.datatype for value in values if isinstance(value, Literal) and not value.language}
    return {
        datatype: tuple(
            each.triple.object
            for each in citations.statements_about(Iri(datatype))
            if each.triple.predicate == _SOURCE and isinstance(each.triple.object, Iri)
        )
        for datatype in datatypes
        if datatype and not datatype.startswith((XSD, RDF))
    }


def _reason(
    citations: Citations, statement: Statement, rules: Rules | None, lists: dict[str, tuple[Iri, ...]]
) -> Reason:
    found = rules.of(statement.triple) if rules and _is_derived(citations, statement) else ()
    value = statement.triple.object
    listed = lists.get(value.datatype or "", ()) if isinstance(value, Literal) else ()
    return Reason(statement, citations.property_label(statement.triple.predicate), found, listed)


def _is_derived(citations: Citations, statement: Statement) -> bool:
    return any(citation.graph in citations.derived_graphs for citation in statement.citations)


def _with_property(
    citations: Citations, statements: Sequence[Statement], thing: Iri, name: str
) -> list[Statement]:
    """Return the statements of a property, named as by the shapes, by label, CURIE, IRI or its last part."""
    shown = shown_properties(citations.graph.project)
    known: dict[str, list[Statement]] = {}
    spelled: dict[str, str] = {}
    last_parts: dict[str, list[Statement]] = {}
    for each in statements:
        predicate, inverse = each.triple.predicate, each.triple.subject != thing
        names = {entry.name for entry in shown if (predicate, inverse) in entry.steps}
        if not inverse:
            names |= {citations.property_label(predicate), citations.short(predicate), predicate.value}
        for each_name in names:
            known.setdefault(each_name.casefold(), []).append(each)
            spelled[each_name.casefold()] = each_name
        if not inverse:
            last_parts.setdefault(local_name(predicate.value).casefold(), []).append(each)
    found = known.get(name.casefold()) or last_parts.get(name.casefold())
    others = () if found else translated(citations, name)
    found = found or next((known[each.casefold()] for each in others if each.casefold() in known), None)
    if not found:
        raise _unknown_property(citations, thing, name, spelled)
    return found


def _unknown_property(
    citations: Citations, thing: Iri, name: str, spelled: Mapping[str, str]
) -> UnknownNameError:
    """Return the error for a property that a thing has not, though what it leads to may have it."""
    near = next(_having(citations, thing, name), None)
    listed = some_of(sorted(word for key, word in spelled.items() if ":" not in key))
    see = f"There are: {listed}." if listed else None
    if near:
        see = f"{near}, to which it leads, has: `ogdkg why {shlex.quote(near)} {shlex.quote(name)}`"
    known = () if near else spelled.values()
    return UnknownNameError("property", name, known, see=see, of=citations.label(thing))


def _having(citations: Citations, thing: Iri, name: str) -> Iterator[str]:
    """Yield what a thing leads to that has a property of this name; of a server nothing is asked."""
    if citations.graph.options.endpoint:
        return
    rows = citations.graph.select(_LEADS_TO % to_ntriples(thing), name="parts")
    for part, predicate in rows:
        if isinstance(part, Iri) and isinstance(predicate, Iri):
            names = (
                citations.property_label(predicate),
                citations.short(predicate),
                local_name(predicate.value),
            )
            if name.casefold() in (each.casefold() for each in names):
                yield citations.label(part)


def _with_value(
    citations: Citations, statements: Sequence[Statement], thing: Iri, name: str
) -> list[Statement]:
    """Return the statements whose value has a name or text."""
    candidates = {*citations.names.candidates(name)}
    matching = []
    for each in statements:
        value = _value(each.triple, thing)
        words = {citations.label(value), *([] if isinstance(value, Literal) else [_short(citations, value)])}
        if each.triple.predicate == _TYPE:
            words.add(citations.class_label(value))  # which is how it is shown
        if (
            value in candidates
            or name.casefold() in {word.casefold() for word in words}
            or name == _iri(value)
        ):
            matching.append(each)
    if not matching:
        values = [citations.label(_value(each.triple, thing)) for each in statements]
        raise UnknownNameError("value", name, values, see=f"There are: {some_of(values, '; ')}.")
    return matching


def _value(triple: Triple, thing: Iri) -> Term:
    return triple.object if triple.subject == thing else triple.subject


def _short(citations: Citations, term: Term) -> str:
    return citations.short(term) if isinstance(term, Iri) else ""


def _iri(term: Term) -> str | None:
    return term.value if isinstance(term, Iri) else None
