"""The productions of the grammar as states: each knows what may stand in an element, and what it states.

A state is made by the start tag of its element (`child` of the state around it), and `end` comes with its
end tag. The text between two tags is checked by who meets the second of them.
"""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ogdkg.rdf.terms import RDF
from ogdkg.syntax.rdfxml import vocabulary as rdf
from ogdkg.syntax.rdfxml.document import Document, Properties
from ogdkg.syntax.rdfxml.scope import Scope
from ogdkg.syntax.rdfxml.xml_literal import XmlLiteral

Node = NamedNode | BlankNode
Position = tuple[int, int]  # line and column
_NAMING = ("rdf:about", "rdf:ID", "rdf:nodeID")
_REIFYING = {"rdf:ID", "rdf:annotation", "rdf:annotationNodeID"}
_OBJECTS = ("rdf:resource", "rdf:nodeID", "rdf:datatype")
_NODE_ATTRIBUTES = frozenset(_NAMING)
_PROPERTY_ATTRIBUTES = frozenset({*_REIFYING, *_OBJECTS})
_PARSED_ATTRIBUTES = frozenset({*_REIFYING, "rdf:parseType"})


class State:
    """What stands in an element, and what its end tag means."""

    __slots__ = ("document", "place", "scope")
    place: Position  # of the start tag, where places are asked for

    def __init__(self, document: Document, scope: Scope) -> None:
        self.document, self.scope = document, scope

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Return the state of an element that begins in this one."""
        raise NotImplementedError

    def end(self) -> None:
        """State what the element says, or what is left of it."""
        self.document.take_blanks()


class NodeElements(State):
    """`nodeElementList` (7.2.10), as within `RDF` (7.2.9)."""

    __slots__ = ()

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Begin a node element; nothing else may stand here."""
        return node_element(self.document, self.scope, name, attributes)


class Root(State):
    """`doc` (7.2.8): an `rdf:RDF`, or one `nodeElement` alone (7.2.1)."""

    __slots__ = ()

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Begin the root: rdf:RDF, which takes no attributes of the syntax, or a node element.

        Raises:
            InputError: rdf:RDF has an attribute such as rdf:about.
        """
        document = self.document
        if not document.is_rdf(name):
            document.look_at_root(name)
            return node_element(document, self.scope, name, attributes)
        found, _, scope = document.attributes(attributes, self.scope)
        for kind in found:
            raise document.error(f"{kind} does not belong on rdf:RDF.", "Write it on a node element.")
        return NodeElements(document, scope)


class NodeElement(State):
    """`nodeElement` (7.2.11), whose children are a `propertyEltList` (7.2.13)."""

    __slots__ = ("members", "subject")

    def __init__(self, document: Document, scope: Scope, subject: Node) -> None:
        self.document, self.scope, self.subject = document, scope, subject
        self.members = 0

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """`propertyElt` (7.2.14)."""
        document = self.document
        predicate = document.property(name)
        if predicate is None:  # rdf:li (7.4)
            self.members += 1
            predicate = NamedNode(f"{RDF}_{self.members}")
        if not attributes:
            return Property(document, self.scope, self.subject, predicate)
        if (resource := document.only("rdf:resource", attributes)) is not None:  # of most elements
            document.emit(Quad(self.subject, predicate, document.iri(resource, self.scope)))
            return EmptyProperty(document, self.scope)
        found, properties, scope = document.attributes(attributes, self.scope)
        return _property_element(document, scope, self.subject, predicate, found, properties)


class PropertyElement(State):
    """`propertyElt` (7.2.14): a statement that awaits its object, and names for it."""

    __slots__ = ("found", "has_node", "predicate", "subject")

    def __init__(
        self,
        document: Document,
        scope: Scope,
        subject: Node,
        predicate: NamedNode,
        found: dict[str, str] | None = None,
    ) -> None:
        self.document, self.scope = document, scope
        self.subject, self.predicate, self.found = subject, predicate, found
        self.has_node = False

    def emit(self, value: Node | Literal | Triple) -> None:
        """State it of an object."""
        self.document.emit(Quad(self.subject, self.predicate, value))
        if self.found:
            self._name(value)

    def _name(self, value: Node | Literal | Triple) -> None:
        """Reify the statement (7.3), or annotate it (RDF 1.2, 7.2.15), where its element says so."""
        document, found = self.document, self.found or {}
        if "rdf:ID" in found:
            name = document.identified(found["rdf:ID"], self.scope)
            document.emit(Quad(name, rdf.TYPE, rdf.STATEMENT))
            document.emit(Quad(name, rdf.SUBJECT, self.subject))
            document.emit(Quad(name, rdf.PREDICATE, self.predicate))
            document.emit(Quad(name, rdf.OBJECT, value))
        reifiers: list[Node] = []
        if "rdf:annotation" in found:
            reifiers.append(document.iri(found["rdf:annotation"], self.scope))
        if "rdf:annotationNodeID" in found:
            reifiers.append(document.blank(found["rdf:annotationNodeID"]))
        for reifier in reifiers:
            document.emit(Quad(reifier, rdf.REIFIES, Triple(self.subject, self.predicate, value)))


class Property(PropertyElement):
    """`resourcePropertyElt` (7.2.15) or `literalPropertyElt` (7.2.16): what is in it tells which."""

    __slots__ = ()

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Begin the node that is the object; there may be one (7.2.15).

        Raises:
            InputError: There is a second one, or the element has a datatype.
        """
        document = self.document
        if self.has_node:
            hint = 'Give each a property element of its own, or write rdf:parseType="Collection".'
            raise document.error("A second node stands in this property element.", hint)
        if self.found and "rdf:datatype" in self.found:
            raise document.error("A node stands in a property element with rdf:datatype.")
        node = node_element(document, self.scope, name, attributes)
        self.has_node = True
        self.emit(node.subject)
        return node

    def end(self) -> None:
        """State the text as a literal (7.2.16), if there was no node."""
        if self.has_node:
            self.document.take_blanks()
            return
        text = self.document.take_text()
        if self.found and "rdf:datatype" in self.found:
            datatype = self.document.iri(self.found["rdf:datatype"], self.scope)
            self.emit(Literal(text, datatype=datatype))
        else:
            self.emit(self.scope.literal(text))


