"""What the shapes of a project ask of the things of a class, as far as a form can ask for it.

Only paths of one property are read; what else shapes ask is found when a draft is validated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

from ogdkg.project.project import Project
from ogdkg.rdf.labels import ENGLISH, Languages, language_key
from ogdkg.rdf.lists import members
from ogdkg.rdf.terms import OWL, RDF, RDFS, SH, XSD, Iri, Literal, Quad, Subject, Term, TripleTerm
from ogdkg.store.codec import read_quads

_DEEPEST = 20  # shapes within one another


FACETS = (
    "pattern", "minLength", "maxLength", "minInclusive", "minExclusive", "maxInclusive", "maxExclusive",
)  # fmt: skip


class Facet(NamedTuple):
    """What a shape asks of the text or the size of each value (SHACL, 4.3 and 4.4).

    Attributes:
        name: The local name of its parameter, one of `FACETS`.
        bound: Its value.
        flags: `sh:flags` of a pattern.
        message: What the shape says of values that do not fit; empty if nothing.
    """

    name: str
    bound: Literal
    flags: str = ""
    message: str = ""


@dataclass(slots=True)
class Allowed:
    """What the values of a property may be; what is empty is not restricted.

    Attributes:
        classes: Classes, of one of which a value is.
        having: Properties with a value that things to choose have, such as a scheme of concepts.
        datatypes: Datatypes, of one of which a value is.
        listed: All values that there are (`sh:in`).
        kinds: Local names of `sh:nodeKind`.
        languages: Language ranges (`sh:languageIn`).
        facets: What else is asked of each value.
    """

    classes: list[Iri] = field(default_factory=list)
    having: list[tuple[Iri, Term]] = field(default_factory=list)
    datatypes: list[str] = field(default_factory=list)
    listed: list[Term] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """What shapes say of a property.

    Attributes:
        is_of_class: Whether a shape of the class itself says it.
        least: How many values there must be.
        most: How many there may be; None for any number.
        is_unique_in_language: Whether there may be one value in each language.
        name: What to call it.
        is_displayed: Whether a shape with a group names it, as for `ogdkg show`; its name goes before others.
        help: What to write, in a sentence.
        group: The label of its group.
        order: Its sort key: that of the group, its label, and its own.
        allowed: What the values may be.
    """

    is_of_class: bool = False
    least: int = 0
    most: int | None = None
    is_unique_in_language: bool = False
    name: str = ""
    is_displayed: bool = False
    help: str = ""
    group: str = ""
    order: tuple[float, str, float] = (float("inf"), "", float("inf"))
    allowed: Allowed = field(default_factory=Allowed)


class ShapeGraph:
    """The triples of shapes, by subject and predicate."""

    def __init__(self, quads: Iterable[Quad], languages: Languages = ENGLISH) -> None:
        self._languages = languages
        self._about: dict[Subject, dict[str, list[Term]]] = {}
        for quad in quads:
            self._about.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)

    @classmethod
    def of(cls, project: Project) -> ShapeGraph:
        """Return the shapes of a project; those that only say how a property is shown, too."""
        paths = dict.fromkeys(project.files(dict.fromkeys((*project.shapes, *project.shapes_display))))
        quads = (
            quad for number, path in enumerate(paths) for quad in read_quads(path, blank_prefix=f"f{number}")
        )
        return cls(quads, project.languages)

    def classes(self) -> list[Iri]:
        """Return the classes that shapes speak of: as targets, or as what values are of."""
        found = dict.fromkeys(
            each
            for node in self._about
            for name in ("targetClass", "class")
            for each in self._values(node, name)
        )
        implicit = (node for node in self._about if self._is_implicit(node))
        return [each for each in (*found, *implicit) if isinstance(each, Iri)]

    def _is_implicit(self, node: Subject) -> bool:
        types = self._about[node].get(RDF + "type", ())
        return Iri(SH + "NodeShape") in types and any(
            Iri(each) in types for each in (RDFS + "Class", OWL + "Class")
        )

    def asked_of(self, classes: Iterable[Iri], used: Iterable[Iri]) -> dict[Iri, Asked]:
        """Return what is asked of the properties of things.

        Args:
            classes: Their class, and what it is below.
            used: The properties that such things have, which shapes by `sh:targetSubjectsOf` are read for.
        """
        wanted = set(classes)
        found: dict[Iri, Asked] = {}
        for node in self._about:
            is_of = self._is_implicit(node) and node in wanted
            if is_of or wanted.intersection(self._values(node, "targetClass")):
                for shape, predicate in self._properties(node, set()):
                    self._read(shape, found.setdefault(predicate, Asked(is_of_class=True)), counts=True)
        also = {*found, *used}
        for node in self._about:
            path = self._one(node, "path")
            if isinstance(path, Iri) and path in also:
                is_own = path in self._values(node, "targetSubjectsOf")
                if is_own or self._one(node, "group"):
                    self._read(node, found.setdefault(path, Asked()), counts=is_own)
        return found

    # -- reading -----------------------------------------------------------------

    def _objects(self, node: Term, predicate: str) -> list[Term]:
        if isinstance(node, Literal | TripleTerm):
            return []
        return self._about.get(node, {}).get(predicate, [])

    def _values(self, node: Term, name: str) -> list[Term]:
        return self._objects(node, SH + name)

    def _one(self, node: Term, name: str) -> Term | None:
        return next(iter(self._values(node, name)), None)

    def _text(self, node: Term, name: str, namespace: str = SH) -> str:
        """A text, in the language that the project prefers."""
        texts = [each for each in self._objects(node, namespace + name) if isinstance(each, Literal)]
        return (
            min(texts, key=lambda each: language_key(each.language, self._languages)).value if texts else ""
        )

    def _number(self, node: Term | None, name: str) -> float:
        """A number; infinity where there is none, or one that is none to count with."""
        try:
            found = float(self._text(node, name)) if node is not None else float("inf")
        except ValueError:
            return float("inf")
        return found if isfinite(found) else float("inf")

    def _items(self, head: Term | None) -> Iterator[Term]:
        return members(head, self._objects)

    def _inner(self, node: Term) -> Iterator[Term]:
        """The shapes that a value or a thing conforms to as well, or one of which it does."""
        yield from self._values(node, "node")
        for name in ("and", "or", "xone"):
            for head in self._values(node, name):
                yield from self._items(head)

    def _properties(self, node: Term, seen: set[Term]) -> Iterator[tuple[Term, Iri]]:
        """The shapes of properties below a shape, each with its property."""
        if (
            node in seen
            or len(seen) > 1_000
            or Literal("true", XSD + "boolean") in (self._values(node, "deactivated"))
        ):
            return
        seen.add(node)
        for shape in self._values(node, "property"):
            predicate = self._one(shape, "path")
            if isinstance(predicate, Iri):
                yield shape, predicate
        for inner in (
            *self._values(node, "node"),
            *(i for h in self._values(node, "and") for i in self._items(h)),
        ):
            yield from self._properties(inner, seen)

    def _read(self, shape: Term, asked: Asked, *, counts: bool) -> None:
        """Add what a shape of a property says to what others say."""
        if counts:
            least, most = self._number(shape, "minCount"), self._number(shape, "maxCount")
            asked.least = max(asked.least, int(least) if least != float("inf") else 0)
            if most != float("inf"):
                asked.most = int(most) if asked.most is None else min(asked.most, int(most))
            self._allow(shape, asked.allowed, set(), 0)
            asked.allowed.facets += self._facets(shape)
        asked.is_unique_in_language |= self._text(shape, "uniqueLang") == "true"
        group, name = self._one(shape, "group"), self._text(shape, "name")
        if name and (not asked.name or (group is not None and not asked.is_displayed)):
            asked.name, asked.is_displayed = name, group is not None
        asked.help = asked.help or self._text(shape, "description")
        if group is not None and (not asked.group or counts):
            asked.group = self._text(group, "label", RDFS)
            asked.order = (self._number(group, "order"), asked.group, self._number(shape, "order"))
        elif asked.order[2] == float("inf"):
            asked.order = (*asked.order[:2], self._number(shape, "order"))

    def _facets(self, shape: Term) -> Iterator[Facet]:
        """What a shape asks of each value itself; not what one of several alternatives asks."""
        flags, message = self._text(shape, "flags"), self._text(shape, "message")
        for name in FACETS:
            for bound in self._values(shape, name):
                if isinstance(bound, Literal):
                    yield Facet(name, bound, flags, message)

    def _allow(self, shape: Term, allowed: Allowed, seen: set[Term], depth: int) -> None:
        if shape in seen or depth > _DEEPEST:
            return
        seen.add(shape)
        allowed.classes += [each for each in self._values(shape, "class") if isinstance(each, Iri)]
        allowed.datatypes += [each.value for each in self._values(shape, "datatype") if isinstance(each, Iri)]
        allowed.kinds += [
            each.value.removeprefix(SH) for each in self._values(shape, "nodeKind") if isinstance(each, Iri)
        ]
        for head in self._values(shape, "in"):
            allowed.listed += self._items(head)
        for head in self._values(shape, "languageIn"):
            allowed.languages += [each.value for each in self._items(head) if isinstance(each, Literal)]
        for inner in (shape, *self._values(shape, "property")) if depth else ():
            predicate, value = self._one(inner, "path"), self._one(inner, "hasValue")
            if isinstance(predicate, Iri) and value is not None:
                allowed.having.append((predicate, value))
        for inner in self._inner(shape):
            self._allow(inner, allowed, seen, depth + 1)
