"""Classes, datatypes and values in words, with links: what OWL and RDFS say by nodes and lists.

https://www.w3.org/TR/owl2-mapping-to-rdf/ names the nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import ClassVar, NamedTuple

from ogdkg.rdf.lists import NIL
from ogdkg.rdf.terms import (
    OWL,
    RDF,
    RDFS,
    XSD,
    XSD_STRING,
    Blank,
    Iri,
    Literal,
    Subject,
    Term,
    TripleTerm,
    local_name,
)
from ogdkg.text.escape import link as escaped_link
from ogdkg.web.ontology.facts import TYPE, Facts
from ogdkg.web.ontology.vocabulary import DATATYPE, NAMES, Vocabulary
from ogdkg.web.pages.addresses import Addresses

_MOST_LISTED = 12  # members of a list that are named
_MOST_EXPRESSIONS = 5_000  # of a page
_DEEPEST = 6  # expressions within one another that are put into words
_PLAIN: dict[str, str] = {
    XSD_STRING: "text",
    XSD + "normalizedString": "text on one line",
    XSD + "token": "text without extra spaces",
    RDF + "langString": "text in a language",
    RDF + "HTML": "formatted text",
    RDF + "PlainLiteral": "text",
    RDFS + "Literal": "text or another plain value",
    RDFS + "Resource": "anything",
    OWL + "Thing": "any thing",
    OWL + "Nothing": "nothing",
    XSD + "boolean": "yes or no",
    XSD + "integer": "a whole number",
    XSD + "int": "a whole number",
    XSD + "long": "a whole number",
    XSD + "short": "a whole number",
    XSD + "nonNegativeInteger": "a whole number from 0",
    XSD + "unsignedInt": "a whole number from 0",
    XSD + "positiveInteger": "a whole number from 1",
    XSD + "decimal": "a number",
    XSD + "double": "a number",
    XSD + "float": "a number",
    XSD + "date": "a date",
    XSD + "dateTime": "a date and time",
    XSD + "dateTimeStamp": "a date and time with its time zone",
    XSD + "time": "a time of day",
    XSD + "gYear": "a year",
    XSD + "gYearMonth": "a month of a year",
    XSD + "gMonthDay": "a day of any year",
    XSD + "duration": "a length of time",
    XSD + "anyURI": "a web address",
    XSD + "language": "a language tag",
    XSD + "base64Binary": "binary data",
    XSD + "hexBinary": "binary data",
}
_REACHED = ("email", "mbox", "hasEmail", "url", "homepage", "page")
_BELONGS = ("affiliation", "memberOf", "worksFor", "parentOrganization", "subOrganizationOf")
_MOST_OF_AGENT = 50  # statements
_FACETS = {
    "minInclusive": "from", "minExclusive": "above", "maxInclusive": "up to", "maxExclusive": "below",
    "length": "as long as", "minLength": "not shorter than", "maxLength": "not longer than",
    "pattern": "of the pattern", "langRange": "in the language",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of a sentence: a text, where it leads, its language, whether it leads to another server."""

    text: str
    address: str = ""
    language: str = ""
    is_outside: bool = False


Words = tuple[Piece, ...]


def say(*parts: str | Words | Piece) -> Words:
    """Join texts and pieces to a sentence."""
    found: list[Piece] = []
    for part in parts:
        if isinstance(part, str):
            found.append(Piece(part))
        elif isinstance(part, Piece):
            found.append(part)
        else:
            found.extend(part)
    return tuple(found)


def listed(items: Sequence[Words], word: str = "and", comma: str = ", ") -> Words:
    """Items as a list: `a, b or c`; with a semicolon for a comma, also before the last.

    >>> plain(listed([(Piece("a"),), (Piece("b"),), (Piece("c"),)], "or"))
    'a, b or c'
    """
    found: list[Piece] = []
    for place, item in enumerate(items):
        if place:
            is_last = place == len(items) - 1
            before = " " if comma == ", " else comma
            found.append(Piece(f"{before}{word} " if is_last else comma))
        found.extend(item)
    return tuple(found)