class EmptyProperty(State):
    """`emptyPropertyElt` (7.2.21) with a resource; its statement has been made."""

    __slots__ = ()

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Refuse what stands in an element that is to be empty.

        Raises:
            InputError: Always.
        """
        hint = "Leave out the attributes, and describe the node inside."
        raise self.document.error(
            "A property element whose value is given by attributes holds another.", hint
        )


class Collection(PropertyElement):
    """`parseTypeCollectionPropertyElt` (7.2.19), of which only the last cell is kept."""

    __slots__ = ("_cell",)

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Begin an item, and link a cell for it to the one before."""
        document = self.document
        node = node_element(document, self.scope, name, attributes)
        cell = BlankNode()
        self._point_to(cell)
        document.emit(Quad(cell, rdf.FIRST, node.subject))
        self._cell, self.has_node = cell, True
        return node

    def end(self) -> None:
        """End the list with rdf:nil, which stands alone for an empty one."""
        self.document.take_blanks()
        self._point_to(rdf.NIL)

    def _point_to(self, cell: Node) -> None:
        if self.has_node:
            self.document.emit(Quad(self._cell, rdf.REST, cell))
        else:
            self.emit(cell)


class LiteralProperty(PropertyElement):
    """`parseTypeLiteralPropertyElt` (7.2.17), or `parseTypeOtherPropertyElt` (7.2.20), which is the same."""

    __slots__ = ("_literal",)

    def begin(self) -> LiteralProperty:
        """Let what is in the element be written as exclusive canonical XML; return this state."""
        self._literal = self.document.hand_over(XmlLiteral)
        return self

    def end(self) -> None:
        """State the XML as an rdf:XMLLiteral."""
        self.emit(Literal(self._literal.text, datatype=rdf.XML_LITERAL))


class TripleProperty(PropertyElement):
    """`parseTypeTriplePropertyElt` of RDF 1.2: a node element with one statement, the object."""

    __slots__ = ("_outer", "_quads")

    def begin(self) -> TripleProperty:
        """Keep the statements that the element makes, rather than state them; return this state."""
        self._quads: list[Quad] = []
        self._outer = self.document.emit
        self.document.emit = self._quads.append
        return self

    def child(self, name: str, attributes: dict[str, str]) -> State:
        """Begin the node element whose statement is the triple."""
        return node_element(self.document, self.scope, name, attributes)

    def end(self) -> None:
        """State the triple term.

        Raises:
            InputError: The element makes no statement, or several.
        """
        document = self.document
        document.take_blanks()
        document.emit = self._outer
        if self.scope.version != "1.2":  # the suite has it ignored
            return
        if len(self._quads) != 1:
            number = f"{len(self._quads)} statements" if self._quads else "no statement"
            raise document.error(f'An element with rdf:parseType="Triple" holds {number}, not one.')
        self.emit(self._quads[0].triple)


