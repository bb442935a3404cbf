"""The profile of a resource: its properties in the groups of the shapes, each value with its citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citation, Citations, Statement
from ogdkg.evidence.property_groups import DisplayedProperty, Step, shown_properties
from ogdkg.evidence.unnamed import unnamed
from ogdkg.rdf.labels import DESCRIPTIONS, LABELS, Languages, language_key
from ogdkg.rdf.terms import RDF, SKOS, XSD_STRING, Iri, Literal, Term, Triple, expand, is_iri
from ogdkg.text.escape import one_line

_TYPE = Iri(RDF + "type")
REST, LINKS = "Also said", "Links to it"
# The properties that come first if no shapes give an order.
_FIRST = tuple(map(Iri, (*LABELS, SKOS + "altLabel", RDF + "type", *DESCRIPTIONS)))


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property.

    Attributes:
        term: The value.
        text: Its label or text.
        citations: The graphs that state it.
        details: Properties of the value that the same group displays, such as a contact's address.
    """

    term: Term
    text: str
    citations: tuple[Citation, ...]
    details: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A displayed property with its values."""

    name: str
    steps: tuple[Step, ...]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Properties under one heading."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of a resource.

    Attributes:
        thing: The resource.
        name: Its label.
        kinds: The labels of its classes.
        groups: Its properties.
        others: Other resources that the name may stand for.
    """

    thing: Iri
    name: str
    kinds: tuple[str, ...]
    groups: tuple[Group, ...]
    others: tuple[Iri, ...] = ()


def show(citations: Citations, name: str) -> Profile:
    """Return the profile of the resource with a name.

    Raises:
        UsageError: The name is unknown or ambiguous; the hint lists the candidates.
    """
    thing = resolve_name(citations, name)
    others = dict.fromkeys((*citations.names.candidates(name), *citations.names.things_with_word(name)))
    return profile(citations, thing, tuple(other for other in others if other != thing))


def resolve_name(citations: Citations, name: str) -> Iri:
    """Return the resource with a name.

    Args:
        citations: The citations of the graph.
        name: A label, alias, code, CURIE, slug or IRI.

    Raises:
        UsageError: The name is unknown or ambiguous; the hint lists the candidates.
    """
    try:
        return citations.names.find(name)
    except UsageError as error:
        given = expand(name, citations.prefixes) or (Iri(name) if is_iri(name) else None)
        if given and (citations.statements_about(given) or citations.links_to(given)):
            return given  # a resource without a label
        meanings = citations.names.candidates(name)
        if not meanings and (found := unnamed(citations, name)):
            return found
        if len(meanings) < 2:
            raise
        listed = (f"  {one_line(describe_candidate(citations, each))}" for each in meanings)
        hint = "\n".join(["Choose one of:", *listed])
        raise UsageError(error.message, hint=hint) from error


def describe_candidate(citations: Citations, thing: Iri) -> str:
    """Return a candidate for a list: its CURIE or IRI, its label, its classes."""
    kinds = ", ".join(_kinds(citations, citations.statements_about(thing)))
    return f"{citations.short(thing)}  {citations.label(thing)}" + (f" ({kinds})" if kinds else "")


def profile(citations: Citations, thing: Iri, others: tuple[Iri, ...] = ()) -> Profile:
    """Return the profile of a resource; properties without a shape come last, by label.

    Raises:
        UsageError: The graph has no statement about it.
    """
    statements = in_languages(citations.statements_about(thing), citations.languages)
    links = _new(citations.links_to(thing), statements)
    if not statements and not links:
        raise UsageError(f"The graph has no statement about {citations.short(thing)}.")
    shapes = shown_properties(citations.graph.project)
    groups = [*_grouped(citations, thing, [*statements, *links], shapes)]
    covered = {step for shown in shapes for step in shown.steps}
    rest = [each for each in statements if Step(each.triple.predicate) not in covered]
    back = [each for each in links if Step(each.triple.predicate, inverse=True) not in covered]
    groups += _group(REST if groups else "", _by_label(citations, rest, thing))
    groups += _group(LINKS, _by_label(citations, citations.without_passages(back), thing))
    return Profile(thing, citations.label(thing), _kinds(citations, statements), tuple(groups), others)


def in_languages(statements: Iterable[Statement], languages: Languages) -> list[Statement]:
    """Drop the texts of a thing of whose property it has others in a better language."""
    found = list(statements)
    best: dict[Iri, tuple[int, str]] = {}
    for each in found:
        tag = _language(each)
        if tag is not None:
            key = language_key(tag, languages)
            best[each.triple.predicate] = min(key, best.get(each.triple.predicate, key))
    return [
        each
        for each in found
        if not (tag := _language(each)) or language_key(tag, languages) == best[each.triple.predicate]
    ]


