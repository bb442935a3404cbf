"""Shapes and names guessed from what is seen in data, each with how often it was seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ogdkg.rdf import formats
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import LANG_STRING, OWL, RDF, RDFS, SH, Namespaces, escape, local_name
from ogdkg.scaffold.seen import MOST_DISTINCT, TYPE, Seen, Use
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text

_DESCRIBING = (OWL, RDF, RDFS)  # classes of theirs are those of terms
_MOST_LANGUAGES = 20
_KINDS = {
    frozenset({"NamedNode"}): "sh:IRI",
    frozenset({"BlankNode"}): "sh:BlankNode",
    frozenset({"Literal"}): "sh:Literal",
    frozenset({"NamedNode", "BlankNode"}): "sh:BlankNodeOrIRI",
    frozenset({"NamedNode", "Literal"}): "sh:IRIOrLiteral",
    frozenset({"BlankNode", "Literal"}): "sh:BlankNodeOrLiteral",
}
_GUESS = "a guess to confirm"


def words_of_name(iri: str) -> str:
    """The words of the local name of an IRI: `standsIn` is stands in."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", local_name(iri))
    words = " ".join(re.split(r"[\W_]+", spaced)).strip()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words.split())


class Guesses:
    """The shapes and the ontology of a project, as Turtle in canonical form.

    Args:
        seen: What is seen in the data.
        prefixes: The prefixes of the project.
        namespace: The beginning of the names of shapes, which has a prefix.
        slugs: The classes to describe, each with a short name.

    Attributes:
        prefixes: The prefixes of the project.
        slugs: The classes that are described, each with its short name.
    """

    def __init__(
        self, seen: Seen, prefixes: Mapping[str, str], namespace: str, slugs: Mapping[str, str]
    ) -> None:
        self.prefixes, self.slugs = prefixes, slugs
        self._seen = seen
        self._names = Namespaces(prefixes)
        self._shape = next(name for name, iri in prefixes.items() if iri == namespace)

    def _spelt(self, iri: str) -> str:
        return self._names.compact(iri) or f"<{iri}>"

    def _laid_out(self, text: str) -> str:
        used = {name: iri for name, iri in self.prefixes.items() if f"{name}:" in text}
        return layout(from_text(f"{prefix_lines(used)}\n{text}", "a new file"), formats.TURTLE)

    def shapes(self) -> str:
        """A shape for each class with what its things have; without classes, for whatever has a property."""
        text = "".join(self._of_class(iri, slug) for iri, slug in self.slugs.items())
        untyped = self._seen.uses.get(None, {})
        told = [each for each in untyped if not _is_left_out(each)]
        text += "".join(self._of_property(iri, number) for number, iri in enumerate(told, 1))
        return self._laid_out(f"# What the data are seen to have. Each shape is {_GUESS}.\n{text}")

    def _of_class(self, iri: str, slug: str) -> str:
        uses = {each: use for each, use in self._seen.uses.get(iri, {}).items() if not _is_left_out(each)}
        things = self._seen.classes[iri]
        name = f"{self._shape}:{slug}"
        parts = [
            self._of_use(f"{name}_{number}", each, use, things)
            for number, (each, use) in enumerate(uses.items(), 1)
        ]
        told = f"Seen: {things} {'thing' if things == 1 else 'things'}."
        listed = "".join(f" ; sh:property {name}_{number}" for number in range(1, len(parts) + 1))
        target = f"sh:targetClass {self._spelt(iri)}"
        head = f'{name} a sh:NodeShape ; {target} ; rdfs:comment "{told}"@en{listed} .\n'
        return head + "".join(parts)

    def _of_use(self, name: str, iri: str, use: Use, things: int) -> str:
        """The shape of a property of a class."""
        clauses = list(self._of_values(use))
        if use.things == things:
            clauses.append("sh:minCount 1")
        if use.most == 1:
            clauses.append("sh:maxCount 1")
        told = f"Seen on {use.things} of {things}, {_counted(use)}: {_GUESS}."
        return self._property_shape(name, iri, clauses, told)

    def _of_property(self, iri: str, number: int) -> str:
        """The shape of a property of things without a class: it looks at everything that has the property."""
        use = self._seen.properties[iri]
        name = f"{self._shape}:property-{number}"
        clauses = (
            [] if iri.startswith(RDFS) else list(self._of_values(use))
        )  # of which we state some ourselves
        told = f"Seen on {use.things}, {_counted(use)}: {_GUESS}."
        head = (
            f"{name} a sh:NodeShape ; sh:targetSubjectsOf {self._spelt(iri)} ; sh:property {name}_values .\n"
        )
        return head + self._property_shape(f"{name}_values", iri, clauses, told)

    def _property_shape(self, name: str, iri: str, clauses: list[str], told: str) -> str:
        said = "".join(f" ; {each}" for each in clauses)
        return (
            f"{name} a sh:PropertyShape ; sh:path {self._spelt(iri)} ; sh:severity sh:Info{said} ;"
            f' rdfs:comment "{escape(told)}"@en .\n'
        )

    def _of_values(self, use: Use) -> Iterator[str]:
        """What all values have in common."""
        if kind := _KINDS.get(frozenset(use.kinds)):
            yield f"sh:nodeKind {kind}"
        if set(use.kinds) == {"Literal"}:
            if len(use.datatypes) == 1 and not use.ill_typed:
                yield f"sh:datatype {self._spelt(next(iter(use.datatypes)))}"
            if set(use.datatypes) == {LANG_STRING} and len(use.languages) <= _MOST_LANGUAGES:
                tags = " ".join(f'"{tag}"' for tag in sorted(use.languages))
                yield f"sh:languageIn ( {tags} )"
        elif "Literal" not in use.kinds and use.targets:
            common = frozenset.intersection(*use.targets)
            if common:
                narrowest = min(common, key=lambda each: (self._seen.classes[each], each))
                yield f"sh:class {self._spelt(narrowest)}"

    def ontology(self) -> str:
        """Names for the classes and properties that the data do not describe themselves; empty for none."""
        seen = self._seen
        kinds = not any(
            each.startswith(_DESCRIBING) for each in seen.classes
        )  # else ours would be among theirs
        text = "".join(
            self._term(iri, "owl:Class" if kinds else "", f"Seen: {seen.classes[iri]} things.")
            for iri in self.slugs
            if iri not in seen.labelled and not _is_of_rdf(iri)
        )
        for iri, use in seen.properties.items():
            if iri not in seen.labelled and iri not in self.slugs and not _is_of_rdf(iri):
                text += self._term(iri, _kind_of(use) if kinds else "", f"Seen: {use.values} values.")
        return (
            self._laid_out(f"# Names of terms, guessed from their IRIs: each is {_GUESS}.\n{text}")
            if text
            else ""
        )

    def _term(self, iri: str, kind: str, told: str) -> str:
        words = words_of_name(iri)
        if not words:
            return ""
        typed = f"a {kind} ; " if kind else ""
        comment = f'rdfs:comment "{told} The name is {_GUESS}."@en'
        return f'{self._spelt(iri)} {typed}rdfs:label "{escape(words)}"@en ; {comment} .\n'


def _is_left_out(iri: str) -> bool:
    """Whether a property has no shape: a class is the target of one, and shapes say nothing of shapes."""
    return iri == TYPE or iri.startswith(SH)


def _is_of_rdf(iri: str) -> bool:
    return iri.startswith((RDF, RDFS, OWL))


def _kind_of(use: Use) -> str:
    if set(use.kinds) == {"Literal"}:
        return "owl:DatatypeProperty"
    return "owl:ObjectProperty" if "Literal" not in use.kinds else "rdf:Property"


def _counted(use: Use) -> str:
    values = "1 value" if use.most == 1 else f"up to {use.most} values"
    if use.most >= MOST_DISTINCT:  # more are not told apart
        values = f"{use.most} values or more"
    return f"{values} each"