def node_element(document: Document, scope: Scope, name: str, attributes: dict[str, str]) -> NodeElement:
    """Begin a `nodeElement` (7.2.11): its subject, its type and its property attributes."""
    kind = document.node_type(name)
    properties: Properties = []
    if (about := document.only("rdf:about", attributes)) is not None:  # of most elements
        subject: Node = document.iri(about, scope)
    else:
        found, properties, scope = document.attributes(attributes, scope)
        subject = _subject(document, scope, found)
    if kind is not None:
        document.emit(Quad(subject, rdf.TYPE, kind))
    if properties:
        _property_attributes(document, scope, subject, properties)
    return NodeElement(document, scope, subject)


def _subject(document: Document, scope: Scope, found: dict[str, str]) -> Node:
    if not found:
        return BlankNode()
    if len(found) > 1 or not found.keys() <= _NODE_ATTRIBUTES:
        document.refuse_attributes(found, _NAMING, "a node element")
    if "rdf:about" in found:
        return document.iri(found["rdf:about"], scope)
    if "rdf:ID" in found:
        return document.identified(found["rdf:ID"], scope)
    return document.blank(found["rdf:nodeID"])


def _property_attributes(document: Document, scope: Scope, subject: Node, properties: Properties) -> None:
    """State what `propertyAttr` (7.2.25) say; the value of rdf:type is an IRI (7.2.11)."""
    for predicate, text in properties:
        value = document.iri(text, scope) if predicate == rdf.TYPE else scope.literal(text)
        document.emit(Quad(subject, predicate, value))


def _property_element(
    document: Document,
    scope: Scope,
    subject: Node,
    predicate: NamedNode,
    found: dict[str, str],
    properties: Properties,
) -> State:
    """Choose the production of a property element with attributes (7.2.14)."""
    if "rdf:parseType" in found:
        if properties:
            message = (
                f"rdf:parseType and the attribute for <{properties[0][0].value}> cannot be used together."
            )
            raise document.error(message, "Leave one of them out.")
        return _parsed(document, scope, subject, predicate, found)
    if not found.keys() <= _PROPERTY_ATTRIBUTES or sum(kind in found for kind in _OBJECTS) > 1:
        document.refuse_attributes(found, _OBJECTS, "a property element")
    if "rdf:datatype" in found and properties:
        message = f"rdf:datatype and the attribute for <{properties[0][0].value}> cannot be used together."
        raise document.error(message, "Leave one of them out.")
    if "rdf:resource" in found:
        value: Node = document.iri(found["rdf:resource"], scope)
    elif "rdf:nodeID" in found:
        value = document.blank(found["rdf:nodeID"])
    elif properties:
        value = BlankNode()
    else:
        return Property(document, scope, subject, predicate, found)
    PropertyElement(document, scope, subject, predicate, found).emit(value)
    _property_attributes(document, scope, value, properties)
    return EmptyProperty(document, scope)


def _parsed(
    document: Document, scope: Scope, subject: Node, predicate: NamedNode, found: dict[str, str]
) -> State:
    """Begin a property element with rdf:parseType (7.2.17 to 7.2.20)."""
    if not found.keys() <= _PARSED_ATTRIBUTES:
        document.refuse_attributes(found, ("rdf:parseType",), "an element with rdf:parseType")
    parse_type = found["rdf:parseType"]
    if parse_type == "Resource":  # 7.2.18
        node = BlankNode()
        PropertyElement(document, scope, subject, predicate, found).emit(node)
        return NodeElement(document, scope, node)
    if parse_type == "Collection":
        return Collection(document, scope, subject, predicate, found)
    if parse_type == "Triple":
        return TripleProperty(document, scope, subject, predicate, found).begin()
    return LiteralProperty(document, scope, subject, predicate, found).begin()