def plain(words: Words) -> str:
    """The text of a sentence."""
    return "".join(each.text for each in words)


def in_order(items: Iterable[Words]) -> list[Words]:
    """Sentences, each once, in the order of their texts: nodes without names come in no order."""
    return sorted(dict.fromkeys(items), key=plain)


class Wording:
    """Puts class expressions into words.

    Args:
        vocabulary: The terms.
        at: The addresses of the server.
    """

    def __init__(self, vocabulary: Vocabulary, at: Addresses) -> None:
        self.vocabulary, self.at = vocabulary, at
        self.facts: Facts = vocabulary.facts
        self._left = _MOST_EXPRESSIONS

    def spend(self) -> bool:
        """Whether one more expression may be put into words: few nodes, shared, may say very much."""
        self._left -= 1
        return self._left > 0

    def link(self, term: Term, text: str = "") -> Piece:
        """A term or thing by its name, as a link where it has a page."""
        if isinstance(term, Literal):
            return Piece(f"“{term.value}”", "", term.language)
        if not isinstance(term, Iri):
            return Piece("something without a name")
        name = self.vocabulary.name(term)
        language = "" if text else name.language
        if self.vocabulary.has_page(term):
            return Piece(text or name.value, self.at.of(term.value), language)
        return Piece(text or name.value, escaped_link(term.value) or "", language, is_outside=True)

    def a(self, node: Term, depth: int = 0) -> Words:
        """A class or a datatype with an article: `an initiative`, `text`, `a tool or a dataset`."""
        if isinstance(node, Iri):
            return self._named(node)
        if depth > _DEEPEST or not isinstance(node, Blank) or not self.spend():
            return (Piece("something that is not put into words here"),)
        said = self.forms_of(node, depth)
        return listed(said) if said else (Piece("something that is described nowhere"),)

    def forms_of(self, node: Subject, depth: int = 0) -> list[Words]:
        """What a node says that a class is made of."""
        said = self.facts.about(node)
        return [
            made
            for each, make in self._forms.items()
            if each in said
            for made in make(self, node, each, depth)
        ]

    def _named(self, node: Iri) -> Words:
        if text := _PLAIN.get(node.value):
            return (self.link(node, text),)
        link = self.link(node)
        if link.language[:2] not in ("", "en") or not link.text.isascii():
            return (link,)
        return say("an " if link.text[:1].lower() in "aeiou" else "a ", link)

    # -- expressions ---------------------------------------------------------------

    def _members(self, node: Subject, by: str, depth: int) -> list[list[Words]]:
        return [
            self.of_each(self.facts.items(head), lambda each: self.a(each, depth + 1))
            for head in self.facts.values(node, by)
        ]

    @staticmethod
    def of_each(members: Sequence[Term], put: Callable[[Term], Words]) -> list[Words]:
        """The first members in words, and how many there are besides."""
        found = [put(each) for each in members[:_MOST_LISTED]]
        left = len(members) - _MOST_LISTED
        return [*found, (Piece(f"{left:,} more"),)] if left > 0 else found

    def _either(self, node: Subject, by: str, depth: int) -> list[Words]:
        return [listed(each, "or") for each in self._members(node, by, depth) if each]

    def _both(self, node: Subject, by: str, depth: int) -> list[Words]:
        return [listed(each, "that is also") for each in self._members(node, by, depth) if each]

    def _anything_but(self, node: Subject, by: str, depth: int) -> list[Words]:
        return [say("anything but ", self.a(each, depth + 1)) for each in self.facts.values(node, by)]

    def _one_of(self, node: Subject, by: str, depth: int) -> list[Words]:
        return [self.one_of(self.facts.items(head)) for head in self.facts.values(node, by)]

    def one_of(self, members: Sequence[Term]) -> Words:
        """One of some values, of which the first are named."""
        named = [(self.link(each),) for each in members[:_MOST_LISTED]]
        if len(members) > _MOST_LISTED:
            named.append((Piece(f"{len(members) - _MOST_LISTED:,} more"),))
            return say("one of ", listed(named, "and"))
        return say("one of ", listed(named, "and")) if len(named) > 1 else say(*named)

    def _restriction(self, node: Subject, by: str, depth: int) -> list[Words]:
        if depth >= _DEEPEST:
            return []
        found: list[Words] = []
        for property_ in self.facts.values(node, by):
            inverse = None if isinstance(property_, Iri) else self.facts.one(property_, OWL + "inverseOf")
            if isinstance(inverse, Iri):
                found += self._restricted_back(node, say("the ", self.link(inverse), " of "), depth)
            else:
                found += self._restricted(node, say(self.property_name(property_)), depth)
        return found

    def _restricted(self, node: Subject, name: Words, depth: int) -> Iterator[Words]:
        """What has such values of a property."""
        for each in self.facts.values(node, OWL + "someValuesFrom"):
            yield say("something with at least one ", name, _which(self.a(each, depth + 1)))
        for each in self.facts.values(node, OWL + "allValuesFrom"):
            yield say("something of which every ", name, " is ", self.a(each, depth + 1))
        for each in self.facts.values(node, OWL + "hasValue"):
            yield say("something whose ", name, " is ", self.link(each))
        if self.facts.values(node, OWL + "hasSelf"):
            yield say("something that is its own ", name)
        for words, names in _CARDINALITIES:
            for number in self.facts.values(node, *names):
                yield say(f"something with {words} {number} ", name, _which(self._of_what(node, depth)))

    def _restricted_back(self, node: Subject, what: Words, depth: int) -> Iterator[Words]:
        """What such things have as a value of a property."""
        for each in self.facts.values(node, OWL + "someValuesFrom"):
            yield say(what, "at least ", self.a(each, depth + 1))
        for each in self.facts.values(node, OWL + "allValuesFrom"):
            yield say(what, "nothing but ", self.a(each, depth + 1))
        for each in self.facts.values(node, OWL + "hasValue"):
            yield say(what, self.link(each))
        for words, names in _CARDINALITIES:
            for number in self.facts.values(node, *names):
                thing = "thing" if str(number) == "1" else "things"
                yield say(what, f"{words} {number} {thing}", _which(self._of_what(node, depth)))

    def _of_what(self, node: Subject, depth: int) -> Words:
        of = self.facts.one(node, OWL + "onClass", OWL + "onDataRange")
        return self.a(of, depth + 1) if of is not None else ()

    def property_name(self, node: Term) -> Piece:
        """The name of a property, or of the way back along one."""
        if isinstance(node, Iri):
            return self.link(node)
        if (inverse := self.facts.one(node, OWL + "inverseOf")) is not None and isinstance(inverse, Iri):
            link = self.link(inverse)
            return link._replace(text=f"“{link.text}” of which it is the value", language="")
        return Piece("property")

    def _faceted(self, node: Subject, by: str, depth: int) -> list[Words]:
        found = []
        for datatype in self.facts.values(node, by):
            facets = [
                f"{words} {value}"
                for head in self.facts.values(node, OWL + "withRestrictions")
                for item in self.facts.items(head)
                for base in (XSD, RDF)
                for facet, words in _FACETS.items()
                for value in self.facts.values(item, base + facet)
            ]
            found.append(say(self.a(datatype, depth + 1), f" {' and '.join(facets)}" if facets else ""))
        return found

    _forms: ClassVar[Mapping[str, Callable[[Wording, Subject, str, int], list[Words]]]] = {
        OWL + "unionOf": _either,
        OWL + "intersectionOf": _both,
        OWL + "complementOf": _anything_but,
        OWL + "datatypeComplementOf": _anything_but,
        OWL + "oneOf": _one_of,
        OWL + "onProperty": _restriction,
        OWL + "onDatatype": _faceted,
        OWL + "disjointUnionOf": _either,
    }

    def scope(self, term: Term, by: Sequence[str]) -> list[Words]:
        """Domains or ranges: several of RDFS hold at once, several of schema.org are alternatives."""
        strict = in_order(self.a(each) for each in self.facts.values(term, by[0]))
        loose = in_order(self.a(each) for each in self.facts.values(term, *by[1:]))
        return [*filter(None, (listed(strict, "that is also"), listed(loose, "or")))]

    def chain(self, head: Term) -> Words:
        """A chain of properties: `c of the b of the a`."""
        return path_of([(self.property_name(each),) for each in self.facts.items(head) if each != NIL])

    def is_plain(self, node: Term) -> bool:
        """Whether a range holds values and no things."""
        return isinstance(node, Iri) and (
            node.value in _PLAIN or self.vocabulary.kinds.get(node) == DATATYPE or node.value.startswith(XSD)
        )

    def value(self, term: Term, depth: int = 0) -> Words:
        """A value as it is: a thing by its name, a text, an expression in words."""
        if isinstance(term, Literal):
            return (Piece(term.value, "", term.language),)
        if isinstance(term, TripleTerm):
            return (Piece(str(term)),)
        if isinstance(term, Iri):
            return (self.link(term),)
        is_class = any(each in self.facts.about(term) for each in self._forms)
        return self.a(term) if is_class else self._record(term, depth)

    def agent(self, term: Term) -> Words:
        """Who made something: with what an agent belongs to, and where it is reached."""
        if not isinstance(term, Iri):
            return self.value(term)
        found: list[Words] = [(self.link(term),)]
        for quad in islice(self.vocabulary.resources.matching(term), _MOST_OF_AGENT):
            name = local_name(quad.predicate.value)
            if name in _REACHED and not isinstance(quad.object, Literal):
                found.append(self._reached(quad.object))
            elif name in _BELONGS:
                found.append(self.value(quad.object))
                found += self._addresses(quad.object)
        return _with_commas([found[0], *in_order(found[1:])])

    def _addresses(self, term: Term) -> Iterator[Words]:
        if isinstance(term, Iri | Blank):
            for quad in islice(self.vocabulary.resources.matching(term), _MOST_OF_AGENT):
                if local_name(quad.predicate.value) in _REACHED and isinstance(quad.object, Iri):
                    yield self._reached(quad.object)

    @staticmethod
    def _reached(term: Term) -> Words:
        text = str(term)
        return (Piece(text.removeprefix("mailto:"), escaped_link(text), is_outside=True),)

    def _record(self, node: Blank, depth: int) -> Words:
        """A thing without an IRI by what is said of it, its name first."""
        if depth >= _DEEPEST or not self.spend():
            return (Piece("…"),)
        name = self.facts.text(node, NAMES, self.vocabulary.languages)
        parts: list[Words] = [(Piece(name.value, "", name.language),)] if name else []
        for predicate in self.facts.about(node):
            for value in self.facts.values(node, predicate)[:_MOST_LISTED]:
                if (
                    value != name
                    and predicate != TYPE
                    and not (isinstance(value, Literal) and predicate in NAMES)
                ):
                    parts.append(self.value(value, depth + 1))
        return _with_commas(parts)


_CARDINALITIES = (
    ("exactly", (OWL + "cardinality", OWL + "qualifiedCardinality")),
    ("at least", (OWL + "minCardinality", OWL + "minQualifiedCardinality")),
    ("at most", (OWL + "maxCardinality", OWL + "maxQualifiedCardinality")),
)


def path_of(steps: Sequence[Words]) -> Words:
    """Properties one after another: the last of the first.

    >>> plain(path_of([(Piece("member"),), (Piece("name"),)]))
    'name of the member'
    """
    found: Words = ()
    for step in steps:
        found = say(step, " of the ", found) if found else step
    return found


def _with_commas(parts: Sequence[Words]) -> Words:
    found: Words = ()
    for part in parts:
        found = say(found, ", ", part) if found else part
    return found


def _which(kind: Words) -> Words:
    return say(" that is ", kind) if kind else ()