def _language(statement: Statement) -> str | None:
    """The language tag of a text, empty for one without; None for another value."""
    value = statement.triple.object
    is_text = isinstance(value, Literal) and (value.language or value.datatype == XSD_STRING)
    return value.language if isinstance(value, Literal) and is_text else None


def _new(links: Iterable[Statement], statements: Iterable[Statement]) -> list[Statement]:
    """The links that say more than what is said of the thing: not those back to itself, nor mirrored ones."""
    known = {(each.triple.predicate, each.triple.object) for each in statements}
    found = (each for each in links if each.triple.subject != each.triple.object)
    return [each for each in found if (each.triple.predicate, each.triple.subject) not in known]


def _kinds(citations: Citations, statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(citations.label(each.triple.object) for each in statements if each.triple.predicate == _TYPE)


def _group(name: str, lines: Sequence[Line]) -> list[Group]:
    return [Group(name, tuple(lines))] if lines else []


def _grouped(
    citations: Citations, thing: Iri, statements: Sequence[Statement], shapes: Sequence[DisplayedProperty]
) -> Iterator[Group]:
    for name in dict.fromkeys(shown.group for shown in shapes):
        within = [shown for shown in shapes if shown.group == name]
        lines = [_line(citations, thing, shown, statements, within) for shown in within]
        yield from _group(name, [line for line in lines if line.values])


def _line(
    citations: Citations,
    thing: Iri,
    shown: DisplayedProperty,
    statements: Iterable[Statement],
    within: Sequence[DisplayedProperty],
) -> Line:
    found = [each for each in statements if _steps_of(each, thing).intersection(shown.steps)]
    values = tuple(_value(citations, each, thing, within, shown.text) for each in found)
    return Line(shown.name, shown.steps, values)


def _steps_of(statement: Statement, thing: Iri) -> set[Step]:
    """Return the steps by which a statement leads from a resource to its values."""
    triple = statement.triple
    steps = {Step(triple.predicate)} if triple.subject == thing else set()
    return steps | ({Step(triple.predicate, inverse=True)} if triple.object == thing else set())


def _value(
    citations: Citations,
    statement: Statement,
    thing: Iri,
    within: Sequence[DisplayedProperty] = (),
    text: Sequence[Iri] = (),
) -> Value:
    triple = statement.triple
    term: Term = triple.object if triple.subject == thing else triple.subject
    if text and (said := _text(citations, term, text)):
        return Value(said.triple.object, citations.label(said.triple.object), said.citations)
    details = tuple(_details(citations, term, triple, within)) if isinstance(term, Iri) else ()
    return Value(term, citations.label(term), statement.citations, details)


def _text(citations: Citations, term: Term, properties: Sequence[Iri]) -> Statement | None:
    """Return what gives a value its text, such as the rdf:value of a textual body."""
    said = citations.statements_about(term) if isinstance(term, Iri) else ()
    return next((each for each in said if each.triple.predicate in properties), None)


def _details(
    citations: Citations, term: Iri, met: Triple, within: Sequence[DisplayedProperty]
) -> Iterator[Line]:
    """Yield the properties of a value that the same group displays, such as a contact's address."""
    if any(Step(_TYPE) in shown.steps for shown in within):
        return  # every resource has a class, so this is no group of details
    statements = [
        each
        for each in in_languages(citations.statements_about(term), citations.languages)
        if each.triple.predicate != met.predicate and not citations.is_derived(each)
    ]
    for shown in within:
        found = [each for each in statements if Step(each.triple.predicate) in shown.steps]
        if found:
            values = tuple(_value(citations, each, term, text=shown.text) for each in found)
            yield Line(shown.name, shown.steps, values)


def _by_label(citations: Citations, statements: Sequence[Statement], thing: Iri) -> list[Line]:
    """Return a line for each property: labels and classes first, then by the properties' labels."""
    steps = {step: None for each in statements for step in _steps_of(each, thing)}
    lines = []
    for step in sorted(steps, key=lambda step: _place(citations, step)):
        found = [each for each in statements if step in _steps_of(each, thing)]
        values = tuple(_value(citations, each, thing) for each in found)
        name = citations.property_label(step.predicate)
        lines.append(Line(f"← {name}" if step.inverse else name, (step,), values))
    return lines


def _place(citations: Citations, step: Step) -> tuple[int, str]:
    first = _FIRST.index(step.predicate) if step.predicate in _FIRST else len(_FIRST)
    return first, citations.property_label(step.predicate).casefold()
