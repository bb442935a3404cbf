"""What a page tells of one term: what it means, how it hangs together with others, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from ogdkg.rdf.labels import language_rank
from ogdkg.rdf.retired import DEPRECATED
from ogdkg.rdf.terms import DCTERMS, OWL, RDFS, SH, SKOS, VANN, Iri, Literal, Term, compact, local_name
from ogdkg.web.ontology.facts import TYPE
from ogdkg.web.ontology.lines import FOR_PROGRAMS, SAID, order_of
from ogdkg.web.ontology.shapes import Rule, ShapeWording
from ogdkg.web.ontology.usage import Fact, Usage
from ogdkg.web.ontology.vocabulary import (
    CLASS,
    DATATYPE,
    DEFINED_BY,
    DOMAINS,
    INDIVIDUAL,
    KINDS,
    MEANINGS,
    NAMES,
    ONTOLOGY,
    PROPERTY,
    RANGES,
    SCHEME,
    SHAPE,
    SUCCESSORS,
    Vocabulary,
)
from ogdkg.web.ontology.words import Piece, Wording, Words, in_order, listed, say

_SUBCLASS, _SUBPROPERTY = RDFS + "subClassOf", RDFS + "subPropertyOf"
_EXAMPLES = (VANN + "example", SKOS + "example")
_NOTES = {
    SKOS + "scopeNote": "When to use it",
    VANN + "usageNote": "How it is used here",
    SKOS + "note": "Note",
    SKOS + "editorialNote": "Why it is so",
    SKOS + "changeNote": "What changed",
    SKOS + "historyNote": "What it was before",
    RDFS + "comment": "Comment",
    DCTERMS + "description": "Description",
    SKOS + "definition": "Definition",
}
_CHARACTERISTICS = {
    "FunctionalProperty": "a thing has one value at most",
    "InverseFunctionalProperty": "no two things share a value",
    "TransitiveProperty": "it carries on: what holds from a to b and from b to c holds from a to c",
    "SymmetricProperty": "it holds both ways",
    "AsymmetricProperty": "it never holds both ways",
    "ReflexiveProperty": "it holds of each thing with itself",
    "IrreflexiveProperty": "it never holds of a thing with itself",
}
_OF_TERMS = {
    "ObjectProperty": "property that links things",
    "DatatypeProperty": "property with plain values",
    "AnnotationProperty": "property for notes on a thing",
    "OntologyProperty": "property of ontologies",
}
# What a page tells of a term in lines of its own, so that these need not stand among the others.
_TOLD = {
    TYPE, *NAMES, *MEANINGS, *SUCCESSORS, *_EXAMPLES, *_NOTES, DEPRECATED, DEFINED_BY,
    SKOS + "altLabel", SKOS + "hiddenLabel",
}  # fmt: skip
_AGENTS = ("creator", "contributor", "publisher", "rightsHolder", "maker", "author")
_MADE_OF = tuple(
    OWL + name
    for name in (
        "unionOf", "intersectionOf", "complementOf", "oneOf", "onDatatype", "withRestrictions",
        "datatypeComplementOf",
    )
)  # fmt: skip
_OF_CLASSES = tuple(OWL + name for name in ("equivalentClass", "disjointWith", "disjointUnionOf", "hasKey"))
_OF_PROPERTIES = tuple(
    OWL + name for name in ("equivalentProperty", "propertyDisjointWith", "inverseOf", "propertyChainAxiom")
)
_TOLD_OF = {
    CLASS: {_SUBCLASS, *_OF_CLASSES, *_MADE_OF},
    DATATYPE: {_SUBCLASS, *_OF_CLASSES[:2], *_MADE_OF},
    PROPERTY: {_SUBPROPERTY, *_OF_PROPERTIES, *DOMAINS, *RANGES},
    SCHEME: {SKOS + "hasTopConcept", SKOS + "member", SKOS + "memberList", OWL + "sameAs"},
}
_SHOWN_KINDS = {
    ONTOLOGY: "ontology", CLASS: "class", PROPERTY: "property", DATATYPE: "kind of value",
    INDIVIDUAL: "named thing", SCHEME: "list of concepts", SHAPE: "rule",
}  # fmt: skip


class TermView:
    """What the templates show of a term.

    Args:
        term: The term.
        wording: Puts classes into words.
        shapes: Puts shapes into words.
    """

    def __init__(self, term: Iri, wording: Wording, shapes: ShapeWording) -> None:
        self._words, self._shape_words = wording, shapes
        self._vocabulary: Vocabulary = wording.vocabulary
        self._facts = wording.facts
        self.term, self.iri = term, term.value
        self.kind = self._vocabulary.kinds.get(term, "")
        self.name = self._vocabulary.name(term)
        self.address = wording.at.of(term.value)
        self.part = _fragment(term.value)

    @property
    def short(self) -> str:
        """Its IRI in short."""
        return compact(self.iri, self._vocabulary.citations.prefixes) or self.iri

    @cached_property
    def meaning(self) -> Literal | None:
        """What it means."""
        return self._vocabulary.meaning(self.term)

    @property
    def what(self) -> str:
        """What it is, in words."""
        types = self._facts.types(self.term)
        said = [words for name, words in _OF_TERMS.items() if OWL + name in types]
        return ", ".join(said) or _SHOWN_KINDS.get(self.kind, "term")

    @cached_property
    def is_deprecated(self) -> bool:
        """Whether it should be used no more."""
        return self._vocabulary.is_deprecated(self.term)

    @property
    def successors(self) -> list[Words]:
        """What to use instead."""
        return self._links(self._facts.values(self.term, *SUCCESSORS))

    @property
    def definer(self) -> Words:
        """Who defines it."""
        return listed(self._links(self._facts.values(self.term, DEFINED_BY)))

    @cached_property
    def number(self) -> int:
        """How much it is used in the graph."""
        return self.used.number

    @cached_property
    def used(self) -> Usage:
        """Where the graph uses it."""
        return Usage(self.term, self.kind, self._words)

    # -- lines ---------------------------------------------------------------------

    @cached_property
    def facts(self) -> list[Fact]:
        """How it hangs together with other terms."""
        lines = {CLASS: self._of_class, PROPERTY: self._of_property, DATATYPE: self._of_datatype}
        return [fact for fact in lines.get(self.kind, self._of_other)() if fact.values]

    @cached_property
    def said(self) -> list[Fact]:
        """Its other names, notes on it, and what else is said of it."""
        return [fact for fact in self._of_all() if fact.values or fact.more]

    def _of_class(self) -> Iterator[Fact]:
        yield from self._above_and_below("A kind of", "Its kinds", _SUBCLASS)
        yield from self._equal(
            "equivalentClass", "disjointWith", self._vocabulary.disjoint.get(self.term, ())
        )
        yield Fact("Made of", self._expressions(OWL + "disjointUnionOf", is_list=True))
        yield Fact("Told apart by", [listed(self._links(self._facts.items(head))) for head in self._facts.values(self.term, OWL + "hasKey")])  # fmt: skip  # noqa: E501
        yield Fact("Made by", self._own_expression())
        yield Fact("May have", self._links(self._vocabulary.domains.get(self.term, ())))
        for above in self._vocabulary.above(self.term, _SUBCLASS):
            inherited = self._links(self._vocabulary.domains.get(above, ()))
            yield Fact(f"As {_a(self._vocabulary.name(above).value)}, may have", inherited)
        yield Fact("Is a value of", self._links(self._vocabulary.ranges.get(self.term, ())))

    def _of_property(self) -> Iterator[Fact]:
        yield Fact("Says of", self._words.scope(self.term, DOMAINS))
        yield Fact("Its value is", self._words.scope(self.term, RANGES))
        types = self._facts.types(self.term)
        yield Fact(
            "How it works", [say(text) for name, text in _CHARACTERISTICS.items() if OWL + name in types]
        )
        yield from self._above_and_below("A kind of", "Its kinds", _SUBPROPERTY)
        inverse = [
            *self._facts.values(self.term, OWL + "inverseOf"),
            *self._facts.subjects(OWL + "inverseOf", self.term),
        ]
        yield Fact("The other way round", self._links(each for each in inverse if isinstance(each, Iri)))
        yield from self._equal("equivalentProperty", "propertyDisjointWith", ())
        chains = self._facts.values(self.term, OWL + "propertyChainAxiom")
        yield Fact("Follows from", in_order(map(self._words.chain, chains)))

    def _of_datatype(self) -> Iterator[Fact]:
        yield Fact("Made by", self._own_expression())
        yield from self._equal("equivalentClass", "disjointWith", ())
        yield from self._above_and_below("A kind of", "Its kinds", _SUBCLASS)
        yield Fact("Is a value of", self._links(self._vocabulary.ranges.get(self.term, ())))

    def _of_other(self) -> Iterator[Fact]:
        known = [each for each in self._facts.values(self.term, TYPE) if str(each) not in KINDS]
        yield Fact("Is", in_order(self._words.a(each) for each in known))
        yield Fact("The same as", self._links(self._facts.values(self.term, OWL + "sameAs")))

    def _of_all(self) -> Iterator[Fact]:
        others: list[Words] = [
            (Piece(value.value, "", value.language),)
            for each in (*NAMES, SKOS + "altLabel", SKOS + "hiddenLabel")
            for value in self._facts.values(self.term, each)
            if isinstance(value, Literal) and value != self.name
        ]
        yield Fact("Other names", in_order(others))
        for predicate, name in {**dict.fromkeys(MEANINGS, "Also"), **_NOTES}.items():
            texts = [
                value
                for value in self._facts.values(self.term, predicate)
                if isinstance(value, Literal) and value != self.meaning
            ]
            yield self._texts(name, texts)
            things = [
                each for each in self._facts.values(self.term, predicate) if not isinstance(each, Literal)
            ]
            yield Fact(name, [self._words.value(each) for each in things])
        told = _TOLD | _TOLD_OF.get(self.kind, {OWL + "sameAs"})
        for each in sorted(self._facts.about(self.term), key=order_of):
            if each not in told and each not in FOR_PROGRAMS and not self._is_of_shape(each):
                yield self._other(each, SAID.get(each, ""))

    def _texts(self, name: str, texts: Iterable[Literal]) -> Fact:
        """Texts, those that the reader has no language for apart."""
        languages = self._vocabulary.languages
        ranked = sorted(texts, key=lambda each: (language_rank(each.language, languages), each.language))
        found: tuple[list[Words], list[Words]] = ([], [])
        for each in ranked:
            is_foreign = language_rank(each.language, languages) > len(languages)
            found[is_foreign].append((Piece(each.value, "", each.language),))
        return Fact(name, *(found if found[0] or self.meaning else found[::-1]), is_text=True)

    def _is_of_shape(self, predicate: str) -> bool:
        """Whether the words of a shape tell it."""
        return predicate.startswith(SH) and predicate.removeprefix(SH) not in (
            "group",
            "order",
            "defaultValue",
        )

    def _other(self, predicate: str, name: str) -> Fact:
        put = self._words.agent if local_name(predicate) in _AGENTS else self._words.value
        values = in_order(put(value) for value in self._facts.values(self.term, predicate))
        return Fact(name or self._vocabulary.name(Iri(predicate)).value, values)

    @property
    def for_programs(self) -> list[Fact]:
        """What programs need to know of it."""
        said = self._facts.about(self.term)
        return [self._other(each, name) for each, name in FOR_PROGRAMS.items() if each in said]

    def _above_and_below(self, above: str, below: str, by: str) -> Iterator[Fact]:
        values = self._facts.values(self.term, by)
        named = self._links(each for each in values if isinstance(each, Iri))
        made = in_order(self._words.a(each) for each in values if not isinstance(each, Iri))
        yield Fact(above, [*named, *made])
        yield Fact(
            below, self._links(each for each in self._facts.subjects(by, self.term) if isinstance(each, Iri))
        )

    def _equal(self, same: str, apart: str, more: Iterable[Term]) -> Iterator[Fact]:
        equal = [*self._facts.values(self.term, OWL + same), *self._facts.subjects(OWL + same, self.term)]
        yield Fact("The same as", in_order(map(self._words.value, equal)))
        never = [
            *self._facts.values(self.term, OWL + apart),
            *self._facts.subjects(OWL + apart, self.term),
            *more,
        ]
        yield Fact("Never also", in_order(map(self._words.value, never)))

    def _expressions(self, by: str, *, is_list: bool = False) -> list[Words]:
        heads = self._facts.values(self.term, by)
        if is_list:
            return [listed(self._links(self._facts.items(head)), "or") for head in heads]
        return in_order(self._words.a(each) for each in heads)

    def _own_expression(self) -> list[Words]:
        """What a named class is made of, where its own node says so (OWL 2 mapping, section 3.2.4)."""
        return self._words.forms_of(self.term)

    def _links(self, terms: Iterable[Term]) -> list[Words]:
        return [(piece,) for piece in sorted(dict.fromkeys(map(self._words.link, terms)))]

    # -- shapes and examples --------------------------------------------------------

    @cached_property
    def rules(self) -> list[tuple[list[Words], Rule]]:
        """What shapes ask of it: the targets of each, and what it asks."""
        shapes: dict[Term, None] = {}
        if self.kind == SHAPE:
            shapes[self.term] = None
        if self.kind == CLASS:
            if self._vocabulary.is_shape(self.term):  # of its own things
                shapes[self.term] = None
            shapes |= dict.fromkeys(self._facts.subjects(SH + "targetClass", self.term))
        if self.kind == PROPERTY:
            for by in ("path", "targetSubjectsOf", "targetObjectsOf"):
                shapes |= dict.fromkeys(self._facts.subjects(SH + by, self.term))
        told = ((self._targets(each), self._shape_words.rule(each)) for each in shapes)
        return [(targets, rule) for targets, rule in told if not rule.is_empty]

    def _targets(self, shape: Term) -> list[Words]:
        """What a shape is asked of; on the page of a class, its things alone."""
        if self.kind == CLASS:
            return [say("every ", self._words.link(self.term))]
        return self._shape_words.reach(shape)

    @property
    def users(self) -> list[Words]:
        """The shapes that use a shape."""
        return self._shape_words.users(self.term) if self.kind == SHAPE else []

    @cached_property
    def stated_examples(self) -> list[Words]:
        """The examples that its ontology gives."""
        return [self._words.value(each) for each in self._facts.values(self.term, *_EXAMPLES)]


def _fragment(iri: str) -> str:
    return iri.partition("#")[2]


def _a(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
