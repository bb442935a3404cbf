"""The profile of a resource: its properties in the groups of the shapes, each value with its citations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from ogdkg.errors import UnknownNameError, UsageError, some_of
from ogdkg.evidence.citations import Citation, Citations, Statement
from ogdkg.evidence.property_groups import Display, DisplayedProperty, Step, shown_properties
from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.labels import DESCRIPTIONS, LABELS, Languages, language_key
from ogdkg.rdf.terms import RDF, SKOS, XSD, XSD_STRING, Iri, Literal, Term, expand, is_iri
from ogdkg.search.labels import MOST_CHOICES
from ogdkg.text.escape import one_line

_TYPE = Iri(RDF + "type")
_CLASS = Step(_TYPE)
_DATES = {XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYearMonth", "gYear")}
# The properties of a group, and all others.
_Shapes = tuple[Sequence[DisplayedProperty], Sequence[DisplayedProperty]]
_WORD = compile_later(r"\w+")
BACK = "← "  # before the name of a property that is followed backwards
REST, LINKS = "Also said", "Links to it"
# The properties that come first if no shapes give an order.
_FIRST = tuple(map(Iri, (*LABELS, SKOS + "altLabel", RDF + "type", *DESCRIPTIONS)))


class Value(NamedTuple):
    """A value of a property.

    Attributes:
        term: The value.
        text: Its label or text.
        citations: The graphs that state it.
        details: Properties of the value that the same group displays, such as a contact's address; of a
            record its dates too.
        is_record: Whether its name only puts together what its details say, so that these can stand for it.
    """

    term: Term
    text: str
    citations: tuple[Citation, ...]
    details: tuple[Line, ...] = ()
    is_record: bool = False


class Line(NamedTuple):
    """A displayed property with its values."""

    name: str
    steps: tuple[Step, ...]
    values: tuple[Value, ...]


class Group(NamedTuple):
    """Properties under one heading."""

    name: str
    lines: tuple[Line, ...]


class Profile(NamedTuple):
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


def only(
    profile: Profile,
    wanted: str,
    translated: Iterable[str] = (),
    prefixes: Mapping[str, str] | None = None,
) -> Profile:
    """Return a profile with the facts alone that go by a name: a group, a property, or words of one.

    Args:
        profile: The profile.
        wanted: The name, or the IRI of a property.
        translated: What is called so in another language, by its name here.
        prefixes: Prefixes by which a property may be named.

    Raises:
        UnknownNameError: Nothing in the profile is called so.
    """
    given = expand(wanted, prefixes or {}) or (Iri(wanted) if is_iri(wanted) else None)
    for name in chain((wanted,), translated):
        for fits in (_is_called, _has_words):
            groups = [
                Group(group.name, tuple(line for line in group.lines if _is_meant(line, given, fits, name)))
                for group in profile.groups
            ]
            groups = [group for group in groups if group.lines] or [
                group for group in profile.groups if fits(group.name, name)
            ]
            if groups:
                return profile._replace(groups=tuple(groups), others=())
    names = [line.name.removeprefix(BACK) for group in profile.groups for line in group.lines]
    names += [group.name for group in profile.groups if group.name]
    see = f"There are: {some_of(names)}."
    raise UnknownNameError("property or group", wanted, names, see=see)


def _is_meant(line: Line, given: Iri | None, fits: Callable[[str, str], bool], name: str) -> bool:
    return fits(line.name, name) or any(step.predicate == given for step in line.steps)


def translated(citations: Citations, name: str) -> Iterator[str]:
    """Yield how properties and groups are called here that have a name in another language."""
    typed = name.casefold()
    meant = set(citations.names.candidates(name))
    for entry in shown_properties(citations.graph.project):
        names, groups = entry.spelled
        if typed in names or any(step.predicate in meant and not step.inverse for step in entry.steps):
            yield entry.name
        if typed in groups:
            yield entry.group
    yield from map(citations.property_label, sorted(meant, key=lambda iri: iri.value))


def _is_called(name: str, wanted: str) -> bool:
    return _words(name) == _words(wanted)


def _has_words(name: str, wanted: str) -> bool:
    return bool(wanted.strip()) and _words(wanted) <= _words(name)


def _words(name: str) -> set[str]:
    """The words of a name, in the singular as far as an s tells."""
    return {word.removesuffix("s") for word in name.casefold().split()}


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
        from ogdkg.evidence.unnamed import unnamed  # only for what no name names

        meanings = citations.names.candidates(name)
        if not meanings and (found := unnamed(citations, name)):
            return found
        if len(meanings) < 2:
            raise
        listed = [f"  {one_line(describe_candidate(citations, each))}" for each in meanings[:MOST_CHOICES]]
        listed += [f"  … {more:,} more"] if (more := len(meanings) - MOST_CHOICES) > 0 else []
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
    citations.read_blanks(thing, (*statements, *links))
    shapes = citations.kept("shown", lambda: Display(shown_properties(citations.graph.project)))
    groups = [*_grouped(citations, thing, [*statements, *links], shapes)]
    rest = [each for each in statements if Step(each.triple.predicate) not in shapes.by_step]
    back = [each for each in links if Step(each.triple.predicate, inverse=True) not in shapes.by_step]
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
    return tuple(
        citations.class_label(each.triple.object) for each in statements if each.triple.predicate == _TYPE
    )


def _group(name: str, lines: Sequence[Line]) -> list[Group]:
    return [Group(name, tuple(lines))] if lines else []


def _grouped(
    citations: Citations, thing: Iri, statements: Sequence[Statement], shapes: Display
) -> Iterator[Group]:
    places: dict[int, set[int]] = {}
    for step, found in _by_step(statements, thing).items():
        for number in shapes.by_step.get(step, ()):
            places.setdefault(number, set()).update(found)
    for name, numbers in shapes.groups.items():
        if not any(number in places for number in numbers):
            continue
        within = [shapes.shown[number] for number in numbers]
        others = [shown for number, shown in enumerate(shapes.shown) if number not in numbers]
        lines = [
            _line(citations, thing, shapes.shown[number], said, (within, others))
            for number in numbers
            if (said := [statements[place] for place in sorted(places.get(number, ()))])
        ]
        yield from _group(name, lines)


def _by_step(statements: Iterable[Statement], thing: Iri) -> dict[Step, list[int]]:
    """Return the places of the statements that each step takes from a resource."""
    places: dict[Step, list[int]] = {}
    for place, each in enumerate(statements):
        for step in _steps_of(each, thing):
            places.setdefault(step, []).append(place)
    return places


def _line(
    citations: Citations, thing: Iri, shown: DisplayedProperty, said: Sequence[Statement], shapes: _Shapes
) -> Line:
    values = tuple(_value(citations, each, thing, shapes, shown.text) for each in said)
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
    shapes: _Shapes = ((), ()),
    text: Sequence[Iri] = (),
) -> Value:
    triple = statement.triple
    term: Term = triple.object if triple.subject == thing else triple.subject
    if text and (said := _text(citations, term, text)):
        return Value(said.triple.object, citations.label(said.triple.object), said.citations)
    is_class = triple.predicate == _TYPE and term == triple.object
    name = citations.class_label(term) if is_class else citations.label(term)
    details, is_record = _details(citations, term, statement, thing, shapes)
    return Value(term, name, statement.citations, details, is_record)


def _text(citations: Citations, term: Term, properties: Sequence[Iri]) -> Statement | None:
    """Return what gives a value its text, such as the rdf:value of a textual body."""
    said = citations.statements_about(term) if isinstance(term, Iri) else ()
    return next((each for each in said if each.triple.predicate in properties), None)


def _details(
    citations: Citations, term: Term, met: Statement, thing: Iri, shapes: _Shapes
) -> tuple[tuple[Line, ...], bool]:
    """Return the properties of a value that the same group displays, and whether it is a record.

    Of a record, that is one whose name they stand for, its dates are among them.
    """
    within, others = shapes
    if not within or not isinstance(term, Iri) or any(_CLASS in shown.steps for shown in within):
        return (), False  # every resource has a class, so this is no group of details
    statements = [
        each
        for each in in_languages(citations.statements_about(term), citations.languages)
        if each.triple.predicate != met.triple.predicate and not citations.is_derived(each)
    ]
    details = tuple(_lines_of(citations, term, statements, within))
    if not _stand_for(details, citations.label(term), citations.label(thing)):
        return details, False
    dates = [each for each in statements if is_date(each.triple.object)]
    return (*details, *_lines_of(citations, term, dates, others)), True


def _lines_of(
    citations: Citations, term: Iri, statements: Sequence[Statement], shapes: Sequence[DisplayedProperty]
) -> Iterator[Line]:
    steps = {Step(each.triple.predicate) for each in statements}
    for shown in shapes if steps else ():
        if not steps.isdisjoint(shown.steps):
            found = [each for each in statements if Step(each.triple.predicate) in shown.steps]
            values = tuple(_value(citations, each, term, text=shown.text) for each in found)
            yield Line(shown.name, shown.steps, values)


def is_date(term: Term) -> bool:
    """Whether a term is a literal of XSD for a moment, a day, a month of a year, or a year."""
    return isinstance(term, Literal) and term.datatype in _DATES


def _stand_for(details: Sequence[Line], name: str, thing: str) -> bool:
    """Whether a name has a detail in it, and two thirds of its words are in them or name what it belongs to.

    Left aside are what is in brackets, and short words: "OPN, items: 350000 (a page)" puts together the name
    of a thing, a unit and a number.
    """
    texts = [value.text for line in details for value in line.values]
    if not any(text and text.casefold() in name.casefold() for text in texts):
        return False
    begin, end = name.find("("), name.rfind(")") + 1
    words = _longer_words(name[:begin] + name[end:] if 0 <= begin < end else name)
    said = {word for text in texts for word in _longer_words(text)}
    return 3 * len(words - said - _longer_words(thing)) <= len(words)


def _longer_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) > 3 or word[0].isdigit()}


def _by_label(citations: Citations, statements: Sequence[Statement], thing: Iri) -> list[Line]:
    """Return a line for each property: labels and classes first, then by the properties' labels."""
    places = _by_step(statements, thing)
    lines = []
    for step in sorted(places, key=lambda step: _place(citations, step)):
        values = tuple(_value(citations, statements[place], thing) for place in places[step])
        name = citations.property_label(step.predicate)
        lines.append(Line(BACK + name if step.inverse else name, (step,), values))
    return lines


def _place(citations: Citations, step: Step) -> tuple[int, str, str, bool]:
    first = _FIRST.index(step.predicate) if step.predicate in _FIRST else len(_FIRST)
    label = citations.property_label(step.predicate).casefold()
    return first, label, step.predicate.value, step.inverse  # the same each time, whichever way it leads
