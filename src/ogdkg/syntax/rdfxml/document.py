"""What the states of one document share: names of elements and attributes, text, terms, and statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pyoxigraph import BlankNode, NamedNode, Quad

from ogdkg.errors import InputError
from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE
from ogdkg.rdf.terms import RDF
from ogdkg.syntax.iri import is_absolute
from ogdkg.syntax.rdfxml import vocabulary as names
from ogdkg.syntax.rdfxml.scope import Scope
from ogdkg.syntax.rdfxml.xml import XmlParser
from ogdkg.text.slips import Slip, iri_slip, quoted, refused_iri, without_scheme

T = TypeVar("T")
Properties = list[tuple[NamedNode, str]]
Taker = Callable[[XmlParser, int, Callable[[str], None]], T]
BLANKS = " \t\n\r"  # 7.2.12
_SCOPED = frozenset({"xml:base", "xml:lang", "rdf:version", "its:dir", "its:version"})


class Document:
    """A document as its states see it; `reader` gives them its events."""

    def __init__(self, file: str, prefixes: dict[str, str], fresh: bool) -> None:
        self.quads: list[Quad] = []
        self.emit: Callable[[Quad], None] = self.quads.append
        self.parser = XmlParser(file, prefixes)
        self.text: list[str] = []  # since the last tag
        self._fresh = fresh
        self._blanks: dict[str, BlankNode] = {}
        self._ids: set[NamedNode] = set()
        self.foreign: Slip | None = None  # what to say if the root is of another language
        self._attributes: dict[str, names.Attribute] = {}
        self._nodes: dict[str, NamedNode | None] = {}
        self._properties: dict[str, NamedNode | None] = {}

    def hand_over(self, taker: Taker[T]) -> T:
        """Let another take the events within the element that has begun."""
        raise NotImplementedError

    # Text

    def take_text(self) -> str:
        """Return the text since the last tag."""
        text = self.text
        if not text:
            return ""
        whole = text[0] if len(text) == 1 else "".join(text)
        text.clear()
        return whole

    def take_blanks(self) -> None:
        """Skip white space (7.2.12); InputError if there is any other text."""
        if self.text and (text := self.take_text().strip(BLANKS)):
            shown = quoted(text, 40)
            hint = "Put it into a property element that holds nothing else."
            raise self.error(f"Before this tag stands the text {shown}, where none may stand.", hint)

    # Names

    def is_rdf(self, name: str) -> bool:
        """Whether a name is rdf:RDF (7.2.9), whatever its prefix."""
        return names.QName.of(name)[:2] == (RDF, "RDF")

    def look_at_root(self, name: str) -> None:
        """Note what to say of whatever is wrong in a document without rdf:RDF: it may be no RDF at all."""
        from ogdkg.syntax.rdfxml.faults import foreign  # few documents are such

        qname = names.QName.of(name)
        self.foreign = foreign(qname.namespace, qname.local)

    def node_type(self, name: str) -> NamedNode | None:
        """Return the class that a node element's name is; None for rdf:Description."""
        if name not in self._nodes:
            self._nodes[name] = self._element(name, names.NO_NODES, "Description", "a node element")
        return self._nodes[name]

    def property(self, name: str) -> NamedNode | None:
        """Return the property that a property element's name is; None for rdf:li."""
        if name not in self._properties:
            self._properties[name] = self._element(name, names.NO_PROPERTIES, "li", "a property element")
        return self._properties[name]

    def _element(self, name: str, forbidden: set[str], special: str, what: str) -> NamedNode | None:
        qname = names.QName.of(name)
        if not qname.namespace:
            hint = "Declare a namespace for it with xmlns."
            raise self.error(f"The element {qname} has no namespace.", hint)
        if qname.namespace == RDF:
            if qname.local in forbidden:
                hint = "Write rdf:Description, or the class of the node." if "node" in what else ""
                raise self.error(
                    f"rdf:{qname.local} cannot be {what}.", hint or "Write a property of the node."
                )
            if qname.local == special:
                return None
        iri = qname.namespace + qname.local
        try:
            return NamedNode(iri)
        except ValueError as error:
            if not is_absolute(qname.namespace):
                hint = "Declare it with a whole IRI: xmlns takes no base."
                raise self.error(f"The namespace of {qname} is a relative IRI.", hint) from error
            raise self._wrong(error, iri) from error

    def attributes(
        self, attributes: dict[str, str], scope: Scope
    ) -> tuple[dict[str, str], Properties, Scope]:
        """Sort the attributes of an element (6.1.2): those of the syntax, properties, and its scope."""
        found: dict[str, str] = {}
        properties: Properties = []
        scoped: dict[str, str] = {}
        for name, value in attributes.items():
            kind, predicate = self._attributes.get(name) or self._attribute(name)
            if kind == "property":
                properties.append((predicate, value))  # type: ignore[arg-type]  # a property has one
            elif kind in _SCOPED:
                scoped[kind] = value
            elif kind:
                if kind == "rdf:type":
                    properties.append((names.TYPE, value))
                elif found.setdefault(kind, value) is not value:
                    raise self.error(f"The attribute {kind} stands here twice, with a prefix and without.")
        if scoped:
            scope = self._scope(scoped, scope)
            if scope.version == "1.1":  # where they are properties as any others (RDF 1.2, 6.1.2)
                its = (
                    (self._attributes[name].property, value)
                    for name, value in attributes.items()
                    if self._attributes[name].kind.startswith("its:")
                )
                properties += its  # type: ignore[arg-type]  # they have one
        return found, properties, scope

    def only(self, kind: str, attributes: dict[str, str]) -> str | None:
        """Return the value of an attribute if the element has no other."""
        if len(attributes) == 1:
            for name, value in attributes.items():
                known = self._attributes.get(name)
                if known and known[0] == kind:
                    return value
        return None

    def _attribute(self, name: str) -> names.Attribute:
        try:
            self._attributes[name] = names.attribute(names.QName.of(name))
        except ValueError as error:
            raise self._wrong(error) from error
        return self._attributes[name]

    def refuse_attributes(self, found: dict[str, str], choices: tuple[str, ...], what: str) -> None:
        """Raise InputError for attributes that an element cannot have, or not together."""
        both = [kind for kind in found if kind in choices]
        if len(both) > 1:
            raise self.error(f"{both[0]} and {both[1]} cannot be used together.", "Leave one of them out.")
        strange = next(kind for kind in found if kind not in both)
        raise self.error(f"{strange} does not belong on {what}.", "Leave it out.")

    def _scope(self, scoped: dict[str, str], scope: Scope) -> Scope:
        for kind in ("xml:base", "xml:lang"):
            if len(scoped.get(kind, "")) > LONGEST_NAMESPACE:
                self.parser.refuse_long("base" if kind == "xml:base" else "language")
        try:
            if len(scoped) == 1 and "xml:lang" in scoped:
                return scope.in_language(scoped["xml:lang"])
            inner = scope.inner(scoped)
        except ValueError as error:
            raise self._wrong(error, scoped.get("xml:base") if "IRI" in str(error) else None) from error
        if len(inner.base.iri or "") > LONGEST_NAMESPACE:
            self.parser.refuse_long("base")
        return inner

    # Terms

    def iri(self, reference: str, scope: Scope) -> NamedNode:
        """Return the IRI that an attribute's value refers to (6.1.4, 5.3)."""
        node = scope.base.known.get(reference)
        if node is not None:
            return node
        try:
            return scope.base.resolve(reference)
        except ValueError as error:
            raise self._wrong(error, reference) from error

    def identified(self, name: str, scope: Scope) -> NamedNode:
        """Return the IRI of an rdf:ID, which stands once (7.2.22, constraint-id)."""
        if not names.is_ncname(name):
            raise self.error(
                f"{quoted(name)} cannot be an rdf:ID.", "Begin it with a letter, without colons."
            )
        node = self.iri(f"#{name}", scope)
        if node in self._ids:
            raise self.error(
                f"The rdf:ID {quoted(name)} has been given before.", "Write rdf:about for the second."
            )
        self._ids.add(node)
        return node

    def blank(self, name: str) -> BlankNode:
        """Return the blank node of an rdf:nodeID (7.2.23)."""
        node = self._blanks.get(name)
        if node is None:
            if not names.is_ncname(name):
                hint = "Begin it with a letter, without colons."
                raise self.error(f"{quoted(name)} cannot be an rdf:nodeID.", hint)
            is_label = not self._fresh and not name.endswith(".")  # an NCName that other formats lack
            node = self._blanks[name] = BlankNode(name) if is_label else BlankNode()
        return node

    def error(self, message: str, hint: str = "") -> InputError:
        """Return an error at the place that the parser has reached."""
        return self.parser.error(*self.foreign) if self.foreign else self.parser.error(message, hint)

    def _wrong(self, error: ValueError, iri: str | None = None) -> InputError:
        """Return the error for a value that is not allowed."""
        words = str(error).rstrip(".")
        if "No scheme found" in words:
            hint = without_scheme(iri or "") or "Declare a base in the file, or convert it with --base."
            return self.error("This IRI is relative, and there is no base.", hint)
        if iri is None:
            message, _, hint = str(error).partition("\n")  # ours, with what to do
            return self.error(message, hint)
        if slip := iri_slip(iri) or refused_iri(words):
            return self.error(*slip)
        return self.error(f"{quoted(iri)} is not an IRI.", "Write it whole, as http://example.org/a.")
