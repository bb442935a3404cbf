"""The form of a stored query: a field for each parameter, its values, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError
from ogdkg.rdf.terms import Iri, compact
from ogdkg.search.empty_answers import known_values
from ogdkg.search.probing import SECONDS as PATIENCE
from ogdkg.search.resolver import NameResolver
from ogdkg.web.questions.asked import Asked

_FEW = 50  # values below which all are shown to choose from
_MOST_OFFERED = 1_000  # values that a text field completes
_KEYBOARDS = {"number": "decimal", "integer": "numeric", "date": "numeric"}
_FORMS = {
    "number": "A number, such as 5 or 1.5.",
    "integer": "A whole number.",
    "date": "A year, a month or a day, such as 2017, 2017-04 or 2017-04-11.",
    "iri": "A name or a code.",
    "xsd_date": "A day, such as 2014-06-30.",
    "xsd_dateTime": "A moment, such as 2014-06-30T12:00:00Z.",
    "xsd_time": "A time, such as 12:00:00.",
    "xsd_gYear": "A year, such as 2014.",
    "xsd_gYearMonth": "A month, such as 2014-06.",
    "xsd_integer": "A whole number.",
    "xsd_decimal": "A number, such as 1.5.",
    "xsd_double": "A number, such as 1.5e3.",
    "xsd_anyURI": "An address, such as https://example.org/.",
}
_TRUTHS = [("true", "yes"), ("false", "no")]

Offer = tuple[str, str]  # a value, and its label


class Link(NamedTuple):
    """A text that leads to an address."""

    text: str
    address: str


class Fault(NamedTuple):
    """What is wrong with a field, and what would be right.

    Attributes:
        parameter: The name of the field.
        message: What is wrong, in a sentence.
        near: Values that may be meant, which lead to the question with them.
    """

    parameter: str
    message: str
    near: tuple[Link, ...] = ()


class Choice(NamedTuple):
    """A value to choose."""

    value: str
    label: str
    is_chosen: bool


class Field(NamedTuple):
    """A field of a form.

    Attributes:
        name: The name of the parameter.
        label: What to call it.
        kind: `select`, `boxes` where several values may be chosen, or `text`.
        needed: Whether the question needs it.
        several: Whether it takes several values.
        values: What was given.
        choices: The values to choose from.
        offered: The values that a text field completes, with their labels.
        help: How to write a value, and what holds without one.
        example: The question with its example, if it has one.
        keyboard: What a telephone offers to write it with.
        fault: What is wrong with it.
    """

    name: str
    label: str
    kind: str
    needed: bool
    several: bool
    values: tuple[str, ...]
    choices: tuple[Choice, ...]
    offered: tuple[Offer, ...]
    help: str
    example: Link | None
    keyboard: str
    fault: Fault | None

    @property
    def given(self) -> tuple[str, ...]:
        """What the values that were given are called, for paper, which has no form."""
        return tuple(each.label for each in self.choices if each.is_chosen and each.value) or self.values


class Offers:
    """The values that parameters may have, read once.

    Attributes:
        seconds: How long it may take to list those of one.
    """

    def __init__(self) -> None:
        self.seconds = PATIENCE
        self._known: dict[tuple[str, str], list[Offer]] = {}

    def of(self, resolver: NameResolver, asked: Asked, parameter: Parameter) -> list[Offer]:
        """Return the values of a parameter with their labels; none where they cannot be listed soon."""
        key = (asked.query.name, parameter.name)
        if key not in self._known:
            self._known[key] = self._read(resolver, asked, parameter)
        return self._known[key]

    def _read(self, resolver: NameResolver, asked: Asked, parameter: Parameter) -> list[Offer]:
        if parameter.kind == "xsd_boolean":
            return _TRUTHS
        graph = resolver.graph
        if graph.options.endpoint or graph.is_large_here:
            return []
        try:
            if parameter.is_resource:
                return resolver.offered(asked.query, parameter)
            if parameter.column:
                known = known_values(graph, asked.query, parameter, {}, self.seconds)
                return [(text, text) for text in known]
        except OgdkgError:
            pass  # another query, which lists them, is broken: the field still takes a name
        return []


def faults_of(resolver: NameResolver, asked: Asked) -> list[Fault]:
    """Return what is wrong with the values of a question."""
    found = [_unknown(asked, name) for name in asked.unknown[:_MOST_FAULTS]]
    for parameter in asked.query.parameters:
        texts = asked.values.get(parameter.name, [])
        if not texts and not parameter.is_optional and asked.values:
            found.append(Fault(parameter.name, "The question needs this."))
        elif len(texts) > 1 and not parameter.multivalued:
            near = tuple(Link(text, asked.alone(parameter.name, text)) for text in texts[:_MOST_NEAR])
            found.append(Fault(parameter.name, "Give one value.", near))
        for text in texts if len(texts) <= 1 or parameter.multivalued else ():
            if len(found) < _MOST_FAULTS and (fault := _fault(resolver, asked, parameter, text)):
                found.append(fault)
    return found


_MOST_NEAR = 5
_MOST_FAULTS = 10  # that are told; each has an address with all values


def _unknown(asked: Asked, name: str) -> Fault:
    """What is wrong with a field that no parameter of the query has the name of."""
    try:
        asked.query.parameter(name)
    except UsageError:
        from ogdkg.errors import nearest

        names = [each.name for each in asked.query.parameters]
        was = [each.name for each in asked.query.parameters if name in each.formerly]
        near = tuple(Link(each, asked.renamed(name, each)) for each in was or nearest(name, names))
        message = f"{name!r} is named {was[0]!r} now." if was else f"There is no field {name!r}."
        return Fault(name, message, near)
    raise AssertionError("a field that is no parameter")


def _fault(resolver: NameResolver, asked: Asked, parameter: Parameter, text: str) -> Fault | None:
    try:
        resolver.terms(asked.query, {parameter.name: [text] if parameter.multivalued else text})
    except UsageError as error:
        near = resolver.near(asked.query, parameter, text) if parameter.is_resource else []
        links = tuple(
            Link(label, asked.corrected(parameter.name, text, value)) for value, label in near[:_MOST_NEAR]
        )
        if isinstance(error, UnknownNameError):
            return Fault(parameter.name, f"Nothing to choose here is named {text!r}.", links)
        message = error.message.removeprefix(f"--{parameter.name}: ")
        is_told = links or not error.hint or "`" in error.hint
        return Fault(parameter.name, message if is_told else f"{message} {error.hint}", links)
    return None


def fields_of(resolver: NameResolver, offers: Offers, asked: Asked, faults: Sequence[Fault]) -> list[Field]:
    """Return the fields of a form, those that the question needs first."""
    wrong = {fault.parameter: fault for fault in reversed(faults)}
    ordered = sorted(asked.query.parameters, key=lambda each: each.is_optional)
    return [
        _field(resolver, asked, each, offers.of(resolver, asked, each), wrong.get(each.name))
        for each in ordered
    ]


def _field(
    resolver: NameResolver, asked: Asked, parameter: Parameter, offered: list[Offer], fault: Fault | None
) -> Field:
    texts = asked.values.get(parameter.name, [])
    few = 0 < len(offered) < _FEW
    looked_up = texts[:_FEW] if few else []  # more than are offered cannot all be right
    chosen = [offered_value(resolver, asked, parameter, text, offered) for text in looked_up]
    chosen += texts[len(looked_up) :]
    shown = chosen or list(filter(None, parameter.default))  # an empty text is none
    known = {value for value, _ in offered}
    choices = [Choice(value, label, value in shown) for value, label in offered]
    choices = [Choice(text, text, True) for text in shown if text not in known] + choices
    example = None
    if parameter.example and parameter.example not in texts and not (fault and fault.near):
        address = asked.corrected(parameter.name, texts[0] if len(texts) == 1 else "", parameter.example)
        example = Link(parameter.example, address)
    label = parameter.label or parameter.name
    return Field(
        name=parameter.name,
        label=label[:1].upper() + label[1:],
        kind=("boxes" if parameter.multivalued else "select") if few else "text",
        needed=not parameter.is_optional,
        several=parameter.multivalued,
        values=tuple(shown),
        choices=tuple(choices) if few else (),
        offered=tuple(offered) if not few and len(offered) <= _MOST_OFFERED else (),
        help="" if few else help_of(parameter),
        example=example,
        keyboard=_KEYBOARDS.get(parameter.kind.removeprefix("xsd_"), ""),
        fault=fault,
    )


def offered_value(
    resolver: NameResolver, asked: Asked, parameter: Parameter, text: str, offered: list[Offer]
) -> str:
    """Return the value among those offered that a text stands for, as a code may; else the text."""
    known = {value for value, _ in offered}
    if text in known or not parameter.is_resource:
        return text
    try:
        terms = resolver.terms(asked.query, {parameter.name: [text] if parameter.multivalued else text})
    except UsageError:
        return text
    found, *others = terms[parameter.name]
    if others or not isinstance(found, Iri):
        return text
    label = resolver.candidates(asked.query, parameter).label(found)
    short = compact(found.value, resolver.graph.project.prefixes)
    return next((each for each in (label, short, found.value) if each in known), text)


def help_of(parameter: Parameter) -> str:
    """Return how to write a value of a parameter."""
    return "Any text." if parameter.kind == "literal" else _FORMS.get(parameter.kind, "")
